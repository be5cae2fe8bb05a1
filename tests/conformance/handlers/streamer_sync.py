"""Streams and callbacks as plain generators and functions; dicts in, dicts out."""

import random

import kameo


def checked(request, limit=1000):
    count = value(request, "count")
    if count == 0:
        raise ValueError("Count must be positive")
    if count > limit:
        raise ValueError(f"Count too large, at most {limit}")
    return count


def value(request, name):
    """Of a class or of a dict: the handlers run with and without generated code."""
    return request[name] if isinstance(request, dict) else getattr(request, name)


def fibonacci_numbers(count):
    a, b = 0, 1
    for index in range(count):
        yield {"index": index, "value": a}
        a, b = b, a + b


def delay_of(request):
    delay_ms = value(request, "delay_ms")
    if delay_ms > 5000:
        raise ValueError("Delay too long, at most 5000 ms")
    return delay_ms / 1000


def errors_of(request):
    """How many items come before the error; none where there is no error."""
    count, error_at = value(request, "count"), value(request, "error_at")
    if error_at is not None and error_at >= count:
        raise ValueError("the index of the error is beyond the items")
    return count, error_at


def size_of(request):
    size = value(request, "size")
    if size > 100_000:
        raise ValueError("Dataset too large, at most 100000")
    return size


def streaming_request(request):
    dimensions = {"width": 3, "height": 5} if value(request, "with_area") else None
    return {
        "value": value(request, "value"),
        "labels": value(request, "labels"),
        "metadata": {"foo": "bar", "id": "7"},
        "dimensions": dimensions,
        "events": [
            {"name": "start", "count": 1},
            {"name": "tick", "count": 2},
            {"name": "stop", "count": 1},
        ],
    }


def check_items(items, request):
    labels = value(request, "labels")
    assert len(items) == 5, items
    for i, item in enumerate(items):
        tag = labels[i % len(labels)]
        assert value(item, "computed_sum") == value(request, "value") + i + len(tag), item
        assert value(item, "tag") == tag, item
        assert value(item, "meta_count") == 2, item
        assert value(item, "area") == (15 if value(request, "with_area") else None), item
        assert value(item, "last_event") == "stop", item


class Streamer:
    def fibonacci(self, request):
        yield from fibonacci_numbers(checked(request))

    def random_numbers(self, request):
        for _ in range(checked(request, 10_000)):
            yield random.randint(1, value(request, "max"))

    def with_delays(self, request):
        delay_of(request)
        yield from range(checked(request))

    def with_errors(self, request):
        count, error_at = errors_of(request)
        for i in range(count):
            if i == error_at:
                raise RuntimeError(f"broken at {i}")
            yield i

    def dataset(self, request):
        yield from range(size_of(request))

    def callbacks(self, request):
        items = list(kameo.callback_handle("test.StreamingCallback", streaming_request(request)))
        check_items(items, request)
        assert kameo.callback_handle("basic.TestCallback", {"value": 15}) == 16
        told = kameo.callback_handle("trader.TraderCallback", {"value": 25})
        assert told == "Order processed with value 25", told
        return value(request, "value") + 1
