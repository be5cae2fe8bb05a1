package kameo

import "fmt"

// Code is the number of an error: docs/protocol.md, "Errors".
type Code uint16

const (
	Internal         Code = 1
	HandlerFailed    Code = 3
	DeclaredError    Code = 4
	BadRequest       Code = 5
	BadReply         Code = 6
	UnknownRoute     Code = 7
	Cancelled        Code = 10
	DeadlineExceeded Code = 11
	StartFailed      Code = 15
	BadFrame         Code = 17
	OverLimit        Code = 18
	SessionClosed    Code = 19
	NotProvided      Code = 21
)

// Error is what goes over the wire where something went wrong. A handler may return one, to say more
// than an error of its own says.
type Error struct {
	Code      Code
	Message   string
	Where     string
	Type      string
	Traceback string
	Notes     []string
	Cause     string
	Declared  string // with DeclaredError: full IDL name of the error …
	Value     Record // … and its value
	payload   []byte
}

func (e *Error) Error() string { return e.Message }

func failf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// The payload of an error frame. Text that is no UTF-8 would be a breach.
func (e *Error) encode() []byte {
	var b []byte
	b = appendU16(b, uint16(e.Code))
	for _, text := range []string{e.Message, e.Where, e.Type, e.Traceback} {
		b = appendText(b, text)
	}
	b = appendU32(b, uint32(len(e.Notes)))
	for _, note := range e.Notes {
		b = appendText(b, note)
	}
	b = appendText(b, e.Cause)
	b = appendText(b, e.Declared)
	return appendBytes(b, e.payload)
}

func decodeError(payload []byte) (*Error, error) {
	r := newReader(payload, BadFrame)
	e := &Error{Code: Code(r.u16()), Message: r.text(), Where: r.text(), Type: r.text(), Traceback: r.text()}
	for n := r.count(4); n > 0 && r.err == nil; n-- {
		e.Notes = append(e.Notes, r.text())
	}
	e.Cause, e.Declared = r.text(), r.text()
	e.payload = r.bytes()
	return e, r.failure() // fields of a later minor version may follow
}
