package kameo

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"
)

// What this child asks of its parent.

// An ask of ours on its way.
type pending struct {
	method    *Method
	items     *Items // where it streams
	credit    *credit
	cancel    context.CancelFunc // ends the sending of its input
	late      <-chan time.Time   // its deadline; nil for none
	cancelled bool
	answer    chan answer
}

type answer struct {
	value any
	err   error
}

func (s *session) find(name string) (route, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if found, ok := s.calls[name]; ok {
		return found, nil
	}
	var all []string
	for each := range s.calls {
		all = append(all, each)
	}
	sort.Strings(all)
	return route{}, failf(NotProvided, "no callback is called %s; there are: %s", name, strings.Join(all, ", "))
}

// ask sends one. Its context is that of the call in whose name it is made.
func (s *session) ask(call *Call, name string, request Record, input bool) (uint64, *pending, error) {
	to, err := s.find(name)
	if err != nil {
		return 0, nil, err
	}
	payload, err := s.schema.encodeRecord(to.method.Request, request)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", name, err)
	}
	if uint64(len(payload)) > uint64(s.welcome.messageBytes) {
		return 0, nil, failf(OverLimit, "%s: a request of %d bytes", name, len(payload))
	}
	p := &pending{method: to.method, answer: make(chan answer, 1)}
	m := message{kind: frameAsk, route: to.number, payload: payload}
	m.parts.chain, m.parts.trace, m.parts.input = call.chain, call.trace, input
	if left, has := s.timeLeft(call, to.method); has {
		p.late = time.After(left)
		m.parts.hasDeadline = true
		if left > 0 { // one that is over is about to be cancelled
			m.parts.deadline = left.Microseconds()
		}
	}
	if input {
		p.credit = newCredit()
	}

	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.asked) >= int(s.welcome.openAsks) {
		return 0, nil, failf(OverLimit, "%s: %d asks are open", name, len(s.asked))
	}
	s.lastID++
	id := s.lastID
	m.correlation = id
	if to.method.Answer == Stream {
		window := inWindow
		m.parts.window = &window
		p.items = newItems(
			func(payload []byte) (any, error) { return s.schema.Decode(to.method.Output, payload) },
			func(more Window) { s.grant(id, more, false) },
			func() { s.cancelAsk(id) },
		)
	}
	s.asked[id] = p
	s.out.send(m)
	return id, p, nil
}

// timeLeft for an ask: the least of its own and of what it inherits; where neither is there, what the
// parent says for asks of one reply. One that expressly has none inherits none.
func (s *session) timeLeft(call *Call, method *Method) (left time.Duration, has bool) {
	if method.DeadlineMS < 0 {
		return 0, false
	}
	if method.DeadlineMS > 0 {
		left, has = time.Duration(method.DeadlineMS)*time.Millisecond, true
	}
	if until, ok := call.ctx.Deadline(); ok {
		if rest := time.Until(until); !has || rest < left {
			left, has = rest, true
		}
	}
	if !has && method.Answer == Reply && s.welcome.deadline > 0 {
		left, has = time.Duration(s.welcome.deadline)*time.Microsecond, true
	}
	return left, has
}

// cancelAsk says that nobody waits any more; the place is free once the answer has come.
func (s *session) cancelAsk(id uint64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if p := s.asked[id]; p != nil && !p.cancelled {
		p.cancelled = true
		if p.cancel != nil {
			p.cancel()
		}
		s.out.send(message{kind: frameCancel, correlation: id})
	}
}

func (s *session) answered(m message) error {
	p := s.asked[m.correlation]
	if p == nil {
		return failf(BadFrame, "an answer to no ask")
	}
	if m.kind == frameReply && p.items != nil && !p.cancelled {
		return failf(BadFrame, "a reply to an ask for a stream")
	}
	var result answer
	if m.kind == frameError {
		e, err := decodeError(m.payload)
		if err != nil {
			return err
		}
		result.err = e
	} else if p.method.Answer == Reply {
		result.value, result.err = s.schema.Decode(p.method.Output, m.payload)
	}
	s.end(m.correlation, p, result)
	return nil
}

// end of one of our asks.
func (s *session) end(id uint64, p *pending, result answer) {
	delete(s.asked, id)
	if p.cancel != nil {
		p.cancel()
	}
	if p.items != nil {
		p.items.end(result.err)
	}
	p.answer <- result
}

// item of a stream that we asked for, or its end.
func (s *session) item(m message) error {
	p := s.asked[m.correlation]
	if p == nil || p.items == nil {
		return failf(BadFrame, "an item of no stream")
	}
	if m.kind == frameStreamEnd {
		s.end(m.correlation, p, answer{})
		return nil
	}
	return p.items.push(m.payload)
}
