package kameo

import (
	"io"
	"sync"
)

// More than this waits in the streams rather than in the connection.
const outputWanted = 1 << 20

// An output sends frames from a goroutine of its own: control frames before all data that it has not
// begun to write.
type output struct {
	to      io.Writer
	mutex   sync.Mutex
	changed *sync.Cond
	control []byte
	data    []outgoing
	waiting int  // bytes of data
	closed  bool // nothing more is sent
	done    chan struct{}
}

// A message with its chunks, as far as it has not been sent.
type outgoing struct {
	frames []byte
	ask    uint64 // the id of an ask
}

func newOutput(to io.Writer) *output {
	o := &output{to: to, done: make(chan struct{})}
	o.changed = sync.NewCond(&o.mutex)
	go o.run()
	return o
}

func (o *output) run() {
	defer close(o.done)
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for {
		for len(o.control) == 0 && len(o.data) == 0 {
			if o.closed {
				return
			}
			o.changed.Wait()
		}
		next := o.control
		if len(next) > 0 {
			o.control = nil
		} else {
			// A frame at a time, so that control frames get between those of a large message.
			next = firstFrame(o.data[0].frames)
			if o.data[0].frames = o.data[0].frames[len(next):]; len(o.data[0].frames) == 0 {
				o.data = o.data[1:]
			}
			o.waiting -= len(next)
		}
		o.mutex.Unlock()
		_, err := o.to.Write(next)
		o.mutex.Lock()
		o.changed.Broadcast()
		if err != nil { // the parent has gone, which the reader sees as well
			o.closed, o.control, o.data = true, nil, nil
		}
	}
}

func firstFrame(b []byte) []byte {
	length := little.Uint32(b)
	return b[:headerSize+length+(-length&7)]
}

func (o *output) send(m message) {
	frames := m.frames()
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.closed {
		return
	}
	if m.kind.isControl() && !o.isAboutWaiting(m) {
		o.control = append(o.control, frames...)
	} else {
		one := outgoing{frames: frames}
		if m.kind == frameAsk {
			one.ask = m.correlation
		}
		o.data = append(o.data, one)
		o.waiting += len(frames)
	}
	o.changed.Broadcast()
}

// isAboutWaiting says whether a control frame must stay behind the ask that it is about.
func (o *output) isAboutWaiting(m message) bool {
	if m.kind != frameCancel && (m.kind != frameCredit || m.parts.input) {
		return false
	}
	for _, one := range o.data {
		if one.ask == m.correlation {
			return true
		}
	}
	return false
}

// room waits until not too much waits to be sent.
func (o *output) room() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for o.waiting > outputWanted && !o.closed {
		o.changed.Wait()
	}
}

// close sends what waits and then nothing more.
func (o *output) close() {
	o.mutex.Lock()
	o.closed = true
	o.changed.Broadcast()
	o.mutex.Unlock()
	<-o.done
}
