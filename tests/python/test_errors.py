"""Whatever a handler raises reaches the asker with type, message, place, traceback, notes and
cause, and the worker lives on."""

from __future__ import annotations

import builtins

import pytest
from driver import RemoteError

BOOM = {"boom": {"request": [["name", "string"]], "reply": "u8"}}

BUILT_IN = sorted(
    name for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
    # Groups came with 3.11, PythonFinalizationError with 3.13; aliases have another's name.
    and value.__name__ == name and "Group" not in name and name != "PythonFinalizationError"
    and name not in ("_IncompleteInputError", "EncodingWarning")
)  # fmt: skip


def failure(worker, **request) -> RemoteError:
    with pytest.raises(RemoteError) as error:
        worker.ask("boom", **request)
    return error.value


@pytest.mark.parametrize("form", ["def", "async def"])
def test_g4_every_built_in_exception_arrives_with_type_message_and_traceback(actor, form) -> None:
    worker = actor(
        f"""
        import builtins
        UNICODE = {{"UnicodeDecodeError": ("utf-8", b"x", 0, 1, "m"),
                    "UnicodeEncodeError": ("utf-8", "x", 0, 1, "m"),
                    "UnicodeTranslateError": ("x", 0, 1, "m")}}
        {form} boom(request):
            raise getattr(builtins, request["name"])(*UNICODE.get(request["name"], ("message",)))
        """,
        handlers=BOOM,
    )
    assert len(BUILT_IN) > 50
    for name in BUILT_IN:
        error = failure(worker, name=name)
        assert error.code == "handler_failed"
        # A StopIteration can't leave a coroutine: Python itself makes it a RuntimeError.
        if form == "def" or name != "StopIteration":
            assert error.type == name
            assert ("m" if "Unicode" in name else "message") in str(error)
        assert error.where == "handlers.py:7, boom"
        assert error.traceback.startswith("Traceback (most recent call last):\n")
        assert 'handlers.py", line 7, in boom' in error.traceback
    assert worker.stop() == 0


def test_g4_a_custom_class_has_its_qualified_name(actor) -> None:
    worker = actor(
        """
        class Market:
            class Closed(Exception): pass
        def boom(request):
            raise Market.Closed("until Monday")
        """,
        handlers=BOOM,
    )
    error = failure(worker, name="")
    assert error.type == "handlers.Market.Closed"
    assert str(error) == "until Monday"


@pytest.mark.parametrize(
    "broken",
    ["def __str__(self): raise ValueError", "def __str__(self): raise SystemExit",
     "def __str__(self): return 5", "def __repr__(self): raise ValueError",
     "def __str__(self): return chr(0xD800)", "__notes__ = 5", "__notes__ = [5, None]",
     "def __getattribute__(self, name): raise KeyboardInterrupt"],
)  # fmt: skip
@pytest.mark.parametrize("base", ["Exception", "BaseException"])
def test_g4_an_exception_with_broken_methods_arrives_all_the_same(actor, broken, base) -> None:
    worker = actor(
        f"""
        class Broken({base}):
            {broken}
        def boom(request):
            raise Broken("x")
        """,
        handlers=BOOM,
    )
    for _ in range(2):
        error = failure(worker, name="")
        assert error.code == "handler_failed"
        assert error.type == "handlers.Broken"
    assert worker.stop() == 0


def test_cause_context_and_notes_travel(actor) -> None:
    worker = actor(
        """
        def boom(request):
            try:
                {}["missing"]
            except KeyError as first:
                error = ValueError("bad symbol")
                if hasattr(error, "add_note"):
                    error.add_note("seen at the open")
                else:
                    error.__notes__ = ["seen at the open"]
                if request["name"] == "cause":
                    raise error from first
                raise error
        """,
        handlers=BOOM,
    )
    for name in ("cause", "context"):
        error = failure(worker, name=name)
        assert error.cause == "KeyError: 'missing'"
        assert error.notes == ["seen at the open"]
        assert "KeyError: 'missing'" in error.traceback


def test_the_place_is_where_the_users_code_raised(actor) -> None:
    worker = actor(
        """
        import json
        def boom(request):
            return parse("{")
        def parse(text):
            return json.loads(text)
        """,
        handlers=BOOM,
    )
    error = failure(worker, name="")
    assert error.type == "json.decoder.JSONDecodeError"
    assert "handlers.py" in error.traceback and "kameo_runtime" not in error.traceback


@pytest.mark.parametrize("how", ["raise SystemExit(3)", "import sys; sys.exit('bye')",
                                 "raise KeyboardInterrupt", "raise GeneratorExit"])
def test_what_would_end_a_program_is_an_answer_here(actor, how) -> None:
    """DESIGN: SystemExit is the asker's error like any other; os._exit is what ends a child."""
    worker = actor(f"def boom(request):\n    {how}\n", handlers=BOOM)
    assert failure(worker, name="").code == "handler_failed"
    assert failure(worker, name="").code == "handler_failed"
    assert worker.stop() == 0


def test_endless_recursion_is_an_error(actor) -> None:
    worker = actor("def boom(request): return boom(request)", handlers=BOOM)
    assert failure(worker, name="").type == "RecursionError"
    assert failure(worker, name="").type == "RecursionError"


def test_a_segmentation_fault_leaves_its_python_stack_on_stderr(actor) -> None:
    worker = actor(
        "import ctypes\ndef boom(request): ctypes.string_at(0)\n", handlers=BOOM)
    from driver import Ended

    worker.send_ask("boom", name="")
    with pytest.raises(Ended, match="exit -11"):
        worker.next("reply", "error")
    assert "Segmentation fault" in worker.stderr and "in boom" in worker.stderr


CHAIN = """
import asyncio, gc, kameo
def fail(*_):
    try:
        1 / 0
    except ZeroDivisionError as cause:
        raise LookupError("no such symbol") from cause
async def fail_later():
    fail()
async def task(request):
    asyncio.create_task(fail_later())
async def done(request):
    asyncio.ensure_future(kameo.market.Price(n=1)).add_done_callback(fail)
async def called(request):
    global call  # a callback of the call itself
    call = kameo.market.Price(n=1)
    call.add_done_callback(fail)
def tell(request):
    fail()
async def atell(request):
    fail()
async def collect(request):
    gc.collect()
"""


@pytest.mark.parametrize("way", ["tell", "atell", "task", "done", "called"])
def test_what_is_raised_where_nobody_waits_is_in_the_parents_log_with_its_chain(actor, way) -> None:
    handlers = {name: {"request": []}
                for name in ("tell", "atell", "task", "done", "called", "collect")}
    worker = actor(CHAIN, handlers=handlers,
                   callbacks={"market.Price": {"request": [["n", "u32"]], "reply": "u32"}})
    worker.tell(way)
    if way in ("done", "called"):
        name, _, call = worker.callback()
        worker.reply(name, call, 1)
    worker.tell("collect")  # a task that nobody awaits is told when it goes
    while not any("LookupError: no such symbol" in log["traceback"] for log in worker.logs):
        worker.next("log")
    log = next(log for log in worker.logs if log["traceback"])
    assert log["level"] == "error"
    assert "ZeroDivisionError: division by zero" in log["traceback"]
    assert "The above exception was the direct cause" in log["traceback"]
    assert 'handlers.py", line 7, in fail' in log["traceback"]
    assert worker.stop() == 0
