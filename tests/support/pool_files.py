"""A pool in a folder of its own, and `kameo` run on it: the vocabulary of the black-box tests."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import textwrap
from collections.abc import Iterator
from typing import Any

BUILD = pathlib.Path(os.environ.get("KAMEO_BUILD_DIR", "build/dev"))
KAMEO = str((BUILD / "bin" / "kameo").resolve())

SCHEMA = """
    kameo: 1
    package: demo
    types:
      Size: {struct: {count: u8, label: {type: string, default: small}}}
      Order: {union: {market: u32, limit: {size: u32, price: f64}, cancel: ~}}
    callbacks:
      market:
        Price: {request: {symbol: string}, reply: f64}
    actors:
      Worker:
        uses: [market]
        config: {start: {type: u32, default: 5}}
        handlers:
          echo: {request: {value: u8}, reply: u8}
          text: {request: {text: {type: string, default: ""}}, reply: string}
          size: {request: {size: Size}, reply: Size}
          note: {request: {text: string}}
"""


UNLUCKY = 13  # what ECHO does not like
ECHO = """
    class Worker:
        def echo(self, request):
            if request["value"] == 13:
                raise ValueError("unlucky")
            return request["value"]

        def text(self, request):
            return request["text"]

        def size(self, request):
            return request["size"]

        def note(self, request):
            self.noted = request["text"]
"""


def echo(value: int, **more: Any) -> dict[str, Any]:
    return {"handler": "echo", "request": {"value": value}, **more}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@dataclasses.dataclass
class Finished:
    """What a run of `kameo` gave."""

    code: int
    out: str
    err: str

    @property
    def replies(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [line["error"] for line in self.replies if "error" in line]


class PoolFiles:
    """A schema, a handler and a pool file; `run` runs `kameo` on them."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.path = folder / "pool.yaml"
        self.write("demo.kameo.yaml", SCHEMA)

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text).lstrip("\n"))
        return path

    def handler(self, text: str, *, instances: int = 1, more: str = "", pool: str = "") -> PoolFiles:
        """`text` is the module of the one actor; `more` goes into its entry, `pool` beside it."""
        self.write("worker.py", text)
        self.write_pool('"worker:Worker"', instances=instances, more=more, pool=pool)
        return self

    def write_pool(
        self, handler: str, *, instances: int = 1, more: str = "", pool: str = ""
    ) -> PoolFiles:
        lines = [
            "kameo: 1",
            "schema: demo.kameo.yaml",
            "actors:",
            "  worker:",
            "    actor: demo.Worker",
            f"    handler: {handler}",
            f"    instances: {instances}",
            "    python: {path: [.]}",
            *textwrap.indent(textwrap.dedent(more).strip("\n"), "    ").splitlines(),
        ]
        if "provides: market" not in pool:
            self.write("market.py", "def price(request):\n    return 1.5\n")
            lines += ['  market: {provides: market, handler: "market", python: {path: [.]}}']
        lines += textwrap.indent(textwrap.dedent(pool).strip("\n"), "  ").splitlines()
        self.path.write_text("\n".join(lines) + "\n")
        return self

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """`kameo run` on the pool, in a process group of its own."""
        return start("run", str(self.path), *arguments, **options)

    def run(self, *requests: Any, arguments: tuple[str, ...] = (), **options: Any) -> Finished:
        """A batch of `requests`: objects, or lines as they are."""
        lines = [each if isinstance(each, str) else json.dumps(each) for each in requests]
        return run(
            "run", str(self.path), "--input", "-", *arguments,
            input="".join(line + "\n" for line in lines), **options,
        )  # fmt: skip

    def run_one_by_one(self, *requests: Any) -> list[dict[str, Any]]:
        """The answers; each request is given only after the answer to the one before it."""
        answers = []
        # Standard error goes to a file: nobody reads it meanwhile.
        with (self.folder / "stderr").open("w") as err:
            with ended(self.start("--input", "-", stderr=err)) as process:
                for request in requests:
                    process.stdin.write(json.dumps(request) + "\n")
                    process.stdin.flush()
                    answers.append(json.loads(process.stdout.readline()))
                process.stdin.close()
                process.wait()
        return answers

    def ask(self, handler: str, **request: Any) -> Finished:
        return self.run({"handler": handler, "request": request})


def start(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    """`kameo` with pipes, in a process group of its own, so that a test can signal all of it."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [KAMEO, *arguments],
        env=os.environ | (env or {}),
        text=True,
        start_new_session=True,
        **(pipes | options),
    )


def run(*arguments: str, input: str = "", **options: Any) -> Finished:
    with ended(start(*arguments, **options)) as process:
        out, err = process.communicate(input)
        return Finished(process.returncode, out or "", err or "")


@contextlib.contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Leaves no process behind, whatever the test did."""
    try:
        yield process
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
