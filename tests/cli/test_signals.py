"""Ctrl-C: once drains, twice kills. SIGTERM as Ctrl-C."""

import json
import os
import select
import signal
import textwrap

import pool_files
import pytest
from pool_files import alive

# `echo` opens a FIFO and so waits for the test; nothing here waits for time to pass.
WAITING = """
    import os

    class Worker:
        def text(self, request):
            if not request["text"]:
                return str(os.getpid())
            with open(request["text"]) as fifo:
                return fifo.read()

        def echo(self, request): return request["value"]
        def size(self, request): return request["size"]
        def note(self, request): pass
"""


def text(value=""):
    return json.dumps({"handler": "text", "request": {"text": value}}) + "\n"


def lines_until(pipe, wanted):
    for line in pipe:
        if wanted in line:
            return line
    raise AssertionError(f"{wanted!r} was never said")


def serving(pool):
    process = pool.start("--serve")
    lines_until(process.stderr, "Ctrl-C")
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_serving_ends_at_a_signal(pool, number, code):
    with pool_files.ended(serving(pool.handler(WAITING))) as process:
        os.killpg(process.pid, number)  # as a terminal does: to the whole group
        assert process.wait() == code
        assert process.stdout.read() == ""


def test_serving_runs_on_stop(pool):
    marker = pool.folder / "stopped"
    handler = WAITING + (
        f"\n        def on_stop(self):\n            open({str(marker)!r}, 'w').close()\n"
    )
    with pool_files.ended(serving(pool.handler(handler))) as process:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
    assert marker.exists()


def mortal(pool, restart):
    """Two actors that say which process they are."""
    say = "import os\nprint('pid', os.getpid(), flush=True)\n"
    pool.handler(textwrap.dedent(WAITING) + say, more=f"restart: {{{restart}}}")
    pool.write("market.py", say + "def price(request): return 1.5\n")
    text = pool.path.read_text()
    pool.path.write_text(text.replace('"market", ', f'"market", restart: {{{restart}}}, '))
    return pool


def pids_once_serving(pipe):
    """Of both actors. What they print comes by pipes of their own, so before or after kameo's line."""
    pids = {}
    serving = False
    for line in pipe:
        serving = serving or "Ctrl-C" in line
        if " pid " in line:
            _, actor, *_, pid = line.split()
            pids[actor] = int(pid)
        if serving and len(pids) == 2:
            return pids
    raise AssertionError(f"only {pids} were told")


@pytest.mark.parametrize(
    ("restart", "lives"),
    [("policy: never", 1), ("intensity: 1/1h, backoff: {min: 1ms, max: 1ms}", 2)],
)
def test_serving_ends_once_every_actor_has_ended_for_good(pool, restart, lives):
    with pool_files.ended(mortal(pool, restart).start("--serve")) as process:
        pids = list(pids_once_serving(process.stderr).values())
        for life in range(1, lives + 1):
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            if life < lives:
                pids = [int(lines_until(process.stderr, " pid ").split()[-1]) for _ in pids]
        assert "nothing is left to serve" in process.stderr.read()
        assert process.wait() == 5


def test_serving_goes_on_while_an_actor_is_left(pool):
    with pool_files.ended(mortal(pool, "policy: never").start("--serve")) as process:
        pids = pids_once_serving(process.stderr)
        os.kill(pids["worker"], signal.SIGKILL)
        lines_until(process.stderr, "not started again")
        assert alive(pids["market"])
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 130


def test_a_batch_finishes_what_is_open_at_the_first_ctrl_c(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.handler(WAITING).start("--input", "-")) as process:
        process.stdin.write(text())
        process.stdin.flush()
        pid = int(json.loads(process.stdout.readline())["reply"])
        process.stdin.write(text(str(fifo)))
        process.stdin.flush()
        with fifo.open("w") as writing:  # opens once the handler has opened its end
            os.killpg(process.pid, signal.SIGINT)
            lines_until(process.stderr, "Ctrl-C")
            writing.write("finished")
        assert json.loads(process.stdout.readline()) == {"reply": "finished"}
        assert process.wait() == 130
    assert not alive(pid)


def test_a_second_ctrl_c_kills(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    with pool_files.ended(pool.handler(WAITING).start("--input", "-")) as process:
        process.stdin.write(text())
        process.stdin.flush()
        pid = int(json.loads(process.stdout.readline())["reply"])
        process.stdin.write(text(str(fifo)))
        process.stdin.flush()
        with fifo.open("w"):
            os.killpg(process.pid, signal.SIGINT)
            lines_until(process.stderr, "Ctrl-C")
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait() == 130
    assert not alive(pid)


def test_a_second_ctrl_c_ends_also_where_nobody_reads_the_answers(pool):
    handler = WAITING.replace("return str(os.getpid())", "return 'x' * 100_000")
    with pool_files.ended(pool.handler(handler).start("--input", "-")) as process:
        process.stdin.write(text() * 20)  # two megabytes of answers into a pipe of 64 KiB
        process.stdin.flush()
        assert process.stdout.read(1) == "{"  # it writes, and soon can't
        os.killpg(process.pid, signal.SIGINT)
        lines_until(process.stderr, "Ctrl-C")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 130


def test_a_ctrl_c_while_actors_start_ends_the_start(pool):
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    handler = f"import os\nprint('pid', os.getpid(), flush=True)\nopen({str(fifo)!r}).read()\n"
    with pool_files.ended(pool.handler(handler).start("--input", "-")) as process:
        pid = int(lines_until(process.stderr, "pid ").split()[-1])
        with fifo.open("w"):  # it is being imported, and stays so
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait() == 130
        assert process.stdout.read() == ""
    assert not alive(pid)


def test_a_killed_kameo_leaves_no_child(pool):
    with pool_files.ended(pool.handler(WAITING, instances=2).start("--input", "-")) as process:
        process.stdin.write(text() + text())
        process.stdin.flush()
        pids = [int(json.loads(process.stdout.readline())["reply"]) for _ in range(2)]
        watched = [os.pidfd_open(pid) for pid in pids]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for descriptor in watched:
            select.select([descriptor], [], [])  # readable once the process has ended
            os.close(descriptor)
