"""Handlers that stream: plain and async generators, credit, cancel, errors, the end."""

from __future__ import annotations

import os

import pytest
from driver import RemoteError

FIB = {"types": {"Pair": {"struct": [["i", "u32"], ["value", "u64"]]}},
       "handlers": {"fibonacci": {"request": [["count", "u32"]], "stream": "Pair"}}}
NUMBERS = {"numbers": {"request": [["count", "u32"]], "stream": "u32"}}
ONE = {"one": {"request": [["n", "u32"]], "reply": "u32"}}
LOG = {"test.Log": {"request": [["text", "string"]], "reply": "bool"}}

FORMS = pytest.mark.parametrize("form", ["def", "async def"])


@FORMS
@pytest.mark.parametrize("spec", ["handlers", "handlers:Actor"])
def test_b1_a_generator_streams(actor, form, spec) -> None:
    method = "self, " if ":" in spec else ""
    worker = actor(f"""
        class Actor:
            {form} fibonacci(self, request):
                a, b = 0, 1
                for i in range(request["count"]):
                    yield {{"i": i, "value": a}}
                    a, b = b, a + b
        {form} fibonacci(request):
            a, b = 0, 1
            for i in range(request["count"]):
                yield {{"i": i, "value": a}}
                a, b = b, a + b
        """.replace("METHOD", method), handler=spec, **FIB)
    pairs = [(p["i"], p["value"]) for p in worker.stream("fibonacci", count=10)]
    assert pairs == [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 5), (6, 8), (7, 13), (8, 21),
                     (9, 34)]
    assert worker.stream("fibonacci", count=0) == []
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_without_credit_a_generator_is_not_stepped_and_the_worker_goes_on(actor, form) -> None:
    worker = actor(f"""
        steps = []
        {form} numbers(request):
            for n in range(request["count"]):
                steps.append(n)
                yield n
        {form} one(request):
            return len(steps)
        """, handlers=NUMBERS | ONE, concurrency=2)
    ask = worker.open_stream("numbers", items=0, count=10)
    assert worker.ask("one", n=0) == 0
    worker.grant(ask, 3)
    assert [worker.item(ask, "numbers") for _ in range(3)] == [0, 1, 2]
    assert worker.ask("one", n=0) == 3
    worker.grant(ask, 1)
    assert worker.item(ask, "numbers") == 3
    assert worker.ask("one", n=0) == 4
    worker.grant(ask, 100)
    assert worker.items(ask, "numbers") == [4, 5, 6, 7, 8, 9]
    assert worker.stop() == 0


@FORMS
def test_credit_in_bytes_holds_a_generator_back_too(actor, form) -> None:
    worker = actor(f"""
        steps = []
        {form} numbers(request):
            for n in range(10):
                steps.append(n)
                yield "x" * 100
        {form} one(request):
            return len(steps)
        """, handlers={"numbers": {"stream": "string"}} | ONE, concurrency=2)
    ask = worker.open_stream("numbers", size=250)
    # 104 bytes each: the third overdraws.
    assert [len(worker.item(ask, "numbers")) for _ in range(3)] == [100] * 3
    assert worker.ask("one", n=0) == 3
    worker.grant(ask, 0, 62)  # pays the debt
    assert worker.ask("one", n=0) == 3
    worker.grant(ask, 0, 1)
    assert len(worker.item(ask, "numbers")) == 100
    assert worker.ask("one", n=0) == 4


@FORMS
def test_streams_take_turns(actor, form) -> None:
    """Neither waits for the other's end, and an ask beside them is answered."""
    worker = actor(f"""
        {form} numbers(request):
            n = 0
            while True:
                yield n
                n += 1
        {form} one(request):
            return request["n"]
        """, handlers=NUMBERS | ONE, concurrency=3)
    first, second = (worker.open_stream("numbers", items=300, count=0) for _ in range(2))
    for ask in (second, first):
        assert [worker.item(ask, "numbers") for _ in range(300)] == list(range(300))
    assert worker.ask("one", n=7) == 7
    for ask in (first, second):
        worker.cancel(ask)
        with pytest.raises(RemoteError) as ended:
            worker.item(ask, "numbers")
        assert ended.value.code == "cancelled"
    assert worker.stop() == 0


@FORMS
def test_a_stream_is_one_message_in_hand(actor, form) -> None:
    worker = actor(f"""
        {form} numbers(request):
            yield 1
        {form} one(request):
            return request["n"]
        """, handlers=NUMBERS | ONE)
    stream = worker.open_stream("numbers", items=0, count=1)
    waiting = worker.send_ask("one", n=5)
    worker.send("ping", correlation=9)
    worker.next("pong")
    assert not any(frame.type == "reply" for frame in worker._kept)
    worker.grant(stream, 2)
    assert worker.items(stream, "numbers") == [1]
    assert worker.answer(waiting, "one") == 5


# ---- cancel

STANDS = {
    "at a yield of a generator": ("def", "yield 0\n            while True: yield 1", "GeneratorExit"),
    "at a yield of an async generator": ("async def", "yield 0\n            while True: yield 1",
                                         "GeneratorExit"),
    "in an await of an async generator": (
        "async def", "yield 0\n            await asyncio.Event().wait()", "CancelledError"),
}


@pytest.mark.parametrize("form, body, seen", STANDS.values(), ids=STANDS.keys())
def test_a_cancel_reaches_the_producer_where_it_stands(actor, form, body, seen) -> None:
    worker = actor(f"""
        import asyncio, kameo
        seen = []
        {form} numbers(request):
            try:
                {body.replace(chr(10) + "            ", chr(10) + "                ")}
            except BaseException as error:
                seen.append(type(error).__name__)
                raise
            finally:
                seen.append("finally")
        def one(request):
            assert seen == [{seen!r}, "finally"], seen
            return len(seen)
        """, handlers=NUMBERS | ONE)
    ask = worker.open_stream("numbers", items=5 if "await" in body else 1, count=0)
    assert worker.item(ask, "numbers") == 0
    worker.cancel(ask)
    with pytest.raises(RemoteError) as ended:
        worker.item(ask, "numbers")
    assert ended.value.code == "cancelled"
    assert worker.ask("one", n=0) == 2
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_a_cancel_stops_an_infinite_producer_that_has_endless_credit(actor, form) -> None:
    worker = actor(f"""
        {form} numbers(request):
            while True:
                yield "x" * 60_000
        """, handlers={"numbers": {"stream": "string"}})
    ask = worker.open_stream("numbers")
    assert worker.item(ask, "numbers")[0] == "x"
    worker.cancel(ask)
    with pytest.raises(RemoteError):
        while True:  # what was on its way
            worker.item(ask, "numbers")
    assert worker.stop() == 0


@FORMS
def test_a_stream_and_its_cancel_in_one_read(actor, form) -> None:
    worker = actor(f"""
        started = []
        {form} numbers(request):
            started.append(1)
            yield 1
        {form} one(request):
            return len(started)
        """, handlers=NUMBERS | ONE)
    with worker.in_one_write():
        ask = worker.open_stream("numbers", items=0, count=0)
        worker.cancel(ask)
    with pytest.raises(RemoteError) as ended:
        worker.item(ask, "numbers")
    assert ended.value.code == "cancelled"
    assert worker.ask("one", n=0) == 0


def test_a_sync_generator_in_a_callback_sees_the_cancel_there(actor) -> None:
    worker = actor("""
        import kameo
        seen = []
        def numbers(request):
            try:
                kameo.test.Log(text="x").result()
            except kameo.Cancelled as error:
                seen.append(str(error))
                raise
            yield 1
        def one(request):
            assert seen == ["the caller of numbers has cancelled it"], seen
            return len(seen)
        """, handlers=NUMBERS | ONE, callbacks=LOG)
    ask = worker.open_stream("numbers", count=0)
    _, _, call = worker.callback()
    worker.cancel(ask)
    with pytest.raises(RemoteError):
        worker.item(ask, "numbers")
    worker.next("cancel", correlation=call)
    worker.refuse(call, "cancelled", "")
    assert worker.ask("one", n=0) == 1


def test_a_clean_up_that_fails_is_logged(actor) -> None:
    worker = actor("""
        def numbers(request):
            try:
                yield 1
            finally:
                raise ValueError("in the clean-up")
        """, handlers=NUMBERS)
    ask = worker.open_stream("numbers", items=1, count=0)
    assert worker.item(ask, "numbers") == 1
    worker.cancel(ask)
    with pytest.raises(RemoteError):
        worker.item(ask, "numbers")
    assert [log["message"] for log in worker.logs] == ["numbers: ValueError: in the clean-up"]


@FORMS
def test_when_the_parent_goes_the_producer_is_closed(actor, form) -> None:
    worker = actor(f"""
        import sys
        {form} numbers(request):
            try:
                while True:
                    yield 1
            finally:
                print("closed", flush=True)
        """, handlers=NUMBERS)
    ask = worker.open_stream("numbers", items=1, count=0)
    assert worker.item(ask, "numbers") == 1
    worker.socket.close()
    assert worker.process.wait(30) == 0
    assert worker.stdout == "closed\n"


# ---- errors and ends


@FORMS
def test_b4_items_before_an_error_arrive_and_nothing_after_it(actor, form) -> None:
    worker = actor(f"""
        {form} numbers(request):
            for n in range(5):
                if n == request["count"]:
                    raise ValueError(f"at {{n}}")
                yield n
        """, handlers=NUMBERS)
    for count in (2, 0):
        ask = worker.open_stream("numbers", count=count)
        assert [worker.item(ask, "numbers") for _ in range(count)] == list(range(count))
        with pytest.raises(RemoteError) as error:
            worker.item(ask, "numbers")
        assert (error.value.code, error.value.message) == ("handler_failed", f"at {count}")
        assert error.value.where.startswith("handlers.py:")
    assert worker.stream("numbers", count=9) == [0, 1, 2, 3, 4]
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_an_item_of_the_wrong_type_ends_the_stream_and_the_generator(actor, form) -> None:
    worker = actor(f"""
        seen = []
        {form} numbers(request):
            try:
                yield 1
                yield "two"
                yield 3
            finally:
                seen.append("closed")
        {form} one(request):
            return len(seen)
        """, handlers=NUMBERS | ONE)
    ask = worker.open_stream("numbers", count=0)
    assert worker.item(ask, "numbers") == 1
    with pytest.raises(RemoteError) as error:
        worker.item(ask, "numbers")
    assert error.value.code == "bad_reply"
    assert error.value.message.startswith("item: expected u32, got 'two' (handlers.py:")
    assert worker.ask("one", n=0) == 1


@FORMS
def test_a_declared_error_ends_a_stream_typed(actor, form) -> None:
    worker = actor(f"""
        import kameo
        from kameo.test import Closed
        {form} numbers(request):
            yield 1
            raise Closed(reason="night")
        """, types={"Closed": {"struct": [["reason", "string"]]}},
        handlers={"numbers": {**NUMBERS["numbers"], "errors": ["Closed"]}},
        files={"kameo/__init__.py": "from kameo_runtime.api import *",
               "kameo/test.py": '''
from kameo_runtime.errors import Error
class Closed(Error):
    __slots__ = ("reason",)
    code = "declared"
    def __init__(self, *, reason):
        self.reason = reason
    def __str__(self):
        return self.reason
__kameo_types__ = {"test.Closed": Closed}
'''})
    ask = worker.open_stream("numbers", count=0)
    assert worker.item(ask, "numbers") == 1
    with pytest.raises(RemoteError) as error:
        worker.item(ask, "numbers")
    assert (error.value.code, error.value.declared) == ("declared", "test.Closed")


HANDLERS_THAT_ARE_NONE = {
    "plain": "def numbers(request): return [1]",
    "coroutine": "async def numbers(request): return [1]",
    "lambda": "numbers = lambda request: iter([1])",
}


@pytest.mark.parametrize("source", HANDLERS_THAT_ARE_NONE.values(), ids=HANDLERS_THAT_ARE_NONE)
def test_b9_a_stream_that_is_no_generator_fails_the_start(failed_start, source) -> None:
    error = failed_start(source, handlers=NUMBERS)
    assert error.message == (
        "handlers: numbers streams, so it has to be a generator: `yield` each item")


@FORMS
def test_a_generator_behind_a_decorator_is_one(actor, form) -> None:
    worker = actor(f"""
        import functools
        def traced(function):
            @functools.wraps(function)
            def inner(*args):
                return function(*args)
            return inner
        @traced
        {form} numbers(request):
            yield 1
        """, handlers=NUMBERS)
    assert worker.stream("numbers", count=1) == [1]


def test_a_stream_asked_for_as_a_reply_is_refused_and_the_other_way_round(actor) -> None:
    worker = actor("""
        def numbers(request):
            yield 1
        def one(request):
            return 1
        """, handlers=NUMBERS | ONE)
    with pytest.raises(RemoteError) as error:
        worker.answer(worker.send_ask("numbers", count=1), "one")
    assert error.value.code == "bad_request"
    assert error.value.message == "numbers: the caller wants one reply, its handler gives a stream"
    with pytest.raises(RemoteError) as error:
        worker.item(worker.open_stream("one", n=1), "numbers")
    assert error.value.message == "one: the caller wants a stream, its handler gives one reply"
    assert worker.stream("numbers", count=1) == [1]


def test_b3_an_item_does_not_wait_for_a_slow_next_one(actor, tmp_path) -> None:
    """By events: each item is seen before the next one is begun."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    worker = actor(f"""
        import os
        gate = os.open({str(gate)!r}, os.O_RDWR)
        def numbers(request):
            for n in range(request["count"]):
                if n > 0:
                    os.read(gate, 1)  # until the parent has seen the last one
                yield n
        """, handlers=NUMBERS)
    opened = os.open(gate, os.O_RDWR)
    ask = worker.open_stream("numbers", count=20)
    for n in range(20):
        assert worker.item(ask, "numbers") == n
        os.write(opened, b"x")
    os.close(opened)


@FORMS
def test_drain_lets_a_stream_finish(actor, form) -> None:
    worker = actor(f"""
        {form} numbers(request):
            for n in range(3):
                yield n
        """, handlers=NUMBERS)
    ask = worker.open_stream("numbers", items=1, count=0)
    assert worker.item(ask, "numbers") == 0
    worker.send("drain")
    worker.grant(ask, 10)
    assert worker.items(ask, "numbers") == [1, 2]
    worker.next("bye")
    worker.socket.close()
    assert worker.process.wait(30) == 0
