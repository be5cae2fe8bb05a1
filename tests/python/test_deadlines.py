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
             "market.Feed": {"request": [["n", "u32"]], "input": "u32", "reply": "u32"},
             "market.Quick": {"request": [["n", "u32"]], "reply": "u32", "deadline_ms": 60_000},
             "market.Slow": {"request": [["n", "u32"]], "reply": "u32", "deadline_ms": -1}}
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


# ---- none, and the default


@FORMS
def test_none_said_expressly_inherits_none(actor, form) -> None:
    worker = actor(source(form, "return str(WAIT kameo.market.Slow(n=1)RESULT)"),
                   handlers=RUN, callbacks=CALLBACKS, deadline_us=LONG)
    ask = worker.send_ask("run", parts={"deadline_us": LONG}, n=0)
    frame = worker.next("ask")
    assert "deadline_us" not in frame.parts
    worker.reply("market.Slow", frame.correlation, 5)
    assert worker.answer(ask, "run") == "5"


@FORMS
def test_without_any_the_default_of_the_runtime_counts(actor, form) -> None:
    worker = actor(source(form, """
call = kameo.market.Price(n=1)
stream = kameo.market.Ticks(n=2)
feed = kameo.callback_handle("market.Feed", {"n": 3}, [1]) if FORM else None
return str(WAIT callRESULT)
""".replace("FORM", str(bool(form)))), handlers=RUN, callbacks=CALLBACKS, deadline_us=LONG)
    ask = worker.send_ask("run", n=0)
    frame = worker.next("ask")
    assert LONG - 60_000_000 < frame.parts["deadline_us"] <= LONG
    assert "deadline_us" not in worker.next("ask").parts  # a stream may be silent by right
    if form:
        assert "deadline_us" not in worker.next("ask").parts
    worker.reply("market.Price", frame.correlation, 5)
    assert worker.answer(ask, "run") == "5"
    # What is inherited goes before it, also where it is later.
    worker.send_ask("run", parts={"deadline_us": 2 * LONG}, n=0)
    assert worker.next("ask").parts["deadline_us"] > LONG


CAUGHT = """
try:
    {}
except kameo.DeadlineExceeded as error:
    return str(error)
"""


@FORMS
def test_the_default_ends_a_call_that_nobody_answers(actor, form) -> None:
    worker = actor(source(form, CAUGHT.format("WAIT kameo.market.Price(n=1)RESULT")),
                   handlers=RUN, callbacks=CALLBACKS, deadline_us=SHORT)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.next("cancel", correlation=call)
    assert worker.answer(ask, "run") == "no answer before the deadline"


# ---- what the code itself says


@FORMS
def test_a_deadline_of_a_call_is_said_where_it_is_made(actor, form) -> None:
    worker = actor(source(form, CAUGHT.format("WAIT kameo.market.Price(n=1).deadline(0.02)RESULT")),
                   handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.next("cancel", correlation=call)
    assert worker.answer(ask, "run") == "no answer before the deadline"


@FORMS
def test_one_that_is_in_time_is_not_ended(actor, form) -> None:
    worker = actor(source(form, """
got = [WAIT kameo.market.Price(n=1).deadline(3600)RESULT]
FOR tick in kameo.market.Ticks(n=1).deadline(3600, idle=3600):
    got.append(tick)
return str(got)
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    name, _, call = worker.callback()
    worker.reply(name, call, 5)
    name, _, call = worker.callback()
    for n in range(3):
        worker.send_item(name, call, n)
    worker.send("stream_end", correlation=call)
    assert worker.answer(ask, "run") == "[5, 0, 1, 2]"
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
@pytest.mark.parametrize("said, message", [
    ("0.02", "no answer before the deadline"),
    ("idle=0.02", "market.Ticks: no item for 20 ms"),
    ("3600, idle=0.02", "market.Ticks: no item for 20 ms"),
])
def test_a_stream_has_a_deadline_in_all_and_one_for_each_item(actor, form, said, message) -> None:
    worker = actor(source(form, f"""
got = []
try:
    FOR tick in kameo.market.Ticks(n=1).deadline({said}):
        got.append(tick)
except kameo.DeadlineExceeded as error:
    return f"{{got}} {{error}}"
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    name, _, call = worker.callback()
    worker.send_item(name, call, 7)
    worker.next("cancel", correlation=call)
    answer = worker.answer(ask, "run")
    assert answer in (f"[7] {message}", f"[] {message}")  # the item may have been too late itself
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_an_input_has_an_idle_deadline(actor, form) -> None:
    worker = actor(source(form, "return ''", f"""
{form}def sum(request, items):
    try:
        {form}for item in items.deadline(idle=0.02): pass
    except kameo.DeadlineExceeded as error:
        return str(error)
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("sum", parts={"input": True}, n=0)
    assert worker.answer(ask, "sum") == "input of sum: no item for 20 ms"


def test_threads_that_wait_for_one_stream_each_have_its_idle_deadline(actor) -> None:
    worker = actor(source("", """
import threading
stream = kameo.market.Ticks(n=1).deadline(idle=0.02)
got = []
def read():
    try:
        next(stream)
    except (kameo.DeadlineExceeded, StopIteration) as error:  # the first is told why
        got.append(type(error).__name__)
threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
del stream
return str(sorted(got))
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.next("cancel", correlation=call)
    assert worker.answer(ask, "run") == str(["DeadlineExceeded"] + ["StopIteration"] * 3)
    assert worker.stop() == 0
    assert worker.stderr == ""


@pytest.mark.parametrize("said, message", [
    ("0", "a deadline is a number of seconds above 0, not 0"),
    ("-1", "a deadline is a number of seconds above 0, not -1"),
    ("float('nan')", "a deadline is a number of seconds above 0, not nan"),
    ("'soon'", "must be real number, not str"),
])
@pytest.mark.parametrize("of", ["Price(n=1).deadline({})", "Ticks(n=1).deadline({})",
                                "Ticks(n=1).deadline(idle={})"])
def test_a_deadline_that_is_none_is_refused(actor, said, message, of) -> None:
    worker = actor(source("", f"""
try:
    kameo.market.{of.format(said)}
except (ValueError, TypeError) as error:
    return str(error)
"""), handlers=RUN, callbacks=CALLBACKS)
    assert worker.ask("run", n=0) == message


# ---- the trace

TRACE = "0af7651916cd43dd8448eb211c80319cb7ad6b71692033310100000000000000"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@FORMS
def test_the_trace_of_an_ask_can_be_read_and_is_handed_on(actor, form) -> None:
    worker = actor(source(form, """
from kameo_runtime.callback import traceparent
WAIT kameo.market.Price(n=1)RESULT
return str(traceparent())
"""), handlers=RUN, callbacks=CALLBACKS)
    for trace, text in ((TRACE, TRACEPARENT), (None, "None")):
        ask = worker.send_ask("run", parts={"trace": trace} if trace else {}, n=0)
        frame = worker.next("ask")
        assert frame.parts.get("trace") == trace
        worker.reply("market.Price", frame.correlation, 5)
        assert worker.answer(ask, "run") == text


@FORMS
def test_a_handler_sets_the_trace_of_what_it_asks(actor, form) -> None:
    worker = actor(source(form, f"""
from kameo_runtime.callback import set_traceparent
for text in ("{TRACEPARENT}", None):
    set_traceparent(text)
    WAIT kameo.market.Price(n=1)RESULT
try:
    set_traceparent("00-nonsense")
except ValueError as error:
    return str(error)
"""), handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", parts={"deadline_us": LONG, "chain": [4]}, n=0)
    for trace in (TRACE, None):
        frame = worker.next("ask")
        assert frame.parts.get("trace") == trace
        assert frame.parts["deadline_us"] <= LONG and frame.parts["chain"] == [4]  # still its own
        worker.reply("market.Price", frame.correlation, 5)
    assert worker.answer(ask, "run") == "not a traceparent: '00-nonsense'"
    ask = worker.send_ask("run", n=0)
    for trace in (TRACE, None):
        frame = worker.next("ask")
        assert frame.parts.get("trace") == trace and "chain" not in frame.parts
        worker.reply("market.Price", frame.correlation, 5)
    worker.answer(ask, "run")


@FORMS
def test_a_trace_that_a_handler_sets_ends_with_it(actor, form) -> None:
    worker = actor(source(form, f"""
from kameo_runtime.callback import set_traceparent
set_traceparent("{TRACEPARENT}")
return ''
"""), handlers=RUN, callbacks=CALLBACKS)
    assert worker.ask("run", n=0) == ""
    ask = worker.open_stream("items", n=0)  # asks after its first item
    assert worker.item(ask, "items") == 1
    assert "trace" not in worker.next("ask").parts


# ---- deadlock


def test_a_plain_handler_that_would_wait_for_itself_is_told_so(actor) -> None:
    worker = actor(source("", "return str(kameo.market.Price(n=1).result())"),
                   handlers=RUN, callbacks=CALLBACKS, concurrency=4)
    outer = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    inner = worker.send_ask("run", parts={"chain": [7, 1]}, n=0)  # 1: this child
    with pytest.raises(RemoteError, match="would wait for its own answer") as error:
        worker.answer(inner, "run")
    assert error.value.code == "deadlock"
    other = worker.send_ask("run", parts={"chain": [7, 8]}, n=0)  # of another chain: it waits
    worker.reply("market.Price", call, 5)
    assert worker.answer(outer, "run") == "5"
    _, _, call = worker.callback()
    worker.reply("market.Price", call, 6)
    assert worker.answer(other, "run") == "6"
