"""Deadlines in the worker: what a call inherits of its handler's ask, and what happens at the time.

Time is part of what is tested; nothing here depends on how long anything takes, only on which of
two things comes first, and one of the two never comes.
"""

from __future__ import annotations

import pytest
from driver import RemoteError

RUN = {"run": {"request": [["n", "u32"]], "reply": "string"},
       "items": {"request": [["n", "u32"]], "stream": "u32"},
       "sum": {"request": [["n", "u32"]], "input": "u32", "reply": "string"}}
CALLBACKS = {"market.Price": {"request": [["n", "u32"]], "reply": "u32"},
             "market.Ticks": {"request": [["n", "u32"]], "stream": "u32"},
             "market.Quick": {"request": [["n", "u32"]], "reply": "u32", "deadline_ms": 60_000}}
FORMS = pytest.mark.parametrize("form", ["", "async "])
LONG, SHORT = 3_600_000_000, 20_000  # µs


def source(form: str, body: str, more: str = "") -> str:
    wait = "await " if form else ""
    result = "" if form else ".result()"
    body = body.replace("WAIT ", wait).replace("RESULT", result).replace("FOR ", f"{form}for ")
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return f"""
import asyncio, kameo
{form}def run(request):
{lines}
{form}def items(request):
    yield 1
    WAIT kameo.market.Price(n=1)RESULT
{form}def sum(request, items):
    {form}for item in items: pass
{more}
""".replace("WAIT ", wait).replace("RESULT", result)


@FORMS
def test_a_callback_inherits_what_is_left_and_the_chain(actor, form) -> None:
    worker = actor(source(form, "return str(WAIT kameo.market.Price(n=1)RESULT)"),
                   handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": LONG, "chain": [3, 7]}, n=0)
    frame = worker.next("ask")
    assert LONG - 60_000_000 < frame.parts["deadline_us"] <= LONG
    assert frame.parts["chain"] == [3, 7]
    worker.reply("market.Price", frame.correlation, 5)
    assert worker.answer(ask, "run") == "5"
    # Nothing of it is left for the next one.
    ask = worker.send_ask("run", n=0)
    frame = worker.next("ask")
    assert "deadline_us" not in frame.parts and "chain" not in frame.parts
    worker.reply("market.Price", frame.correlation, 5)
    assert worker.answer(ask, "run") == "5"
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_a_streaming_handler_hands_it_on_too(actor, form) -> None:
    worker = actor(source(form, "return ''"), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.open_stream("items", parts={"deadline_us": LONG, "chain": [9]}, n=0)
    assert worker.item(ask, "items") == 1
    frame = worker.next("ask")
    assert frame.parts["deadline_us"] <= LONG and frame.parts["chain"] == [9]
    worker.reply("market.Price", frame.correlation, 5)
    assert worker.items(ask, "items") == []


def test_tasks_and_threads_of_the_handler_inherit_it(actor) -> None:
    worker = actor(source("async ", """
task = asyncio.create_task(sub())
await asyncio.to_thread(lambda: kameo.market.Price(n=2).result())
return str(await task)
""", "async def sub(): return await kameo.market.Price(n=1)"), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": LONG, "chain": [4]}, n=0)
    for _ in range(2):
        frame = worker.next("ask")
        assert frame.parts["deadline_us"] <= LONG and frame.parts["chain"] == [4]
        worker.reply("market.Price", frame.correlation, 5)
    assert worker.answer(ask, "run") == "5"


def test_a_task_that_outlives_its_handler_inherits_no_more(actor) -> None:
    worker = actor(source("async ", """
global task
task = asyncio.create_task(sub())
return "gone"
""", "async def sub():\n    await asyncio.sleep(0)\n    await kameo.market.Price(n=1)"),
        handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": LONG, "chain": [4]}, n=0)
    assert worker.answer(ask, "run") == "gone"
    frame = worker.next("ask")
    assert "deadline_us" not in frame.parts and "chain" not in frame.parts


@FORMS
def test_a_deadline_of_the_callbacks_own_counts_where_it_is_earlier(actor, form) -> None:
    worker = actor(source(form, "return str(WAIT kameo.market.Quick(n=1)RESULT)"),
                   handlers=RUN, callbacks=CALLBACKS)
    for parts, most in (({}, 60_000_000), ({"deadline_us": LONG}, 60_000_000),
                        ({"deadline_us": 30_000_000}, 30_000_000)):
        ask = worker.send_ask("run", parts=parts, n=0)
        frame = worker.next("ask")
        assert most - 29_000_000 < frame.parts["deadline_us"] <= most
        worker.reply("market.Quick", frame.correlation, 5)
        assert worker.answer(ask, "run") == "5"


@FORMS
def test_when_it_passes_a_callback_that_is_waited_for_ends(actor, form) -> None:
    """In a coroutine by the task's cancel, in sync code by an error of its own."""
    worker = actor(source(form, """
try:
    WAIT kameo.market.Price(n=1)RESULT
except BaseException as error:
    seen.append(f"{type(error).__name__} {isinstance(error, TimeoutError)}")
    raise
""", "seen = []\ndef items(request):\n    yield len(seen)\n    raise Exception(seen[0])"),
        handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": SHORT}, n=0)
    _, _, call = worker.callback()
    with pytest.raises(RemoteError) as error:
        worker.answer(ask, "run")
    assert error.value.code == ("deadline_exceeded" if form else "handler_failed")
    worker.next("cancel", correlation=call)
    with pytest.raises(RemoteError, match="CancelledError False" if form else "DeadlineExceeded True"):
        worker.stream("items", n=0)


@FORMS
def test_when_it_passes_a_callback_stream_that_is_read_ends(actor, form) -> None:
    worker = actor(source(form, "FOR tick in kameo.market.Ticks(n=1): pass"),
                   handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": SHORT}, n=0)
    name, _, call = worker.callback()
    worker.send_item(name, call, 1)
    worker.next("cancel", correlation=call)
    with pytest.raises(RemoteError):
        worker.answer(ask, "run")


@FORMS
def test_when_it_passes_a_handler_that_waits_for_input_ends(actor, form) -> None:
    worker = actor(source(form, "return ''"), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("sum", parts={"deadline_us": SHORT, "input": True}, n=0)
    with pytest.raises(RemoteError) as error:
        worker.answer(ask, "sum")
    assert error.value.code == ("deadline_exceeded" if form else "handler_failed")


@FORMS
def test_when_it_passes_a_producer_without_credit_is_closed(actor, form) -> None:
    worker = actor(source(form, "return str(seen)", f"""
seen = []
{form}def items(request):
    try:
        yield 1
        yield 2
    except GeneratorExit:
        seen.append("closed")
        raise
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.open_stream("items", items=1, parts={"deadline_us": SHORT}, n=0)
    assert worker.item(ask, "items") == 1
    with pytest.raises(RemoteError) as error:
        worker.item(ask, "items")
    assert (error.value.code, error.value.message) == (
        "deadline_exceeded", "its deadline passed while it ran")
    assert worker.ask("run", n=0) == "['closed']"


def test_an_async_handler_is_cancelled_when_it_passes(actor) -> None:
    worker = actor(source("async ", """
try:
    await asyncio.Event().wait()
except asyncio.CancelledError:
    print("cancelled", flush=True)
    raise
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": SHORT}, n=0)
    with pytest.raises(RemoteError) as error:
        worker.answer(ask, "run")
    assert error.value.code == "deadline_exceeded"
    assert worker.stdout == "cancelled\n"
    assert worker.stop() == 0


def test_a_callback_after_the_deadline_is_not_sent(actor) -> None:
    worker = actor(source("", """
import time
while True:  # until it has passed; a sync handler sees that at its next call
    try:
        kameo.market.Price(n=1).cancel()
    except kameo.DeadlineExceeded as error:
        return f"{error.code} {error.started}"
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": SHORT}, n=0)
    assert worker.answer(ask, "run") == "deadline_exceeded None"


def test_a_message_whose_deadline_passed_while_it_waited_is_not_started(actor) -> None:
    worker = actor(source("", "return str(kameo.market.Price(n=request['n']).result())"),
                   handlers=RUN, callbacks=CALLBACKS)
    first = worker.send_ask("run", n=1)
    _, _, call = worker.callback()
    late = worker.send_ask("run", parts={"deadline_us": 0}, n=2)
    worker.reply("market.Price", call, 5)
    assert worker.answer(first, "run") == "5"
    with pytest.raises(RemoteError) as error:
        worker.answer(late, "run")
    assert error.value.code == "deadline_exceeded"
