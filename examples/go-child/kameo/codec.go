package kameo

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

var little = binary.LittleEndian

func appendU16(b []byte, v uint16) []byte { return little.AppendUint16(b, v) }
func appendU32(b []byte, v uint32) []byte { return little.AppendUint32(b, v) }
func appendU64(b []byte, v uint64) []byte { return little.AppendUint64(b, v) }

func appendBytes(b, v []byte) []byte { return append(appendU32(b, uint32(len(v))), v...) }

// For texts of the program's own, which need not be UTF-8.
func appendText(b []byte, text string) []byte {
	return appendBytes(b, []byte(strings.ToValidUTF8(text, "\uFFFD")))
}

func appendFlag(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// A reader of a payload. What it is given is the peer's claim: it judges lengths before it takes
// memory for them. After the first error it gives zeros.
type reader struct {
	data     []byte
	at       int
	code     Code // of an error that is none of limits
	err      *Error
	depth    int // structs and unions that may still be entered
	elements int // that may still come
}

func newReader(payload []byte, code Code) *reader {
	return &reader{data: payload, code: code, depth: 64, elements: 16777216}
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = failf(r.code, format, args...)
	}
}

func (r *reader) failure() error {
	if r.err != nil {
		return r.err
	}
	return nil
}

// end is for payloads in which no byte may be left over.
func (r *reader) end() error {
	if r.at != len(r.data) {
		r.fail("%d bytes after the value", len(r.data)-r.at)
	}
	return r.failure()
}

func (r *reader) take(size int) []byte {
	if r.err == nil && size > len(r.data)-r.at {
		r.fail("truncated: %d bytes wanted, %d there", size, len(r.data)-r.at)
	}
	if r.err != nil {
		return nil
	}
	r.at += size
	return r.data[r.at-size : r.at]
}

func (r *reader) u8() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return little.Uint16(b)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return little.Uint32(b)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.take(8); b != nil {
		return little.Uint64(b)
	}
	return 0
}

func (r *reader) flag() bool {
	v := r.u8()
	if v > 1 {
		r.fail("a flag of %d", v)
	}
	return v == 1
}

// count of elements that take at least `least` bytes each.
func (r *reader) count(least int) int {
	n := int(r.u32())
	if r.err == nil && n > (len(r.data)-r.at)/least {
		r.fail("a count of %d, more than there are bytes for", n)
	}
	if r.elements -= n; r.err == nil && r.elements < 0 {
		r.err = failf(OverLimit, "more elements than a payload may have")
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *reader) bytes() []byte {
	size := r.u32()
	if r.err == nil && uint64(size) > uint64(len(r.data)-r.at) {
		r.fail("%d bytes claimed, %d there", size, len(r.data)-r.at)
	}
	return append([]byte(nil), r.take(int(size))...)
}

func (r *reader) text() string {
	b := r.bytes()
	if !utf8.Valid(b) {
		r.fail("text that is no UTF-8")
	}
	return string(b)
}

func (r *reader) enter() bool {
	if r.depth--; r.depth < 0 && r.err == nil {
		r.err = failf(OverLimit, "structs and unions nested deeper than allowed")
	}
	return r.err == nil
}

func (r *reader) leave() { r.depth++ }
