"""Every way in which a handler, its module or its interpreter can be wrong. Nothing hangs, no ask is
left without an answer."""

import os
import re
import shutil
import stat
import sys

import pool_files
import pytest
from pool_files import ECHO, alive, echo


def start_failure(pool):
    """A run that must fail before the first ask; what was said."""
    done = pool.run(echo(1))
    assert done.code == 3, done.err
    assert done.out == ""
    assert re.search(r"kameo: error: worker(\[0\])?: ", done.err), done.err
    return done.err


def test_the_same_failure_of_several_processes_is_told_once(pool):
    done = pool.handler("raise RuntimeError('no database')", instances=3).run(echo(1))
    assert done.code == 3
    assert "kameo: error: worker[1], worker[2], worker[3]: " in done.err
    assert done.err.count("RuntimeError: no database\n") <= 2  # the message and the traceback
    assert "SIGKILL" not in done.err


def test_a_missing_module(pool):
    said = start_failure(pool.write_pool('"nowhere:Worker"'))
    assert "ModuleNotFoundError: No module named 'nowhere'" in said


def test_a_module_that_misses_one_of_its_own(pool):
    said = start_failure(pool.handler("import not_installed\nclass Worker: pass"))
    assert "No module named 'not_installed'" in said
    assert "worker.py" in said


def test_a_syntax_error(pool):
    said = start_failure(pool.handler("class Worker:\n    def echo(self request): pass"))
    assert "SyntaxError" in said
    assert "worker.py" in said
    assert "line 2" in said


def test_a_module_that_raises_at_import(pool):
    said = start_failure(pool.handler("raise RuntimeError('no database')"))
    assert "RuntimeError: no database" in said
    assert "Traceback" in said


@pytest.mark.parametrize("how", ["import sys\nsys.exit(3)", "raise SystemExit('enough')", "exit()"])
def test_a_module_that_exits_at_import(pool, how):
    assert "SystemExit" in start_failure(pool.handler(how))


def test_a_module_that_ends_the_process_at_import(pool):
    said = start_failure(pool.handler("import os\nos._exit(7)"))
    assert "7" in said


def test_a_class_that_is_not_there(pool):
    said = start_failure(pool.handler("class Wroker: pass"))
    assert "Worker" in said
    assert "worker" in said


def test_a_missing_handler_method(pool):
    said = start_failure(pool.handler("class Worker:\n    def echo(self, request): return 1"))
    assert "text" in said
    assert "size" in said


def test_an_on_start_that_raises(pool):
    handler = ECHO + "\n        def on_start(self, config):\n            raise OSError('no disk')\n"
    assert "OSError: no disk" in start_failure(pool.handler(handler))


def test_a_wrong_interpreter_path(pool):
    pool.handler(ECHO)
    text = pool.path.read_text().replace(
        "python: {path: [.]}", "python: {interpreter: /no/such/python, path: [.]}", 1
    )
    pool.path.write_text(text)
    assert "/no/such/python" in start_failure(pool)


def interpreter(pool, folder):
    text = pool.path.read_text().replace(
        "python: {path: [.]}", f"python: {{interpreter: {folder}, path: [.]}}", 1
    )
    pool.path.write_text(text)
    return pool


def test_an_interpreter_without_the_extension(pool):
    # The system's own, isolated from the PYTHONPATH that tests have.
    script = pool.write("bare-python", f"#!/bin/sh\nunset PYTHONPATH\nexec {sys._base_executable} -S \"$@\"\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    said = start_failure(interpreter(pool.handler(ECHO), script))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"Python {version}" in said
    assert "pip install" in said


def test_an_interpreter_that_is_none(pool):
    said = start_failure(interpreter(pool.handler(ECHO), shutil.which("true")))
    assert "true" in said or "exit" in said


def test_a_directory_that_is_not_there(pool):
    pool.handler(ECHO, more="cwd: nowhere")
    done = pool.run(echo(1))
    assert done.code in (2, 3)
    assert "nowhere" in done.err


def worker(body, **more):
    """A worker whose `echo` has that body."""
    lines = "\n".join("            " + line for line in body.splitlines())
    return ECHO.replace(
        '            if request["value"] == 13:\n'
        '                raise ValueError("unlucky")\n'
        '            return request["value"]\n',
        lines + "\n",
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("'x'", "u8"),
        ("None", "u8"),
        ("256", "0..255"),
        ("-1", "0..255"),
        ("1.5", "u8"),
        ("True", "u8"),
        ("object()", "u8"),
    ],
)
def test_a_reply_of_the_wrong_type(pool, value, message):
    done = pool.handler(worker(f"return {value}")).run(echo(1), {"handler": "text"})
    [error] = done.errors
    assert error["code"] == "bad_reply"
    assert message in error["message"]
    assert done.replies[1] == {"reply": ""}  # the actor lives


def test_a_wrong_field_of_a_reply_is_named(pool):
    done = pool.handler(ECHO.replace('return request["size"]', 'return {"count": 1000}')).run(
        {"handler": "size", "request": {"size": {"count": 1}}}
    )
    [error] = done.errors
    assert error["code"] == "bad_reply"
    assert re.search(r"count: expected u8 in 0\.\.255, got 1000", error["message"])


@pytest.mark.parametrize(
    "what",
    ["KeyboardInterrupt()", "SystemExit(3)", "GeneratorExit()", "BaseException('base')",
     "MemoryError()", "RecursionError('deep')", "type('Own', (BaseException,), {})('own')"],
)  # fmt: skip
def test_a_handler_that_raises_any_exception(pool, what):
    done = pool.handler(worker(f"raise {what}")).run(echo(1), {"handler": "text"})
    [error] = done.errors
    assert error["code"] == "handler_failed"
    assert error["type"].split(".")[-1] == re.match(r"(?:type\('(\w+)'|(\w+))", what)[1 if "type(" in what else 2]
    assert "worker.py" in error["traceback"]
    assert done.replies[1] == {"reply": ""}  # the actor lives
    assert done.code == 1


CRASH = """
if request["value"] == 1:
    import os, signal
    os.kill(os.getpid(), signal.SIGSEGV)
return request["value"]
"""


def test_a_handler_that_dies_by_a_signal_is_told_how_and_comes_back(pool):
    crash, *others = pool.handler(worker(CRASH)).run_one_by_one(echo(1), echo(2), echo(3))
    error = crash["error"]
    assert error["code"] == "died_may_have_run"
    assert error["death"]["reason"] == "killed by SIGSEGV (segmentation fault)"
    assert error["death"]["signal"] == 11
    assert error["death"]["incarnation"] == 1
    assert others == [{"reply": 2}, {"reply": 3}]


def test_the_last_lines_of_standard_error_are_in_the_death_certificate(pool):
    body = 'import os, sys\nprint("the last words", file=sys.stderr, flush=True)\nos._exit(9)'
    [error] = pool.handler(worker(body)).run(echo(1)).errors
    assert error["death"]["exit_code"] == 9
    assert "the last words" in error["death"]["last_stderr"]


def test_an_actor_that_dies_each_time_is_given_up_and_every_ask_answered(pool):
    pool.handler(
        worker("import os\nos._exit(1)"),
        more="restart: {policy: on_failure, intensity: 2/60s, backoff: {min: 1ms, max: 1ms}}",
    )
    codes = [line["error"]["code"] for line in pool.run_one_by_one(*[echo(1)] * 6)]
    assert codes == ["died_may_have_run"] * 3 + ["stopped"] * 3


def test_every_ask_that_a_dead_actor_held_is_answered(pool):
    done = pool.handler(worker(CRASH), instances=2).run(*[echo(i % 5) for i in range(500)])
    assert len(done.replies) == 500
    for number, line in enumerate(done.replies):
        if "error" in line:
            assert line["error"]["code"] in ("died_may_have_run", "not_started", "stopped")
        else:
            assert line["reply"] == number % 5 != 1


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_megabyte_on_a_standard_stream_is_no_protocol(pool, stream):
    body = f"import sys\nsys.{stream}.write('x' * 2**20)\nsys.{stream}.flush()\nreturn 5"
    done = pool.handler(worker(body)).run(echo(1))
    assert done.out == '{"reply":5}\n'
    assert done.err.count("x") >= 2**20
    assert "worker" in done.err


def test_what_a_handler_prints_cannot_steer_the_terminal(pool):
    done = pool.handler(worker("print('\\x1b[2J\\x07gone')\nreturn 1")).run(echo(1))
    assert "\x1b" not in done.err
    assert "\\x1b[2J\\x07gone" in done.err


@pytest.mark.parametrize("detach", ["", "os.setsid()\n    if os.fork(): os._exit(0)\n    "])
def test_a_grandchild_is_gone_afterwards(pool, detach):
    handler = f"""
import os, pathlib

class Worker:
    def text(self, request):
        fifo = request["text"]
        if os.fork() == 0:
            {detach.replace(chr(10) + "    ", chr(10) + "            ")}
            with open(fifo, "w") as file:
                file.write(str(os.getpid()))
            import signal
            while True:
                signal.pause()
        with open(fifo) as file:
            return file.read()
    def echo(self, request): pass
    def size(self, request): pass
    def note(self, request): pass
"""
    pool.handler(handler)
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    done = pool.run({"handler": "text", "request": {"text": str(fifo)}})
    assert done.code == 0, done.err
    assert not alive(int(done.replies[0]["reply"]))


def test_no_process_of_a_pool_outlives_it(pool):
    handler = ECHO.replace('return request["text"]', "import os; return str(os.getpid())")
    done = pool.handler(handler, instances=3).run(*[{"handler": "text"}] * 30)
    pids = {int(line["reply"]) for line in done.replies}
    assert not any(alive(pid) for pid in pids)
