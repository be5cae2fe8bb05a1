"""Streams in a batch job: a line per item, then one that says how it ended."""

import hashlib
import os
import pathlib
import re
import signal

import pool_files
import pytest
from pool_files import alive

SCHEMA = """
    kameo: 1
    package: demo
    types:
      Point: {struct: {x: u32, label: {type: string, default: here}}}
    callbacks:
      market:
        Price: {request: {symbol: string}, reply: f64}
        Ticks: {request: {symbol: string, count: u32}, stream: u32}
    actors:
      Worker:
        handlers:
          count: {request: {to: u32, fail_at: optional<u32>}, stream: u32}
          points: {stream: Point}
          large: {request: {count: {type: u32, default: 0}, log: string}, stream: string}
          gated: {request: {fifo: string, mode: {type: string, default: r}}, stream: string}
          pid: {reply: u32}
          sum: {input: u32, reply: u32}
          keep: {input: Point}
          running: {request: {start: {type: u32, default: 0}}, input: u32, stream: u32}
          first: {input: u32, reply: u32}
      Reader:
        uses: [market]
        handlers:
          relay: {request: {symbol: string, count: u32}, stream: u32}
"""

# Nothing here waits for time to pass: a FIFO says when.
WORKER = """
    import itertools
    import os

    class Worker:
        def count(self, request):
            for i in range(request["to"]):
                if i == request["fail_at"]:
                    raise RuntimeError(f"broken at {i}")
                yield i

        def points(self, request):
            yield {"x": 1}
            yield {"x": 20, "label": "there"}

        def large(self, request):
            with open(request["log"], "wb", buffering=0) as log:
                for i in itertools.count() if not request["count"] else range(request["count"]):
                    log.write(b".")
                    yield f"{i} " + "x" * 10_000

        def gated(self, request):
            yield "first"
            with open(request["fifo"], request["mode"]) as fifo:
                yield fifo.read() if request["mode"] == "r" else str(fifo.write("go"))

        def pid(self, request):
            return os.getpid()

        def sum(self, request, items):
            return sum(items)

        def keep(self, request, items):
            self.kept = list(items)

        def running(self, request, items):
            total = request["start"]
            for item in items:
                total += item
                yield total

        def first(self, request, items):
            return next(items)
"""
READER = """
    import kameo

    class Reader:
        async def relay(self, request):
            async for tick in kameo.callback_handle("market.Ticks", request):
                yield tick
"""
MARKET = """
    class Market:
        def price(self, request):
            return 1.5

        def ticks(self, request):
            yield from range(request["count"])
"""


@pytest.fixture
def pool(pool):
    pool.write("demo.kameo.yaml", SCHEMA)
    pool.write("market.py", MARKET)
    return pool.handler(WORKER, pool=market(1))


def market(instances):
    return (
        f"market: {{provides: market, handler: 'market:Market', instances: {instances}, python: {{path: [.]}}}}"
    )


def relays(pool, *, readers, markets):
    pool.write("reader.py", READER)
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n"
        f"  reader: {{actor: Reader, handler: 'reader:Reader', instances: {readers}}}\n"
        f"  {market(markets)}\n"
    )
    return pool


def count(to, **more):
    fail_at = more.pop("fail_at", None)
    return {"handler": "count", "request": {"to": to, "fail_at": fail_at}, **more}


def lines_of(items, **more):
    return [{**more, "item": item} for item in items] + [{**more, "end": {"items": len(items)}}]


def test_each_item_is_a_line_and_the_end_is_one(pool):
    done = pool.run(count(3), count(0), count(2, id="b"))
    assert done.replies == lines_of([0, 1, 2]) + lines_of([]) + lines_of([0, 1], id="b")
    assert done.out.splitlines()[-2:] == ['{"id":"b","item":1}', '{"id":"b","end":{"items":2}}']
    assert done.code == 0
    assert "3 asks, 0 errors, 5 items in" in done.err


def test_items_before_an_error_are_written_and_nothing_after_it(pool):
    done = pool.run(count(5, fail_at=2, id=7), count(1))
    assert done.replies[:2] == [{"id": 7, "item": 0}, {"id": 7, "item": 1}]
    assert list(done.replies[2]) == ["id", "error"]
    assert done.errors[0]["code"] == "handler_failed"
    assert done.errors[0]["message"] == "broken at 2"
    assert done.replies[3:] == lines_of([0])
    assert done.code == 1
    assert "2 asks, 1 error, 3 items in" in done.err


def test_a_stream_and_what_stands_around_it_keep_their_order(pool):
    done = pool.run({"handler": "pid"}, count(300), "nonsense", {"handler": "pid"}, count(1))
    pid = done.replies[0]
    assert "reply" in pid
    assert done.replies[1:302] == lines_of(list(range(300)))
    assert done.replies[302]["error"]["message"].startswith("line 3: not JSON")
    assert done.replies[303:] == [pid, *lines_of([0])]


def test_what_is_wrong_with_the_request_of_a_stream_is_its_one_line(pool):
    done = pool.run({"handler": "count", "request": {"to": -1}})
    assert [error["message"] for error in done.errors] == [
        "line 1: request.to: expected u32 in 0..4294967295, got -1"
    ]


def test_streams_of_several_processes_are_made_at_once(pool):
    # The first stream goes on only once the second has come as far.
    pool.handler(WORKER, instances=2, pool=market(1))
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    done = pool.run(
        {"handler": "gated", "request": {"fifo": str(fifo)}},
        {"handler": "gated", "request": {"fifo": str(fifo), "mode": "w"}},
    )
    assert done.replies == lines_of(["first", "go"]) + lines_of(["first", "2"])


@pytest.mark.parametrize("readers", [1, 3])
def test_streams_of_one_provider_never_wait_for_each_other(pool, readers):
    """More than any window holds: one that stood still would keep the provider from the others."""
    relay = {"handler": "relay", "request": {"symbol": "A", "count": 2000}}
    done = relays(pool, readers=readers, markets=1).run(*[relay] * 3)
    assert done.replies == lines_of(list(range(2000))) * 3


def test_an_item_is_seen_as_soon_as_it_is_made(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.start("--input", "-")) as process:
        gated = {"handler": "gated", "request": {"fifo": str(fifo)}}
        process.stdin.write(pool_files.json.dumps(gated) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == '{"item":"first"}\n'
        fifo.write_text("second")
        assert process.stdout.readline() == '{"item":"second"}\n'
        assert process.stdout.readline() == '{"end":{"items":2}}\n'
        process.stdin.close()
        assert process.wait() == 0


def test_a_slow_reader_holds_back_the_handler(pool):
    log = pool.folder / "log"
    request = {"handler": "large", "request": {"log": str(log)}}
    with pool_files.ended(pool.start("--input", "-")) as process:
        process.stdin.write(pool_files.json.dumps(request) + "\n")
        process.stdin.close()
        for i in range(300):
            assert process.stdout.readline().startswith(f'{{"item":"{i} ')
            hashlib.sha256(b"x" * 1_000_000).digest()  # what makes it slow
            # In the pipe 64 KiB, in the writer as much; 256 KiB by the stream's credit, and what the
            # child makes beyond that; the pipe's own buffer here. Items of 10 KB.
            assert log.stat().st_size - i < 80
        os.killpg(process.pid, signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)


def test_a_long_stream_takes_little_memory(pool):
    count = 10_000  # 100 MB in all
    request = {"handler": "large", "request": {"count": count, "log": "/dev/null"}}
    options = {"env": {"ASAN_OPTIONS": "quarantine_size_mb=8"}}
    limit = 160 if os.environ.get("KAMEO_PYTHON", "").endswith("sanitized-python") else 60
    with pool_files.ended(pool.start("--input", "-", **options)) as process:
        process.stdin.write(pool_files.json.dumps(request) + "\n")
        process.stdin.flush()
        for _ in range(count):
            process.stdout.readline()
        assert process.stdout.readline() == f'{{"end":{{"items":{count}}}}}\n'
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        process.stdin.close()
        assert process.wait() == 0
    assert int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) < limit << 10


@pytest.mark.parametrize("output", ["a pipe whose reader has gone", "/dev/full"])
def test_an_endless_stream_ends_with_its_output(pool, output):
    lines = [{"handler": "pid"}, {"handler": "large", "request": {"log": "/dev/null"}}]
    options = {"stdout": os.open("/dev/full", os.O_WRONLY)} if output == "/dev/full" else {}
    with pool_files.ended(pool.start("--input", "-", **options)) as process:
        process.stdin.writelines(pool_files.json.dumps(line) + "\n" for line in lines)
        process.stdin.flush()
        if output != "/dev/full":
            pid = pool_files.json.loads(process.stdout.readline())["reply"]
            assert process.stdout.readline().startswith('{"item":"0 ')
            process.stdout.close()
        err = process.stderr.read()
        assert process.wait() == 4
        if output == "/dev/full":
            os.close(options["stdout"])
            assert "cannot write standard output: No space left on device" in err
        else:
            assert "cannot write standard output: Broken pipe" in err
            assert not alive(pid)


def test_a_stream_is_finished_at_the_first_ctrl_c(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.start("--input", "-")) as process:
        gated = {"handler": "gated", "request": {"fifo": str(fifo)}}
        process.stdin.write(pool_files.json.dumps(gated) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == '{"item":"first"}\n'
        with fifo.open("w") as writing:
            os.killpg(process.pid, signal.SIGINT)
            assert any("Ctrl-C again kills" in line for line in process.stderr)
            writing.write("last")
        assert process.stdout.read() == '{"item":"last"}\n{"end":{"items":2}}\n'
        assert process.wait() == 130


@pytest.mark.parametrize("read", [True, False])
def test_a_second_ctrl_c_ends_an_endless_stream(pool, read):
    with pool_files.ended(pool.start("--input", "-")) as process:
        for line in [{"handler": "pid"}, {"handler": "large", "request": {"log": "/dev/null"}}]:
            process.stdin.write(pool_files.json.dumps(line) + "\n")
        process.stdin.flush()
        pid = pool_files.json.loads(process.stdout.readline())["reply"]
        assert process.stdout.readline().startswith('{"item":"0 ')
        os.killpg(process.pid, signal.SIGINT)
        assert any("Ctrl-C again kills" in line for line in process.stderr)
        os.killpg(process.pid, signal.SIGINT)
        if read:
            process.stdout.read()
        assert process.wait() == 130
    assert not alive(pid)


def test_a_stream_that_waits_for_its_turn_is_not_begun_after_a_ctrl_c(pool):
    """Not asked, so without a line of its own; as any request that has not been asked."""
    relays(pool, readers=1, markets=1)
    market = MARKET.replace("yield from", "yield 0; open(request['symbol']).read(); yield from")
    pool.write("market.py", market)
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    relay = {"handler": "relay", "request": {"symbol": str(fifo), "count": 1}}
    with pool_files.ended(pool.start("--input", "-")) as process:
        process.stdin.write((pool_files.json.dumps(relay) + "\n") * 2)
        process.stdin.flush()
        assert process.stdout.readline() == '{"item":0}\n'
        with fifo.open("w"):
            os.killpg(process.pid, signal.SIGINT)
            assert any("Ctrl-C again kills" in line for line in process.stderr)
        assert process.stdout.read() == '{"item":0}\n{"end":{"items":2}}\n'
        assert process.wait() == 130


def test_a_table_has_a_row_per_item(pool):
    done = pool.run({"handler": "points"}, count(4, fail_at=1), arguments=("--format", "table"))
    assert done.out.splitlines() == [
        " x  label  reply",
        "--  -----  -----",
        " 1  here",
        "20  there",
        "               0",
        "error: handler_failed: broken at 1",
    ]


def test_a_handler_with_an_input_stream_gets_the_lines_list(pool):
    done = pool.run(
        {"handler": "sum", "input": [1, 2, 39]},
        {"handler": "sum", "input": []},
        {"handler": "keep", "input": [{"x": 5}], "id": 1},
        {"handler": "running", "input": [1, 2, 3], "request": {"start": 10}, "id": 2},
        {"handler": "running", "input": list(range(1000))},
    )
    sums = [sum(range(i + 1)) for i in range(1000)]
    assert done.replies == [
        {"reply": 42},
        {"reply": 0},
        {"id": 1, "reply": None},
        *lines_of([11, 13, 16], id=2),
        *lines_of(sums),
    ]
    assert done.code == 0


def test_an_input_that_is_not_read_to_its_end_holds_nothing_up(pool):
    many = list(range(5000))
    done = pool.run(*[{"handler": "first", "input": many}] * 3, {"handler": "sum", "input": many})
    assert done.replies == [{"reply": 0}] * 3 + [{"reply": sum(many)}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"handler": "sum"}, "input: missing; sum takes a stream, here a list of u32"),
        ({"handler": "keep", "input": {"x": 1}},
         'input: expected a list of demo.Point, got {"x":1}'),
        ({"handler": "keep", "input": [{"x": 1}, {"x": 1, "y": 2}]},
         "input[1].y: unknown field; Point has x, label"),
        ({"handler": "sum", "input": [1, 2, -3]},
         "input[2]: expected u32 in 0..4294967295, got -3"),
        ({"handler": "pid", "input": []}, "input: pid takes no input stream"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_input_is_told_before_anything_is_asked(pool, line, message):
    done = pool.run(line)
    assert [error["message"] for error in done.errors] == ["line 1: " + message]
    assert done.code == 1
