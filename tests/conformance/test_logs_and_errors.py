"""G: what handlers log, print and raise."""

import builtins
import re

import pytest

REST = """
        def echo(self, request): return 0
        def size(self, request): return request["size"]
        def note(self, request): pass
"""


def worker(body, before=""):
    lines = "".join(f"            {line}\n" for line in body.splitlines())
    return f"{before}\n    class Worker:\n        def text(self, request):\n{lines}{REST}"


LOG = "import logging\n    log = logging.getLogger('shop.worker')\n"


def test_g1_a_log_record_of_a_handler_has_logger_file_line_and_level(pool):
    pool.handler("    " + worker('log.info("sold %d", 5)\nlog.error("no more")\nreturn ""', LOG))
    source = (pool.folder / "worker.py").read_text().splitlines()
    line_of = {text: 1 + next(i for i, line in enumerate(source) if text in line)
               for text in ("sold", "no more")}  # fmt: skip
    said = pool.ask("text").err
    assert re.search(rf"worker\S* INFO shop\.worker \S*worker\.py:{line_of['sold']}: sold 5\n", said)
    assert re.search(
        rf"worker\S* ERROR shop\.worker \S*worker\.py:{line_of['no more']}: no more\n", said
    )


def test_g1_a_log_record_at_import_reaches_the_parent(pool):
    pool.handler("    " + worker('return ""', LOG + "    log.warning('loaded')\n"))
    assert re.search(r"worker\S* WARNING shop\.worker \S*worker\.py:3: loaded\n", pool.ask("text").err)


def test_g2_extra_keys_that_a_record_has_itself_do_not_raise(pool):
    body = 'log.info("kept", extra={"message": "m1", "name": "n1", "order": 7})\nreturn "fine"'
    done = pool.handler("    " + worker(body, LOG)).ask("text")
    assert done.replies == [{"reply": "fine"}]
    [line] = [line for line in done.err.splitlines() if ": kept" in line]
    for value in ("m1", "n1", "order=7"):
        assert value in line


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_g3_what_is_printed_arrives_tagged_with_the_actor(pool, stream):
    body = f'import sys\nprint("hello", "there", file=sys.{stream})\nreturn ""'
    said = pool.handler("    " + worker(body)).ask("text").err
    assert re.search(rf"worker\S* .*{stream}.*: hello there\n", said)


@pytest.mark.parametrize("how", ["os.write(1, b'x' * 2**20)", "sys.stderr.write('x' * 2**20)"])
def test_g3_a_megabyte_without_a_newline_arrives_in_pieces(pool, how):
    done = pool.handler("    " + worker(f'import os, sys\n{how}\nreturn "done"')).ask("text")
    assert done.replies == [{"reply": "done"}]
    pieces = [len(line) for line in done.err.splitlines() if "xxxx" in line]
    assert len(pieces) > 1
    assert done.err.count("x") >= 2**20


def made(name):
    """How to make one of a built-in exception class."""
    special = {
        "UnicodeDecodeError": "UnicodeDecodeError('utf-8', b'x', 0, 1, 'why')",
        "UnicodeEncodeError": "UnicodeEncodeError('utf-8', 'x', 0, 1, 'why')",
        "UnicodeTranslateError": "UnicodeTranslateError('x', 0, 1, 'why')",
        "ExceptionGroup": "ExceptionGroup('why', [ValueError('inner')])",
        "BaseExceptionGroup": "BaseExceptionGroup('why', [KeyboardInterrupt('inner')])",
    }
    return special.get(name, f"{name}('why')")


EXCEPTIONS = sorted(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
    # StopIteration leaving a handler is a class of its own in generators only.
    and name == value.__name__
)


def test_g4_an_exception_of_each_built_in_class_arrives_with_type_message_and_traceback(pool):
    table = ", ".join(f"{name!r}: lambda: {made(name)}" for name in EXCEPTIONS)
    body = f"raise {{{table}}}[request['text']]()"
    done = pool.handler("    " + worker(body)).run(
        *[{"handler": "text", "request": {"text": name}} for name in EXCEPTIONS]
    )
    assert len(done.errors) == len(EXCEPTIONS) > 50
    for name, error in zip(EXCEPTIONS, done.errors, strict=True):
        assert error["code"] == "handler_failed", name
        assert error["type"] == name
        assert "why" in error["message"], name
        assert "Traceback" in error["traceback"], name
        assert "worker.py" in error["traceback"], name
        assert name in error["traceback"]


def test_g4_a_class_of_ones_own_arrives_with_its_qualified_name(pool):
    before = "class Shop:\n        class Closed(Exception): pass\n"
    [error] = pool.handler("    " + worker("raise Shop.Closed('at night')", before)).ask("text").errors
    assert error["type"] == "worker.Shop.Closed"
    assert error["message"] == "at night"
    assert "worker.Shop.Closed: at night" in error["traceback"]


@pytest.mark.parametrize("broken", ["__str__", "__repr__"])
def test_g4_an_exception_whose_text_raises_arrives_too(pool, broken):
    before = (
        "class Broken(Exception):\n"
        f"        def {broken}(self): raise RuntimeError('no text')\n"
    )
    [error] = pool.handler("    " + worker("raise Broken('x')", before)).ask("text").errors
    assert error["code"] == "handler_failed"
    assert error["type"] == "worker.Broken"
    assert "worker.py" in error["traceback"]


def test_g4_cause_and_notes_arrive(pool):
    body = (
        "try:\n    {}['k']\nexcept KeyError as inner:\n"
        "    error = ValueError('outer')\n"
        "    error.__notes__ = ['look here']\n"  # as add_note() does, which 3.10 has not
        "    raise error from inner"
    )
    [error] = pool.handler("    " + worker(body)).ask("text").errors
    assert "KeyError" in error["cause"]
    assert error["notes"] == ["look here"]
