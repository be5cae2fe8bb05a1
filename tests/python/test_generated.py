"""Classes as kameo-gen writes them (runtime/python/README.md): made without `__init__`,
taken beside dicts, and refused route by route where they are of another schema."""

from __future__ import annotations

import base64

import pytest
from driver import RemoteError, Schema

TYPES = {
    "Side": {"enum": ["buy", "sell"]},
    "Tick": {"struct": [["symbol", "string"], ["from", "i64"], ["note", "optional<string>"]]},
    "Order": {"union": [["market", "u32"], ["limit", [["tick", "Tick"], ["price", "f64"]]],
                        ["cancel"]]},
    "MarketClosed": {"struct": [["reason", "string"], ["until", "u32", {"max": "24"}]]},
}
HANDLERS = {
    "look": {"request": [["tick", "Tick"], ["side", "Side"], ["orders", "list<Order>"]],
             "reply": "string"},
    "make": {"request": [["what", "string"]], "reply": "list<Order>"},
    "side": {"request": [["what", "string"]], "reply": "Side"},
    "boom": {"request": [["until", "u32"]], "reply": "u8", "errors": ["MarketClosed"]},
}
CALLBACKS = {"market.Price": {"request": [["tick", "Tick"]], "reply": "f64",
                              "errors": ["MarketClosed"]}}

GENERATED = '''
import enum
from kameo_runtime.errors import Error

class Struct:
    __slots__ = ()
    def __init__(self, **fields):
        for name in self.__slots__:
            setattr(self, name, fields.pop(name))
        assert not fields, fields

class Side(enum.Enum):
    BUY = "buy"
    SELL = "sell"

class Tick(Struct):
    __slots__ = ("symbol", "from_", "note")
class OrderMarket(Struct):
    __slots__ = ("value",)
    tag = "market"
class OrderLimit(Struct):
    __slots__ = ("tick", "price")
    tag = "limit"
class OrderCancel(Struct):
    __slots__ = ()
    tag = "cancel"
class MarketClosed(Error):
    __slots__ = ("reason", "until")
    code = "declared"
    def __init__(self, *, reason, until):
        self.reason, self.until = reason, until
    def __str__(self):
        return f"MarketClosed(reason={self.reason!r}, until={self.until!r})"
class RequestLook(Struct):
    __slots__ = ("tick", "side", "orders")
class RequestMarketPrice(Struct):
    __slots__ = ("tick",)

__kameo_types__ = {
    "test.Side": Side, "test.Tick": Tick, "test.Order": (OrderMarket, OrderLimit, OrderCancel),
    "test.MarketClosed": MarketClosed, "test.RequestLook": RequestLook,
    "test.RequestMarketPrice": RequestMarketPrice,
}
'''
MODULE = '''
from kameo_runtime import callback as _callback
from .test import RequestMarketPrice as _Request
def Price(*, tick):
    return _callback.call("market.Price", _Request(tick=tick))
'''
INIT = '''
import importlib
def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    if name in ("callback_handle", "Error", "CallbackError", "ValidationError", "UnknownCallback"):
        return getattr(importlib.import_module("kameo_runtime.api"), name)
    return importlib.import_module(f"kameo.{name}")
'''
HEAD = """
import kameo
from kameo.test import *
from kameo.test import Side, Tick, OrderMarket, OrderLimit, OrderCancel, MarketClosed, RequestLook
"""


@pytest.fixture
def generated(prepare):
    """A worker whose generated code is of the schema `own`, by default that of its parent."""

    def make(source, own=None, text=GENERATED, **settings):
        schema = Schema(types=TYPES, handlers=HANDLERS, callbacks=CALLBACKS)
        own = own or schema
        fingerprints = {name: schema.canonical(name) for name in [*HANDLERS, *CALLBACKS]}
        written = {(name if "." in name else f"Actor.{name}"): own.canonical(name)
                   for name in fingerprints}
        files = {"kameo/__init__.py": INIT, "kameo/market.py": MODULE,
                 "kameo/_test_schema.py": f"SCHEMA = {base64.b64encode(own.to_bytes())!r}",
                 "kameo/test.py": text + f"\n__kameo_routes__ = {written}\n"}
        rest = "".join(f"\ndef {name}(request): pass" for name in HANDLERS
                       if f"def {name}(" not in source)
        return prepare(HEAD + source + rest, schema=schema, files=files,
                       fingerprints=fingerprints, **settings).start()

    return make


TICK = {"symbol": "AAPL", "from": -1, "note": None}


def test_requests_come_as_instances_made_without_init(generated) -> None:
    worker = generated("""
Tick.__init__ = None
def look(request):
    assert type(request) is RequestLook and type(request.tick) is Tick
    assert (request.tick.symbol, request.tick.from_, request.tick.note) == ("AAPL", -1, None)
    assert request.side is Side.SELL
    market, limit, cancel = request.orders
    assert type(market) is OrderMarket and market.value == 5
    assert type(limit) is OrderLimit and limit.tick.symbol == "AAPL" and limit.price == 1.5
    assert type(cancel) is OrderCancel
    return "fine"
""")
    assert worker.ask("look", tick=TICK, side="sell",
                      orders=[{"market": 5}, {"limit": {"tick": TICK, "price": 1.5}}, "cancel"]
                      ) == "fine"


def test_instances_and_their_data_form_are_taken_alike(generated) -> None:
    worker = generated("""
def make(request):
    tick = Tick(symbol="AAPL", from_=-1, note=None)
    if request.what == "instances" if not isinstance(request, dict) else request["what"] == "instances":
        return [OrderMarket(value=5), OrderLimit(tick=tick, price=1), OrderCancel()]
    return [{"market": 5}, {"limit": {"tick": {"symbol": "AAPL", "from": -1}, "price": 1}}, "cancel"]
def side(request):
    return Side.SELL if request["what"] == "member" else "sell"
""")
    expected = [{"market": 5}, {"limit": {"tick": TICK, "price": 1.0}}, "cancel"]
    assert worker.ask("make", what="instances") == expected
    assert worker.ask("make", what="data") == expected
    assert worker.ask("side", what="member") == worker.ask("side", what="str") == "sell"


@pytest.mark.parametrize(("expression", "message"), [
    ("[OrderMarket(value=-1)]", r"reply\[0\]\.market: expected u32 in 0\.\.4294967295, got -1"),
    ("[OrderLimit(tick=5, price=1)]", r"reply\[0\]\.limit\.tick: expected test\.Tick, got 5"),
    ("[OrderMarket.__new__(OrderMarket)]", r"reply\[0\]\.market: missing; expected u32"),
    ("[Tick(symbol='', from_=0, note=None)]", r"reply\[0\]: expected test\.Order, one of market, limit, cancel, got"),
])
def test_what_does_not_fit_in_an_instance_is_told(generated, expression, message) -> None:
    worker = generated(f"def make(request): return {expression}")
    with pytest.raises(RemoteError, match=message):
        worker.ask("make", what="")


def test_a_subclass_of_a_generated_class_is_one(generated) -> None:
    worker = generated("""
class Mine(OrderMarket):
    extra = 1
def make(request): return [Mine(value=2)]
""")
    assert worker.ask("make", what="") == [{"market": 2}]


def test_c4_callbacks_take_instances_and_dicts(generated) -> None:
    worker = generated("""
def make(request):
    a = kameo.market.Price(tick=Tick(symbol="x", from_=1, note=None)).result()
    b = kameo.market.Price(tick={"symbol": "x", "from": 1}).result()
    c = kameo.callback_handle("market.Price", {"tick": Tick(symbol="x", from_=1, note=None)})
    return [OrderMarket(value=int(a + b + c))]
""")
    ask = worker.send_ask("make", what="")
    asked = []

    def price(request):
        asked.append(request)
        return 2.0

    assert worker.serve_callbacks({"market.Price": price}, ask, "make") == [{"market": 6}]
    assert asked == [{"tick": {"symbol": "x", "from": 1, "note": None}}] * 3


def test_a_declared_error_travels_with_its_fields(generated) -> None:
    worker = generated("""
def boom(request):
    raise MarketClosed(reason="late", until=request["until"])
""")
    with pytest.raises(RemoteError) as error:
        worker.ask("boom", until=9)
    assert error.value.code == "declared"
    assert error.value.declared == "test.MarketClosed"
    assert worker.schema.values.decode("MarketClosed", error.value.payload) == {
        "reason": "late", "until": 9}
    assert str(error.value) == "MarketClosed(reason='late', until=9)"
    with pytest.raises(RemoteError, match="until: expected u32 of at most 24, got 25") as error:
        worker.ask("boom", until=25)
    assert error.value.code == "bad_reply"


def refuse_as_declared(worker, ask, declared="test.MarketClosed") -> None:
    import base64

    payload = worker.schema.values.encode("MarketClosed", {"reason": "late", "until": 9})
    worker.refuse(ask, "declared", "MarketClosed(…)", declared=declared,
                  payload=base64.b64encode(payload).decode())


def test_a_declared_error_of_a_callback_is_raised_as_its_class(generated) -> None:
    worker = generated("""
def make(request):
    try:
        kameo.market.Price(tick={"symbol": "x", "from": 1}).result()
    except MarketClosed as error:
        assert (error.reason, error.until) == ("late", 9)
        return [OrderMarket(value=error.until)]
""")
    ask = worker.send_ask("make", what="")
    _, _, call = worker.callback()
    refuse_as_declared(worker, call)
    assert worker.answer(ask, "make") == [{"market": 9}]


def test_a_declared_error_without_a_class_has_its_name_and_fields(prepare) -> None:
    worker = prepare("""
        import kameo
        def make(request):
            try:
                kameo.market.Price(tick={"symbol": "x", "from": 1}).result()
            except kameo.CallbackError as error:
                assert (error.code, error.declared) == ("declared", "test.MarketClosed")
                return [{"market": error.value["until"]}]
        """, schema=Schema(types=TYPES, handlers={"make": HANDLERS["make"]}, callbacks=CALLBACKS)
    ).start()
    ask = worker.send_ask("make", what="")
    _, _, call = worker.callback()
    refuse_as_declared(worker, call)
    assert worker.answer(ask, "make") == [{"market": 9}]


def changed(**types):
    """The schema with other types in it."""
    return Schema(types=TYPES | types, handlers=HANDLERS, callbacks=CALLBACKS)


def test_a_route_of_another_schema_is_refused_alone_with_the_first_difference(generated) -> None:
    own = changed(Tick={"struct": [["symbol", "string"], ["from", "i32"], ["note", "optional<string>"]]})
    worker = generated("def side(request): return 'sell'", own=own)
    why = "generated from another schema: {}.from is i32 here and i64 there; run kameo-gen again"
    assert {r["number"]: r["why"] for r in worker.refused} == {
        worker.schema.route("look"): f"Actor.look: {why.format('request.tick')}",
        worker.schema.route("make"): f"Actor.make: {why.format('reply[].limit.tick')}",
        worker.schema.route("market.Price"): f"market.Price: {why.format('request.tick')}"}
    assert worker.ask("side", what="") == "sell"
    with pytest.raises(RemoteError) as error:
        worker.ask("look", tick=TICK, side="sell", orders=[])
    assert error.value.code == "schema_mismatch"


@pytest.mark.parametrize(("types", "text", "difference"), [
    ({"Order": {"union": [["market", "u32"], ["limit", [["tick", "Tick"], ["price", "f64"]]], ["stop"]]}},
     ('tag = "cancel"', 'tag = "stop"'), "reply[] has the variant `stop` here and not there"),
    ({"Order": {"union": [["market", "u32"], ["limit", [["tick", "Tick"], ["size", "f64"]]], ["cancel"]]}},
     ('__slots__ = ("tick", "price")', '__slots__ = ("tick", "size")'),
     "reply[].limit has the field `size` here and not there"),
    ({"Order": {"union": [["market", "string"], ["limit", [["tick", "Tick"], ["price", "f64"]]],
                          ["cancel"]]}}, ("x", "x"), "reply[].market is string here and u32 there"),
])
def test_the_difference_is_named(generated, types, text, difference) -> None:
    worker = generated("", own=changed(**types), text=GENERATED.replace(*text))
    told = {r["number"]: r["why"] for r in worker.refused}
    assert told[worker.schema.route("make")] == (
        f"Actor.make: generated from another schema: {difference}; run kameo-gen again")
