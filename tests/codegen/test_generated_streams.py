"""What the functions of callbacks that stream or are fed hand to the runtime, and how type checkers
see them."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

SCHEMA = """
kameo: 1
package: trading
types:
  Tick: {struct: {symbol: string, price: f64}}
callbacks:
  market:
    Ticks:  {request: {symbol: string, limit: {type: u32, default: 10}}, stream: Tick}
    Upload: {request: {symbol: string}, input: Tick, reply: u32}
    Echo:   {request: {input: u32}, input: Tick, stream: Tick}
    Pour:   {input: Tick}
actors:
  Feeder: {uses: market, handlers: {feed: {input: Tick, stream: Tick}}}
"""

AT_WORK = """
import inspect
import kameo
from kameo_runtime.callback import Call, Stream, calls

def last():
    form, name, request, *input = calls.pop()
    return form, name, {n: getattr(request, n) for n in request.__slots__}, input

kameo.market.Ticks(symbol="A")
assert last() == ("call", "market.Ticks", {"symbol": "A", "limit": 10}, [])
kameo.market.Upload([1], symbol="A")
assert last() == ("call", "market.Upload", {"symbol": "A"}, [[1]])
kameo.market.Echo([1], input=2)  # a field of that name is no matter
assert last() == ("call", "market.Echo", {"input": 2}, [[1]])
kameo.market.Pour([1])
assert last() == ("call", "market.Pour", {}, [[1]])
"""

TYPED = """
from collections.abc import AsyncIterator
import kameo
from kameo.trading import FeederFeed, FeederHandler, Tick

async def agen() -> AsyncIterator[Tick]:
    yield Tick(symbol="A", price=1.0)

class Feeder(FeederHandler):
    async def feed(self, request: FeederFeed, input: kameo.Stream[Tick]) -> AsyncIterator[Tick]:
        async for tick in kameo.market.Echo(input, input=1):
            yield tick
        count: int = await kameo.market.Upload(agen(), symbol="A")
        await kameo.market.Pour([Tick(symbol=str(count), price=1.0)])

kameo.market.Upload([1], symbol="A")  # wrong
kameo.market.Upload(symbol="A")  # wrong
kameo.market.Ticks([], symbol="A")  # wrong
"""


def generate(kameo_gen, folder):
    schema = folder / "trading.kameo.yaml"
    schema.write_text(SCHEMA)
    done = kameo_gen("generate", schema, "--python-out", folder / "python")
    assert done.returncode == 0, done.stderr
    return folder / "python"


def test_requests_and_inputs_reach_the_runtime(kameo_gen, tmp_path, python_path):
    python = generate(kameo_gen, tmp_path)
    path = os.pathsep.join([str(HERE / "fake"), str(python), python_path])
    done = subprocess.run([sys.executable, "-W", "error", "-c", AT_WORK], capture_output=True,
                          text=True, env=os.environ | {"PYTHONPATH": path})  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_items_and_inputs_are_typed(kameo_gen, tmp_path):
    python = generate(kameo_gen, tmp_path)
    use = tmp_path / "use.py"
    use.write_text(TYPED)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-site-packages", "--cache-dir", tmp_path / "cache", use],
        env=os.environ | {"MYPYPATH": str(python)}, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    wrong = {n for n, line in enumerate(TYPED.splitlines(), 1) if line.endswith("# wrong")}
    told = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert told == wrong, done.stdout
