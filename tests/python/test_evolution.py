"""A worker whose generated package is version 2 of a schema, under parents of version 1 and 3: what
is new stands at the end and can be left out, so every call is translated (docs/idl.md, "Changing a
schema").
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest
from driver import RemoteError, Schema, interpreter

BUILD = os.environ.get("KAMEO_BUILD_DIR")
pytestmark = pytest.mark.skipif(not BUILD, reason="KAMEO_BUILD_DIR names no build of the tools")

#: What each version added, and its type as the driver and as the IDL has it.
FIELDS = [["symbol", "string"], ["side", "Side"], ["amount", "u32", {"default": 10}],
          ["note", "optional<string>"]]
SIDES = ["buy", "sell", "hold", "wait"]


def order_fields(version: int) -> list:
    return FIELDS[: version + 1]


def idl(version: int) -> str:
    fields = ", ".join(
        f"{name}: {{type: {spelled}, default: {more[0]['default']}}}" if more else f"{name}: {spelled}"
        for name, spelled, *more in order_fields(version))
    return f"""
kameo: 1
package: desk
types:
  Side:  {{enum: [{", ".join(SIDES[: version + 1])}]}}
  Order: {{struct: {{{fields}}}}}
  Full:  {{struct: {{{fields}}}}}
callbacks:
  exchange:
    Price: {{request: Order, reply: Order, errors: [Full]}}
    Ticks: {{request: Order, stream: Order}}
    Sum:   {{request: Order, input: Order, reply: Order}}
actors:
  Desk:
    uses: [exchange]
    config: Order
    handlers:
      started: {{reply: Order}}
      echo:    {{request: Order, reply: Order, errors: [Full]}}
      note:    {{request: Order}}
      repeat:  {{request: Order, stream: Order}}
      arepeat: {{request: Order, stream: Order}}
      join:    {{request: Order, input: Order, reply: Order}}
      price:   {{request: Order, reply: Order}}
      ticks:   {{request: Order, reply: Order}}
      sum:     {{request: Order, reply: Order}}
"""


DESK = '''
import kameo
from kameo.desk import Full, Order, Side

def seen(order):
    assert type(order) is Order and type(order.side) is Side
    side = Side.HOLD if order.symbol == "hold!" else order.side
    return Order(symbol=f"{order.symbol}:{order.amount}", side=side, amount=order.amount)

def fields(order):
    return {"symbol": order.symbol, "side": order.side, "amount": order.amount}

class Desk:
    def on_start(self, config):
        self.kept = seen(config)
    def started(self, request):
        return self.kept
    def echo(self, request):
        if request.symbol == "full":
            raise Full(symbol="full", side=request.side, amount=request.amount)
        return seen(request)
    def note(self, request):
        self.kept = seen(request)
    def repeat(self, request):
        for _ in range(3):
            yield seen(request)
    async def arepeat(self, request):
        for _ in range(3):
            yield seen(request)
    def join(self, request, items):
        order = seen(request)
        order.symbol += "".join(seen(item).symbol for item in items)
        return order
    def price(self, request):
        try:
            return seen(kameo.exchange.Price(**fields(seen(request))).result())
        except Full as full:
            return Order(symbol=f"full of {full.symbol}", side=full.side, amount=full.amount)
        except kameo.Error as error:
            return Order(symbol=f"{error.code}: {error}", side=Side.BUY, amount=0)
    async def ticks(self, request):
        order = seen(request)
        order.symbol = ""
        try:
            async for tick in kameo.exchange.Ticks(**fields(seen(request))):
                order.symbol += seen(tick).symbol
        except kameo.Error as error:
            order.symbol += f" {error.code}: {error}"
        return order
    async def sum(self, request):
        return seen(await kameo.exchange.Sum([seen(request)] * 2, **fields(request)))
'''


def generate(version: int, folder: pathlib.Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "desk.kameo.yaml").write_text(idl(version))
    subprocess.run([pathlib.Path(BUILD).resolve() / "bin" / "kameo-gen", "generate", "desk.kameo.yaml",
                    "--python-out", "generated"], cwd=folder, check=True)


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("version2")
    generate(2, folder)
    return folder / "generated"


def parents_schema(version: int) -> Schema:
    """As a driver has it: its request structs have names of their own, which do not count."""
    fields = order_fields(version)
    full = {"request": fields, "reply": "Order"}
    handlers = {"started": {"reply": "Order"}, "echo": full | {"errors": ["Full"]},
                "note": {"request": fields}, "repeat": {"request": fields, "stream": "Order"},
                "arepeat": {"request": fields, "stream": "Order"},
                "join": full | {"input": "Order"}, "price": full, "ticks": full, "sum": full}
    callbacks = {"exchange.Price": full | {"errors": ["Full"]},
                 "exchange.Ticks": {"request": fields, "stream": "Order"},
                 "exchange.Sum": full | {"input": "Order"}}
    types = {"Side": {"enum": SIDES[: version + 1]}, "Order": {"struct": fields},
             "Full": {"struct": fields}}
    return Schema(types=types, handlers=handlers, callbacks=callbacks, config=fields,
                  package="desk", actor="Desk")


def order(version: int, symbol: str, side: str = "sell") -> dict:
    """What a parent of a version sends."""
    made = {"symbol": symbol, "side": side}
    return made | {"amount": 99, "note": "dropped on the way"} if version == 3 else made


def seen(version: int, symbol: str, side: str = "sell") -> dict:
    """What it gets of an order of the child's, which has the amount that the child saw."""
    amount = 99 if version == 3 else 10
    made = {"symbol": symbol.replace("#", str(amount)), "side": side}
    return made | {"amount": amount, "note": None} if version == 3 else made


@pytest.fixture
def desk(prepare, generated, tmp_path):
    def make(version, config=None):
        schema = parents_schema(version)
        fingerprints = {name: schema.canonical(name)
                        for name in [*schema.handlers, *schema.callbacks]}
        worker = prepare(DESK, schema=schema, handler="handlers:Desk", path=[generated, tmp_path],
                         fingerprints=fingerprints, config=config or order(version, "config"))
        worker.version = version
        return worker

    return make


@pytest.fixture(params=[1, 3])
def worker(request, desk):
    started = desk(request.param).start()
    assert started.refused == []
    return started


def test_config_ask_and_tell(worker) -> None:
    v = worker.version
    assert worker.ask("started") == seen(v, "config:#")
    assert worker.ask("echo", **order(v, "A")) == seen(v, "A:#")
    worker.tell("note", **order(v, "T"))
    assert worker.ask("started") == seen(v, "T:#")


def test_streams_plain_and_async(worker) -> None:
    v = worker.version
    for handler in ("repeat", "arepeat"):
        assert worker.stream(handler, **order(v, "S")) == [seen(v, "S:#")] * 3


def test_an_input_stream(worker) -> None:
    v = worker.version
    ask = worker.send_ask("join", parts={"input": True}, **order(v, "J"))
    worker.next("credit")
    for symbol in "ab":
        worker.send_input("join", ask, order(v, symbol))
    worker.send("stream_end", correlation=ask, input=True)
    assert worker.answer(ask, "join") == seen(v, "J:#a:#b:#")


def test_a_declared_error(worker) -> None:
    v = worker.version
    with pytest.raises(RemoteError) as error:
        worker.ask("echo", **order(v, "full"))
    assert (error.value.code, error.value.declared) == ("declared", "desk.Full")
    assert worker.schema.values.decode("Full", error.value.payload) == seen(v, "full")


def test_callbacks(worker) -> None:
    v = worker.version
    asked = []

    def price(request):
        asked.append(request)
        return order(v, "<" + request["symbol"] + ">")

    ask = worker.send_ask("price", **order(v, "P"))
    assert worker.serve_callbacks({"exchange.Price": price}, ask, "price") == seen(v, "<P:#>:#")
    assert asked == [seen(v, "P:#")]

    ask = worker.send_ask("price", **order(v, "P"))
    _, _, call = worker.callback()
    import base64
    payload = base64.b64encode(worker.schema.values.encode("Full", order(v, "house"))).decode()
    worker.refuse(call, "declared", "Full(…)", declared="desk.Full", payload=payload)
    assert worker.answer(ask, "price") == seen(v, "full of house")


def test_a_stream_of_a_callback_and_its_input(worker) -> None:
    v = worker.version
    ask = worker.send_ask("ticks", **order(v, "K"))
    _, request, call = worker.callback()
    assert request == seen(v, "K:#")
    for symbol in "xy":
        worker.send_item("exchange.Ticks", call, order(v, symbol))
    worker.send("stream_end", correlation=call)
    assert worker.answer(ask, "ticks") == seen(v, "x:#y:#")

    ask = worker.send_ask("sum", **order(v, "U"))
    _, _, call = worker.callback()
    worker.grant(call, 10, input=True)
    items = [worker.next("stream_item", correlation=call) for _ in range(2)]
    assert [worker.schema.values.decode("Order", i.payload) for i in items] == [seen(v, "U:#")] * 2
    worker.reply("exchange.Sum", call, order(v, "both"))
    assert worker.answer(ask, "sum") == seen(v, "both:#")


def test_a_value_that_only_the_parent_knows_is_an_error_where_it_would_stand(desk) -> None:
    worker = desk(3).start()
    unknown = r"side: `wait` is not known to its reader, whose schema has buy, sell, hold"
    with pytest.raises(RemoteError, match="request." + unknown) as error:
        worker.ask("echo", **order(3, "A", "wait"))
    assert error.value.code == "bad_request"
    # A tell has nobody to be told, and becomes a log record.
    worker.tell("note", **order(3, "T", "wait"))
    assert worker.ask("started")["symbol"] == "config:99"
    assert any("`wait` is not known" in log["message"] for log in worker.read_logs())

    ask = worker.send_ask("join", parts={"input": True}, **order(3, "J"))
    worker.next("credit")
    worker.send_input("join", ask, order(3, "a", "wait"))
    with pytest.raises(RemoteError, match="input." + unknown):
        worker.answer(ask, "join")

    ask = worker.send_ask("price", **order(3, "P"))
    told = worker.serve_callbacks({"exchange.Price": lambda _: order(3, "X", "wait")}, ask, "price")
    assert told["symbol"].startswith("bad_reply: exchange.Price: reply.side: `wait`")

    ask = worker.send_ask("ticks", **order(3, "K"))
    _, _, call = worker.callback()
    worker.send_item("exchange.Ticks", call, order(3, "x"))
    worker.send_item("exchange.Ticks", call, order(3, "y", "wait"))
    assert worker.answer(ask, "ticks")["symbol"].startswith("x:99 bad_reply: exchange.Ticks: an item: ")


def test_a_value_that_the_parent_does_not_know_is_an_error_of_the_childs(desk) -> None:
    worker = desk(1).start()
    unknown = "side: `hold` is not known to its reader, whose schema has buy, sell"
    with pytest.raises(RemoteError, match="reply." + unknown) as error:
        worker.ask("echo", **order(1, "hold!"))
    assert error.value.code == "bad_reply"
    for handler in ("repeat", "arepeat"):
        with pytest.raises(RemoteError, match="stream item." + unknown) as error:
            worker.stream(handler, **order(1, "hold!"))
        assert error.value.code == "bad_reply"
    told = worker.ask("price", **order(1, "hold!"))
    assert told["symbol"] == f"bad_request: request.{unknown}" or unknown in told["symbol"]
    assert worker.ask("echo", **order(1, "A")) == seen(1, "A:10")


def test_a_config_that_cannot_be_bridged_fails_the_start(desk, prepare, generated, tmp_path) -> None:
    with pytest.raises(RemoteError, match=r"config\.side: `wait` is not known") as error:
        desk(3, order(3, "config", "wait")).start()
    assert error.value.code == "start_failed"
    schema = parents_schema(1)
    schema.types["Config"] = {"struct": [["symbol", "bytes"], ["side", "Side"]]}
    schema = Schema(types=schema.types, handlers=schema.handlers, callbacks=schema.callbacks,
                    config=[["symbol", "bytes"], ["side", "Side"]], package="desk", actor="Desk")
    worker = prepare(DESK, schema=schema, handler="handlers:Desk", path=[generated, tmp_path],
                     config={"symbol": "", "side": "buy"})
    with pytest.raises(RemoteError, match=r"the config of desk\.Desk: generated from another schema: "
                       r"config\.symbol is string here and bytes there") as error:
        worker.start()
    assert error.value.code == "start_failed"


POOL = """
kameo: 1
schema: desk.kameo.yaml
actors:
  desk:     {actor: desk.Desk, handler: "desk:Desk", config: {symbol: config, side: buy},
             python: {path: [desk2, desk2/generated]}}
  exchange: {provides: exchange, handler: "exchange:Exchange",
             python: {path: [exchange1, exchange1/generated]}}
"""
EXCHANGE = """
from kameo.desk import Order

class Exchange:
    def Price(self, request):
        return Order(symbol=f"<{request.symbol}>", side=request.side)
    def Ticks(self, request):
        for i in range(2):
            yield Order(symbol=f"<{request.symbol}{i}>", side=request.side)
    def Sum(self, request, items):
        return Order(symbol="".join(item.symbol for item in items), side=request.side)
"""


def test_three_versions_in_one_pool(tmp_path) -> None:
    """A real parent of version 3, an actor of version 2, its callbacks answered by version 1."""
    generate(2, tmp_path / "desk2")
    generate(1, tmp_path / "exchange1")
    for name, text in {"desk2/desk.py": DESK, "exchange1/exchange.py": EXCHANGE,
                       "desk.kameo.yaml": idl(3), "pool.yaml": POOL}.items():
        (tmp_path / name).write_text(text)
    request = {"symbol": "A", "side": "sell", "amount": 99, "note": "dropped on the way"}
    lines = "".join(json.dumps({"actor": "desk", "handler": handler, "request": request}) + "\n"
                    for handler in ("echo", "price", "ticks", "sum"))
    ran = subprocess.run([pathlib.Path(BUILD).resolve() / "bin" / "kameo", "run", "pool.yaml",
                          "--input", "-"], cwd=tmp_path, input=lines, capture_output=True, text=True,
                         env=os.environ | {"KAMEO_PYTHON": interpreter()})
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    symbols = [answer.get("reply", {}).get("symbol") for answer in answers]
    # The exchange answers without a amount: its reader gets the default.
    assert symbols == ["A:99", "<A:99>:10", "<A:990>:10<A:991>:10", "A:99A:99:10"], (answers, ran.stderr)
    assert answers[0]["reply"] == {"symbol": "A:99", "side": "sell", "amount": 99, "note": None}
