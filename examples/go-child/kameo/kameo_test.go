package kameo

import (
	"context"
	"testing"
	"time"
)

func TestAHandlerIsRefusedByItselfWhereItsMessagesHaveChanged(t *testing.T) {
	reply := func(*Call, Record) (any, error) { return nil, nil }
	serving := &Serving{
		Replies:      map[string]func(*Call, Record) (any, error){"same": reply, "changed": reply},
		Fingerprints: map[string]uint64{"same": 1, "changed": 1},
	}
	for name, refused := range map[string]bool{"same": false, "changed": true, "missing": true} {
		info := routeInfo{name: name, fingerprint: map[string]uint64{"same": 1, "changed": 2}[name]}
		why, err := serving.refuses(info, &Method{Name: name, Answer: Reply})
		if err != nil || (why != "") != refused {
			t.Errorf("%s: %q, %v", name, why, err)
		}
	}
	if _, err := serving.refuses(routeInfo{name: "same"}, &Method{Answer: Stream}); err == nil {
		t.Error("a stream that is no generator")
	}
}

func TestTheTimeThatAnAskHas(t *testing.T) {
	s := &session{welcome: &welcome{deadline: 60_000_000}}
	free := s.background()
	inherited, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	bound := &Call{session: s, ctx: inherited}
	for _, c := range []struct {
		name     string
		call     *Call
		method   Method
		least    time.Duration
		most     time.Duration
		unending bool
	}{
		{"what the parent says", free, Method{Answer: Reply}, time.Minute, time.Minute, false},
		{"not for streams", free, Method{Answer: Stream}, 0, 0, true},
		{"its own", free, Method{Answer: Reply, DeadlineMS: 5000}, 5 * time.Second, 5 * time.Second, false},
		{"its own, being less", bound, Method{Answer: Reply, DeadlineMS: 5000}, 5 * time.Second, 5 * time.Second, false},
		{"what it inherits", bound, Method{Answer: Stream}, time.Minute, time.Hour, false},
		{"none, expressly", bound, Method{Answer: Reply, DeadlineMS: -1}, 0, 0, true},
	} {
		left, has := s.timeLeft(c.call, &c.method)
		if has == c.unending || left < c.least || left > c.most {
			t.Errorf("%s: %v, %v", c.name, left, has)
		}
	}
}
