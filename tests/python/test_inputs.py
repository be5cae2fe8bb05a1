"""Input streams: handlers that iterate over one, callbacks that are fed one, and both at once."""

from __future__ import annotations

import pytest
from driver import WINDOW, RemoteError

HANDLERS = {"sum": {"request": [["start", "u32"]], "input": "u32", "reply": "u32"},
            "double": {"request": [["start", "u32"]], "input": "u32", "stream": "u32"},
            "one": {"request": [["n", "u32"]], "reply": "u32"}}
CALLBACKS = {"market.Upload": {"request": [["name", "string"]], "input": "u32", "reply": "u32"},
             "market.Echo": {"request": [["name", "string"]], "input": "u32", "stream": "u32"},
             "market.Price": {"request": [["name", "string"]], "reply": "u32"}}
RUN = {"run": {"request": [["n", "u32"]], "reply": "string"}}

FORMS = pytest.mark.parametrize("form", ["", "async "])


def handlers(form: str) -> str:
    return f"""
        import asyncio, kameo
        seen = []
        {form}def sum(request, items):
            total = request["start"]
            {form}for item in items:
                total += item
                if item == 99:
                    break
            seen.append(total)
            return total
        {form}def double(request, items):
            try:
                {form}for item in items:
                    yield 2 * item
            except BaseException as error:
                seen.append(type(error).__name__)
                raise
        {form}def one(request):
            return len(seen)
        """


def ask_with_input(worker, handler, **request) -> int:
    return worker.send_ask(handler, parts={"input": True}, **request)


def end_input(worker, ask) -> None:
    worker.send("stream_end", correlation=ask, input=True)


# ---- of a handler


@FORMS
def test_a_handler_takes_an_input_stream(actor, form) -> None:
    worker = actor(handlers(form), handlers=HANDLERS)
    ask = ask_with_input(worker, "sum", start=100)
    first = worker.next("credit", correlation=ask)
    assert (first.parts["input"], first.parts["window"]) == (True, WINDOW)
    for n in range(5):
        worker.send_input("sum", ask, n)
    end_input(worker, ask)
    assert worker.answer(ask, "sum") == 110
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_input_gets_credit_as_it_is_read(actor, form) -> None:
    worker = actor(handlers(form), handlers=HANDLERS)
    ask = ask_with_input(worker, "sum", start=0)
    credit = 0
    for n in range(1000):
        if credit == 0:
            credit = worker.next("credit", correlation=ask).parts["window"][0]
        worker.send_input("sum", ask, 1)
        credit -= 1
    end_input(worker, ask)
    assert worker.answer(ask, "sum") == 1000


@FORMS
def test_the_answer_ends_the_input(actor, form) -> None:
    worker = actor(handlers(form), handlers=HANDLERS)
    ask = ask_with_input(worker, "sum", start=0)
    worker.next("credit", correlation=ask)
    worker.send_input("sum", ask, 99)
    assert worker.answer(ask, "sum") == 99
    worker.send_input("sum", ask, 1)  # was on its way
    end_input(worker, ask)
    assert worker.ask("one", n=0) == 1


@FORMS
def test_both_at_once(actor, form) -> None:
    worker = actor(handlers(form), handlers=HANDLERS)
    ask = worker.open_stream("double", parts={"input": True}, start=0)
    worker.next("credit", correlation=ask)
    for n in range(10):
        worker.send_input("double", ask, n)
        assert worker.item(ask, "double") == 2 * n  # one by one, as in a talk
    end_input(worker, ask)
    assert worker.items(ask, "double") == []
    assert worker.stop() == 0
    assert worker.stderr == ""


@FORMS
def test_input_that_is_broken_off_raises_in_the_handler(actor, form) -> None:
    worker = actor(f"""
        import kameo
        {form}def sum(request, items):
            got = []
            try:
                {form}for item in items:
                    got.append(item)
            except kameo.CallbackError as error:
                assert (error.code, str(error)) == ("handler_failed", "no more"), error
            return got[0]
        def double(request, items):
            yield 1
        def one(request):
            return 1
        """, handlers=HANDLERS)
    ask = ask_with_input(worker, "sum", start=0)
    worker.next("credit", correlation=ask)
    worker.send_input("sum", ask, 5)
    worker.send("stream_end", correlation=ask, input=True,
                payload=worker.error_payload("handler_failed", "no more"))
    assert worker.answer(ask, "sum") == 5


@FORMS
def test_a_cancel_reaches_a_handler_that_waits_for_input(actor, form) -> None:
    worker = actor(handlers(form), handlers=HANDLERS)
    ask = worker.open_stream("double", parts={"input": True}, start=0)
    worker.next("credit", correlation=ask)
    worker.send_input("double", ask, 1)
    assert worker.item(ask, "double") == 2
    worker.cancel(ask)
    with pytest.raises(RemoteError):
        worker.item(ask, "double")
    assert worker.ask("one", n=0) == 1
    assert worker.stop() == 0


def test_input_after_its_handlers_end_is_an_error(actor) -> None:
    worker = actor("""
        import asyncio, kameo
        async def read(items):
            try:
                async for item in items:
                    pass
            except kameo.Cancelled as error:
                print(error, flush=True)
        async def sum(request, items):
            sum.task = asyncio.create_task(read(items))
            await asyncio.sleep(0)
            return 1
        async def double(request, items):
            yield 1
        async def one(request):
            await sum.task
            return 2
        """, handlers=HANDLERS)
    ask = ask_with_input(worker, "sum", start=0)
    assert worker.answer(ask, "sum") == 1
    assert worker.ask("one", n=0) == 2
    assert worker.stdout == "the handler of sum has ended, and its input with it\n"


# ---- of a callback


def both(body: str) -> list:
    sync = body.replace("FOR ", "for ").replace("WAIT(", "(lambda c: c.result())(")
    coroutine = body.replace("FOR ", "async for ").replace("WAIT(", "await (")
    text = "import asyncio, kameo\nclosed = []\n{}def run(request):\n{}\n"
    indented = ["\n".join("    " + line for line in t.strip("\n").splitlines())
                for t in (sync, coroutine)]
    return [pytest.param(text.format("", indented[0]), id="sync"),
            pytest.param(text.format("async ", indented[1]), id="async")]


def read_input(worker, call, count) -> list[int]:
    return [int.from_bytes(worker.next("stream_item", correlation=call).payload, "little")
            for _ in range(count)]


UPLOAD = both("return str(WAIT(kameo.market.Upload(range(10), name='x')))")


@pytest.mark.parametrize("source", UPLOAD)
def test_a_callback_is_fed_as_far_as_there_is_credit(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    frame = worker.next("ask")
    assert frame.parts["input"] is True
    call = frame.correlation
    worker.grant(call, 3, input=True)
    assert read_input(worker, call, 3) == [0, 1, 2]
    worker.send("ping", correlation=1)
    worker.next("pong")
    assert not [f for f in worker._kept if f.type == "stream_item"]
    worker.grant(call, 100, input=True)
    assert read_input(worker, call, 7) == [3, 4, 5, 6, 7, 8, 9]
    end = worker.next("stream_end", correlation=call)
    assert (end.parts["input"], end.payload) == (True, b"")
    worker.reply("market.Upload", call, 45)
    assert worker.answer(ask, "run") == "45"
    assert worker.stop() == 0
    assert worker.stderr == ""


def test_a_coroutine_feeds_an_async_iterable(actor) -> None:
    worker = actor("""
        import asyncio, kameo
        async def ticks():
            for n in range(3):
                yield n
                await asyncio.sleep(0)
        async def run(request):
            return str(await kameo.market.Upload(ticks(), name="x"))
        """, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.grant(call, 10, input=True)
    assert read_input(worker, call, 3) == [0, 1, 2]
    worker.next("stream_end", correlation=call)
    worker.reply("market.Upload", call, 3)
    assert worker.answer(ask, "run") == "3"


def test_sync_code_cannot_feed_an_async_iterable(actor) -> None:
    worker = actor("""
        import kameo
        async def ticks():
            yield 1
        def run(request):
            try:
                kameo.market.Upload(ticks(), name="x")
            except TypeError as error:
                return str(error)
        """, handlers=RUN, callbacks=CALLBACKS)
    assert worker.ask("run", n=0) == (
        "market.Upload takes a stream of input: an iterable in sync code, not async_generator")


@pytest.mark.parametrize("source", both("""
got = []
FOR item in kameo.market.Echo(range(5), name="x"):
    got.append(item)
return str(got)
"""))
def test_a_callback_streams_both_ways(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    for n in range(5):
        worker.grant(call, 1, input=True)
        assert read_input(worker, call, 1) == [n]
        worker.send_item("market.Echo", call, n * n)
    worker.grant(call, 1, input=True)
    worker.next("stream_end", correlation=call)
    worker.send("stream_end", correlation=call)
    assert worker.answer(ask, "run") == "[0, 1, 4, 9, 16]"
    assert worker.stop() == 0
    assert worker.stderr == ""


@pytest.mark.parametrize("source", both("""
def items():
    yield 1
    raise ValueError("no more")
try:
    WAIT(kameo.market.Upload(items(), name="x"))
except ValueError as error:
    return str(error)
"""))
def test_what_an_iterable_raises_is_raised_where_the_call_is_waited_for(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.grant(call, 10, input=True)
    assert read_input(worker, call, 1) == [1]
    worker.next("cancel", correlation=call)
    worker.refuse(call, "cancelled", "")
    assert worker.answer(ask, "run") == "no more"
    assert worker.stop() == 0
    assert worker.stderr == ""


@pytest.mark.parametrize("source", both("""
try:
    WAIT(kameo.market.Upload(iter([1, "two"]), name="x"))
except kameo.ValidationError as error:
    return str(error)
"""))
def test_an_input_item_of_the_wrong_type_is_told_here(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.grant(call, 10, input=True)
    worker.next("cancel", correlation=call)
    assert worker.answer(ask, "run") == "input: expected u32, got 'two'"


@pytest.mark.parametrize("source", both("""
def items():
    try:
        while True:
            yield 1
    finally:
        closed.append(1)
value = WAIT(kameo.market.Upload(items(), name="x"))
WAIT(kameo.market.Price(name="x"))
return f"{value} {closed}"
"""))
def test_the_answer_closes_what_an_endless_iterable_is_fed_from(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    worker.grant(call, 2, input=True)
    assert read_input(worker, call, 2) == [1, 1]
    worker.reply("market.Upload", call, 7)
    _, _, price = worker.callback()
    worker.reply("market.Price", price, 7)
    assert worker.answer(ask, "run") == "7 [1]"
    assert worker.stop() == 0
    assert worker.stderr == ""


@pytest.mark.parametrize("call, message", [
    ("kameo.market.Upload(name='x')",
     "market.Upload takes a stream of input: give it an iterable first"),
    ("kameo.market.Price([1], name='x')", "market.Price takes no input stream"),
    ("kameo.callback_handle('market.Price', {'name': 'x'}, [1])",
     "market.Price takes no input stream"),
])
def test_input_where_there_is_none_and_none_where_there_is(actor, call, message) -> None:
    worker = actor(f"""
        import kameo
        def run(request):
            try:
                {call}
            except TypeError as error:
                return str(error)
        """, handlers=RUN, callbacks=CALLBACKS)
    assert worker.ask("run", n=0) == message


def test_a_call_that_an_exception_lets_go_of_takes_nothing_from_it(actor) -> None:
    worker = actor("""
        import kameo
        async def run(request):
            try:
                print(kameo.market.Upload([1, 2], name="x"), 1 // 0)
            except ZeroDivisionError as error:
                return str(error)
        """, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    assert "division" in worker.answer(ask, "run")
    assert worker.stop() == 0
    assert worker.stderr == ""


def test_another_thread_feeds_a_callback(actor) -> None:
    worker = actor("""
        import kameo, threading
        def run(request):
            got = []
            def upload():
                got.append(kameo.market.Upload(range(10), name="x").result())
            thread = threading.Thread(target=upload)
            thread.start()
            thread.join()
            return str(got)
        """, handlers=RUN, callbacks=CALLBACKS)
    ask = worker.send_ask("run", n=0)
    _, _, call = worker.callback()
    for n in range(10):
        worker.grant(call, 1, input=True)
        assert read_input(worker, call, 1) == [n]
    worker.grant(call, 1, input=True)
    worker.next("stream_end", correlation=call)
    worker.reply("market.Upload", call, 5)
    assert worker.answer(ask, "run") == "[5]"
    assert worker.stop() == 0
