// Package kameo is a child of kameo's, in Go: written from docs/protocol.md, with nothing but the
// standard library. It takes its types from the parent's welcome, so it needs no generated code.
package kameo

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Serving is one actor at work. Handlers run one at a time, or as many as the schema's `concurrency`
// says; the callbacks of a module that it provides are handlers named `market.Price`.
type Serving struct {
	Start   func(call *Call, config Record) error // may be nil
	Stop    func()                                // may be nil
	Replies map[string]func(call *Call, request Record) (any, error)
	Streams map[string]func(call *Call, request Record) error
	// What the handlers were written for, by name: one whose messages have changed since is refused
	// by itself. May be nil.
	Fingerprints map[string]uint64
}

// Main is the life of a child process. `actors` makes an actor by its type's full name; the empty
// name is for one that only provides.
func Main(actors map[string]func() *Serving) {
	socket, err := parent()
	if err != nil {
		fmt.Fprintln(os.Stderr, "this is a child of kameo's, to be started by a parent:", err)
		os.Exit(1)
	}
	os.Exit(run(socket, actors))
}

func parent() (net.Conn, error) {
	fd, err := strconv.Atoi(os.Getenv("KAMEO_FD"))
	if err != nil {
		return nil, fmt.Errorf("KAMEO_FD: %w", err)
	}
	os.Unsetenv("KAMEO_FD")
	syscall.CloseOnExec(fd)
	file := os.NewFile(uintptr(fd), "parent")
	defer file.Close()
	return net.FileConn(file)
}

func (s *Serving) refuses(route routeInfo, method *Method) (why string, err error) {
	_, replies := s.Replies[route.name]
	_, streams := s.Streams[route.name]
	switch {
	case streams && method.Answer != Stream:
		return "", fmt.Errorf("%s is a stream here and none in the schema", route.name)
	case replies && method.Answer == Stream:
		return "", fmt.Errorf("%s is a stream in the schema; here it is no generator of items", route.name)
	case !replies && !streams:
		return "this program has no " + route.name, nil
	}
	if wanted, given := s.Fingerprints[route.name]; given && wanted != route.fingerprint {
		return "the messages of " + route.name + " are not those that this program was written for", nil
	}
	return "", nil
}

func (s *Serving) handle(call *Call, request Record) (any, error) {
	if stream, ok := s.Streams[call.route.name]; ok {
		return nil, stream(call, request)
	}
	return s.Replies[call.route.name](call, request) // one of both it is, or it had been refused
}

// Call is one ask at work. Asks made through it inherit what is left of its deadline and its chain.
type Call struct {
	session    *session
	id         uint64
	route      route
	ctx        context.Context
	cancel     context.CancelFunc
	chain      []uint64
	trace      []byte
	output     *credit
	input      *Items
	inputEnded bool
}

// Context ends when nobody waits for the answer any more.
func (c *Call) Context() context.Context { return c.ctx }

// Input is the stream that the caller sends; nil where the handler takes none.
func (c *Call) Input() *Items { return c.input }

// Send gives an item of the stream, as soon as its reader has room for it. It fails when the reader
// has gone, and then always.
func (c *Call) Send(item any) error {
	payload, err := c.session.schema.Encode(c.route.method.Output, item)
	if err != nil {
		return failf(BadReply, "%s: %v", c.route.name, err)
	}
	if err := c.output.take(c.ctx, len(payload)); err != nil {
		return err
	}
	c.session.out.room()
	c.session.out.send(message{kind: frameStreamItem, correlation: c.id, payload: payload})
	return nil
}

// Ask asks a callback, such as `market.Price`, and waits for its reply.
func (c *Call) Ask(name string, request Record) (any, error) {
	id, p, err := c.session.ask(c, name, request, false)
	if err != nil {
		return nil, err
	}
	return c.wait(id, p)
}

// Stream asks a callback that streams. Whoever does not read it to its end closes it.
func (c *Call) Stream(name string, request Record) (*Items, error) {
	id, p, err := c.session.ask(c, name, request, false)
	if err != nil {
		return nil, err
	}
	if p.items == nil {
		c.session.cancelAsk(id)
		return nil, fmt.Errorf("%s does not stream", name)
	}
	go func() { // whoever cancels this call has no use for the stream either
		select {
		case <-c.ctx.Done():
			p.items.Close()
		case <-p.late:
			p.items.end(failf(DeadlineExceeded, "%s: the deadline passed before the stream had ended", name))
			c.session.cancelAsk(id)
		case <-p.answer:
		}
	}()
	return p.items, nil
}

// Upload asks a callback with an input stream, for one reply.
func (c *Call) Upload(name string, request Record, items []any) (any, error) {
	id, p, err := c.session.ask(c, name, request, true)
	if err != nil {
		return nil, err
	}
	sending, cancel := context.WithCancel(c.ctx)
	c.session.mutex.Lock()
	p.cancel = cancel
	c.session.mutex.Unlock()
	go c.feed(sending, id, p, items)
	return c.wait(id, p)
}

func (c *Call) feed(ctx context.Context, id uint64, p *pending, items []any) {
	end := message{kind: frameStreamEnd, correlation: id, parts: parts{input: true}}
	for _, item := range items {
		payload, err := c.session.schema.Encode(*p.method.Input, item)
		if err != nil {
			end.payload = failf(BadRequest, "%v", err).encode()
			break
		}
		if p.credit.take(ctx, len(payload)) != nil {
			return // answered or cancelled: nothing more is wanted
		}
		c.session.out.room()
		c.session.out.send(message{kind: frameStreamItem, correlation: id, parts: parts{input: true}, payload: payload})
	}
	c.session.mutex.Lock()
	defer c.session.mutex.Unlock()
	if c.session.asked[id] == p && !p.cancelled {
		c.session.out.send(end)
	}
}

func (c *Call) wait(id uint64, p *pending) (any, error) {
	select {
	case a := <-p.answer:
		return a.value, a.err
	case <-c.ctx.Done():
		c.session.cancelAsk(id)
		return nil, c.ctx.Err()
	case <-p.late:
		c.session.cancelAsk(id)
		return nil, failf(DeadlineExceeded, "%s: the deadline passed before the answer came", p.method.Name)
	}
}

// Log sends a record to the parent's log; `level` is debug, info, warning, error or critical.
func (c *Call) Log(level, text string) {
	number, least := 1, 1
	for i, name := range levelNames {
		if name == level {
			number = i
		}
		if name == c.session.welcome.logLevel {
			least = i
		}
	}
	if number < least {
		return
	}
	c.session.out.send(message{kind: frameLog, payload: logRecord{
		level: uint16(number), source: "logging", logger: "go", message: text, at: time.Now().UnixMicro(),
	}.encode()})
}
