package kameo

import "math"

// The rules that a schema must keep, so that payloads can be read by it without a second thought:
// docs/protocol.md, "Schema bytes".

const unbounded = math.MaxInt32

type checker struct {
	p      *Package
	sizes  []int // least bytes of a value of each declared type
	levels []int // least nesting of one
}

func (p *Package) check() error {
	c := &checker{p: p, sizes: make([]int, len(p.Types)), levels: make([]int, len(p.Types))}
	for _, d := range p.Types {
		if err := c.declaration(d); err != nil {
			return err
		}
	}
	for i := range p.Types {
		if p.Types[i].Form == Alias && !c.aliasEnds(i) {
			return failf(BadRequest, "%s is an alias of itself", p.Types[i].Name)
		}
	}
	c.measure()
	for i, d := range p.Types {
		if c.sizes[i] >= unbounded {
			return failf(BadRequest, "%s holds itself without an end", d.Name)
		}
		if c.levels[i] > 64 {
			return failf(BadRequest, "%s needs more than 64 levels", d.Name)
		}
		for _, t := range typesOf(d) {
			if err := c.use(t); err != nil {
				return err
			}
		}
	}
	return c.methods()
}

func typesOf(d TypeDef) []Type {
	var all []Type
	if d.Form == Alias {
		all = append(all, d.Target)
	}
	for _, f := range d.Fields {
		all = append(all, f.Type)
	}
	for _, v := range d.Variants {
		for _, f := range v.Fields {
			all = append(all, f.Type)
		}
	}
	return all
}

func (c *checker) declaration(d TypeDef) error {
	switch {
	case d.Form == Enumeration && (len(d.Values) == 0 || len(d.Values) > 65535):
		return failf(BadRequest, "%s has %d values", d.Name, len(d.Values))
	case d.Form == TaggedUnion && (len(d.Variants) == 0 || len(d.Variants) > 65535):
		return failf(BadRequest, "%s has %d variants", d.Name, len(d.Variants))
	}
	for _, v := range d.Variants {
		if v.Shape == Value && len(v.Fields) != 1 {
			return failf(BadRequest, "%s.%s has no one value", d.Name, v.Name)
		}
	}
	for _, t := range typesOf(d) {
		if err := c.indices(t); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) indices(t Type) error {
	if t.Kind == Named && int(t.Ref) >= len(c.p.Types) {
		return failf(BadRequest, "a type with number %d; there are %d", t.Ref, len(c.p.Types))
	}
	least, most := 0, 0
	switch t.Kind {
	case Optional, List, Set, Fixed, Numeric:
		least, most = 1, 1
	case Map:
		least, most = 2, 2
	case Tuple:
		least, most = 1, 64
	}
	if len(t.Args) < least || len(t.Args) > most {
		return failf(BadRequest, "a type of kind %d with %d arguments", t.Kind, len(t.Args))
	}
	most = 0
	switch t.Kind {
	case Fixed:
		most = 1
	case Numeric:
		most = 8
	}
	if len(t.Dims) > most || (t.Kind == Fixed && len(t.Dims) != 1) {
		return failf(BadRequest, "a type of kind %d with %d dimensions", t.Kind, len(t.Dims))
	}
	for _, arg := range t.Args {
		if err := c.indices(arg); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) aliasEnds(i int) bool {
	for range c.p.Types {
		t := c.p.Types[i].Target
		if t.Kind != Named || c.p.Types[t.Ref].Form != Alias {
			return true
		}
		i = int(t.Ref)
	}
	return false
}

// measure finds the least size and nesting of each type: from "without end" down until nothing gets
// smaller any more.
func (c *checker) measure() {
	for i := range c.sizes {
		c.sizes[i], c.levels[i] = unbounded, unbounded
	}
	for changed := true; changed; {
		changed = false
		for i, d := range c.p.Types {
			size, level := 0, 0
			switch d.Form {
			case Structure:
				size, level = c.fields(d.Fields)
				level = bounded(level + 1)
			case Enumeration:
				size = 2
			case TaggedUnion:
				size, level = unbounded, unbounded
				for _, v := range d.Variants {
					s, l := c.fields(v.Fields)
					size, level = least(size, bounded(s+2)), least(level, bounded(l+1))
				}
			case Alias:
				size, level = c.least(d.Target)
			}
			if size < c.sizes[i] || level < c.levels[i] {
				c.sizes[i], c.levels[i] = size, level
				changed = true
			}
		}
	}
}

func (c *checker) fields(fields []Field) (size, level int) {
	for _, f := range fields {
		s, l := c.least(f.Type)
		size = bounded(size + s)
		if l > level {
			level = l
		}
	}
	return size, level
}

func (c *checker) least(t Type) (size, level int) {
	switch t.Kind {
	case Bool, I8, U8, Optional:
		return 1, 0
	case I16, U16:
		return 2, 0
	case I32, U32, F32, String, Bytes, List, Set, Map:
		return 4, 0
	case I64, U64, F64, Timestamp, Duration:
		return 8, 0
	case UUID:
		return 16, 0
	case DecimalKind:
		return 19, 0
	case Numeric:
		return 4, 0
	case Named:
		return c.sizes[t.Ref], c.levels[t.Ref]
	}
	times := 1
	if t.Kind == Fixed {
		times = int(t.Dims[0])
	}
	for _, arg := range t.Args {
		s, l := c.least(arg)
		if s > 0 && times > unbounded/s {
			return unbounded, l
		}
		size = bounded(size + s*times)
		if l > level {
			level = l
		}
	}
	return size, level
}

func least(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func bounded(n int) int { return least(n, unbounded) }

// use of a type in a field, an alias or a method, aliases followed.
func (c *checker) use(t Type) error {
	parts := 0
	return c.part(t, 32, &parts)
}

func (c *checker) part(t Type, levels int, parts *int) error {
	if *parts++; *parts > 4096 || levels == 0 {
		return failf(BadRequest, "a type of too many parts")
	}
	if t.Kind == Named {
		if d := c.p.Types[t.Ref]; d.Form == Alias {
			return c.part(d.Target, levels-1, parts)
		}
		return nil
	}
	switch t.Kind {
	case Optional:
		if c.p.resolve(t.Args[0]).Kind == Optional {
			return failf(BadRequest, "an optional of an optional")
		}
	case Set, Map:
		if !c.canBeKey(t.Args[0]) {
			return failf(BadRequest, "a key or element of a kind that cannot be one")
		}
	case List, Fixed:
		if size, _ := c.least(t.Args[0]); size == 0 {
			return failf(BadRequest, "elements that carry nothing")
		}
	case Numeric:
		if k := t.Args[0].Kind; k < I8 || k > F64 {
			return failf(BadRequest, "an array of what is no number")
		}
	}
	for _, arg := range t.Args {
		if err := c.part(arg, levels-1, parts); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) canBeKey(t Type) bool {
	t = c.p.resolve(t)
	switch {
	case t.Kind <= U64, t.Kind == String, t.Kind == Bytes, t.Kind == UUID:
		return true
	case t.Kind == Named:
		return c.p.Types[t.Ref].Form == Enumeration
	}
	return false
}

func (c *checker) structure(i uint32) error {
	if int(i) >= len(c.p.Types) || c.p.Types[i].Form != Structure {
		return failf(BadRequest, "type %d is no structure", i)
	}
	return nil
}

func (c *checker) methods() error {
	var all []Method
	for _, m := range c.p.Modules {
		all = append(all, m.Callbacks...)
	}
	for _, a := range c.p.Actors {
		if err := c.structure(a.Config); err != nil {
			return err
		}
		for _, module := range a.Uses {
			if int(module) >= len(c.p.Modules) {
				return failf(BadRequest, "a module with number %d; there are %d", module, len(c.p.Modules))
			}
		}
		all = append(all, a.Handlers...)
	}
	for _, m := range all {
		for _, i := range append([]uint32{m.Request}, m.Errors...) {
			if err := c.structure(i); err != nil {
				return err
			}
		}
		var uses []Type
		if m.Answer != NoAnswer {
			uses = append(uses, m.Output)
		}
		if m.Input != nil {
			uses = append(uses, *m.Input)
		}
		for _, t := range uses {
			if err := c.indices(t); err != nil {
				return err
			}
			if err := c.use(t); err != nil {
				return err
			}
		}
	}
	return nil
}
