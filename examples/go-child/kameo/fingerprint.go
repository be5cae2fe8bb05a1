package kameo

import (
	"fmt"
	"hash/fnv"
	"strings"
)

var kindNames = [...]string{"bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64",
	"string", "bytes", "timestamp", "duration", "uuid", "decimal", "optional", "list", "set", "map",
	"fixed", "tuple", "array"}

// canonical writes a method down as docs/protocol.md, "Fingerprints", has it.
type canonical struct {
	p      *Package
	number map[uint32]int
	order  []uint32
}

func (p *Package) canonical(m *Method) string {
	c := &canonical{p: p, number: map[uint32]int{}}
	text := c.named(m.Request)
	if m.Input != nil {
		text += "<-" + c.typeText(*m.Input)
	}
	switch m.Answer {
	case NoAnswer:
		text += "->none"
	case Reply:
		text += "->reply " + c.typeText(m.Output)
	case Stream:
		text += "->stream " + c.typeText(m.Output)
	}
	for _, e := range m.Errors {
		text += "!" + p.Types[e].Package + "." + p.Types[e].Name + " " + c.named(e)
	}
	for at := 0; at < len(c.order); at++ { // a definition may mention new types
		text += fmt.Sprintf("\n#%d=%s", at+1, c.definition(p.Types[c.order[at]]))
	}
	return text
}

// fingerprint tells methods apart whose messages differ.
func (p *Package) fingerprint(m *Method) uint64 {
	hash := fnv.New64a()
	hash.Write([]byte(p.canonical(m)))
	return hash.Sum64()
}

func (c *canonical) named(ref uint32) string {
	if _, known := c.number[ref]; !known {
		c.order = append(c.order, ref)
		c.number[ref] = len(c.order)
	}
	return fmt.Sprintf("#%d", c.number[ref])
}

func (c *canonical) typeText(t Type) string {
	t = c.p.resolve(t)
	if t.Kind == Named {
		return c.named(t.Ref)
	}
	var inner []string
	for _, arg := range t.Args {
		inner = append(inner, c.typeText(arg))
	}
	for _, dim := range t.Dims {
		inner = append(inner, fmt.Sprint(dim))
	}
	if len(inner) == 0 {
		return kindNames[t.Kind]
	}
	return kindNames[t.Kind] + "<" + strings.Join(inner, ";") + ">"
}

func (c *canonical) fields(fields []Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Name+":"+c.typeText(f.Type))
	}
	return "{" + strings.Join(all, ",") + "}"
}

func (c *canonical) definition(d TypeDef) string {
	switch d.Form {
	case Enumeration:
		return "enum{" + strings.Join(d.Values, ",") + "}"
	case TaggedUnion:
		var all []string
		for _, v := range d.Variants {
			text := v.Name
			switch v.Shape {
			case Value:
				text += ":" + c.typeText(v.Fields[0].Type)
			case Fields:
				text += c.fields(v.Fields)
			}
			all = append(all, text)
		}
		return "union{" + strings.Join(all, ",") + "}"
	}
	return "struct" + c.fields(d.Fields)
}
