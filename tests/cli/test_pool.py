"""What a pool file can say: who answers whom, what each process gets."""

import os
import subprocess
import sys

import pool_files
import pytest
from pool_files import ECHO, echo

ASKING = ECHO.replace(
    'return request["text"]',
    'import kameo; return str(kameo.callback_handle("market.Price", {"symbol": request["text"]}))',
)


def symbols(*texts):
    return [{"handler": "text", "request": {"text": text}} for text in texts]


def test_a_callback_is_answered_by_the_actor_that_provides_it(pool):
    pool.write(
        "prices.py",
        """
        class Prices:
            def price(self, request):
                if request["symbol"] == "NONE":
                    raise LookupError("no such share")
                return 1.25 * len(request["symbol"])
        """,
    )
    handler = ECHO.replace(
        'return request["text"]',
        'import kameo; return str(kameo.callback_handle("market.Price", {"symbol": request["text"]}))',
    )
    pool.handler(handler, instances=2, pool='market: {provides: market, handler: "prices:Prices", python: {path: [.]}}')
    done = pool.run(
        *[{"handler": "text", "request": {"text": text}} for text in ("A", "ABCD", "NONE")]
    )
    assert [line.get("reply") for line in done.replies] == ["1.25", "5.0", None]
    assert "no such share" in done.errors[0]["message"]


def test_handlers_in_a_plain_module(pool):
    pool.write("worker.py", "def echo(request): return request['value'] + 1\n"
               "def text(request): return ''\ndef size(request): return request['size']\n"
               "def note(request): pass\n")  # fmt: skip
    done = pool.write_pool('"worker"').run(echo(1))
    assert done.replies == [{"reply": 2}]


def test_the_config_reaches_on_start(pool):
    handler = ECHO + (
        "\n        def on_start(self, config):\n            self.start = config['start']\n"
    )
    handler = handler.replace('return request["text"]', "return str(self.start)")
    assert pool.handler(handler, more="config: {start: 77}").ask("text").replies == [{"reply": "77"}]
    assert pool.handler(handler).ask("text").replies == [{"reply": "5"}]


def test_a_module_may_be_answered_by_several_processes(pool):
    # Both instances must be asked: the first price waits in one until the other has been asked.
    fifo = pool.folder / "fifo"
    os.mkfifo(fifo)
    pool.write(
        "prices.py",
        f"""
        def price(request):
            with open({str(fifo)!r}, "r" if request["symbol"] == "first" else "w") as file:
                return 1.0 if file.readable() and file.read() == "x" else float(file.write("x"))
        """,
    )
    pool.handler(
        ASKING,
        instances=2,
        pool='market: {provides: market, handler: prices, instances: 2, python: {path: [.]}}',
    )
    done = pool.run(*symbols("first", "second"))
    assert done.replies == [{"reply": "1.0"}, {"reply": "1.0"}]


def test_an_actor_may_provide_a_module_and_have_handlers(pool):
    both = ECHO + "\n        def price(self, request): return 7.0\n"
    pool.write("both.py", both)
    pool.handler(
        ASKING,
        pool='both: {actor: demo.Worker, provides: market, handler: "both:Worker", python: {path: [.]}}',
    )
    done = pool.run(
        {"actor": "worker", "handler": "text", "request": {"text": "A"}},
        {"actor": "both", "handler": "text", "request": {"text": "A"}},
    )
    assert done.replies == [{"reply": "7.0"}, {"reply": "A"}]


def test_a_handler_may_be_named_without_saying_where_modules_are(pool):
    """The pool file's own folder is looked in."""
    pool.handler(ECHO)
    pool.path.write_text(pool.path.read_text().replace("    python: {path: [.]}\n", "", 1))
    assert pool.run(echo(3)).replies == [{"reply": 3}]


def test_a_process_runs_in_the_directory_it_is_given(pool):
    (pool.folder / "inner").mkdir()
    handler = ECHO.replace('return request["text"]', "import os; return os.getcwd()")
    done = pool.handler(handler, more="dir: inner").ask("text")
    assert done.replies == [{"reply": str(pool.folder / "inner")}]


@pytest.mark.parametrize(("level", "seen"), [("debug", True), ("info", False)])
def test_the_log_level_is_the_actors_own(pool, level, seen):
    handler = ECHO.replace(
        'return request["text"]', "import logging; logging.debug('fine detail'); return ''"
    )
    done = pool.handler(handler, more=f"log_level: {level}").ask("text")
    assert ("fine detail" in done.err) == seen


def test_the_interpreter_may_be_a_virtual_environments(pool):
    handler = ECHO.replace('return request["text"]', "import sys; return sys.executable")
    python = os.environ.get("KAMEO_PYTHON", sys.executable)
    # What it takes itself for: a sanitizer's build starts it by a script of another name.
    say = [python, "-c", "import sys; print(sys.executable)"]
    itself = subprocess.run(say, capture_output=True, text=True, check=True).stdout.strip()
    pool.handler(handler)
    pool.path.write_text(
        pool.path.read_text().replace("{path: [.]}", f"{{interpreter: {python}, path: [.]}}", 1)
    )
    assert pool.run({"handler": "text"}, env={"KAMEO_PYTHON": "/no/other"}).code == 3
    market = pool.path.read_text().replace("{path: [.]}", f"{{interpreter: {python}, path: [.]}}")
    pool.path.write_text(market)
    done = pool.run({"handler": "text"}, env={"KAMEO_PYTHON": "/no/other"})
    assert done.replies == [{"reply": itself}]


def test_asks_go_to_the_process_that_has_the_fewest(pool):
    handler = ECHO.replace('return request["text"]', "import os; return str(os.getpid())")
    done = pool.handler(handler, instances=4).run(*[{"handler": "text"}] * 400)
    counts = {}
    for line in done.replies:
        counts[line["reply"]] = counts.get(line["reply"], 0) + 1
    assert len(counts) == 4


def test_paths_are_the_pool_files_whatever_directory_a_child_has(pool):
    (pool.folder / "inner").mkdir()
    python = os.environ.get("KAMEO_PYTHON", sys.executable)
    script = pool.write("snake", f'#!/bin/sh\nexec {python} "$@"\n')
    script.chmod(0o755)
    pool.handler(ECHO, more="dir: inner")
    text = pool.path.read_text()
    pool.path.write_text(text.replace("{path: [.]}", "{interpreter: ./snake, path: [.]}", 1))
    lines = pool_files.json.dumps(echo(4)) + "\n"
    done = pool_files.run("run", "pool.yaml", "--input", "-", input=lines, cwd=pool.folder)
    assert done.replies == [{"reply": 4}], done.err
