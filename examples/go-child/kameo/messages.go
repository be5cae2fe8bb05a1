package kameo

// The payloads of kameo's own frames: docs/protocol.md, "Handshake" and "Log records".

const magic = 0x4F454D4B

type hello struct {
	major, minor      uint16
	language, runtime string
	capabilities      uint64
	messageBytes      uint32
	openAsks          uint32
}

func (h hello) encode() []byte {
	b := appendU32(nil, magic)
	b = appendU16(appendU16(b, h.major), h.minor)
	b = appendText(appendText(b, h.language), h.runtime)
	return appendU32(appendU32(appendU64(b, h.capabilities), h.messageBytes), h.openAsks)
}

type welcome struct {
	minor        uint16
	capabilities uint64
	messageBytes uint32
	openAsks     uint32
	actor, name  string
	incarnation  uint32
	logLevel     string
	handler      string
	path         []string
	schema       []byte
	config       []byte
	routes       []routeInfo
	deadline     Micros // of this child's asks where nothing else says; 0: as long as it takes
}

type routeInfo struct {
	number      uint16
	toParent    bool
	name        string
	fingerprint uint64
}

func decodeWelcome(payload []byte) (*welcome, error) {
	r := newReader(payload, BadFrame)
	w := &welcome{minor: r.u16(), capabilities: r.u64(), messageBytes: r.u32(), openAsks: r.u32(),
		actor: r.text(), name: r.text(), incarnation: r.u32(), logLevel: r.text(), handler: r.text()}
	for n := r.count(4); n > 0 && r.err == nil; n-- {
		w.path = append(w.path, r.text())
	}
	w.schema, w.config = r.bytes(), r.bytes()
	for n := r.count(15); n > 0 && r.err == nil; n-- {
		info := routeInfo{number: r.u16(), toParent: r.u8() == 1, name: r.text(), fingerprint: r.u64()}
		w.routes = append(w.routes, info)
	}
	w.deadline = Micros(r.u64())
	return w, r.failure() // fields of a later minor version may follow
}

type refusedRoute struct {
	number uint16
	why    string
}

func encodeReady(refused []refusedRoute) []byte {
	b := appendU32(nil, uint32(len(refused)))
	for _, route := range refused {
		b = appendText(appendU16(b, route.number), route.why)
	}
	return b
}

var levelNames = [...]string{"debug", "info", "warning", "error", "critical"}

type logRecord struct {
	level                         uint16
	source, logger, message, file string
	line                          uint32
	at                            int64
	traceback                     string
	extra                         []Entry
}

func (l logRecord) encode() []byte {
	b := appendU16(nil, l.level)
	for _, text := range []string{l.source, l.logger, l.message, l.file} {
		b = appendText(b, text)
	}
	b = appendU64(appendU32(b, l.line), uint64(l.at))
	b = appendText(b, l.traceback)
	b = appendU32(b, uint32(len(l.extra)))
	for _, e := range l.extra {
		b = appendText(appendText(b, e.Key.(string)), e.Value.(string))
	}
	return b
}
