"""A batch job: lines in, answers out, in the same order."""

import json
import os
import pathlib
import re

import pool_files
import pytest
from pool_files import ECHO, UNLUCKY, echo


def test_each_line_is_answered_in_order(pool):
    values = [i for i in range(200) if i != UNLUCKY]
    done = pool.handler(ECHO, instances=3).run(*[echo(i) for i in values])
    assert done.replies == [{"reply": i} for i in values]
    assert done.code == 0


def test_an_answer_waits_for_those_before_it(pool):
    # The first ask ends only after the second has been handled, in another process.
    pool.handler(
        """
        import os

        class Worker:
            def text(self, request):
                name, mode = request["text"].split()
                with open(name, mode) as fifo:
                    return fifo.read() if mode == "r" else str(fifo.write("go"))

            def echo(self, request): return request["value"]
            def size(self, request): return request["size"]
            def note(self, request): pass
        """,
        instances=2,
    )
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    done = pool.run(
        {"handler": "text", "request": {"text": f"{fifo} r"}},
        {"handler": "text", "request": {"text": f"{fifo} w"}},
    )
    assert done.replies == [{"reply": "go"}, {"reply": "2"}]


def test_an_answer_comes_before_the_input_ends(pool):
    pool.handler(ECHO)
    with pool_files.ended(pool.start("--input", "-")) as process:
        for value in range(3):
            process.stdin.write(json.dumps(echo(value)) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"reply": value}
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize("given", [7, "a", None, [1, {"b": 18446744073709551615}], 1.50])
def test_the_id_comes_back_as_it_was(pool, given):
    done = pool.handler(ECHO).run(echo(1, id=given), echo(300, id=given))
    assert done.out.splitlines()[0] == '{"id":%s,"reply":1}' % json.dumps(
        given, separators=(",", ":")
    )
    assert [line["id"] for line in done.replies] == [given, given]


def test_what_a_line_may_leave_out(pool):
    done = pool.handler(ECHO).run(
        {"actor": "worker", "handler": "echo", "request": {"value": 1}},
        {"handler": "text"},
        {"handler": "size", "request": {"size": {"count": 3}}},
    )
    assert done.replies == [{"reply": 1}, {"reply": ""}, {"reply": {"count": 3, "label": "small"}}]


def test_a_handler_without_a_reply_answers_null_once_it_has_run(pool):
    done = pool.handler(ECHO).run({"handler": "note", "request": {"text": "x"}})
    assert done.replies == [{"reply": None}]


def test_blank_lines_are_no_requests(pool):
    done = pool.handler(ECHO).run("", json.dumps(echo(1)), "   \t", json.dumps(echo(2)), "")
    assert done.replies == [{"reply": 1}, {"reply": 2}]


def test_a_last_line_without_an_end_counts(pool):
    pool.handler(ECHO)
    done = pool_files.run("run", str(pool.path), "--input", "-", input=json.dumps(echo(4)))
    assert done.replies == [{"reply": 4}]


def test_an_empty_input_is_an_empty_output(pool):
    done = pool.handler(ECHO).run()
    assert (done.out, done.code) == ("", 0)
    assert "0 asks, 0 errors" in done.err


def test_a_bad_line_is_an_error_at_its_place_and_the_rest_goes_on(pool):
    done = pool.handler(ECHO).run(
        echo(1), "{not json", echo(2), echo(UNLUCKY), echo(1000, id="big"), {"handler": "echo"}, echo(3)
    )
    assert done.code == 1
    replies = done.replies
    assert [line.get("reply") for line in replies] == [1, None, 2, None, None, None, 3]
    assert replies[1]["error"]["code"] == "invalid_argument"
    assert replies[1]["error"]["message"].startswith("line 2: not JSON: parse error at line 1, column 2")
    assert replies[3]["error"]["code"] == "handler_failed"
    assert replies[3]["error"]["message"] == "unlucky"
    assert replies[4] == {
        "id": "big",
        "error": {
            "code": "invalid_argument",
            "message": "line 5: request.value: expected u8 in 0..255, got 1000",
        },
    }
    assert replies[5]["error"]["message"] == "line 6: request.value: missing; expected u8"
    assert "7 asks, 4 errors" in done.err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", 'line 1: expected an object such as {"actor": …, "handler": …, "request": {…}}, got []'),
        ('{"handler": "echo", "reqest": {}}',
         'line 1: "reqest": unknown key; a line has actor, handler, request, input, id'),
        ('{"handler": 5}', "line 1: handler: expected a string, got 5"),
        ('{"actor": "boss"}', 'line 1: actor: no actor "boss"; the pool has worker'),
        ('{"actor": "worker", "handler": "fly"}',
         'line 1: handler: worker has no handler "fly"; it has echo, text, size, note'),
        ('{"handler": "fly"}', 'line 1: handler: no actor has a handler "fly"; the pool has worker'),
        ("{}", "line 1: handler: missing; the pool has several: "
               "worker.echo, worker.text, worker.size, worker.note"),
        ('{"handler": "echo", "request": {"value": 1, "extra": 2}}',
         "line 1: request.extra: unknown field; WorkerEcho has value"),
        ('{"handler": "echo", "handler": "text"}',
         'line 1: the key "handler" stands twice in one object'),
        ('{"handler": "size", "request": {"size": {"count": true}}}',
         "line 1: request.size.count: expected u8 in 0..255, got true"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_told(pool, line, message):
    done = pool.handler(ECHO).run(line)
    assert [error["message"] for error in done.errors] == [message]
    assert done.code == 1


def test_bytes_that_are_no_text_are_an_error_of_their_line(pool):
    pool.handler(ECHO)
    requests = pool.folder / "requests"
    requests.write_bytes(b'\xff\xfe\n{"handler": "echo", "request": {"value": 1}}\r\n')
    done = pool_files.run("run", str(pool.path), "--input", str(requests))
    assert done.replies[0]["error"]["message"] == "line 1: not JSON: not UTF-8, at its byte 0"
    assert done.replies[1] == {"reply": 1}


def peak_memory_kb(process) -> int:
    """Since its exec: what wait4() gives counts this process's own, before that."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def test_a_huge_input_takes_little_memory(pool):
    pool.handler(ECHO)
    line = json.dumps({"handler": "text", "request": {"text": "x" * 20_000}}) + "\n"
    count = 10_000  # 200 MB in all
    # Under AddressSanitizer what has been freed is kept, up to that much.
    options = {"env": {"ASAN_OPTIONS": "quarantine_size_mb=8"}}
    command = pool.start("--input", "-", "--output", "/dev/null", **options)
    with pool_files.ended(command) as process:
        for sent in range(count):
            if sent == 1_000:
                early = peak_memory_kb(process)
            process.stdin.write(line)
        process.stdin.flush()
        late = peak_memory_kb(process)
        process.stdin.close()
        err = process.stderr.read()
        process.wait()
    assert process.returncode == 0
    assert f"{count} asks, 0 errors" in err
    # A fifth of what has gone through since.
    assert late - early < 36 << 10


def test_the_input_may_be_a_file_that_is_not_there(pool):
    done = pool_files.run("run", str(pool.handler(ECHO).path), "--input", "nothing.ndjson")
    assert done.code == 2
    assert "cannot read nothing.ndjson: No such file or directory" in done.err


def test_a_pool_with_a_batch_of_its_own_runs_it(pool):
    pool.handler(ECHO)
    pool.write("requests.ndjson", json.dumps(echo(5)) + "\n")
    with pool.path.open("a") as file:
        file.write("batch: {input: requests.ndjson, format: table}\n")
    done = pool_files.run("run", str(pool.path))
    assert done.out.split() == ["reply", "-----", "5"]
    assert done.code == 0

    other = pool.run(echo(6), arguments=("--format", "ndjson"))
    assert other.replies == [{"reply": 6}]
