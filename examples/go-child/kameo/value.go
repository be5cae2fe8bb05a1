package kameo

import (
	"math"
	"math/bits"
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
