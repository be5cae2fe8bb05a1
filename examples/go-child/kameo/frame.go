package kameo

import (
	"bufio"
	"errors"
	"io"
)

type frameType uint8

const (
	frameHello      frameType = 1
	frameWelcome    frameType = 2
	frameReady      frameType = 3
	frameAsk        frameType = 4
	frameTell       frameType = 5
	frameReply      frameType = 6
	frameError      frameType = 7
	frameStreamItem frameType = 8
	frameStreamEnd  frameType = 9
	frameCredit     frameType = 10
	frameCancel     frameType = 11
	frameLog        frameType = 12
	frameMetric     frameType = 13
	framePing       frameType = 14
	framePong       frameType = 15
	frameDrain      frameType = 16
	frameBye        frameType = 17
	frameChunk      frameType = 18
)

const (
	flagDeadline = 1
	flagTrace    = 2
	flagChain    = 4
	flagMore     = 8
	flagWindow   = 16
	flagInput    = 32
)

const (
	headerSize = 16
	maxBody    = 65536
)

func (t frameType) isControl() bool {
	return t == frameCredit || t == frameCancel || t == framePing || t == framePong || t == frameDrain
}

// The flags that go with a type; none for a type that is none.
func (t frameType) flags() (allowed uint8, known bool) {
	switch t {
	case frameAsk:
		return flagDeadline | flagTrace | flagChain | flagMore | flagWindow | flagInput, true
	case frameTell:
		return flagDeadline | flagTrace | flagChain | flagMore, true
	case frameStreamItem, frameStreamEnd:
		return flagMore | flagInput, true
	case frameCredit:
		return flagInput, true
	}
	if t.isControl() {
		return 0, true
	}
	return flagMore, t >= frameHello && t <= frameChunk
}

// Window is credit of a stream.
type Window struct {
	Items uint32
	Bytes uint64
}

func (w Window) append(b []byte) []byte {
	return appendU64(appendU32(appendU32(b, w.Items), 0), w.Bytes)
}

// What the flags of an ask or tell name.
type parts struct {
	deadline    int64 // microseconds
	hasDeadline bool
	trace       []byte // 32 bytes, or none
	chain       []uint64
	window      *Window
	input       bool
}

func (p parts) flags() (flags uint8) {
	if p.hasDeadline {
		flags |= flagDeadline
	}
	if p.trace != nil {
		flags |= flagTrace
	}
	if p.chain != nil {
		flags |= flagChain
	}
	if p.window != nil {
		flags |= flagWindow
	}
	if p.input {
		flags |= flagInput
	}
	return flags
}

func (p parts) append(b []byte) []byte {
	if p.hasDeadline {
		b = appendU64(b, uint64(p.deadline))
	}
	b = append(b, p.trace...)
	if p.chain != nil {
		b = appendU32(appendU32(b, uint32(len(p.chain))), 0)
		for _, id := range p.chain {
			b = appendU64(b, id)
		}
	}
	if p.window != nil {
		b = p.window.append(b)
	}
	return b
}

// A message: a frame, or one with the chunks behind it.
type message struct {
	kind        frameType
	route       uint16
	correlation uint64
	parts       parts
	payload     []byte
}

// frames of the message, as they go to the socket.
func (m message) frames() []byte {
	flags := m.parts.flags()
	head := m.parts.append(nil)
	rest := m.payload
	kind := m.kind
	var b []byte
	for {
		room := maxBody - len(head)
		piece := rest
		more := uint8(0)
		if len(rest) > room {
			piece, more = rest[:room], flagMore
		}
		rest = rest[len(piece):]
		b = appendU32(b, uint32(len(head)+len(piece)))
		b = append(b, byte(kind), flags|more)
		b = appendU64(appendU16(b, m.route), m.correlation)
		b = append(append(b, head...), piece...)
		for len(b)%8 != 0 {
			b = append(b, 0)
		}
		if more == 0 {
			return b
		}
		kind, flags, head = frameChunk, 0, nil
	}
}

// A frameReader gives the messages of a stream of bytes. An error of kind *Error is a breach.
type frameReader struct {
	from         *bufio.Reader
	messageBytes uint32 // the most that a payload may have, chunks together
	open         *message
}

func newFrameReader(from io.Reader, messageBytes uint32) *frameReader {
	return &frameReader{from: bufio.NewReaderSize(from, maxBody+headerSize), messageBytes: messageBytes}
}

func (f *frameReader) next() (message, error) {
	for {
		m, more, err := f.frame()
		if err != nil {
			return message{}, err
		}
		if m.kind.isControl() { // may stand between the frames of a message
			return m, nil
		}
		if f.open != nil {
			if m.kind != frameChunk || m.route != f.open.route || m.correlation != f.open.correlation {
				return message{}, failf(BadFrame, "a frame that does not belong to the message before it")
			}
			if len(m.payload) == 0 {
				return message{}, failf(BadFrame, "a chunk without payload")
			}
			f.open.payload = append(f.open.payload, m.payload...)
		} else if m.kind == frameChunk {
			return message{}, failf(BadFrame, "a chunk of no message")
		} else {
			f.open = &m
		}
		if uint64(len(f.open.payload)) > uint64(f.messageBytes) {
			return message{}, failf(OverLimit, "a message of more than %d bytes", f.messageBytes)
		}
		if !more {
			whole := *f.open
			f.open = nil
			return whole, nil
		}
	}
}

func (f *frameReader) frame() (m message, more bool, err error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(f.from, header[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF // half a frame is dropped
		}
		return m, false, err
	}
	length := little.Uint32(header[:])
	if length > maxBody {
		return m, false, failf(OverLimit, "a frame of %d bytes", length)
	}
	m.kind = frameType(header[4])
	flags := header[5]
	m.route = little.Uint16(header[6:])
	m.correlation = little.Uint64(header[8:])
	allowed, known := m.kind.flags()
	if !known {
		return m, false, failf(BadFrame, "a frame of type %d", m.kind)
	}
	if flags&^allowed != 0 {
		return m, false, failf(BadFrame, "flags %d on a frame of type %d", flags, m.kind)
	}
	body := make([]byte, length+(-length&7))
	if _, err := io.ReadFull(f.from, body); err != nil {
		return m, false, io.EOF
	}
	for _, zero := range body[length:] {
		if zero != 0 {
			return m, false, failf(BadFrame, "padding that is not zero")
		}
	}
	err = m.take(flags, body[:length])
	return m, flags&flagMore != 0, err
}

// take sorts a body into parts and payload.
func (m *message) take(flags uint8, body []byte) error {
	r := newReader(body, BadFrame)
	m.parts.input = flags&flagInput != 0
	if flags&flagDeadline != 0 {
		m.parts.hasDeadline = true
		if m.parts.deadline = int64(r.u64()); m.parts.deadline < 0 {
			r.fail("a negative deadline")
		}
	}
	if flags&flagTrace != 0 {
		m.parts.trace = append([]byte(nil), r.take(32)...)
	}
	if flags&flagChain != 0 {
		n := r.count(8) // its zeros are 4 of the bytes that follow
		r.u32()
		m.parts.chain = []uint64{}
		for ; n > 0 && r.err == nil; n-- {
			m.parts.chain = append(m.parts.chain, r.u64())
		}
	}
	if flags&flagWindow != 0 {
		m.parts.window = readWindow(r)
	}
	m.payload = body[r.at:]
	switch {
	case r.err != nil:
		return r.err
	case m.kind == frameCredit && len(m.payload) != 16:
		return failf(BadFrame, "a credit of %d bytes", len(m.payload))
	case m.kind.isControl() && m.kind != frameCredit && len(body) != 0:
		return failf(BadFrame, "a control frame with a body")
	case m.kind.isControl() && m.route != 0:
		return failf(BadFrame, "a control frame with a route")
	case m.kind == frameAsk && m.correlation == 0:
		return failf(BadFrame, "an ask with id 0")
	case m.kind == frameTell && m.correlation != 0:
		return failf(BadFrame, "a tell with an id")
	}
	return nil
}

func readWindow(r *reader) *Window {
	w := Window{Items: r.u32()}
	if r.u32() != 0 {
		r.fail("a window whose zeros are none")
	}
	w.Bytes = r.u64()
	return &w
}
