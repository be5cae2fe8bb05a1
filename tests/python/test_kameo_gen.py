"""What kameo-gen really writes, with what the worker makes of it; run by `kameo run`."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest
from driver import interpreter

BUILD = os.environ.get("KAMEO_BUILD_DIR")
pytestmark = pytest.mark.skipif(not BUILD, reason="KAMEO_BUILD_DIR names no build of the tools")

SCHEMA = """
kameo: 1
package: trading
types:
  Side:   {enum: [buy, sell]}
  Tick:   {struct: {symbol: string, price: f64, at: timestamp}}
  Signal: {struct: {side: Side, size: {type: u32, min: 1}, reason: optional<string>}}
  Order:  {union: {market: u32, limit: {size: u32, price: f64}, cancel: ~}}
  Closed: {struct: {reason: string}}
callbacks:
  market:
    Price: {request: {symbol: string}, reply: f64, errors: [Closed]}
actors:
  Strategy:
    uses: [market]
    config: {window: {type: u32, default: 3}}
    handlers:
      evaluate: {request: {symbol: string}, reply: optional<Signal>}
      orders:   {request: {side: Side}, reply: list<Order>, errors: [Closed]}
      echo:     {request: {tick: Tick}, reply: Tick}
"""
STRATEGY = """
import kameo
from kameo.trading import Closed, OrderCancel, OrderLimit, OrderMarket, Side, Signal, Tick

class Strategy:
    def on_start(self, config):
        self.window = config.window
    async def evaluate(self, request):
        try:
            price = await kameo.market.Price(symbol=request.symbol)
        except Closed as error:
            return Signal(side=Side.SELL, size=self.window, reason=error.reason)
        return Signal(side=Side.BUY, size=self.window, reason=str(price))
    def orders(self, request):
        if request.side is Side.SELL:
            raise Closed(reason="no sells")
        return [OrderMarket(5), OrderLimit(size=1, price=2), OrderCancel()]
    def echo(self, request):
        assert type(request.tick) is Tick
        return request.tick
"""
MARKET = """
from kameo.trading import Closed

class Market:
    def Price(self, request):
        if request.symbol == "X":
            raise Closed(reason="closed")
        return 1.5
"""
POOL = """
kameo: 1
schema: trading.kameo.yaml
actors:
  strategy: {actor: trading.Strategy, handler: "strategy:Strategy", config: {window: 5},
             python: {path: [., generated]}}
  market:   {provides: market, handler: "market:Market", python: {path: [., generated]}}
"""
TICK = {"symbol": "A", "price": 1.5, "at": "2026-11-21T09:30:00.25Z"}


def test_generated_classes_serve_requests_replies_callbacks_and_declared_errors(tmp_path) -> None:
    for name, text in {"trading.kameo.yaml": SCHEMA, "strategy.py": STRATEGY, "market.py": MARKET,
                       "pool.yaml": POOL}.items():
        (tmp_path / name).write_text(text)
    tools = pathlib.Path(BUILD).resolve() / "bin"
    subprocess.run([tools / "kameo-gen", "generate", "trading.kameo.yaml", "--python-out",
                    "generated"], cwd=tmp_path, check=True)
    requests = [("evaluate", {"symbol": "A"}), ("evaluate", {"symbol": "X"}),
                ("orders", {"side": "buy"}), ("orders", {"side": "sell"}), ("echo", {"tick": TICK})]
    lines = "".join(
        json.dumps({"actor": "strategy", "handler": handler, "request": request}) + "\n"
        for handler, request in requests)
    ran = subprocess.run([tools / "kameo", "run", "pool.yaml", "--input", "-"], cwd=tmp_path,
                         input=lines, capture_output=True, text=True,
                         env=os.environ | {"KAMEO_PYTHON": interpreter()})
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == 5, ran.stderr
    assert answers[0] == {"reply": {"side": "buy", "size": 5, "reason": "1.5"}}
    assert answers[1] == {"reply": {"side": "sell", "size": 5, "reason": "closed"}}
    assert answers[2] == {"reply": [{"market": 5}, {"limit": {"size": 1, "price": 2.0}}, "cancel"]}
    error = answers[3]["error"]
    assert (error["code"], error["declared"], error["value"]) == (
        "declared", "trading.Closed", {"reason": "no sells"})
    assert answers[4] == {"reply": TICK}


PLAIN_SCHEMA = """
kameo: 1
package: plain
types:
  Side: {enum: [buy, sell]}
  Tick: {struct: {symbol: string}}
actors:
  Echo: {handlers: {echo: {request: {tick: Tick}, reply: Tick}}}
  Turn: {handlers: {turn: {request: {side: Side}, reply: Side}}}
"""
# No enum comes to this one, so it has none to make.
ECHO = """
import sys
def echo(request):
    request.tick.symbol += f" {'Side' in vars(sys.modules['kameo.plain'])}"
    return request.tick
"""
TURN = """
def turn(request):
    from kameo.plain import Side
    assert isinstance(request.side, Side), request
    return Side.SELL if request.side is Side.BUY else Side.BUY
"""


@pytest.mark.parametrize(
    ("actor", "source", "request_", "reply"),
    [("Echo", ECHO, {"tick": {"symbol": "A"}}, {"symbol": "A False"}),
     ("Turn", TURN, {"side": "buy"}, "sell")],
)  # fmt: skip
def test_an_enum_is_made_by_the_worker_that_uses_it(tmp_path, actor, source, request_, reply) -> None:
    handler = actor.lower()
    pool = (f"kameo: 1\nschema: plain.kameo.yaml\nactors:\n  it: {{actor: plain.{actor}, "
            "handler: handlers, python: {path: [., generated]}}\n")
    for name, text in {"plain.kameo.yaml": PLAIN_SCHEMA, "handlers.py": source,
                       "pool.yaml": pool}.items():
        (tmp_path / name).write_text(text)
    tools = pathlib.Path(BUILD).resolve() / "bin"
    subprocess.run([tools / "kameo-gen", "generate", "plain.kameo.yaml", "--python-out",
                    "generated"], cwd=tmp_path, check=True)
    line = json.dumps({"actor": "it", "handler": handler, "request": request_})
    ran = subprocess.run([tools / "kameo", "run", "pool.yaml", "--input", "-"], cwd=tmp_path,
                         input=line + "\n", capture_output=True, text=True,
                         env=os.environ | {"KAMEO_PYTHON": interpreter()})
    assert json.loads(ran.stdout) == {"reply": reply}, ran.stderr
