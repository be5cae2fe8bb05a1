package kameo

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The vectors of the protocol, tests/vectors: what every implementation must agree on.

type vectors struct {
	Types   map[string]json.RawMessage
	Package string
	Valid   []vector
	Invalid []vector
	Frames  []map[string]any
	Methods []struct{ Name, Canonical, Fingerprint string }

	Described map[string]json.RawMessage
}

type vector struct {
	Name, Type, Hex, Error string
	Value                  any
	Depth, Elements        int
}

func load(t *testing.T, name string) vectors {
	t.Helper()
	text, err := os.ReadFile("../../../tests/vectors/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t *testing.T, text any) []byte {
	t.Helper()
	if text == nil {
		return nil
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text.(string), " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The short form of types in the vectors, as a package.
type described struct {
	t     *testing.T
	p     *Package
	index map[string]uint32
}

func describe(t *testing.T, types map[string]json.RawMessage) *described {
	d := &described{t: t, p: &Package{Types: make([]TypeDef, len(types))}, index: map[string]uint32{}}
	for name := range types {
		d.index[name] = uint32(len(d.index))
	}
	for name, text := range types {
		var form struct {
			Struct [][]any
			Enum   []string
			Union  [][]any
			Alias  string
		}
		if err := json.Unmarshal(text, &form); err != nil {
			t.Fatal(err)
		}
		def := &d.p.Types[d.index[name]]
		def.Name = name
		switch {
		case form.Alias != "":
			def.Form, def.Target = Alias, d.parse(form.Alias)
		case form.Enum != nil:
			def.Form, def.Values = Enumeration, form.Enum
		case form.Struct != nil:
			def.Form, def.Fields = Structure, d.fields(form.Struct)
		default:
			def.Form = TaggedUnion
			for _, each := range form.Union {
				v := Variant{Name: each[0].(string)}
				if len(each) > 1 {
					if one, ok := each[1].(string); ok {
						v.Shape, v.Fields = Value, []Field{{Name: "value", Type: d.parse(one)}}
					} else {
						v.Shape = Fields
						for _, f := range each[1].([]any) {
							v.Fields = append(v.Fields, d.fields([][]any{f.([]any)})...)
						}
					}
				}
				def.Variants = append(def.Variants, v)
			}
		}
	}
	return d
}

func (d *described) fields(list [][]any) []Field {
	var all []Field
	for _, f := range list {
		all = append(all, Field{Name: f[0].(string), Type: d.parse(f[1].(string))})
	}
	return all
}

// parse a spelling such as `map<string; list<u8>>`.
func (d *described) parse(text string) Type {
	name, inner := strings.TrimSpace(text), ""
	if at := strings.Index(name, "<"); at >= 0 {
		name, inner = name[:at], name[at+1:len(name)-1]
	}
	if ref, ok := d.index[name]; ok {
		return Type{Kind: Named, Ref: ref}
	}
	kind := -1
	for i, each := range kindNames {
		if each == name {
			kind = i
		}
	}
	if kind < 0 {
		d.t.Fatalf("no type %q", name)
	}
	made := Type{Kind: Kind(kind)}
	depth, start := 0, 0
	var pieces []string
	for i, char := range inner {
		switch {
		case char == '<':
			depth++
		case char == '>':
			depth--
		case char == ';' && depth == 0:
			pieces, start = append(pieces, inner[start:i]), i+1
		}
	}
	if inner != "" {
		pieces = append(pieces, inner[start:])
	}
	if (made.Kind == Fixed || made.Kind == Numeric) && len(pieces) > 1 {
		for _, dim := range strings.Split(strings.TrimSpace(pieces[1]), "x") {
			n, _ := strconv.Atoi(dim) // `*` is 0
			made.Dims = append(made.Dims, uint32(n))
		}
		pieces = pieces[:1]
	}
	for _, piece := range pieces {
		made.Args = append(made.Args, d.parse(piece))
	}
	return made
}

// same says whether a value is what its JSON form in docs/idl.md means.
func (d *described) same(t Type, value, want any) bool {
	p := d.p
	switch t.Kind {
	case Bool, String:
		return value == want
	case F32, F64:
		got, isDouble := value.(float64)
		if !isDouble {
			got = float64(value.(float32))
		}
		text := fmt.Sprint(want)
		wanted, err := strconv.ParseFloat(text, 64)
		return err == nil && (got == wanted && math.Signbit(got) == math.Signbit(wanted) || got != got && wanted != wanted)
	case Bytes:
		wanted, err := base64.StdEncoding.DecodeString(want.(string))
		return err == nil && bytes.Equal(value.([]byte), wanted)
	case Timestamp:
		wanted, err := time.Parse(time.RFC3339Nano, want.(string))
		return err == nil && int64(value.(Micros)) == wanted.UnixMicro()
	case Duration:
		wanted, err := time.ParseDuration(want.(string))
		return err == nil && int64(value.(Micros)) == wanted.Microseconds()
	case UUID:
		id := value.([16]byte)
		return hex.EncodeToString(id[:]) == strings.ReplaceAll(want.(string), "-", "")
	case DecimalKind:
		return value == parseDecimal(want.(string))
	case Optional:
		return value == nil && want == nil || value != nil && want != nil && d.same(t.Args[0], value, want)
	case List, Set, Fixed, Tuple:
		all, wanted := value.([]any), want.([]any)
		for i := range all {
			arg := t.Args[0]
			if t.Kind == Tuple {
				arg = t.Args[i]
			}
			if i >= len(wanted) || !d.same(arg, all[i], wanted[i]) {
				return false
			}
		}
		return len(all) == len(wanted)
	case Map:
		entries, wanted := value.([]Entry), want.(map[string]any)
		for _, e := range entries {
			key := fmt.Sprint(e.Key)
			if id, ok := e.Key.([16]byte); ok {
				h := hex.EncodeToString(id[:])
				key = h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
			}
			each, there := wanted[key]
			if !there || !d.same(t.Args[1], e.Value, each) {
				return false
			}
		}
		return len(entries) == len(wanted)
	case Numeric:
		numbers, wanted := value.(Array).Numbers, flat(want)
		for i := range numbers {
			if i >= len(wanted) || !d.same(t.Args[0], numbers[i], wanted[i]) {
				return false
			}
		}
		return len(numbers) == len(wanted)
	case Named:
		def := p.Types[t.Ref]
		switch def.Form {
		case Alias:
			return d.same(def.Target, value, want)
		case Enumeration:
			return value == want
		case Structure:
			return d.sameFields(def.Fields, value, want)
		}
		got := value.(Variation)
		for _, v := range def.Variants {
			if v.Name != got.Tag {
				continue
			}
			switch v.Shape {
			case Unit:
				return want == v.Name
			case Value:
				return d.same(v.Fields[0].Type, got.Value, want.(map[string]any)[v.Name])
			}
			return d.sameFields(v.Fields, got.Value, want.(map[string]any)[v.Name])
		}
		return false
	}
	return fmt.Sprint(value) == fmt.Sprint(want) // integers; the large ones are strings
}

func (d *described) sameFields(fields []Field, value, want any) bool {
	for _, f := range fields {
		each, there := want.(map[string]any)[f.Name]
		if !there || !d.same(f.Type, value.(Record)[f.Name], each) {
			return false
		}
	}
	return len(value.(Record)) == len(want.(map[string]any))
}

func flat(value any) []any {
	list, ok := value.([]any)
	if !ok {
		return []any{value}
	}
	var all []any
	for _, each := range list {
		all = append(all, flat(each)...)
	}
	return all
}

func parseDecimal(text string) Decimal {
	d := Decimal{Negative: strings.HasPrefix(text, "-")}
	digits, exponent := strings.TrimPrefix(text, "-"), 0
	if at := strings.Index(digits, "E"); at >= 0 {
		exponent, _ = strconv.Atoi(digits[at+1:])
		digits = digits[:at]
	}
	if at := strings.Index(digits, "."); at >= 0 {
		exponent -= len(digits) - at - 1
		digits = digits[:at] + digits[at+1:]
	}
	coefficient, _ := new(big.Int).SetString(digits, 10)
	d.Low = new(big.Int).And(coefficient, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	d.High = new(big.Int).Rsh(coefficient, 64).Uint64()
	d.Exponent = int16(exponent)
	return d
}

func codeName(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return map[Code]string{BadRequest: "bad_request", OverLimit: "over_limit", BadFrame: "bad_frame"}[e.Code]
}

func TestPayloads(t *testing.T) {
	v := load(t, "payloads")
	d := describe(t, v.Types)
	for _, c := range v.Valid {
		kind, payload := d.parse(c.Type), unhex(t, c.Hex)
		value, err := d.p.Decode(kind, payload)
		if err != nil || !d.same(kind, value, c.Value) {
			t.Errorf("%s: read as %v, %v; want %v", c.Name, value, err, c.Value)
			continue
		}
		written, err := d.p.Encode(kind, value)
		if err != nil || !bytes.Equal(written, payload) {
			t.Errorf("%s: written as %x, %v", c.Name, written, err)
		}
		for size := range payload { // no less can be enough
			if _, err := d.p.Decode(kind, payload[:size]); err == nil {
				t.Errorf("%s: %d bytes of %d are taken", c.Name, size, len(payload))
			}
		}
	}
	for _, c := range v.Invalid {
		r := newReader(unhex(t, c.Hex), BadRequest)
		if c.Depth != 0 {
			r.depth = c.Depth
		}
		if c.Elements != 0 {
			r.elements = c.Elements
		}
		d.p.read(r, d.parse(c.Type))
		if got := codeName(r.end()); got != c.Error {
			t.Errorf("%s: %s, want %s", c.Name, got, c.Error)
		}
	}
	if len(v.Valid) == 0 || len(v.Invalid) == 0 {
		t.Error("no vectors")
	}
}

func TestHandshake(t *testing.T) {
	v := load(t, "handshake")
	d := describe(t, v.Types)
	for _, c := range v.Valid {
		payload := unhex(t, c.Hex)
		value, err := d.p.Decode(d.parse(c.Type), payload)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		record := value.(Record)
		var written []byte
		switch c.Type {
		case "Hello":
			written = hello{record["major"].(uint16), record["minor"].(uint16), record["language"].(string),
				record["runtime"].(string), record["capabilities"].(uint64), record["message_bytes"].(uint32),
				record["open_asks"].(uint32)}.encode()
		case "Ready":
			var refused []refusedRoute
			for _, each := range record["refused"].([]any) {
				refused = append(refused, refusedRoute{each.(Record)["number"].(uint16), each.(Record)["why"].(string)})
			}
			written = encodeReady(refused)
		case "Error":
			e, err := decodeError(payload)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			written = e.encode()
		case "LogRecord":
			level := 0
			for i, name := range levelNames {
				if name == record["level"] {
					level = i
				}
			}
			written = logRecord{uint16(level), record["source"].(string), record["logger"].(string),
				record["message"].(string), record["file"].(string), record["line"].(uint32),
				int64(record["at"].(Micros)), record["traceback"].(string), record["extra"].([]Entry)}.encode()
		case "Welcome":
			w, err := decodeWelcome(payload)
			if err != nil || w.actor != record["actor"] || w.name != record["name"] ||
				w.logLevel != record["log_level"] || w.deadline != record["deadline"] || len(w.path) != len(record["path"].([]any)) ||
				!bytes.Equal(w.schema, record["schema"].([]byte)) || !bytes.Equal(w.config, record["config"].([]byte)) {
				t.Errorf("%s: %+v, %v", c.Name, w, err)
				continue
			}
			for i, each := range record["routes"].([]any) {
				info := each.(Record)
				if w.routes[i] != (routeInfo{info["number"].(uint16), info["to_parent"] == uint8(1),
					info["name"].(string), info["fingerprint"].(uint64)}) {
					t.Errorf("%s: route %+v", c.Name, w.routes[i])
				}
			}
			continue
		default:
			continue
		}
		if !bytes.Equal(written, payload) {
			t.Errorf("%s: written as %x", c.Name, written)
		}
	}
}

func TestSchema(t *testing.T) {
	v := load(t, "schema")
	for _, c := range v.Valid {
		if _, err := ReadSchema(unhex(t, c.Hex)); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	for _, c := range v.Invalid {
		if _, err := ReadSchema(unhex(t, c.Hex)); codeName(err) != c.Error {
			t.Errorf("%s: %v, want %s", c.Name, err, c.Error)
		}
	}
	p, err := ReadSchema(unhex(t, v.Valid[0].Hex))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range v.Methods {
		method := p.method(&p.Actors[0], m.Name)
		if method == nil {
			for i := range p.Modules {
				if found := p.method(nil, p.Modules[i].Name+"."+m.Name); found != nil {
					method = found
				}
			}
		}
		if method == nil {
			t.Errorf("the schema has no %s", m.Name)
			continue
		}
		if got := p.canonical(method); got != m.Canonical {
			t.Errorf("%s: %s", m.Name, got)
		}
		if got := fmt.Sprintf("%016x", p.fingerprint(method)); got != m.Fingerprint {
			t.Errorf("%s: %s, want %s", m.Name, got, m.Fingerprint)
		}
	}
}

var frameNames = [...]string{"", "hello", "welcome", "ready", "ask", "tell", "reply", "error", "stream_item",
	"stream_end", "credit", "cancel", "log", "metric", "ping", "pong", "drain", "bye", "chunk"}

func number(value any) uint64 {
	n, _ := strconv.ParseUint(fmt.Sprint(value), 10, 64)
	return n
}

func TestFrames(t *testing.T) {
	v := load(t, "frames")
	for _, c := range v.Frames {
		name, want := c["name"], unhex(t, c["hex"])
		m := message{payload: unhex(t, c["payload"]), route: uint16(number(c["route"])),
			correlation: number(c["correlation"])}
		for i, each := range frameNames {
			if each == c["type"] {
				m.kind = frameType(i)
			}
		}
		if c["more"] == true || m.kind == frameChunk {
			continue // pieces of a message: below
		}
		if c["deadline_us"] != nil {
			m.parts.hasDeadline, m.parts.deadline = true, int64(number(c["deadline_us"]))
		}
		m.parts.trace = unhex(t, c["trace"])
		if c["chain"] != nil {
			for _, id := range c["chain"].([]any) {
				m.parts.chain = append(m.parts.chain, number(id))
			}
		}
		if w, ok := c["window"].(map[string]any); ok {
			m.parts.window = &Window{uint32(number(w["items"])), number(w["bytes"])}
		}
		m.parts.input = c["input"] == true
		if got := m.frames(); !bytes.Equal(got, want) {
			t.Errorf("%s: written as %x, want %x", name, got, want)
		}
		read, err := newFrameReader(bytes.NewReader(want), ourMessageBytes).next()
		if err != nil || !bytes.Equal(read.frames(), want) {
			t.Errorf("%s: read as %+v, %v", name, read, err)
		}
	}
}

func TestAMessageInPieces(t *testing.T) {
	m := message{kind: frameAsk, route: 3, correlation: 9, payload: bytes.Repeat([]byte("0123456789"), 20_000)}
	m.parts.chain = []uint64{7}
	pieces := m.frames()
	ping := message{kind: framePing, correlation: 1}.frames()
	first := len(firstFrame(pieces))
	between := append(append(append([]byte{}, pieces[:first]...), ping...), pieces[first:]...)
	reader := newFrameReader(bytes.NewReader(between), ourMessageBytes)
	if got, err := reader.next(); err != nil || got.kind != framePing {
		t.Errorf("%+v, %v", got, err)
	}
	got, err := reader.next()
	if err != nil || !bytes.Equal(got.payload, m.payload) || got.route != 3 || got.parts.chain[0] != 7 {
		t.Errorf("%v", err)
	}
	if _, err := newFrameReader(bytes.NewReader(pieces), 100_000).next(); codeName(err) != "over_limit" {
		t.Errorf("%v", err)
	}
}

// What a parent would end the session for, a child ends it for too: the frames of the vectors'
// conversations that are wrong by themselves.
func TestBadFrames(t *testing.T) {
	text, err := os.ReadFile("../../../tests/vectors/frames.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Conversations []struct{ Name, Hex, Ends string }
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	alone := map[string]bool{"a chunk of nothing": true, "a chunk of another message": true,
		"a chunk without payload": true, "data between chunks": true, "an ask with id 0": true,
		"a tell with an id": true, "a deadline on a reply": true, "a negative deadline": true,
		"flags without their bytes": true, "a chain longer than its frame": true,
		"padding that is not zero": true, "a ping with a payload": true, "a frame type that is none": true,
		"a flag that is none": true, "a length beyond the limit": true, "a credit of another size": true,
		"a window on a tell": true}
	seen := 0
	for _, c := range v.Conversations {
		if !alone[c.Name] {
			continue
		}
		seen++
		reader := newFrameReader(bytes.NewReader(unhex(t, c.Hex)), ourMessageBytes)
		var err error
		for err == nil {
			_, err = reader.next()
		}
		if got := codeName(err); got != c.Ends {
			t.Errorf("%s: %s, want %s", c.Name, got, c.Ends)
		}
	}
	if seen != len(alone) {
		t.Errorf("%d of %d cases are there", seen, len(alone))
	}
}
