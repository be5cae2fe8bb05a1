package kameo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
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
