"""One actor of a pool answers the streaming callbacks of another."""

import os

import pool_files
import pytest

SCHEMA = """
    kameo: 1
    package: demo
    callbacks:
      market:
        Ticks: {request: {symbol: string, count: u32}, stream: u32}
        Total: {input: u32, reply: u32}
        Doubled: {request: {by: u32}, input: u32, stream: u32}
        Note: {request: {text: string}}
    actors:
      Strategy:
        uses: [market]
        handlers:
          read: {request: {symbol: string, count: u32, stop_after: optional<u32>}, reply: list<u32>}
          relay: {request: {symbol: string, count: u32}, stream: u32}
          total: {request: {count: u32}, reply: u32}
          doubled: {request: {by: u32, count: u32}, reply: list<u32>}
          notes: {request: {text: string}, reply: u32}
"""
# The FIFO that a symbol names says that a producer has been left.
MARKET = """
    import os

    class Market:
        def ticks(self, request):
            try:
                for i in range(request["count"]):
                    if request["symbol"] == "closed" and i == 2:
                        raise RuntimeError("the market has closed")
                    yield i
            except GeneratorExit:
                with open(request["symbol"], "w") as fifo:
                    fifo.write("left")
                raise

        def total(self, request, items):
            return sum(items)

        def doubled(self, request, items):
            for item in items:
                yield item * request["by"]

        def note(self, request):
            with open(request["text"], "w") as fifo:
                fifo.write("noted")
"""
ASYNC_MARKET = """
    import asyncio

    class Market:
        async def ticks(self, request):
            try:
                for i in range(request["count"]):
                    if request["symbol"] == "closed" and i == 2:
                        raise RuntimeError("the market has closed")
                    await asyncio.sleep(0)
                    yield i
            except (GeneratorExit, asyncio.CancelledError):
                with open(request["symbol"], "w") as fifo:
                    fifo.write("left")
                raise

        async def total(self, request, items):
            return sum([item async for item in items])

        async def doubled(self, request, items):
            async for item in items:
                yield item * request["by"]

        async def note(self, request):
            with open(request["text"], "w") as fifo:
                fifo.write("noted")
"""
STRATEGY = """
    import kameo

    class Strategy:
        def read(self, request):
            ticks = kameo.callback_handle(
                "market.Ticks", {"symbol": request["symbol"], "count": request["count"]})
            got = []
            for tick in ticks:
                got.append(tick)
                if len(got) == request["stop_after"]:
                    break
            return got

        def relay(self, request):
            yield from kameo.callback_handle("market.Ticks", request)

        def total(self, request):
            return kameo.callback_handle("market.Total", {}, range(request["count"]))

        def doubled(self, request):
            return list(kameo.callback_handle(
                "market.Doubled", {"by": request["by"]}, range(request["count"])))

        def notes(self, request):
            kameo.callback_handle("market.Note", request)
            return 1
"""


@pytest.fixture(params=["sync", "async"])
def market(request):
    return MARKET if request.param == "sync" else ASYNC_MARKET


@pytest.fixture(params=[1, 3], ids=["one provider", "three providers"])
def pool(request, pool, market):
    pool.write("demo.kameo.yaml", SCHEMA)
    pool.write("market.py", market)
    pool.write("strategy.py", STRATEGY)
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n"
        "  strategy: {actor: Strategy, handler: 'strategy:Strategy', instances: 2}\n"
        "  market: {provides: market, handler: 'market:Market', "
        f"instances: {request.param}}}\n"
    )
    return pool


def read(count, symbol="A", stop_after=None):
    return {
        "handler": "read",
        "request": {"symbol": symbol, "count": count, "stop_after": stop_after},
    }


def test_a_stream_of_another_actor(pool):
    done = pool.run(read(500), {"handler": "relay", "request": {"symbol": "A", "count": 3}}, read(0))
    assert done.replies == [
        {"reply": list(range(500))},
        *[{"item": i} for i in range(3)],
        {"end": {"items": 3}},
        {"reply": []},
    ]


def test_many_streams_at_once_get_each_their_own(pool):
    done = pool.run(*[read(count) for count in range(200)])
    assert done.replies == [{"reply": list(range(count))} for count in range(200)]


def test_an_input_for_another_actor(pool):
    done = pool.run(
        {"handler": "total", "request": {"count": 1000}},
        {"handler": "doubled", "request": {"by": 2, "count": 300}},
        {"handler": "total", "request": {"count": 0}},
    )
    assert done.replies == [
        {"reply": sum(range(1000))},
        {"reply": [2 * i for i in range(300)]},
        {"reply": 0},
    ]


def test_an_error_of_the_provider_comes_after_its_items(pool):
    done = pool.run({"handler": "relay", "request": {"symbol": "closed", "count": 5}}, read(1))
    assert done.replies[:2] == [{"item": 0}, {"item": 1}]
    assert done.errors[0]["message"] == "the market has closed"
    assert done.errors[0]["type"] == "kameo_runtime.errors.CallbackError"
    assert done.replies[3:] == [{"reply": [0]}]


def test_a_reader_that_breaks_off_ends_the_providers_stream(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.start("--input", "-")) as process:
        process.stdin.write(pool_files.json.dumps(read(2**32 - 1, str(fifo), 3)) + "\n")
        process.stdin.flush()
        assert fifo.read_text() == "left"
        assert pool_files.json.loads(process.stdout.readline()) == {"reply": [0, 1, 2]}
        process.stdin.close()
        assert process.wait() == 0


def test_a_callback_without_a_reply_reaches_the_provider(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.start("--input", "-")) as process:
        notes = {"handler": "notes", "request": {"text": str(fifo)}}
        process.stdin.write(pool_files.json.dumps(notes) + "\n")
        process.stdin.flush()
        assert fifo.read_text() == "noted"
        assert pool_files.json.loads(process.stdout.readline()) == {"reply": 1}
        process.stdin.close()
        assert process.wait() == 0
