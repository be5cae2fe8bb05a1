"""logging, warnings and the two streams: everything that a worker says reaches its parent."""

from __future__ import annotations

import pytest

SAY = {"say": {"request": [["what", "string"]], "reply": "bool"}}


def records(actor, source, what="", **settings):
    """The log records of one call, those of the start left out."""
    worker = actor(source, handlers=SAY, **settings)
    at_start = len(worker.logs)
    assert worker.ask("say", what=what)
    return worker.logs[at_start:]


def test_g1_logging_at_import_and_in_a_handler_has_logger_file_line_and_level(actor) -> None:
    worker = actor(
        """
        import logging
        logging.info("at import")
        log = logging.getLogger("desk.prices")
        def say(request):
            log.warning("stale: %s", request["what"])
            return True
        """,
        handlers=SAY,
    )
    assert worker.ask("say", what="AAPL")
    first, second = worker.logs
    assert (first["message"], first["logger"], first["level"], first["line"]) == (
        "at import", "root", "info", 3)
    assert (second["message"], second["logger"], second["level"], second["line"]) == (
        "stale: AAPL", "desk.prices", "warning", 6)
    assert {log["source"] for log in worker.logs} == {"logging"}
    assert second["file"].endswith("/handlers.py")
    assert second["at"] >= first["at"] > 1_600_000_000_000_000


def test_g2_extra_is_kept_and_names_that_clash_are_renamed(actor) -> None:
    [log] = records(actor, """
        import logging
        class Broken:
            def __str__(self): raise ValueError
        def say(request):
            logging.info("text", extra={"message": "m", "name": "n", "symbol": "AAPL", "n": 5,
                                        "args": "a", "broken": Broken(), "asctime": "t"})
            return True
        """)
    assert log["message"] == "text" and log["logger"] == "root"
    assert log["extra"] == {"message_": "m", "name_": "n", "symbol": "AAPL", "n": "5", "args_": "a",
                            "broken": "<Broken whose __str__() raised ValueError>",
                            "asctime_": "t"}


@pytest.mark.parametrize(("level", "seen"), [
    ("debug", ["debug", "info", "warning", "error", "critical"]), ("info", ["info", "warning", "error", "critical"]),
    ("error", ["error", "critical"])])
def test_the_level_is_the_one_the_parent_asked_for(actor, level, seen) -> None:
    logs = records(actor, """
        import logging
        def say(request):
            for level in ("debug", "info", "warning", "error", "critical"):
                getattr(logging, level)(level)
            return True
        """, log_level=level)
    assert [log["message"] for log in logs] == seen
    assert [log["level"] for log in logs] == seen


def test_an_exception_in_a_log_has_its_traceback(actor) -> None:
    [log] = records(actor, """
        import logging
        def say(request):
            try:
                1 / 0
            except ZeroDivisionError:
                logging.exception("division")
            return True
        """)
    assert log["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert log["traceback"].splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_a_record_with_broken_arguments_is_sent_all_the_same(actor) -> None:
    logs = records(actor, """
        import logging
        class Broken:
            def __str__(self): raise ValueError("no")
        def say(request):
            logging.info("%d and %d", 1)
            logging.info("%s", Broken())
            logging.info(Broken())
            logging.info("\\ud800")
            return True
        """)
    assert len(logs) == 4
    assert logs[0]["message"].startswith("%d and %d <TypeError: ")
    assert logs[1]["message"] == "%s <ValueError: no>"
    assert "Broken" in logs[2]["message"]
    assert logs[3]["message"] == "\\ud800"


def test_basic_config_and_a_second_import_add_nothing(actor) -> None:
    logs = records(actor, """
        import logging, importlib
        logging.basicConfig(level=logging.DEBUG)
        def say(request):
            logging.info("once")
            return True
        """)
    assert [log["message"] for log in logs] == ["once"]


def test_logs_from_threads_arrive(actor) -> None:
    logs = records(actor, """
        import logging, threading
        def say(request):
            threads = [threading.Thread(target=logging.info, args=(str(n),)) for n in range(5)]
            for t in threads: t.start()
            for t in threads: t.join()
            return True
        """)
    assert sorted(log["message"] for log in logs) == list("01234")


def test_a_log_is_out_before_the_next_line_runs(actor) -> None:
    worker = actor("""
        import logging, os
        def say(request):
            logging.info("last words")
            os._exit(3)
        """, handlers=SAY)
    worker.send_ask("say", what="")
    from driver import Ended

    with pytest.raises(Ended, match="exit 3"):
        worker.next("reply")
    assert [log["message"] for log in worker.logs] == ["last words"]


def test_warnings_are_records(actor) -> None:
    [log] = records(actor, """
        import warnings
        def say(request):
            warnings.warn("old", DeprecationWarning)
            warnings.warn("strange")
            return True
        """)
    assert (log["source"], log["level"], log["message"]) == ("warnings", "warning",
                                                            "UserWarning: strange")
    assert log["file"].endswith("handlers.py") and log["line"] == 5


def test_g3_print_is_written_line_by_line_and_so_is_stderr(actor) -> None:
    """The parent makes records of what comes on the pipes; here they are files."""
    worker = actor("""
        import sys, os
        def say(request):
            print("to stdout")
            print("to stderr", file=sys.stderr)
            seen = os.fstat(1).st_size, os.fstat(2).st_size
            return seen == (10, 10)
        """, handlers=SAY)
    assert worker.ask("say", what="") is True
    assert (worker.stdout, worker.stderr) == ("to stdout\n", "to stderr\n")
