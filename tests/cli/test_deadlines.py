"""Deadlines that the schema or the pool file gives to a handler hold in `kameo run`, too."""

import pool_files
import pytest

SCHEMA = """
    kameo: 1
    package: demo
    callbacks:
      market:
        Price: {request: {symbol: string}, reply: f64}
    actors:
      Worker:
        handlers:
          wait: {request: {fifo: string}, reply: string, deadline: 50ms}
          items: {request: {fifo: string}, stream: string, deadline: 50ms}
          slow: {request: {value: u8}, reply: u8, deadline: 1s}
          open: {request: {fifo: string}, reply: string}
          brief: {request: {value: u8}, reply: u8, deadline: 1ms}
"""
# A FIFO that nobody writes to: no time is long enough.
WORKER = """
    import time

    class Worker:
        def wait(self, request):
            with open(request["fifo"]) as fifo:
                return fifo.read()

        def items(self, request):
            yield "first"
            yield self.wait(request)

        open = wait

        def slow(self, request):
            time.sleep(0.02)
            return request["value"]

        brief = slow
"""


@pytest.fixture
def pool(pool):
    pool.write("demo.kameo.yaml", SCHEMA)
    return pool


def waiting(pool, handler):
    fifo = pool.folder / "fifo"
    if not fifo.exists():
        pool_files.os.mkfifo(fifo)
    return {"handler": handler, "request": {"fifo": str(fifo)}}


def end_of(pool, *lines):
    """The answers; the handler that nobody waits for any more is killed with its process."""
    answers = []
    with pool_files.ended(pool.start("--input", "-")) as process:
        for line in lines:
            process.stdin.write(pool_files.json.dumps(line) + "\n")
        process.stdin.flush()
        for _ in range(sum(2 if line["handler"] == "items" else 1 for line in lines)):
            answers.append(pool_files.json.loads(process.stdout.readline()))
        return answers


def test_an_ask_ends_at_the_deadline_that_the_schema_gives_its_handler(pool):
    [line] = end_of(pool.handler(WORKER), waiting(pool, "wait"))
    assert line["error"]["code"] == "deadline_exceeded"


def test_a_stream_ends_at_the_deadline_that_the_schema_gives_its_handler(pool):
    first, last = end_of(pool.handler(WORKER), waiting(pool, "items"))
    assert first == {"item": "first"}
    assert last["error"]["code"] == "deadline_exceeded"


def test_a_deadline_is_of_the_handler_not_of_the_queue_before_it(pool):
    """More asks than fit into it one after the other; sent ahead, the last of them would be late."""
    asks = [{"handler": "slow", "request": {"value": i}} for i in range(65)]
    assert pool.handler(WORKER).run(*asks).replies == [{"reply": i} for i in range(65)]


def test_the_pool_file_gives_a_handler_a_deadline(pool):
    [line] = end_of(pool.handler(WORKER, more="deadlines: {open: 50ms}"), waiting(pool, "open"))
    assert line["error"]["code"] == "deadline_exceeded"


def test_the_pool_file_takes_a_deadline_away(pool):
    ask = {"handler": "brief", "request": {"value": 7}}
    [line] = pool.handler(WORKER).run(ask).replies
    assert line["error"]["code"] == "deadline_exceeded"
    assert pool.handler(WORKER, more="deadlines: {brief: none}").run(ask).replies == [{"reply": 7}]
