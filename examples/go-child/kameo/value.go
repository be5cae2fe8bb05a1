package kameo

import (
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// How values look in Go, without generated code:
//
//	bool, int8 … int64, uint8 … uint64, float32, float64, string, []byte
//	timestamp, duration   Micros: microseconds, since 1970 or as a length
//	uuid                  [16]byte
//	decimal               Decimal
//	optional              nil or the value
//	list, set, fixed, tuple   []any
//	map                   []Entry
//	array                 Array
//	struct                Record
//	enum                  string, the value's name
//	union                 Variation; its Value is nil, the value, or a Record
//
// What is written may also be an int where any integer is declared, and a plain []T or map[string]T of
// these for a list or a map of strings.

type Micros int64

type Record map[string]any

type Entry struct{ Key, Value any }

type Variation struct {
	Tag   string
	Value any
}

type Decimal struct {
	High, Low uint64 // the coefficient
	Exponent  int16
	Negative  bool
}

type Array struct {
	Dims    []uint32
	Numbers []any
}

// Decode reads the payload of a value; no byte may be left over.
func (p *Package) Decode(t Type, payload []byte) (any, error) {
	r := newReader(payload, BadRequest)
	value := p.read(r, t)
	if err := r.end(); err != nil {
		return nil, err
	}
	return value, nil
}

func (p *Package) read(r *reader, t Type) any {
	if r.err != nil {
		return nil
	}
	switch t.Kind {
	case Bool:
		return r.flag()
	case I8:
		return int8(r.u8())
	case I16:
		return int16(r.u16())
	case I32:
		return int32(r.u32())
	case I64:
		return int64(r.u64())
	case U8:
		return r.u8()
	case U16:
		return r.u16()
	case U32:
		return r.u32()
	case U64:
		return r.u64()
	case F32:
		return math.Float32frombits(r.u32())
	case F64:
		return math.Float64frombits(r.u64())
	case String:
		return r.text()
	case Bytes:
		return r.bytes()
	case Timestamp, Duration:
		return Micros(r.u64())
	case UUID:
		var id [16]byte
		copy(id[:], r.take(16))
		return id
	case DecimalKind:
		return readDecimal(r)
	case Optional:
		if !r.flag() {
			return nil
		}
		return p.read(r, t.Args[0])
	case List:
		return p.readElements(r, t.Args[0], r.count(1), false)
	case Set:
		return p.readElements(r, t.Args[0], r.count(1), true)
	case Map:
		return p.readMap(r, t)
	case Fixed:
		return p.readElements(r, t.Args[0], int(t.Dims[0]), false)
	case Tuple:
		var all []any
		for _, arg := range t.Args {
			all = append(all, p.read(r, arg))
		}
		return all
	case Numeric:
		return p.readArray(r, t)
	}
	return p.readNamed(r, p.Types[t.Ref])
}

func readDecimal(r *reader) any {
	d := Decimal{Low: r.u64(), High: r.u64(), Exponent: int16(r.u16()), Negative: r.flag()}
	if r.err == nil && !d.valid() {
		r.fail("a decimal out of its range")
	}
	return d
}

// Below 10^34, which is 0x1ed09bead87c0 378d8e6400000000.
func (d Decimal) valid() bool {
	const high, low = 0x1ed09bead87c0, 0x378d8e6400000000
	return (d.High < high || (d.High == high && d.Low < low)) && d.Exponent >= -6176 && d.Exponent <= 6111
}

func (p *Package) readElements(r *reader, t Type, n int, once bool) any {
	all, seen := []any{}, map[string]bool{}
	for ; n > 0 && r.err == nil; n-- {
		start := r.at
		value := p.read(r, t)
		if once {
			if encoded := string(r.data[start:r.at]); seen[encoded] {
				r.fail("an element twice in a set")
			} else {
				seen[encoded] = true
			}
		}
		all = append(all, value)
	}
	return all
}

func (p *Package) readMap(r *reader, t Type) any {
	all, seen := []Entry{}, map[string]bool{}
	for n := r.count(1); n > 0 && r.err == nil; n-- {
		start := r.at
		key := p.read(r, t.Args[0])
		if encoded := string(r.data[start:r.at]); seen[encoded] {
			r.fail("a key twice in a map")
		} else {
			seen[encoded] = true
		}
		all = append(all, Entry{key, p.read(r, t.Args[1])})
	}
	return all
}

func width(k Kind) int {
	switch k {
	case I8, U8:
		return 1
	case I16, U16:
		return 2
	case I32, U32, F32:
		return 4
	}
	return 8
}

func declaredDims(t Type) []uint32 {
	if len(t.Dims) == 0 {
		return []uint32{0}
	}
	return t.Dims
}

func (p *Package) readArray(r *reader, t Type) any {
	a := Array{Numbers: []any{}}
	count := uint64(1)
	empty, wraps := false, false
	for _, declared := range declaredDims(t) {
		dim := r.u32()
		if declared != 0 && dim != declared {
			r.fail("a dimension of %d where %d is declared", dim, declared)
		}
		a.Dims = append(a.Dims, dim)
		empty = empty || dim == 0
		over, product := bits.Mul64(count, uint64(dim))
		count, wraps = product, wraps || over != 0
	}
	if empty {
		count, wraps = 0, false
	}
	size := width(t.Args[0].Kind)
	for _, zero := range r.take(-r.at & (size - 1)) {
		if zero != 0 {
			r.fail("padding that is not zero")
		}
	}
	if r.err == nil && (wraps || count > uint64((len(r.data)-r.at)/size)) {
		r.fail("an array larger than its payload")
	}
	for ; count > 0 && r.err == nil; count-- {
		a.Numbers = append(a.Numbers, p.read(r, t.Args[0]))
	}
	return a
}

func (p *Package) readNamed(r *reader, d TypeDef) any {
	switch d.Form {
	case Alias:
		return p.read(r, d.Target)
	case Enumeration:
		i := int(r.u16())
		if i >= len(d.Values) {
			r.fail("value %d of %s", i, d.Name)
			return nil
		}
		return d.Values[i]
	}
	if !r.enter() {
		return nil
	}
	defer r.leave()
	if d.Form == Structure {
		return p.readFields(r, d.Fields)
	}
	i := int(r.u16())
	if i >= len(d.Variants) {
		r.fail("variant %d of %s", i, d.Name)
		return nil
	}
	v := d.Variants[i]
	switch v.Shape {
	case Value:
		return Variation{v.Name, p.read(r, v.Fields[0].Type)}
	case Fields:
		return Variation{v.Name, p.readFields(r, v.Fields)}
	}
	return Variation{Tag: v.Name}
}

func (p *Package) readFields(r *reader, fields []Field) Record {
	record := make(Record, len(fields))
	for _, f := range fields {
		record[f.Name] = p.read(r, f.Type)
	}
	return record
}

// Encode writes the payload of a value. Its errors name the place in it.
func (p *Package) Encode(t Type, value any) ([]byte, error) {
	w := writer{p: p, path: "value"}
	if err := w.write(t, value); err != nil {
		return nil, err
	}
	return w.b, nil
}

func (p *Package) encodeRecord(structure uint32, value Record) ([]byte, error) {
	return p.Encode(Type{Kind: Named, Ref: structure}, value)
}

type writer struct {
	p    *Package
	b    []byte
	path string
}

func (w *writer) wrong(t Type, value any) error {
	return fmt.Errorf("%s: expected %s, got %v", w.path, w.p.Spelling(t), value)
}

// Spelling of a type in the IDL.
func (p *Package) Spelling(t Type) string {
	if t.Kind == Named {
		return p.Types[t.Ref].Package + "." + p.Types[t.Ref].Name
	}
	text := kindNames[t.Kind]
	for i, arg := range t.Args {
		text += map[bool]string{true: "<", false: "; "}[i == 0] + p.Spelling(arg)
	}
	if len(t.Args) > 0 {
		text += ">"
	}
	return text
}

func (w *writer) at(step string, t Type, value any) error {
	before := w.path
	w.path += step
	err := w.write(t, value)
	w.path = before
	return err
}

func (w *writer) write(t Type, value any) error {
	switch t.Kind {
	case I8, I16, I32, I64, U8, U16, U32, U64, Timestamp, Duration:
		return w.writeInteger(t, value)
	case Bool:
		v, ok := value.(bool)
		if !ok {
			return w.wrong(t, value)
		}
		w.b = appendFlag(w.b, v)
	case F32:
		v, ok := value.(float32)
		if !ok {
			return w.wrong(t, value)
		}
		w.b = appendU32(w.b, math.Float32bits(v))
	case F64:
		v, ok := value.(float64)
		if !ok {
			return w.wrong(t, value)
		}
		w.b = appendU64(w.b, math.Float64bits(v))
	case String:
		v, ok := value.(string)
		if !ok || !utf8.ValidString(v) {
			return w.wrong(t, value)
		}
		w.b = appendBytes(w.b, []byte(v))
	case Bytes:
		v, ok := value.([]byte)
		if !ok {
			return w.wrong(t, value)
		}
		w.b = appendBytes(w.b, v)
	case UUID:
		v, ok := value.([16]byte)
		if !ok {
			return w.wrong(t, value)
		}
		w.b = append(w.b, v[:]...)
	case DecimalKind:
		v, ok := value.(Decimal)
		if !ok || !v.valid() {
			return w.wrong(t, value)
		}
		w.b = appendU64(appendU64(w.b, v.Low), v.High)
		w.b = appendFlag(appendU16(w.b, uint16(v.Exponent)), v.Negative)
	case Optional:
		w.b = appendFlag(w.b, value != nil)
		if value != nil {
			return w.write(t.Args[0], value)
		}
	case List, Set, Fixed, Tuple:
		return w.writeElements(t, value)
	case Map:
		return w.writeMap(t, value)
	case Numeric:
		return w.writeArray(t, value)
	case Named:
		return w.writeNamed(t, w.p.Types[t.Ref], value)
	}
	return nil
}

func (w *writer) writeInteger(t Type, value any) error {
	var v uint64 // its bits
	negative := false
	switch n := value.(type) {
	case int:
		v, negative = uint64(n), n < 0
	case int8:
		v, negative = uint64(n), n < 0
	case int16:
		v, negative = uint64(n), n < 0
	case int32:
		v, negative = uint64(n), n < 0
	case int64:
		v, negative = uint64(n), n < 0
	case Micros:
		v, negative = uint64(n), n < 0
	case uint8:
		v = uint64(n)
	case uint16:
		v = uint64(n)
	case uint32:
		v = uint64(n)
	case uint64:
		v = n
	default:
		return w.wrong(t, value)
	}
	size, signed := width(t.Kind), t.Kind < U8 || t.Kind > U64
	fits := !negative && (size == 8 || v < 1<<(8*size))
	if signed {
		fits = !negative && v < 1<<(8*size-1) || negative && int64(v) >= -1<<(8*size-1)
	}
	if !fits {
		return w.wrong(t, value)
	}
	for i := 0; i < size; i++ {
		w.b = append(w.b, byte(v>>(8*i)))
	}
	return nil
}

func asList(value any) ([]any, bool) {
	switch list := value.(type) {
	case []any:
		return list, true
	case []string:
		return anys(list), true
	case []uint32:
		return anys(list), true
	case []Record:
		return anys(list), true
	}
	return nil, false
}

func anys[T any](list []T) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

func (w *writer) writeElements(t Type, value any) error {
	list, ok := asList(value)
	if !ok || (t.Kind == Fixed && len(list) != int(t.Dims[0])) || (t.Kind == Tuple && len(list) != len(t.Args)) {
		return w.wrong(t, value)
	}
	if t.Kind == List || t.Kind == Set {
		w.b = appendU32(w.b, uint32(len(list)))
	}
	for i, element := range list {
		arg := t.Args[0]
		if t.Kind == Tuple {
			arg = t.Args[i]
		}
		if err := w.at(fmt.Sprintf("[%d]", i), arg, element); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) writeMap(t Type, value any) error {
	entries, ok := value.([]Entry)
	if texts, isTexts := value.(map[string]string); isTexts {
		for key, text := range texts {
			entries = append(entries, Entry{key, text})
		}
		ok = true
	}
	if !ok {
		return w.wrong(t, value)
	}
	w.b = appendU32(w.b, uint32(len(entries)))
	for _, e := range entries {
		step := fmt.Sprintf("[%v]", e.Key)
		if err := w.at(step, t.Args[0], e.Key); err != nil {
			return err
		}
		if err := w.at(step, t.Args[1], e.Value); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) writeArray(t Type, value any) error {
	a, ok := value.(Array)
	declared := declaredDims(t)
	if !ok || len(a.Dims) != len(declared) {
		return w.wrong(t, value)
	}
	count := 1
	for i, dim := range a.Dims {
		if declared[i] != 0 && declared[i] != dim {
			return w.wrong(t, value)
		}
		w.b = appendU32(w.b, dim)
		count *= int(dim)
	}
	if count != len(a.Numbers) {
		return w.wrong(t, value)
	}
	for len(w.b)%width(t.Args[0].Kind) != 0 {
		w.b = append(w.b, 0)
	}
	for i, number := range a.Numbers {
		if err := w.at(fmt.Sprintf("[%d]", i), t.Args[0], number); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) writeNamed(t Type, d TypeDef, value any) error {
	switch d.Form {
	case Alias:
		return w.write(d.Target, value)
	case Structure:
		record, ok := value.(Record)
		if !ok {
			return w.wrong(t, value)
		}
		return w.writeFields(d.Name, d.Fields, record)
	case Enumeration:
		for i, name := range d.Values {
			if name == value {
				w.b = appendU16(w.b, uint16(i))
				return nil
			}
		}
		return w.wrong(t, value)
	}
	chosen, ok := value.(Variation)
	for i, v := range d.Variants {
		if !ok || v.Name != chosen.Tag {
			continue
		}
		w.b = appendU16(w.b, uint16(i))
		switch v.Shape {
		case Value:
			return w.at("."+v.Name, v.Fields[0].Type, chosen.Value)
		case Fields:
			record, isRecord := chosen.Value.(Record)
			if !isRecord {
				return w.wrong(t, value)
			}
			return w.writeFields(v.Name, v.Fields, record)
		}
		return nil
	}
	return w.wrong(t, value)
}

func (w *writer) writeFields(name string, fields []Field, record Record) error {
	known := 0
	for _, f := range fields {
		value, given := record[f.Name]
		if given {
			known++
		} else if f.Default != nil {
			defaultValue, err := w.p.Decode(f.Type, f.Default)
			if err != nil {
				return err
			}
			value = defaultValue
		} else if w.p.resolve(f.Type).Kind != Optional {
			return fmt.Errorf("%s.%s: missing; expected %s", w.path, f.Name, w.p.Spelling(f.Type))
		}
		if err := w.at("."+f.Name, f.Type, value); err != nil {
			return err
		}
	}
	if known != len(record) {
		return fmt.Errorf("%s: a field that %s does not have", w.path, name)
	}
	return nil
}
