package kameo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"
)

const (
	ourMessageBytes = 64 << 20
	ourOpenAsks     = 65536
	century         = 36525 * 24 * 3600 * 1_000_000 // in microseconds; a longer deadline is none
)

// What can be asked, of either side: a handler `evaluate`, a callback `market.Price`.
type route struct {
	name   string
	number uint16
	method *Method
}

// A session is this child's end of the connection with its parent.
type session struct {
	in      *frameReader
	out     *output
	welcome *welcome
	schema  *Package
	serving *Serving
	methods map[uint16]route // what is asked of this child
	calls   map[string]route // what it may ask of its parent

	mutex    sync.Mutex
	served   map[uint64]*Call    // asks of the parent's that have no answer yet
	asked    map[uint64]*pending // asks of ours that have none
	lastID   uint64
	queue    []func() // messages that wait for their turn, in order
	running  int
	draining bool
	idle     *sync.Cond
}

// An ask of ours on its way.
type pending struct {
	method    *Method
	items     *Items // where it streams
	credit    *credit
	cancel    context.CancelFunc // ends the sending of its input
	cancelled bool
	answer    chan answer
}

type answer struct {
	value any
	err   error
}

// run is the life of the child; it gives the exit code.
func run(socket net.Conn, actors map[string]func() *Serving) int {
	s := &session{
		in:     newFrameReader(socket, ourMessageBytes),
		out:    newOutput(socket),
		served: map[uint64]*Call{}, asked: map[uint64]*pending{},
		methods: map[uint16]route{}, calls: map[string]route{},
	}
	s.idle = sync.NewCond(&s.mutex)
	s.out.send(message{kind: frameHello, payload: hello{
		major: 1, language: runtime.Version(), runtime: "go-child",
		messageBytes: ourMessageBytes, openAsks: ourOpenAsks,
	}.encode()})
	exit := make(chan int, 3)
	go func() { exit <- s.read(actors, exit) }()
	return <-exit
}

// read takes messages until the connection ends.
func (s *session) read(actors map[string]func() *Serving, exit chan<- int) int {
	for {
		m, err := s.in.next()
		if err == nil && (s.welcome == nil) != (m.kind == frameWelcome) {
			err = failf(BadFrame, "a frame of type %d out of place", m.kind)
		}
		if err == nil && m.kind == frameBye {
			return 0
		}
		if err == nil && m.kind == frameWelcome {
			if s.welcome, err = decodeWelcome(m.payload); err == nil {
				go s.start(actors, exit)
			}
		} else if err == nil {
			err = s.take(m)
		}
		var breach *Error
		if errors.As(err, &breach) {
			fmt.Fprintln(os.Stderr, "the parent broke the protocol:", breach)
			return 1
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintln(os.Stderr, err)
			}
			return 0 // the parent has gone
		}
	}
}

// start becomes what the welcome says.
func (s *session) start(actors map[string]func() *Serving, exit chan<- int) {
	if err := s.become(actors); err != nil {
		e := toError(err)
		e.Code = StartFailed
		s.out.send(message{kind: frameError, payload: e.encode()})
		s.out.close()
		fmt.Fprintln(os.Stderr, err)
		exit <- 1
		return
	}
	// What was asked before is still to be answered; then it says bye.
	s.mutex.Lock()
	for !s.draining || len(s.served) > 0 || s.running > 0 || len(s.queue) > 0 {
		s.idle.Wait()
	}
	s.mutex.Unlock()
	if s.serving.Stop != nil {
		s.serving.Stop()
	}
	s.out.send(message{kind: frameBye})
	s.out.close()
	exit <- 0
}

func (s *session) become(actors map[string]func() *Serving) error {
	w := s.welcome
	schema, err := ReadSchema(w.schema)
	if err != nil {
		return err
	}
	begin, known := actors[w.actor]
	if !known {
		return fmt.Errorf("unknown actor type: %s", w.actor)
	}
	actor := schema.actor(w.actor)
	serving := begin()
	var refused []refusedRoute
	methods, calls := map[uint16]route{}, map[string]route{}
	for _, info := range w.routes {
		method := schema.method(actor, info.name)
		if method == nil {
			return fmt.Errorf("the schema has no %s", info.name)
		}
		to := route{info.name, info.number, method}
		if info.toParent {
			calls[info.name] = to
			continue
		}
		if why, err := serving.refuses(info, method); err != nil {
			return err
		} else if why != "" {
			refused = append(refused, refusedRoute{info.number, why})
			continue
		}
		methods[info.number] = to
	}
	s.mutex.Lock()
	s.schema, s.methods, s.calls, s.serving = schema, methods, calls, serving
	s.mutex.Unlock()
	if serving.Start != nil {
		config := Record{}
		if actor != nil {
			value, err := schema.Decode(Type{Kind: Named, Ref: actor.Config}, w.config)
			if err != nil {
				return err
			}
			config = value.(Record)
		}
		if err := serving.Start(s.background(), config); err != nil {
			return err
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.out.send(message{kind: frameReady, payload: encodeReady(refused)})
	return nil
}

func (s *session) background() *Call {
	return &Call{session: s, ctx: context.Background()}
}

// take handles one message after the handshake; an error is a breach.
func (s *session) take(m message) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch m.kind {
	case frameAsk, frameTell:
		return s.accept(m)
	case frameReply, frameError:
		return s.answered(m)
	case frameStreamItem, frameStreamEnd:
		if m.parts.input {
			return s.input(m)
		}
		return s.item(m)
	case frameCredit:
		return s.credit(m)
	case frameCancel:
		// One for an ask that is not open crossed its answer.
		if call := s.served[m.correlation]; call != nil {
			call.cancel()
			if call.input != nil {
				call.input.end(failf(Cancelled, "the caller cancelled"))
			}
		}
	case framePing:
		s.out.send(message{kind: framePong, correlation: m.correlation})
	case frameDrain:
		s.draining = true
		s.idle.Broadcast()
	case framePong, frameMetric:
	default:
		return failf(BadFrame, "a frame of type %d from a parent", m.kind)
	}
	return nil
}

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

// Our asks.

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
	left := time.Duration(to.method.DeadlineMS) * time.Millisecond
	m.parts.hasDeadline = left > 0
	if until, ok := call.ctx.Deadline(); ok {
		if rest := time.Until(until); !m.parts.hasDeadline || rest < left {
			left, m.parts.hasDeadline = rest, true
		}
	}
	if left > 0 {
		m.parts.deadline = left.Microseconds()
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

// credit for a stream of ours; late where that has ended.
func (s *session) credit(m message) error {
	r := newReader(m.payload, BadFrame)
	more := readWindow(r)
	if r.err != nil {
		return r.err
	}
	if m.parts.input {
		if p := s.asked[m.correlation]; p != nil && p.credit != nil {
			return p.credit.add(*more)
		}
	} else if call := s.served[m.correlation]; call != nil && call.output != nil {
		return call.output.add(*more)
	}
	return nil
}
