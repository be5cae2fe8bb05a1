"""Where output goes and what happens when it cannot go there."""

import json
import os
import pty
import re

import pool_files
import pytest
from pool_files import ECHO, UNLUCKY, echo


def test_an_output_file_gets_the_answers_and_standard_output_nothing(pool):
    target = pool.folder / "out.ndjson"
    target.write_text("what was here before, and longer than what comes\n" * 3)
    done = pool.handler(ECHO).run(echo(1), arguments=("--output", str(target)))
    assert (done.out, done.code) == ("", 0)
    assert target.read_text() == '{"reply":1}\n'


@pytest.mark.parametrize("way", ["option", "standard output"])
def test_a_full_disk_is_an_error_of_its_own(pool, way):
    pool.handler(ECHO)
    if way == "option":
        done = pool.run(*[echo(1)] * 1000, arguments=("--output", "/dev/full"))
    else:
        with open("/dev/full", "w") as full:
            done = pool.run(*[echo(1)] * 1000, stdout=full)
    assert done.code == 4
    name = "/dev/full" if way == "option" else "standard output"
    assert f"kameo: error: cannot write {name}: No space left on device" in done.err


def test_a_reader_that_goes_away_is_an_error_not_a_silent_end(pool):
    pool.handler(ECHO)
    reading, writing = os.pipe()
    os.close(reading)
    done = pool.run(*[echo(1)] * 10, stdout=writing)
    os.close(writing)
    assert done.code == 4
    assert "cannot write standard output: Broken pipe" in done.err


def test_an_output_that_cannot_be_made_is_told_before_anything_starts(pool):
    done = pool.handler(ECHO).run(echo(1), arguments=("--output", "/nowhere/out"))
    assert done.code == 4
    assert "cannot write /nowhere/out: No such file or directory" in done.err


def test_answers_go_to_standard_output_and_the_rest_does_not(pool):
    done = pool.handler(ECHO).run(echo(1))
    assert done.out == '{"reply":1}\n'
    assert re.search(r"1 ask, 0 errors in .+: .+ asks/s, p50 .+, p99 .+", done.err)


def test_no_times_are_told_where_no_line_reached_an_actor(pool):
    done = pool.handler(ECHO).run({"handler": "fly"})
    assert re.search(r"1 ask, 1 error in .+ asks/s$", done.err.strip())


def test_a_table_has_a_column_per_field(pool):
    done = pool.handler(ECHO).run(
        {"handler": "size", "request": {"size": {"count": 3, "label": "größer"}}},
        {"handler": "size", "request": {"size": {"count": 200}}},
        echo(UNLUCKY),
        arguments=("--format", "table"),
    )
    assert done.out.splitlines() == [
        "count  label",
        "-----  ------",
        "    3  größer",
        "  200  small",
        "error: handler_failed: unlucky",
    ]


def on_a_terminal(pool, *arguments, env=None):
    """Runs a batch with standard error on a terminal; what came there."""
    requests = pool.write("in.ndjson", "".join(json.dumps(echo(5)) + "\n" for _ in range(20)))
    master, slave = pty.openpty()
    environment = {"TERM": "xterm", "NO_COLOR": ""} | (env or {})
    process = pool.start(
        "--input", str(requests), *arguments, stderr=slave, env=environment
    )
    os.close(slave)
    seen = b""
    with pool_files.ended(process):
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        process.stdout.read()
        process.wait()
    os.close(master)
    return seen.decode()


def test_a_terminal_gets_a_progress_bar(pool):
    seen = on_a_terminal(pool.handler(ECHO))
    assert re.search(r"\[=+\] 100 %  20 asks  \d+ asks/s", seen)
    assert "20 asks, 0 errors" in seen


def test_no_progress_bar_where_none_is_wanted(pool):
    seen = on_a_terminal(pool.handler(ECHO), "--no-progress")
    assert "%" not in seen
    assert "20 asks, 0 errors" in seen


def test_no_progress_bar_into_a_pipe(pool):
    done = pool.handler(ECHO).run(*[echo(1)] * 20)
    assert "\r" not in done.err
    assert "%" not in done.err


BAD_POOL = "kameo: 1\nschema: demo.kameo.yaml\nactors:\n  worker: {actor: demo.Nobody}\n"


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
    ],
)
def test_colours_on_a_terminal_unless_refused(pool, arguments, env, colored):
    pool.path.write_text(BAD_POOL)
    seen = on_a_terminal(pool, *arguments, env=env)
    assert "demo.Nobody" in seen
    assert ("\x1b[" in seen) == colored


def test_no_colours_into_a_pipe(pool):
    pool.path.write_text(BAD_POOL)
    assert "\x1b" not in pool_files.run("check", str(pool.path)).err
    assert "\x1b[" in pool_files.run("check", str(pool.path), "--color", "always").err
