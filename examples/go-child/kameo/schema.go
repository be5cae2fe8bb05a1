package kameo

// What schema bytes hold: docs/protocol.md, "Schema bytes". Only what a child needs is kept.

type Kind uint16

const (
	Bool Kind = iota
	I8
	I16
	I32
	I64
	U8
	U16
	U32
	U64
	F32
	F64
	String
	Bytes
	Timestamp
	Duration
	UUID
	DecimalKind
	Optional
	List
	Set
	Map
	Fixed
	Tuple
	Numeric
	Named
)

type Type struct {
	Kind Kind
	Args []Type
	Dims []uint32
	Ref  uint32
}

type Form uint16

const (
	Structure Form = iota
	Enumeration
	TaggedUnion
	Alias
)

type Field struct {
	Name    string
	Type    Type
	Default []byte // payload; nil where there is none
}

type Shape uint16

const (
	Unit Shape = iota
	Value
	Fields
)

type Variant struct {
	Name   string
	Shape  Shape
	Fields []Field
}

type TypeDef struct {
	Package, Name string
	Form          Form
	Fields        []Field
	Values        []string
	Variants      []Variant
	Target        Type
}

type Answer uint16

const (
	NoAnswer Answer = iota
	Reply
	Stream
)

type Method struct {
	Name        string
	Request     uint32
	Answer      Answer
	Output      Type
	Input       *Type
	Errors      []uint32
	DeadlineMS  int64
	Concurrency uint32
}

type Module struct {
	Name      string
	Callbacks []Method
}

type Actor struct {
	Package, Name string
	Config        uint32
	Uses          []uint32
	Handlers      []Method
	Concurrency   uint32
}

type Package struct {
	Name    string
	Types   []TypeDef
	Modules []Module
	Actors  []Actor
}

// Least sizes in bytes, by which claims about counts are judged.
const (
	leastType    = 14
	leastField   = 4 + 4 + leastType + 9 + 1 + 4 + 1
	leastTypeDef = 4 * 8
	leastMethod  = 60
)

// ReadSchema takes schema bytes and refuses those of which a child could not be sure.
func ReadSchema(bytes []byte) (*Package, error) {
	r := newReader(bytes, BadRequest)
	if string(r.take(4)) != "KSCH" {
		r.fail("no schema bytes")
	} else if version := r.u16(); version != 1 {
		r.fail("schema bytes of version %d; this reads 1", version)
	}
	p := &Package{Name: r.text()}
	files := r.count(16)
	imports := []uint32{}
	for i := 0; i < files && r.err == nil; i++ {
		r.text()
		r.text()
		r.text()
		imports = append(imports, readIndices(r)...)
	}
	for n := r.count(leastTypeDef); n > 0 && r.err == nil; n-- {
		p.Types = append(p.Types, readTypeDef(r))
	}
	for n := r.count(20); n > 0 && r.err == nil; n-- {
		r.text() // its package
		m := Module{Name: r.text()}
		r.text()
		m.Callbacks = readMethods(r)
		r.u32()
		p.Modules = append(p.Modules, m)
	}
	for n := r.count(37); n > 0 && r.err == nil; n-- {
		a := Actor{Package: r.text(), Name: r.text()}
		r.text()
		r.text()
		a.Config = r.u32()
		a.Uses = readIndices(r)
		a.Handlers = readMethods(r)
		a.Concurrency = r.u32()
		r.flag()
		r.u32()
		p.Actors = append(p.Actors, a)
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	for _, file := range imports {
		if int(file) >= files {
			return nil, failf(BadRequest, "an import of file %d; there are %d", file, files)
		}
	}
	return p, p.check()
}

func readIndices(r *reader) []uint32 {
	var all []uint32
	for n := r.count(4); n > 0 && r.err == nil; n-- {
		all = append(all, r.u32())
	}
	return all
}

func readType(r *reader, levels int) Type {
	t := Type{Kind: Kind(r.u16())}
	if t.Kind > Named {
		r.fail("a type of kind %d", t.Kind)
	}
	if levels == 0 {
		r.fail("a type nested deeper than 32")
	}
	for n := r.count(leastType); n > 0 && r.err == nil; n-- {
		t.Args = append(t.Args, readType(r, levels-1))
	}
	t.Dims = readIndices(r)
	t.Ref = r.u32()
	return t
}

func readFields(r *reader) []Field {
	var all []Field
	for n := r.count(leastField); n > 0 && r.err == nil; n-- {
		f := Field{Name: r.text()}
		r.text()
		f.Type = readType(r, 32)
		for i := 0; i < 3; i++ { // limits: min, max, multiple_of
			if r.flag() {
				r.text()
			}
		}
		for i := 0; i < 4; i++ {
			if r.flag() {
				r.u64()
			}
		}
		if r.flag() {
			r.text() // pattern
		}
		r.flag()
		if r.flag() {
			f.Default = r.bytes()
			if f.Default == nil {
				f.Default = []byte{}
			}
		}
		r.text()
		r.flag()
		all = append(all, f)
	}
	return all
}

func readTypeDef(r *reader) TypeDef {
	d := TypeDef{Package: r.text(), Name: r.text()}
	r.text()
	r.text()
	if d.Form = Form(r.u16()); d.Form > Alias {
		r.fail("a type of form %d", d.Form)
	}
	d.Fields = readFields(r)
	for n := r.count(12); n > 0 && r.err == nil; n-- {
		d.Values = append(d.Values, r.text())
		r.text()
		r.text()
	}
	for n := r.count(18); n > 0 && r.err == nil; n-- {
		v := Variant{Name: r.text()}
		r.text()
		r.text()
		if v.Shape = Shape(r.u16()); v.Shape > Fields {
			r.fail("a variant of shape %d", v.Shape)
		}
		v.Fields = readFields(r)
		d.Variants = append(d.Variants, v)
	}
	d.Target = readType(r, 32)
	r.u32()
	return d
}

func readMethods(r *reader) []Method {
	var all []Method
	for n := r.count(leastMethod); n > 0 && r.err == nil; n-- {
		m := Method{Name: r.text()}
		r.text()
		r.text()
		m.Request = r.u32()
		if m.Answer = Answer(r.u16()); m.Answer > Stream {
			r.fail("an answer of kind %d", m.Answer)
		}
		m.Output = readType(r, 32)
		if r.flag() {
			input := readType(r, 32)
			m.Input = &input
		}
		m.Errors = readIndices(r)
		r.flag()
		r.flag()
		r.u64()
		m.DeadlineMS = int64(r.u64())
		m.Concurrency = r.u32()
		r.u32()
		all = append(all, m)
	}
	return all
}

// resolve follows aliases; in a schema that was read they come to an end.
func (p *Package) resolve(t Type) Type {
	for t.Kind == Named && p.Types[t.Ref].Form == Alias {
		t = p.Types[t.Ref].Target
	}
	return t
}

func (p *Package) actor(name string) *Actor {
	for i := range p.Actors {
		if p.Actors[i].Package+"."+p.Actors[i].Name == name {
			return &p.Actors[i]
		}
	}
	return nil
}

// method of an actor's handler `evaluate`, or of a callback `market.Price`.
func (p *Package) method(actor *Actor, name string) *Method {
	if actor != nil {
		for i := range actor.Handlers {
			if actor.Handlers[i].Name == name {
				return &actor.Handlers[i]
			}
		}
	}
	for _, module := range p.Modules {
		for i := range module.Callbacks {
			if module.Name+"."+module.Callbacks[i].Name == name {
				return &module.Callbacks[i]
			}
		}
	}
	return nil
}
