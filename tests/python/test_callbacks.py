"""Callbacks: asks of a handler's to its parent, from sync code and from coroutines."""

from __future__ import annotations

import pytest
from driver import RemoteError

PRICE = {"market.Price": {"request": [["symbol", "string"]], "reply": "f64"}}
TYPES = {"Leg": {"struct": [["symbol", "string"], ["size", "u32", {"min": "1"}]]}}
CALLBACKS = PRICE | {
    "market.Note": {"request": [["text", "string"]]},
    "market.Basket": {"request": [["legs", "list<Leg>"]], "reply": "u32"},
    "basic.TestCallback": {"request": [["value", "u32"]], "reply": "u32"},
}
RUN = {"run": {"request": [["symbol", "string"]], "reply": "string"}}
PRICES = {"market.Price": lambda request: float(len(request["symbol"]))}


def run(actor, source, answers=PRICES, **settings):
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS, types=TYPES, **settings)
    ask = worker.send_ask("run", symbol="AAPL")
    result = worker.serve_callbacks(answers, ask, "run")
    assert worker.stop() == 0
    assert worker.stderr == ""
    return result


def both(body: str) -> list[str]:
    """The same body as sync and async handler: `CALL(x)` waits for x."""
    sync = body.replace("CALL(", "wait(").replace("HANDLE(", "kameo.callback_handle(")
    coroutine = body.replace("CALL(", "await (").replace("HANDLE(", "await kameo.callback_handle(")
    head = "import kameo\ndef wait(call): return call.result()\n"
    return [f"{head}def run(request):\n    {sync}\n",
            f"{head}async def run(request):\n    {coroutine}\n"]


@pytest.mark.parametrize("source", both("return str(CALL(kameo.market.Price(symbol='AAPL')))"))
def test_a_callback_gives_its_value(actor, source) -> None:
    assert run(actor, source) == "4.0"


@pytest.mark.parametrize("source", both("return str(HANDLE('market.Price', {'symbol': 'A'}))"))
def test_the_string_form_is_a_value_in_sync_code_and_awaitable_in_a_coroutine(actor, source) -> None:
    assert run(actor, source) == "1.0"


def test_the_string_form_in_sync_code_called_by_a_coroutine_is_awaitable(actor) -> None:
    assert run(actor, """
        import kameo
        def price():
            return kameo.callback_handle("market.Price", {"symbol": "ABC"})
        async def run(request):
            return str(await price())
        """) == "3.0"


@pytest.mark.parametrize("source", both(
    "kameo.market.Note(text='x'); return str(CALL(kameo.market.Price(symbol='AAPL')))"))
def test_a_callback_without_reply_is_told_in_order(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=CALLBACKS, types=TYPES)
    ask = worker.send_ask("run", symbol="A")
    frame = worker.next("tell", "ask")
    assert (frame.type, frame.payload) == ("tell", b"\1\0\0\0x")
    assert worker.serve_callbacks(PRICES, ask, "run") == "4.0"


@pytest.mark.parametrize("suspended", ["", "await asyncio.sleep(0)"])
def test_result_in_a_coroutine_is_an_error_that_says_so(actor, suspended) -> None:
    assert run(actor, f"""
        import asyncio, kameo
        async def run(request):
            {suspended}
            call = kameo.market.Price(symbol="x")
            try:
                call.result()
            except RuntimeError as error:
                await call
                return str(error)
        """) == (".result() in a coroutine would block its event loop; "
                 "write `await kameo.market.Price(...)`")


def test_result_from_a_sync_handler_beside_async_ones(actor) -> None:
    worker = actor("""
        import kameo
        def run(request):
            return str(kameo.market.Price(symbol="sync").result())
        async def arun(request):
            return str(await kameo.market.Price(symbol="async"))
        """, handlers=RUN | {"arun": RUN["run"]}, callbacks=PRICE, concurrency=2)
    first = worker.send_ask("arun", symbol="")
    second = worker.send_ask("run", symbol="")
    (name, one, first_call), (_, two, second_call) = worker.callback(), worker.callback()
    assert (one, two) == ({"symbol": "async"}, {"symbol": "sync"})
    worker.reply(name, first_call, 5)  # while the sync handler blocks the loop
    worker.reply(name, second_call, 4)
    assert worker.answer(second, "run") == "4.0"
    assert worker.answer(first, "arun") == "5.0"


def test_c11_many_callbacks_at_once_each_get_their_own_answer(actor) -> None:
    worker = actor("""
        import asyncio, kameo
        async def run(request):
            calls = [kameo.basic.TestCallback(value=n) for n in range(2000)]
            got = await asyncio.gather(*calls)
            return str(got == [n * 3 for n in range(2000)])
        """, handlers=RUN, callbacks=CALLBACKS, types=TYPES)
    ask = worker.send_ask("run", symbol="")
    calls = [worker.callback() for _ in range(2000)]
    for name, request, call in calls[1::2] + calls[0::2]:
        worker.reply(name, call, request["value"] * 3)
    assert worker.answer(ask, "run") == "True"


@pytest.mark.parametrize("source", [
    "return str(sum([c.result() for c in [kameo.basic.TestCallback(value=n) for n in range(9)]]))"])
def test_sync_calls_may_be_open_at_once(actor, source) -> None:
    assert run(actor, f"import kameo\ndef run(request):\n    {source}\n",
               {"basic.TestCallback": lambda r: r["value"]}) == "36"


@pytest.mark.parametrize("source", both("""
    out = []
    for name in ["market.Prise", "markt.Price", "Prize", "market.", ""]:
        try:
            CALL(kameo.callback.call(name, {}))
        except kameo.UnknownCallback as error:
            assert isinstance(error, LookupError) and error.code == "unknown_route"
            out.append(str(error))
    return " | ".join(out)""".replace("kameo.callback.call", "call")))
def test_c6_an_unknown_name_says_what_was_asked_and_what_exists(actor, source) -> None:
    assert run(actor, source.replace("import kameo\n",
                                     "import kameo\nfrom kameo_runtime.callback import call\n")) == (
        "no callback `market.Prise`; module `market` has Basket, Note, Price | "
        "no callback `markt.Price`; the modules are basic, market | "
        "no callback `Prize`; the modules are basic, market | "
        "no callback `market.`; module `market` has Basket, Note, Price | "
        "no callback ``; the modules are basic, market")


@pytest.mark.parametrize("source", both("""
    out = []
    for request in [{"symbol": 5}, {}, {"symbol": "x", "sym": 1}, 7]:
        try:
            HANDLE("market.Price", request)
        except kameo.ValidationError as error:
            assert isinstance(error, ValueError) and error.errors == [str(error)]
            out.append(str(error))
    try:
        CALL(kameo.market.Basket(legs=[{"symbol": "A", "size": 1}, {"symbol": "B", "size": 0}, {}]))
    except kameo.ValidationError as error:
        out += error.errors
    return "\\n".join(out)"""))
def test_c7_a_request_of_the_wrong_shape_names_callback_path_and_type(actor, source) -> None:
    assert run(actor, source).splitlines() == [
        "market.Price.symbol: expected string, got 5",
        "market.Price.symbol: missing; expected string",
        "market.Price: unknown field `sym`; the fields are symbol",
        "market.Price: expected test.RequestMarketPrice, got 7",
        "market.Basket.legs[1].size: expected u32 of at least 1, got 0",
        "market.Basket.legs[2].symbol: missing; expected string",
        "market.Basket.legs[2].size: missing; expected u32 of at least 1",
    ]


@pytest.mark.parametrize("source", both("""
    try:
        CALL(kameo.market.Price(symbol="X"))
    except kameo.CallbackError as error:
        return f"{error.code}|{error}|{error.type}|{error.cause}"
    """))
def test_c8_an_error_of_the_parents_handler_is_raised_here(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="A")
    _, _, call = worker.callback()
    worker.refuse(call, "handler_failed", "no price for X", type="std::runtime_error", cause="c")
    assert worker.answer(ask, "run") == "handler_failed|no price for X|std::runtime_error|c"


@pytest.mark.parametrize("source", both('return str(CALL(kameo.market.Price(symbol="X")))'))
def test_a_callback_error_that_is_not_caught_is_the_asks_error(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="A")
    _, _, call = worker.callback()
    worker.refuse(call, "not_provided", "nobody provides market")
    with pytest.raises(RemoteError, match="nobody provides market") as error:
        worker.answer(ask, "run")
    assert error.value.type == "kameo_runtime.errors.UnknownCallback"


@pytest.mark.parametrize("source", both("""
    try:
        return str(CALL(kameo.market.Price(symbol="X")))
    except kameo.CallbackError as error:
        return f"{error.code}: {error}" """))
def test_an_answer_that_is_none_is_a_bad_reply(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="A")
    _, _, call = worker.callback()
    worker.send("reply", correlation=call, payload=b"123")
    assert worker.answer(ask, "run").startswith("bad_reply: market.Price: ends where 8 more bytes")


def test_wait_for_task_group_and_cancel_of_a_callback(actor) -> None:
    worker = actor("""
        import asyncio, kameo
        async def run(request):
            task = asyncio.ensure_future(kameo.market.Price(symbol="task"))
            try:
                await asyncio.wait_for(kameo.market.Price(symbol="late"), 0.001)
            except asyncio.TimeoutError:
                pass
            call = kameo.market.Price(symbol="cancelled")
            assert call.cancel() and call.cancelled() and not call.cancel()
            kameo.market.Price(symbol="dropped")
            async def wait(symbol):
                return await kameo.market.Price(symbol=symbol)
            return str(await asyncio.gather(task, wait("one"), wait("two")))
        """, handlers=RUN, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="")
    cancelled, open_ = set(), {}
    while len(cancelled) < 3 or len(open_) < 6:
        frame = worker.next("ask", "cancel")
        if frame.type == "ask":
            open_[frame.payload[4:].decode()] = frame.correlation
        else:
            cancelled.add(frame.correlation)
    assert cancelled == {open_[n] for n in ("late", "cancelled", "dropped")}
    for n in ("late", "cancelled", "dropped"):
        worker.refuse(open_[n], "cancelled", "")
    for i, n in enumerate(("two", "task", "one")):
        worker.reply("market.Price", open_[n], i)
    assert worker.answer(ask, "run") == "[1.0, 2.0, 0.0]"
    assert worker.stop() == 0
    assert worker.stderr == ""


def test_a_result_with_a_timeout(actor) -> None:
    worker = actor("""
        import kameo
        def run(request):
            call = kameo.market.Price(symbol="x")
            try:
                call.result(timeout=0.001)
            except TimeoutError as error:
                return f"{error} {call.cancelled()}"
        """, handlers=RUN, callbacks=PRICE)
    assert worker.ask("run", symbol="") == "no answer to market.Price within 0.001 s True"
    assert worker.next("ask") and worker.next("cancel")


def test_while_a_sync_handler_waits_asks_are_kept_in_order(actor) -> None:
    worker = actor("""
        import kameo
        seen = []
        def run(request):
            seen.append(request["symbol"])
            kameo.market.Price(symbol=request["symbol"]).result()
            seen.append("end " + request["symbol"])
            return ",".join(seen)
        """, handlers=RUN, callbacks=PRICE)
    one, two = worker.send_ask("run", symbol="1"), worker.send_ask("run", symbol="2")
    for _ in range(2):
        name, _, call = worker.callback()
        worker.reply(name, call, 0)
    assert worker.answer(one, "run") == "1,end 1"
    assert worker.answer(two, "run") == "1,end 1,2,end 2"


@pytest.mark.parametrize("where", ["actor", "handler"])
def test_a_reentrant_actor_takes_asks_while_it_waits(actor, where) -> None:
    handler = RUN["run"] | ({"reentrant": True} if where == "handler" else {})
    worker = actor("""
        import kameo
        def run(request):
            if request["symbol"] == "inner":
                return "inner"
            return str(kameo.market.Price(symbol=request["symbol"]).result())
        """, handlers={"run": handler}, callbacks=PRICE, reentrant=where == "actor")
    outer = worker.send_ask("run", symbol="outer")
    name, _, call = worker.callback()
    assert worker.ask("run", symbol="inner") == "inner"
    worker.reply(name, call, 1)
    assert worker.answer(outer, "run") == "1.0"


def test_a_reentrant_ask_passes_those_that_are_not(actor) -> None:
    worker = actor("""
        import kameo
        def outer(request): return str(kameo.market.Price(symbol="outer").result())
        def plain(request): return "plain"
        def inner(request): return "inner"
        """, handlers={"outer": RUN["run"], "plain": RUN["run"],
                       "inner": RUN["run"] | {"reentrant": True}}, callbacks=PRICE)
    outer = worker.send_ask("outer", symbol="")
    name, _, call = worker.callback()
    plain = worker.send_ask("plain", symbol="")
    assert worker.ask("inner", symbol="") == "inner"
    worker.reply(name, call, 1)
    assert worker.answer(outer, "outer") == "1.0"
    assert worker.answer(plain, "plain") == "plain"


def test_callbacks_from_other_threads(actor) -> None:
    worker = actor("""
        import asyncio, kameo, threading
        def price(symbol):
            return kameo.callback_handle("market.Price", {"symbol": symbol})
        async def run(request):
            loop = asyncio.get_running_loop()
            return str(await asyncio.gather(
                *(loop.run_in_executor(None, price, "x" * n) for n in range(8))))
        """, handlers=RUN, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="")
    assert worker.serve_callbacks(PRICES, ask, "run") == str([float(n) for n in range(8)])


def test_a_callback_may_be_called_at_start(prepare) -> None:
    worker = prepare("""
        import kameo
        class Actor:
            def on_start(self, config):
                self.price = kameo.market.Price(symbol="AAPL").result()
            def run(self, request):
                return str(self.price)
        """, handler="handlers:Actor", handlers=RUN, callbacks=PRICE).greet()
    name, request, call = worker.callback()
    assert request == {"symbol": "AAPL"}
    worker.reply(name, call, 2)
    worker.next("ready")
    assert worker.ask("run", symbol="") == "2.0"


def test_a_callback_may_be_called_at_import(prepare) -> None:
    worker = prepare("""
        import kameo
        price = kameo.market.Price(symbol="AAPL").result()
        def run(request):
            return str(price)
        """, handlers=RUN, callbacks=PRICE).greet()
    name, _, call = worker.callback()
    worker.reply(name, call, 3)
    worker.next("ready")
    assert worker.ask("run", symbol="") == "3.0"


@pytest.mark.parametrize("source", both('return str(CALL(kameo.market.Price(symbol="X")))'))
def test_c12_the_parent_goes_away_with_a_callback_open(actor, source) -> None:
    worker = actor(source, handlers=RUN, callbacks=PRICE)
    worker.send_ask("run", symbol="A")
    worker.callback()
    worker.socket.close()
    assert worker.process.wait(30) in (0, 1)


@pytest.mark.parametrize("code, name, bases, started", [
    ("deadline_exceeded", "DeadlineExceeded", ("CallbackError", "TimeoutError"), None),
    ("deadlock", "Deadlock", ("CallbackError",), False),
    ("cancelled", "Cancelled", ("CallbackError",), None),
    ("not_provided", "UnknownCallback", ("LookupError",), False),
    ("overloaded", "CallbackError", (), False),
    ("not_started", "CallbackError", (), False),
    ("died_may_have_run", "CallbackError", (), None),
    ("handler_failed", "CallbackError", (), True),
])
def test_an_error_has_its_class_its_story_and_whether_it_began(
        actor, code, name, bases, started) -> None:
    worker = actor(f"""
        import builtins, kameo
        def run(request):
            try:
                kameo.market.Price(symbol="A").result()
            except kameo.Error as error:
                assert type(error) is kameo.{name}, type(error)
                for base in {bases!r}:
                    assert isinstance(error, getattr(kameo, base, None) or getattr(builtins, base))
                told = [error.code, error.message, error.where, error.type, error.traceback,
                        error.notes, error.cause, error.started]
                return repr(told)
        """.replace("getattr(kameo, base, None)", "vars(kameo).get(base)"), handlers=RUN,
        callbacks=PRICE)
    ask = worker.send_ask("run", symbol="A")
    _, _, call = worker.callback()
    worker.refuse(call, code, "why", where="a.py:1, f", type="E", traceback="T", notes=["n"],
                  cause="c")
    assert worker.answer(ask, "run") == repr(
        [code, "why", "a.py:1, f", "E", "T", ("n",), "c", started])


def test_what_a_task_raises_after_its_handler_reaches_the_log_with_its_chain(actor) -> None:
    worker = actor("""
        import asyncio, kameo
        async def later():
            try:
                await kameo.market.Price(symbol="A")
            except kameo.CallbackError as error:
                raise ValueError("so there") from error
        async def run(request):
            run.task = asyncio.create_task(later())
            return "gone"
        async def end(request):
            await asyncio.wait([run.task])
            del run.task
            return "ended"
        """, handlers=RUN | {"end": RUN["run"]}, callbacks=PRICE)
    assert worker.answer(worker.send_ask("run", symbol=""), "run") == "gone"
    _, _, call = worker.callback()
    worker.refuse(call, "handler_failed", "no price")
    assert worker.ask("end", symbol="") == "ended"
    assert worker.stop() == 0
    [record] = [log for log in worker.logs if log["level"] == "error"]
    assert record["logger"] == "asyncio"
    assert "CallbackError: no price" in record["traceback"]
    assert record["traceback"].endswith("ValueError: so there")
