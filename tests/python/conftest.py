"""Workers for the tests: `actor(source, handlers=…)` starts one with that handler module."""

from __future__ import annotations

import pathlib
import sys
import textwrap

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import driver  # noqa: E402


@pytest.fixture
def prepare(tmp_path):
    """Writes `source` as the handler module and starts a worker that has not been greeted."""
    workers = []

    def make(source="", schema=None, handler="handlers", files=None, path=None, **settings):
        for name, text in {"handlers.py": source, **(files or {})}.items():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text))
        schema_keys = ("types", "handlers", "callbacks", "concurrency", "reentrant")
        made = {k: settings.pop(k) for k in schema_keys if k in settings}
        worker = driver.Worker(schema or driver.Schema(**made), handler,
                               [tmp_path] if path is None else path, **settings)
        workers.append(worker)
        return worker

    yield make
    for worker in workers:
        worker.close()


@pytest.fixture
def actor(prepare):
    """A worker that is ready."""
    return lambda *args, **settings: prepare(*args, **settings).start()


@pytest.fixture
def failed_start(prepare):
    """The error with which a worker refuses to start, and its exit code."""

    def start(*args, **settings):
        worker = prepare(*args, **settings)
        with pytest.raises(driver.RemoteError) as failed:
            worker.start()
        assert failed.value.code == "start_failed"
        assert worker.process.wait(driver.PATIENCE) == 1
        return failed.value

    return start
