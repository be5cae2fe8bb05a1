package kameo

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// What the parent asks of this child.

// accept puts an ask or tell at the end of the queue.
func (s *session) accept(m message) error {
	if s.served[m.correlation] != nil {
		return failf(BadFrame, "an ask with an id that is open")
	}
	if len(s.served) >= ourOpenAsks {
		return failf(OverLimit, "more open asks than %d", ourOpenAsks)
	}
	call := &Call{session: s, id: m.correlation, chain: m.parts.chain, trace: m.parts.trace}
	if m.parts.hasDeadline && m.parts.deadline < century {
		call.ctx, call.cancel = context.WithTimeout(context.Background(),
			time.Duration(m.parts.deadline)*time.Microsecond)
	} else {
		call.ctx, call.cancel = context.WithCancel(context.Background())
	}
	if m.kind == frameAsk {
		s.served[m.correlation] = call
	}
	to, known := s.methods[m.route]
	if !known {
		s.finish(call, nil, failf(UnknownRoute, "no handler has route number %d", m.route))
		return nil
	}
	call.route = to
	method := to.method
	if m.kind == frameAsk {
		if (m.parts.window != nil) != (method.Answer == Stream) || m.parts.input != (method.Input != nil) {
			s.finish(call, nil, failf(BadRequest, "%s has other streams than the ask", method.Name))
			return nil
		}
	}
	if m.parts.window != nil {
		call.output = newCredit()
		if err := call.output.add(*m.parts.window); err != nil {
			return err
		}
	}
	if m.parts.input {
		id := m.correlation
		call.input = newItems(
			func(payload []byte) (any, error) { return s.schema.Decode(*method.Input, payload) },
			func(more Window) { s.grant(id, more, true) },
			func() {}, // the answer ends it
		)
		s.grant(id, inWindow, true)
	}
	s.queue = append(s.queue, func() { s.handle(call, m.payload) })
	s.schedule()
	return nil
}

func (s *session) grant(id uint64, more Window, input bool) {
	s.out.send(message{kind: frameCredit, correlation: id, parts: parts{input: input}, payload: more.append(nil)})
}

// schedule begins with what waits, as far as the actor takes more at a time.
func (s *session) schedule() {
	for len(s.queue) > 0 && s.running < s.concurrency() {
		next := s.queue[0]
		s.queue = s.queue[1:]
		s.running++
		go func() {
			next()
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.running--
			s.schedule()
			s.idle.Broadcast()
		}()
	}
}

func (s *session) concurrency() int {
	if actor := s.schema.actor(s.welcome.actor); actor != nil && actor.Concurrency > 1 {
		return int(actor.Concurrency)
	}
	return 1
}

// handle runs one handler and answers.
func (s *session) handle(call *Call, payload []byte) {
	defer call.cancel()
	request, err := s.schema.Decode(Type{Kind: Named, Ref: call.route.method.Request}, payload)
	if err != nil {
		s.answer(call, nil, toError(err))
		return
	}
	if call.ctx.Err() != nil { // nobody waits for it any more
		s.answer(call, nil, nil)
		return
	}
	value, err := guarded(func() (any, error) { return s.serving.handle(call, request.(Record)) })
	if err != nil {
		s.answer(call, nil, s.withPayload(toError(err)))
		return
	}
	if call.route.method.Answer != Reply {
		s.answer(call, []byte{}, nil)
		return
	}
	reply, err := s.schema.Encode(call.route.method.Output, value)
	if err != nil {
		s.answer(call, nil, failf(BadReply, "%s: %v", call.route.name, err))
		return
	}
	s.answer(call, reply, nil)
}

// guarded makes an error of a panic.
func guarded(body func() (any, error)) (value any, err error) {
	defer func() {
		if what := recover(); what != nil {
			err = &Error{Code: HandlerFailed, Message: fmt.Sprint(what), Type: "panic",
				Traceback: string(debug.Stack())}
		}
	}()
	return body()
}

func toError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		copied := *e
		copied.Message = err.Error()
		return &copied
	}
	return &Error{Code: HandlerFailed, Message: err.Error(), Type: fmt.Sprintf("%T", err)}
}

// withPayload encodes the value of a declared error.
func (s *session) withPayload(e *Error) *Error {
	if e.Code != DeclaredError {
		e.Code = HandlerFailed // whatever an ask of the handler's own failed with
		return e
	}
	for i, d := range s.schema.Types {
		if d.Package+"."+d.Name != e.Declared {
			continue
		}
		payload, err := s.schema.encodeRecord(uint32(i), e.Value)
		if err != nil {
			return failf(BadReply, "%s: %v", e.Declared, err)
		}
		e.payload = payload
		return e
	}
	return failf(BadReply, "the schema has no error %s", e.Declared)
}

func (s *session) answer(call *Call, reply []byte, err *Error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.finish(call, reply, err)
}

// finish gives the one answer of an ask; nothing for a tell.
func (s *session) finish(call *Call, reply []byte, err *Error) {
	if s.served[call.id] != call {
		return
	}
	delete(s.served, call.id)
	if call.ctx.Err() == context.Canceled {
		err = failf(Cancelled, "cancelled by the caller")
	} else if call.ctx.Err() == context.DeadlineExceeded {
		err = failf(DeadlineExceeded, "the deadline passed")
	}
	if err == nil && uint64(len(reply)) > uint64(s.welcome.messageBytes) {
		err = failf(OverLimit, "a reply of %d bytes; the parent takes %d", len(reply), s.welcome.messageBytes)
	}
	m := message{kind: frameReply, correlation: call.id, payload: reply}
	if err != nil {
		m.kind, m.payload = frameError, err.encode()
	} else if call.output != nil {
		m.kind, m.payload = frameStreamEnd, nil
	}
	if call.input != nil {
		call.input.end(failf(Cancelled, "the ask has been answered"))
	}
	call.cancel()
	s.out.send(m)
	s.idle.Broadcast()
}

// input of an ask of the parent's.
func (s *session) input(m message) error {
	call := s.served[m.correlation]
	if call == nil {
		return nil // it crossed the answer
	}
	if call.input == nil {
		return failf(BadFrame, "input for an ask that brings none")
	}
	if m.kind == frameStreamItem {
		return call.input.push(m.payload)
	}
	if call.inputEnded {
		return failf(BadFrame, "an input that ends twice")
	}
	call.inputEnded = true
	if len(m.payload) == 0 {
		call.input.end(nil)
		return nil
	}
	why, err := decodeError(m.payload)
	if err == nil {
		call.input.end(why)
	}
	return err
}
