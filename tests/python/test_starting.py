"""What keeps a worker from starting is told to the parent, typed, at once, with the traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from driver import Schema, interpreter

PRICE = {"price": {"request": [["symbol", "string"]], "reply": "f64"}}


def test_d1_a_module_that_does_not_exist(failed_start) -> None:
    error = failed_start(handler="nowhere", handlers=PRICE)
    assert str(error).startswith("no module named 'nowhere' on the path: /")
    assert error.type == "ModuleNotFoundError"


def test_d1_a_submodule_that_does_not_exist(failed_start) -> None:
    error = failed_start(handler="handlers.inner", handlers=PRICE)
    assert "handlers.inner" in str(error)


def test_d1_a_module_that_lacks_a_module_of_its_own(failed_start) -> None:
    error = failed_start("import no_such_dependency", handlers=PRICE)
    assert str(error) == ("importing 'handlers': ModuleNotFoundError: "
                          "No module named 'no_such_dependency'")
    assert error.where == "handlers.py:1, <module>"
    assert "import no_such_dependency" in error.traceback


def test_d1_a_class_that_does_not_exist(failed_start) -> None:
    error = failed_start("x = 1", handler="handlers:Strategy", handlers=PRICE)
    assert "module 'handlers' (" in str(error) and "has no 'Strategy'" in str(error)


def test_d1_all_missing_handlers_are_named(failed_start) -> None:
    error = failed_start("class A:\n  def price(self, request): return 1.0",
                         handler="handlers:A",
                         handlers=PRICE | {"evaluate": {}, "note": {"request": []}})
    assert str(error) == "handlers:A: no handler for evaluate, note"


def test_d1_a_handler_that_is_no_function(failed_start) -> None:
    error = failed_start("price = 5", handlers=PRICE)
    assert str(error) == "handlers: price is int, not callable"


def test_d1_a_generator_where_one_answer_is_wanted(failed_start) -> None:
    error = failed_start("def price(request): yield 1.0", handlers=PRICE)
    assert str(error) == ("handlers: price is a generator, but answers once: "
                          "return the value instead")


def test_d1_a_path_that_does_not_exist(failed_start) -> None:
    error = failed_start("", handlers=PRICE, path=["/no/such/place"])
    assert str(error).startswith("python path '/no/such/place' does not exist")


@pytest.mark.parametrize(
    ("source", "message", "type_"),
    [
        ("raise ValueError('not today')", "importing 'handlers': ValueError: not today",
         "ValueError"),
        ("import sys; sys.exit(3)", "importing 'handlers': SystemExit: it called sys.exit(3)",
         "SystemExit"),
        ("import sys; sys.exit()", "importing 'handlers': SystemExit: it called sys.exit(None)",
         "SystemExit"),
        ("raise KeyboardInterrupt", "importing 'handlers': KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(:\n  pass", "importing 'handlers': SyntaxError: ", "SyntaxError"),
        ("x = '", "importing 'handlers': SyntaxError: ", "SyntaxError"),
        ("class E(BaseException):\n  def __str__(self): raise E\nraise E",
         "importing 'handlers': handlers.E: <handlers.E whose __str__() raised handlers.E>",
         "handlers.E"),
    ],
)  # fmt: skip
def test_d1_a_module_that_can_not_be_imported(failed_start, source, message, type_) -> None:
    error = failed_start(source, handlers=PRICE)
    assert str(error).startswith(message)
    assert error.type == type_
    assert error.traceback.startswith("Traceback (most recent call last):") or "SyntaxError" in message
    assert "kameo_runtime" not in error.traceback  # the user's frames only
    if type_ == "SyntaxError":
        assert error.where.startswith("handlers.py:1")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("class A:\n  def __init__(self): raise ValueError('i')", "__init__: ValueError: i"),
        ("class A:\n  def on_start(self, config): raise ValueError('s')",
         "on_start: ValueError: s"),
        ("class A:\n  def on_start(self, config): raise SystemExit(1)",
         "on_start: SystemExit: it called sys.exit(1)"),
        ("class A:\n  async def on_start(self, config): raise ValueError('s')",
         "on_start: ValueError: s"),
        ("class A:\n  def on_start(self): pass", "on_start: TypeError: "),
    ],
)
def test_d1_a_class_that_can_not_be_made_or_started(failed_start, source, message) -> None:
    error = failed_start(source + "\n  def price(self, request): return 1.0",
                         handler="handlers:A", handlers=PRICE)
    assert str(error).startswith(f"handlers:A: {message}")


def test_what_is_logged_and_printed_before_a_failure_arrives(prepare) -> None:
    worker = prepare("import logging; logging.error('soon'); print('printed'); 1 / 0",
                     handlers=PRICE)
    from driver import RemoteError

    with pytest.raises(RemoteError):
        worker.start()
    worker.process.wait(30)
    assert [log["message"] for log in worker.logs] == ["soon"]
    assert worker.stdout == "printed\n"


def test_without_a_parent_it_says_how_it_is_started() -> None:
    ran = subprocess.run([interpreter(), "-m", "kameo_runtime.worker"], capture_output=True,
                         text=True, stdin=subprocess.DEVNULL,
                         env={k: v for k, v in os.environ.items() if k != "KAMEO_FD"})
    assert ran.returncode == 1
    assert "is started by a kameo parent" in ran.stderr


def test_d1_an_interpreter_without_the_extension_says_so_and_what_mends_it(tmp_path) -> None:
    """The Python files alone, as another version of Python would find them."""
    import shutil

    found = subprocess.check_output(
        [interpreter(), "-c", "import kameo_runtime; print(kameo_runtime.__path__[0])"], text=True)
    shutil.copytree(found.strip(), tmp_path / "kameo_runtime",
                    ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    ran = subprocess.run([sys.executable, "-m", "kameo_runtime.worker"], capture_output=True,
                         text=True, stdin=subprocess.DEVNULL, cwd=tmp_path,
                         env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)})
    assert ran.returncode == 1
    version = ".".join(map(str, sys.version_info[:3]))
    assert "this interpreter lacks the extension" in ran.stderr
    assert f"is Python {version}" in ran.stderr
    assert "-m pip install ./runtime/python" in ran.stderr


def test_asyncio_logging_and_dataclasses_are_not_imported_for_a_sync_handler(actor) -> None:
    worker = actor(
        """
        import sys
        def loaded(request):
            return sorted({"asyncio", "logging", "dataclasses", "typing", "inspect", "re", "uuid",
                           "decimal", "datetime", "traceback"} & set(sys.modules))
        """,
        handlers={"loaded": {"reply": "list<string>"}}, environment={"PYTHONNOUSERSITE": "1"})
    assert worker.ask("loaded") == []


def test_the_worker_leaves_the_environment_clean(actor) -> None:
    worker = actor(
        """
        import os
        def variables(request):
            return [name for name in os.environ if "KAMEO" in name]
        """,
        handlers={"variables": {"reply": "list<string>"}})
    assert worker.ask("variables") == []


def test_the_directory_of_the_path_comes_first(prepare, tmp_path) -> None:
    worker = prepare(
        "import json\ndef where(request): return json.__file__",
        files={"json.py": ""}, schema=Schema(handlers={"where": {"reply": "string"}})).start()
    assert worker.ask("where") == str(tmp_path / "json.py")


def test_elsewhere_than_on_linux_it_says_so() -> None:
    code = "import sys; sys.platform = 'darwin'; from kameo_runtime import worker; worker.main()"
    ran = subprocess.run([interpreter(), "-c", code], capture_output=True, text=True,
                         stdin=subprocess.DEVNULL)
    assert ran.returncode == 1
    assert ran.stderr == "kameo runs on Linux only, and this is darwin\n"
