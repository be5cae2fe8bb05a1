"""Streams of callbacks, read by handlers: `for`, `async for`, leaving them, their ends."""

from __future__ import annotations

import os

import pytest
from driver import WINDOW, RemoteError

CALLBACKS = {"market.DataFetch": {"request": [["symbol", "string"]], "stream": "u32"},
             "market.Price": {"request": [["symbol", "string"]], "reply": "u32"}}
RUN = {"run": {"request": [["symbol", "string"]], "reply": "string"}}
OTHER = {"other": {"request": [["symbol", "string"]], "reply": "string"}}


def both(body: str) -> list:
    """The same body in a sync and an async handler: FOR iterates, WAIT(x) waits for a call."""
    sync = body.replace("FOR ", "for ").replace("WITH ", "with ").replace("NEXT(", "next(")
    sync = sync.replace("WAIT(", "(lambda c: c.result())(").replace("StopNow", "StopIteration")
    coroutine = body.replace("FOR ", "async for ").replace("WITH ", "async with ")
    coroutine = coroutine.replace("NEXT(", "await anext(").replace("WAIT(", "await (")
    coroutine = coroutine.replace("StopNow", "StopAsyncIteration")
    head = "import asyncio, kameo\n"
    lines = ["\n".join("    " + line for line in text.strip("\n").splitlines())
             for text in (sync, coroutine)]
    return [pytest.param(f"{head}def run(request):\n{lines[0]}\n", id="sync"),
            pytest.param(f"{head}async def run(request):\n{lines[1]}\n", id="async")]


def start(actor, source, **settings):
    worker = actor(source, handlers={**RUN, **OTHER}, callbacks=CALLBACKS, **settings)
    return worker, worker.send_ask("run", symbol="AAPL")


OTHER_TOO = "\ndef other(request): return 'alive'\n"


def finish(worker, ask) -> str:
    result = worker.answer(ask, "run")
    assert worker.stop() == 0
    assert worker.stderr == ""
    return result


ALL = """
got = []
FOR tick in kameo.market.DataFetch(symbol=request["symbol"]):
    got.append(tick)
return str(got)
"""


@pytest.mark.parametrize("source", both(ALL))
def test_a_callback_stream_gives_its_items(actor, source) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    name, request, call = worker.callback()
    assert (name, request) == ("market.DataFetch", {"symbol": "AAPL"})
    for n in range(5):
        worker.send_item(name, call, n)
    worker.send("stream_end", correlation=call)
    assert finish(worker, ask) == "[0, 1, 2, 3, 4]"


@pytest.mark.parametrize("source", both(ALL))
def test_it_asks_for_a_window_and_for_more_as_items_are_taken(actor, source) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    frame = worker.next("ask")
    items, size = frame.parts["window"]
    assert (items, size) == WINDOW
    sent = 0
    for n in range(1000):
        if sent == items:
            credit = worker.next("credit", correlation=frame.correlation)
            items += credit.parts["window"][0]
        worker.send_item("market.DataFetch", frame.correlation, n)
        sent += 1
    worker.send("stream_end", correlation=frame.correlation)
    assert finish(worker, ask) == str(list(range(1000)))


@pytest.mark.parametrize("source", both("""
try:
    FOR tick in kameo.market.DataFetch(symbol="x"):
        got.append(tick)
except kameo.CallbackError as error:
    got.append(f"{error.code} {error} {error.where}")
return str(got)
""".replace("try", "got = []\ntry", 1)))
def test_items_before_an_error_arrive_then_the_error(actor, source) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    name, _, call = worker.callback()
    worker.send_item(name, call, 7)
    worker.refuse(call, "handler_failed", "no more", where="market.py:3, DataFetch")
    assert finish(worker, ask) == "[7, 'handler_failed no more market.py:3, DataFetch']"


@pytest.mark.parametrize("source", both("""
stream = kameo.market.DataFetch(symbol="x")
got = [NEXT(stream)]
for _ in range(3):
    try:
        NEXT(stream)
    except StopNow:
        got.append("end")
    except kameo.Error as error:
        got.append(str(error))
return str(got)
"""))
@pytest.mark.parametrize("clean", [True, False])
def test_after_the_end_an_iterator_stays_ended(actor, source, clean) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    name, _, call = worker.callback()
    worker.send_item(name, call, 1)
    if clean:
        worker.send("stream_end", correlation=call)
    else:
        worker.refuse(call, "handler_failed", "broken")
    assert finish(worker, ask) == str([1, "end" if clean else "broken", "end", "end"])


# ---- leaving

LEAVE = {
    "break": "FOR tick in STREAM:\n    break",
    "exception": ("try:\n    FOR tick in STREAM:\n        raise ValueError\n"
                  "except ValueError as error:\n    kept = error"),
    "break of a named one": "stream = STREAM\nFOR tick in stream:\n    break",
    "with": "WITH STREAM as stream:\n    assert NEXT(stream) == 1",
    "cancel": "stream = STREAM\nassert NEXT(stream) == 1\nassert stream.cancel() is True\n"
              "assert stream.cancel() is False",
    "del": "stream = STREAM\nassert NEXT(stream) == 1\ndel stream",
    "never read": "STREAM",
}


@pytest.mark.parametrize("how", LEAVE)
@pytest.mark.parametrize("form", ["sync", "async"])
def test_leaving_tells_the_producer_at_once(actor, how, form, tmp_path) -> None:
    """By events: the handler goes nowhere near kameo until the cancel has been seen."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    body = LEAVE[how].replace("STREAM", "kameo.market.DataFetch(symbol='x')")
    source = both(body + f"\nopen({str(gate)!r}).close()\nreturn 'left'")
    worker, ask = start(actor, source[form == "async"].values[0] + OTHER_TOO)
    name, _, call = worker.callback()
    if how != "never read":
        # An endless producer: it goes on until it is told.
        with worker.in_one_write():
            for n in range(1, 60):
                worker.send_item(name, call, n)
    worker.next("cancel", correlation=call)
    worker.refuse(call, "cancelled", "stopped")
    gate.open("w").close()
    assert finish(worker, ask) == "left"


def test_a_cancelled_task_leaves_its_stream(actor) -> None:
    worker, ask = start(actor, """
        import asyncio, kameo
        async def read():
            async for tick in kameo.market.DataFetch(symbol="x"):
                first.set()
        async def run(request):
            global first
            first = asyncio.Event()
            task = asyncio.create_task(read())
            await first.wait()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                return str(await kameo.market.Price(symbol="left"))
        def other(request): return "alive"
        """)
    name, _, call = worker.callback()
    worker.send_item(name, call, 1)
    worker.next("cancel", correlation=call)
    name, _, price = worker.callback()
    worker.reply(name, price, 4)
    worker.refuse(call, "cancelled", "stopped")
    assert finish(worker, ask) == "4"


def test_a_cancelled_ask_leaves_the_stream_of_its_handler(actor) -> None:
    for form in ("", "async "):
        worker, ask = start(actor, f"""
            import kameo
            {form}def run(request):
                {form}for tick in kameo.market.DataFetch(symbol="x"):
                    pass
            def other(request): return "alive"
            """)
        name, _, call = worker.callback()
        worker.send_item(name, call, 1)
        worker.cancel(ask)
        worker.next("cancel", correlation=call)
        worker.refuse(call, "cancelled", "stopped")
        with pytest.raises(RemoteError):
            worker.answer(ask, "run")
        assert worker.ask("other", symbol="") == "alive"
        assert worker.stop() == 0


@pytest.mark.parametrize("source", both("""
stream = kameo.market.DataFetch(symbol="x")
NEXT(stream)
stream.cancel()
FOR tick in stream:
    return "an item after the cancel"
return "ended"
"""))
def test_a_cancelled_stream_has_ended(actor, source) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    name, _, call = worker.callback()
    for n in range(3):
        worker.send_item(name, call, n)
    worker.next("cancel", correlation=call)
    assert finish(worker, ask) == "ended"


def test_a_task_that_waits_is_told_when_another_cancels_its_stream(actor) -> None:
    worker, ask = start(actor, """
        import asyncio, kameo
        async def run(request):
            stream = kameo.market.DataFetch(symbol="x")
            task = asyncio.ensure_future(read(stream))
            await asyncio.sleep(0)
            stream.cancel()
            return await task
        async def read(stream):
            try:
                async for tick in stream:
                    return "an item"
                return "the end"
            except kameo.Cancelled as error:
                return str(error)
        def other(request): return "alive"
        """)
    worker.next("cancel")
    assert finish(worker, ask) == "market.DataFetch: the stream was cancelled"


# ---- the string form, and what goes wrong


@pytest.mark.parametrize("source", both("""
got = []
for name in ("market.DataFetch", "DataFetch"):
    FOR tick in kameo.callback_handle(name, {"symbol": "A"}):
        got.append(tick)
return str(got)
"""))
def test_c13_the_string_form_streams_too(actor, source) -> None:
    worker, ask = start(actor, source + OTHER_TOO)
    for n in range(2):
        name, request, call = worker.callback()
        assert (name, request) == ("market.DataFetch", {"symbol": "A"})
        worker.send_item(name, call, n)
        worker.send("stream_end", correlation=call)
    assert finish(worker, ask) == "[0, 1]"


def test_a_bare_name_that_two_modules_have_is_ambiguous(actor) -> None:
    worker = actor("""
        import kameo
        def run(request):
            try:
                kameo.callback_handle("Price", {"symbol": "A"})
            except kameo.UnknownCallback as error:
                return str(error)
        """, handlers=RUN, callbacks=CALLBACKS | {"other.Price": CALLBACKS["market.Price"]})
    assert worker.ask("run", symbol="") == "`Price` is ambiguous: market.Price, other.Price"


def test_an_item_that_cannot_be_read_ends_the_stream(actor) -> None:
    worker, ask = start(actor, """
        import kameo
        def run(request):
            try:
                for tick in kameo.market.DataFetch(symbol="x"):
                    pass
            except kameo.CallbackError as error:
                return error.code
        def other(request): return "alive"
        """)
    name, _, call = worker.callback()
    worker.send("stream_item", correlation=call, payload=b"\1")
    worker.next("cancel", correlation=call)
    assert finish(worker, ask) == "bad_reply"


@pytest.mark.parametrize("line, message", [
    ("for tick in stream: pass",
     "`for` over market.DataFetch in a coroutine would block its event loop; write `async for`"),
    ("next(stream)",
     "next() of market.DataFetch in a coroutine would block its event loop; "
     "write `await anext(...)`"),
])
def test_blocking_in_a_coroutine_is_an_error_that_says_so(actor, line, message) -> None:
    worker, ask = start(actor, f"""
        import kameo
        async def run(request):
            stream = kameo.market.DataFetch(symbol="x")
            try:
                {line}
            except RuntimeError as error:
                return str(error)
        def other(request): return "alive"
        """)
    worker.next("cancel")
    assert finish(worker, ask) == message


def test_two_tasks_cannot_await_one_stream(actor) -> None:
    worker, ask = start(actor, """
        import asyncio, kameo
        async def run(request):
            stream = kameo.market.DataFetch(symbol="x")
            first = asyncio.ensure_future(read(stream))
            await asyncio.sleep(0)
            try:
                await anext(stream)
            except RuntimeError as error:
                return f"{error}, {await first}"
        async def read(stream):
            return await anext(stream)
        def other(request): return "alive"
        """)
    name, _, call = worker.callback()
    worker.send_item(name, call, 5)
    assert finish(worker, ask) == "another task awaits the next item of market.DataFetch, 5"


@pytest.mark.parametrize("source", both(ALL))
def test_the_parents_end_ends_a_stream_that_is_read(actor, source) -> None:
    worker, _ = start(actor, source + OTHER_TOO)
    name, _, call = worker.callback()
    worker.send_item(name, call, 5)
    worker.socket.close()
    assert worker.process.wait(30) == 0


# ---- elsewhere than in the handler


def test_a_task_that_outlives_its_handler_reads_on(actor) -> None:
    worker, ask = start(actor, """
        import asyncio, kameo
        async def read():
            got = []
            async for tick in kameo.market.DataFetch(symbol="later"):
                got.append(tick)
            return got
        async def run(request):
            global task
            task = asyncio.create_task(read())
            return "gone"
        async def other(request):
            return str(await task)
        """)
    assert worker.answer(ask, "run") == "gone"
    name, _, call = worker.callback()
    for n in range(3):
        worker.send_item(name, call, n)
    worker.send("stream_end", correlation=call)
    assert worker.ask("other", symbol="") == "[0, 1, 2]"
    assert worker.stop() == 0


THREAD = """
import asyncio, kameo, threading
def read(got):
    try:
        for tick in kameo.market.DataFetch(symbol="thread"):
            got.append(tick)
        got.append(kameo.market.Price(symbol="thread").result())
    except BaseException as error:
        got.append(repr(error))
"""


@pytest.mark.parametrize("form", ["def", "async def"])
def test_another_thread_reads_while_the_worker_is_idle(actor, form) -> None:
    worker, ask = start(actor, THREAD + f"""
got = []
{form} run(request):
    global thread
    thread = threading.Thread(target=read, args=[got])
    thread.start()
    return "started"
{form} other(request):
    return str(got)
""")
    assert worker.answer(ask, "run") == "started"
    name, _, call = worker.callback()
    for n in range(3):
        worker.send_item(name, call, n)
    assert worker.ask("other", symbol="") in ("[]", "[0]", "[0, 1]", "[0, 1, 2]")
    worker.send("stream_end", correlation=call)
    name, _, call = worker.callback()
    worker.reply(name, call, 9)
    assert worker.stop() == 0
    assert worker.stderr == ""


@pytest.mark.parametrize("form", ["def", "async def"])
def test_another_thread_reads_while_the_handler_waits_for_it(actor, form) -> None:
    """The serving thread reads nothing meanwhile; the other one does it itself."""
    worker, ask = start(actor, THREAD + f"""
{form} run(request):
    got = []
    thread = threading.Thread(target=read, args=[got])
    thread.start()
    thread.join()
    return str(got)
{form} other(request):
    return "alive"
""")
    name, _, call = worker.callback()
    beside = worker.send_ask("other", symbol="")
    for n in range(3):
        worker.send_item(name, call, n)
    worker.send("stream_end", correlation=call)
    name, _, call = worker.callback()
    worker.reply(name, call, 9)
    assert worker.answer(ask, "run") == "[0, 1, 2, 9]"
    assert worker.answer(beside, "other") == "alive"  # read by that thread, run by the other
    assert worker.stop() == 0
    assert worker.stderr == ""


def test_threads_at_work_beside_each_other_get_their_own(actor) -> None:
    worker = actor(THREAD + """
def run(request):
    threads, all = [], []
    for _ in range(8):
        all.append([])
        threads.append(threading.Thread(target=read, args=[all[-1]]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return str(sorted(map(str, all)))
""", handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", symbol="")
    streams = [worker.callback() for _ in range(8)]
    for n in range(50):
        for at, (name, _, call) in enumerate(streams):
            worker.send_item(name, call, at * 1000 + n)
    for _, _, call in reversed(streams):
        worker.send("stream_end", correlation=call)
    for _ in range(8):
        name, _, call = worker.callback()
        worker.reply(name, call, 1)
    assert worker.answer(ask, "run") == str(sorted(
        str([at * 1000 + n for n in range(50)] + [1]) for at in range(8)))
    assert worker.stop() == 0


def test_a_thread_is_told_when_the_worker_ends(actor) -> None:
    worker, ask = start(actor, THREAD + """
def run(request):
    def read_and_print():
        got = []
        read(got)
        print(got[0].replace("parent", "PARENT"), flush=True)
    threading.Thread(target=read_and_print).start()
    return "started"
def other(request):
    return ""
""")
    assert worker.answer(ask, "run") == "started"
    worker.callback()
    assert worker.stop() == 0
    assert worker.stdout == "CallbackError('the worker has ended')\n"


def test_async_for_in_another_threads_loop_is_an_error_that_says_so(actor) -> None:
    worker, ask = start(actor, """
        import asyncio, kameo
        async def read():
            try:
                async for tick in kameo.market.DataFetch(symbol="x"):
                    pass
            except RuntimeError as error:
                return str(error)
        async def run(request):
            return await asyncio.to_thread(asyncio.run, read())
        def other(request): return "alive"
        """)
    assert finish(worker, ask) == (
        "market.DataFetch is awaited on the actor's own event loop; in another thread write "
        "`for`, or take the .result()")
