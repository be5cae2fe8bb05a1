package kameo

import (
	"context"
	"sync"
)

// What this side gives who writes a stream to it.
var inWindow = Window{Items: 64, Bytes: 256 << 10}

// credit is what a writer may still send.
type credit struct {
	mutex   sync.Mutex
	items   uint64
	bytes   int64 // may be overdrawn once
	changed chan struct{}
}

func newCredit() *credit { return &credit{changed: make(chan struct{}, 1)} }

// add fails where the sum breaks the protocol.
func (c *credit) add(w Window) error {
	const most = 1 << 53
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.items += uint64(w.Items)
	if w.Bytes > most || c.items > most || c.bytes+int64(w.Bytes) > most {
		return failf(BadFrame, "a credit beyond 2^53")
	}
	c.bytes += int64(w.Bytes)
	select {
	case c.changed <- struct{}{}:
	default:
	}
	return nil
}

// take waits until an item of that size may be sent; only one goroutine at a time.
func (c *credit) take(ctx context.Context, size int) error {
	for {
		c.mutex.Lock()
		if c.items > 0 && c.bytes > 0 {
			c.items--
			c.bytes -= int64(size)
			c.mutex.Unlock()
			return ctx.Err()
		}
		c.mutex.Unlock()
		select {
		case <-c.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Items is a stream to read.
type Items struct {
	grant   func(Window) // tells its writer to send more
	leave   func()       // tells its writer that it is not wanted any more
	decode  func([]byte) (any, error)
	mutex   sync.Mutex
	changed *sync.Cond
	queue   [][]byte
	given   account // credit that its writer has left
	read    Window  // what has been read and not granted again
	ended   bool
	err     error
}

type account struct{ items, bytes int64 }

func newItems(decode func([]byte) (any, error), grant func(Window), leave func()) *Items {
	s := &Items{decode: decode, grant: grant, leave: leave}
	s.given = account{int64(inWindow.Items), int64(inWindow.Bytes)}
	s.changed = sync.NewCond(&s.mutex)
	return s
}

// push takes an item off the wire; an error is a breach.
func (s *Items) push(payload []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.given.items <= 0 || s.given.bytes <= 0 {
		return failf(BadFrame, "an item without credit")
	}
	s.given.items--
	s.given.bytes -= int64(len(payload))
	if !s.ended {
		s.queue = append(s.queue, payload)
		s.changed.Broadcast()
	}
	return nil
}

// end of the stream; what has come before is still read. The first end counts.
func (s *Items) end(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.ended {
		s.ended, s.err = true, err
		s.changed.Broadcast()
	}
}

// Next waits for an item; false at the end, and ever after.
func (s *Items) Next() (any, bool) {
	s.mutex.Lock()
	for len(s.queue) == 0 && !s.ended {
		s.changed.Wait()
	}
	if len(s.queue) == 0 {
		s.mutex.Unlock()
		return nil, false
	}
	payload := s.queue[0]
	s.queue = s.queue[1:]
	s.read.Items++
	s.read.Bytes += uint64(len(payload))
	var more Window
	// In portions of half a window: a frame for each item would be as many again.
	if !s.ended && (2*s.read.Items >= inWindow.Items || 2*s.read.Bytes >= inWindow.Bytes) {
		more, s.read = s.read, Window{}
		s.given.items += int64(more.Items)
		s.given.bytes += int64(more.Bytes)
	}
	s.mutex.Unlock()
	if more.Items > 0 {
		s.grant(more)
	}
	value, err := s.decode(payload)
	if err != nil {
		s.Close()
		s.mutex.Lock()
		s.err = err
		s.mutex.Unlock()
		return nil, false
	}
	return value, true
}

// Err is nil where the stream came to its end.
func (s *Items) Err() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.err
}

// Close leaves the stream: its writer is told, what has come is dropped.
func (s *Items) Close() {
	s.mutex.Lock()
	open := !s.ended
	if open {
		s.ended, s.err = true, failf(Cancelled, "its reader has gone")
	}
	s.queue = nil
	s.changed.Broadcast()
	s.mutex.Unlock()
	if open {
		s.leave()
	}
}
