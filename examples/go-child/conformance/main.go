// The actors of tests/conformance in Go, so that what drives the Python handlers there drives this
// child too. The first argument says which handlers it stands for, as Python's module would.
package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"example.org/go-child/kameo"
)

type (
	record  = kameo.Record
	replies = map[string]func(*kameo.Call, kameo.Record) (any, error)
	streams = map[string]func(*kameo.Call, kameo.Record) error
)

func u32(request record, field string) uint32 { return request[field].(uint32) }

// B: streams.

func checked(request record, limit uint32) (uint32, error) {
	count := u32(request, "count")
	if count == 0 {
		return 0, errors.New("Count must be positive")
	}
	if count > limit {
		return 0, fmt.Errorf("Count too large, at most %d", limit)
	}
	return count, nil
}

func fibonacci(call *kameo.Call, request record) error {
	count, err := checked(request, 1000)
	a, b := uint64(0), uint64(1)
	for i := uint32(0); i < count && err == nil; i++ {
		err = call.Send(record{"index": i, "value": a})
		a, b = b, a+b
	}
	return err
}

func randomNumbers(call *kameo.Call, request record) error {
	count, err := checked(request, 10_000)
	for i := uint32(0); i < count && err == nil; i++ {
		err = call.Send(rand.Intn(int(u32(request, "max"))) + 1)
	}
	return err
}

func withDelays(call *kameo.Call, request record) error {
	delay := u32(request, "delay_ms")
	if delay > 5000 {
		return errors.New("Delay too long, at most 5000 ms")
	}
	count, err := checked(request, 1000)
	for i := uint32(0); i < count && err == nil; i++ {
		select {
		case <-time.After(time.Duration(delay) * time.Millisecond):
			err = call.Send(i)
		case <-call.Context().Done():
			err = call.Context().Err()
		}
	}
	return err
}

type broken struct{ at uint32 }

func (b broken) Error() string { return fmt.Sprintf("broken at %d", b.at) }

func withErrors(call *kameo.Call, request record) error {
	count, at := u32(request, "count"), request["error_at"]
	if at != nil && at.(uint32) >= count {
		return errors.New("the index of the error is beyond the items")
	}
	for i := uint32(0); i < count; i++ {
		if at == i {
			return broken{i}
		}
		if err := call.Send(i); err != nil {
			return err
		}
	}
	return nil
}

func dataset(call *kameo.Call, request record) error {
	size := u32(request, "size")
	if size > 100_000 {
		return errors.New("Dataset too large, at most 100000")
	}
	for i := uint32(0); i < size; i++ {
		if err := call.Send(i); err != nil {
			return err
		}
	}
	return nil
}

// C: callbacks.

func streamingRequest(request record) record {
	var dimensions any
	if request["with_area"].(bool) {
		dimensions = record{"width": 3, "height": 5}
	}
	return record{
		"value":      request["value"],
		"labels":     request["labels"],
		"metadata":   map[string]string{"foo": "bar", "id": "7"},
		"dimensions": dimensions,
		"events": []record{{"name": "start", "count": 1}, {"name": "tick", "count": 2},
			{"name": "stop", "count": 1}},
	}
}

func readAll(items *kameo.Items, err error) ([]any, error) {
	if err != nil {
		return nil, err
	}
	all := []any{}
	for {
		item, more := items.Next()
		if !more {
			return all, items.Err()
		}
		all = append(all, item)
	}
}

func checkItems(call *kameo.Call, request record) error {
	items, err := readAll(call.Stream("test.StreamingCallback", streamingRequest(request)))
	if err != nil {
		return err
	}
	labels := request["labels"].([]any)
	var expected []any
	for i := uint32(0); i < 5; i++ {
		tag := labels[int(i)%len(labels)].(string)
		var area any
		if request["with_area"].(bool) {
			area = uint32(15)
		}
		expected = append(expected, record{"computed_sum": u32(request, "value") + i + uint32(len(tag)),
			"tag": tag, "meta_count": uint32(2), "area": area, "last_event": "stop"})
	}
	if !reflect.DeepEqual(items, expected) {
		return fmt.Errorf("got %v", items)
	}
	return nil
}

func callbacks(call *kameo.Call, request record) (any, error) {
	if err := checkItems(call, request); err != nil {
		return nil, err
	}
	if got, err := call.Ask("basic.TestCallback", record{"value": 15}); err != nil || got != uint32(16) {
		return nil, fmt.Errorf("got %v, %v", got, err)
	}
	told, err := call.Ask("trader.TraderCallback", record{"value": 25})
	if err != nil || told != "Order processed with value 25" {
		return nil, fmt.Errorf("got %v, %v", told, err)
	}
	return u32(request, "value") + 1, nil
}

func streamer() *kameo.Serving {
	made := &kameo.Serving{
		Replies: replies{"callbacks": callbacks},
		Streams: streams{"fibonacci": fibonacci, "random_numbers": randomNumbers, "with_delays": withDelays,
			"with_errors": withErrors, "dataset": dataset},
	}
	if strings.HasPrefix(form(), "not_a_generator") {
		delete(made.Streams, "fibonacci")
		made.Replies["fibonacci"] = func(*kameo.Call, record) (any, error) { return nil, nil }
	}
	return made
}

// all runs the body so many times at once.
func all(count int, body func(i int) error) error {
	var group sync.WaitGroup
	failed := make(chan error, count)
	for i := 0; i < count; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			if err := body(i); err != nil {
				failed <- err
			}
		}(i)
	}
	group.Wait()
	close(failed)
	return <-failed
}

func modules(call *kameo.Call, request record) (any, error) {
	var told []string
	for _, name := range []string{"test.TestCallback", "basic.TestCallback", "trader.TraderCallback"} {
		reply, err := call.Ask(name, record{"value": request["value"]})
		if err != nil {
			return nil, err
		}
		told = append(told, fmt.Sprint(reply))
	}
	return told, nil
}

// oneOfThree says how many answers the callback gave: 3 items, one reply, or 1 to 10 items.
func oneOfThree(call *kameo.Call, index int) (int, error) {
	if index%3 == 1 {
		operation := []string{"square", "sqrt", "double"}[index/3%3]
		expected := map[string]float64{"square": 81, "sqrt": 3, "double": 18}[operation]
		got, err := call.Ask("test.Compute", record{"operation": operation, "value": 9.0})
		if err != nil || math.Abs(got.(float64)-expected) > 1e-9 {
			return 0, fmt.Errorf("got %v, %v", got, err)
		}
		return 1, nil
	}
	count := 3
	if index%3 != 0 {
		count = index%10 + 1
	}
	items, err := readAll(call.Stream("test.Items", record{"count": count}))
	if err != nil || len(items) != count {
		return 0, fmt.Errorf("got %v, %v", items, err)
	}
	for i, item := range items {
		if item != uint32(i) {
			return 0, fmt.Errorf("got %v", items)
		}
	}
	return count, nil
}

func burst(call *kameo.Call, request record) (any, error) {
	total, mutex := 0, sync.Mutex{}
	for begin := 0; begin < int(u32(request, "count")); begin += 100 {
		err := all(100, func(i int) error {
			answers, err := oneOfThree(call, begin+i)
			mutex.Lock()
			defer mutex.Unlock()
			total += answers
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return total, nil
}

func interleaved(call *kameo.Call, request record) (any, error) {
	count := int(u32(request, "count"))
	right, mutex := 0, sync.Mutex{}
	err := all(count, func(i int) error {
		answer, err := call.Ask("test.Hold", record{"index": i, "of": count})
		mutex.Lock()
		defer mutex.Unlock()
		if answer == uint32(2*i) {
			right++
		}
		return err
	})
	return right, err
}

func basic(call *kameo.Call, request record) (any, error) {
	return call.Ask("basic.TestCallback", record{"value": request["value"]})
}

func nap(call *kameo.Call, request record) (any, error) {
	time.Sleep(10 * time.Millisecond)
	return call.Ask("test.Nap", record{"value": request["value"]})
}

// same is the string form of a callback, which is the only one here.
func same(call *kameo.Call, _ record) (any, error) {
	told, err := call.Ask("trader.TraderCallback", record{"value": 25})
	if err != nil || told != "Order processed with value 25" {
		return nil, fmt.Errorf("got %v, %v", told, err)
	}
	labels := []any{"a", "bc", "d"}
	return true, checkItems(call, record{"value": uint32(5), "labels": labels, "with_area": true})
}

func caller() *kameo.Serving {
	return &kameo.Serving{Replies: replies{"modules": modules, "burst": burst, "interleaved": interleaved,
		"sync_call": basic, "async_call": basic, "nap": nap, "same": same}}
}

// D and E: what came goes back.

func echo() *kameo.Serving {
	back := func(_ *kameo.Call, request record) (any, error) { return request["value"], nil }
	ending := func(name string) func(*kameo.Call, record) (any, error) {
		return func(call *kameo.Call, request record) (any, error) {
			if _, err := call.Ask(name, record{"text": request["value"]}); err != nil {
				return "CallbackError: " + err.Error(), nil
			}
			return "no error", nil
		}
	}
	return &kameo.Serving{Replies: replies{"numbers": back, "text": back, "data": back, "event": back,
		"bag": back, "tree": back, "refuse": ending("basic.Refuse"), "throw_up": ending("basic.Throw"),
		"roundtrip": basic}}
}

func greeter() *kameo.Serving {
	return &kameo.Serving{Replies: replies{"greet": func(_ *kameo.Call, request record) (any, error) {
		return "Hello, " + request["name"].(string) + "!", nil
	}}}
}

func counter() *kameo.Serving {
	sum := uint32(0)
	return &kameo.Serving{Replies: replies{"add": func(_ *kameo.Call, request record) (any, error) {
		sum += u32(request, "amount")
		return sum, nil
	}}}
}

func form() string {
	if len(os.Args) > 1 {
		return os.Args[1]
	}
	return ""
}

func main() {
	actors := map[string]func() *kameo.Serving{
		"conformance.Greeter": greeter,
		"conformance.Counter": counter,
	}
	if form() != "greeter:Greeter" { // that one is for the actor that a program does not know
		actors["conformance.Streamer"] = streamer
		actors["conformance.Caller"] = caller
		actors["conformance.Echo"] = echo
	}
	kameo.Main(actors)
}
