package kameo

import (
	"fmt"
	"math"
	"unicode/utf8"
)

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
