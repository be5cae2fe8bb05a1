"""Values both ways: every type of the IDL, byte for byte, and what is said of those that don't fit."""

from __future__ import annotations

import json
import pathlib
import random

import pytest
from driver import RemoteError, Schema, reference

VECTORS = json.loads(
    (pathlib.Path(__file__).parents[1] / "vectors" / "payloads.json").read_text())


def echoing(actor, types: dict, spelled: list[str], **settings):
    """A worker whose handler `echo<i>` gives back a value of `spelled[i]`."""
    handlers = {f"echo{i}": {"request": [["value", t]], "reply": t} for i, t in enumerate(spelled)}
    source = "".join(f"def {name}(request): return request['value']\n" for name in handlers)
    return actor(source, schema=Schema(types=types, handlers=handlers), **settings)


def echo_raw(worker, handler: str, payload: bytes) -> bytes:
    worker.send("ask", route=worker.schema.route(handler), correlation=worker.next_ask,
                payload=payload)
    worker.next_ask += 1
    frame = worker.next("reply", "error", correlation=worker.next_ask - 1)
    if frame.type == "error":
        from driver import WIRE

        raise RemoteError(WIRE.decode("Error", frame.payload))
    return frame.payload


def beyond_python(case: dict) -> bool:
    """Timestamps that datetime has no year for; what the request around it takes over the limit."""
    if case["name"] == "as deep as the limit":
        return True
    return "timestamp" in case["type"] and not str(case["value"])[:4].isdigit()


@pytest.mark.parametrize("numpy", [False, True], ids=["memoryview", "numpy"])
def test_e1_every_valid_vector_comes_back_byte_for_byte(actor, numpy, tmp_path) -> None:
    cases = [case for case in VECTORS["valid"] if not beyond_python(case)]
    spelled = sorted({case["type"] for case in cases})
    # A stand-in keeps the test free of numpy itself: what matters is whether the import succeeds.
    files = {"numpy.py": "def asarray(view): return view" if numpy else
             "raise ModuleNotFoundError('none here', name='numpy')"}
    worker = echoing(actor, VECTORS["types"], spelled, files=files)
    for case in cases:
        payload = bytes.fromhex(case["hex"])
        back = echo_raw(worker, f"echo{spelled.index(case['type'])}", payload)
        if case["type"].startswith("set<"):  # the order of a set is its writer's
            payload, back = bytes(sorted(payload)), bytes(sorted(back))
        assert back == payload, case


def test_invalid_vectors_are_bad_requests_and_harm_no_other(actor) -> None:
    cases = [case for case in VECTORS["invalid"] if not {"depth", "elements"} & set(case)]
    spelled = sorted({case["type"] for case in cases})
    worker = echoing(actor, VECTORS["types"], spelled)
    for case in cases:
        handler = f"echo{spelled.index(case['type'])}"
        with pytest.raises(RemoteError) as error:
            echo_raw(worker, handler, bytes.fromhex(case["hex"]))
        assert error.value.code in ("bad_request", "over_limit"), case
    assert worker.stop() == 0


def test_cut_payloads_are_bad_requests(actor) -> None:
    cases = [case for case in VECTORS["valid"] if len(case["hex"]) < 200]
    spelled = sorted({case["type"] for case in cases})
    worker = echoing(actor, VECTORS["types"], spelled)
    for case in cases:
        payload = bytes.fromhex(case["hex"])
        for size in range(len(payload)):
            with pytest.raises(RemoteError) as error:
                echo_raw(worker, f"echo{spelled.index(case['type'])}", payload[:size])
            assert error.value.code == "bad_request", (case, size)


# ---- random types and values

SCALARS = ["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "string",
           "bytes", "duration", "uuid", "decimal"]
KEYS = ["bool", "i8", "i64", "u8", "u64", "string", "uuid"]
TYPES = {
    "Side": {"enum": ["buy", "sell"]},
    "Point": {"struct": [["x", "f64"], ["y", "optional<i32>"]]},
    "Shape": {"union": [["dot"], ["circle", "f64"], ["line", [["a", "Point"], ["b", "Point"]]]]},
    "Tree": {"struct": [["label", "string"], ["children", "list<Tree>"]]},
}


def random_type(rng: random.Random, depth: int = 3) -> str:
    kind = rng.choice(["scalar", "named", "optional", "list", "set", "map", "fixed", "tuple", "array"])
    if depth == 0 or kind == "scalar":
        return rng.choice(SCALARS)
    if kind == "named":
        return rng.choice(list(TYPES))
    inner = random_type(rng, depth - 1)
    if kind == "optional":
        return inner if inner.startswith("optional") else f"optional<{inner}>"
    if kind == "list":
        return f"list<{inner}>"
    if kind == "set":
        return f"set<{rng.choice(KEYS)}>"
    if kind == "map":
        return f"map<{rng.choice(KEYS)}; {inner}>"
    if kind == "fixed":
        return f"fixed<{inner}; {rng.randint(1, 3)}>"
    if kind == "tuple":
        return f"tuple<{inner}; {rng.choice(SCALARS)}>"
    return f"array<{rng.choice(list(reference.NUMBERS))}; {rng.choice(['*', '2', '*x2', '3x1'])}>"


def random_text(rng: random.Random) -> str:
    return "".join(rng.choice("ab\0\n\"é世🦀\U0010ffff") for _ in range(rng.randint(0, 6)))


class RandomPayload:
    """Writes a valid payload of a type, sets and maps in the order that Python writes them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.out = bytearray()

    def write(self, spelled: str) -> bytes:
        self.value(reference.parse_type(spelled), 0)
        return bytes(self.out)

    def put(self, form: str, number) -> None:
        import struct

        self.out += struct.pack("<" + form, number)

    def keys(self, t, most: int = 4) -> list:
        kind = t[0]
        rng = self.rng
        if kind == "bool":
            made = {rng.random() < 0.5 for _ in range(2)}
        elif kind == "string":
            made = {random_text(rng) for _ in range(rng.randint(0, most))}
        elif kind == "uuid":
            made = {rng.randbytes(16) for _ in range(rng.randint(0, most))}
        else:
            bits = int(kind[1:])
            low = -(2 ** (bits - 1)) if kind[0] == "i" else 0
            made = {rng.choice([low, low + 2**bits - 1, rng.randrange(low, low + 2**bits)])
                    for _ in range(rng.randint(0, most))}
        return sorted(made)

    def key(self, kind: str, key) -> None:
        if kind == "bool":
            self.out.append(key)
        elif kind == "string":
            self.put("I", len(key.encode()))
            self.out += key.encode()
        elif kind == "uuid":
            self.out += key
        else:
            self.put(reference.NUMBERS[kind], key)

    def value(self, t, depth: int) -> None:
        kind, args, dims = t
        rng = self.rng
        if kind in TYPES:
            return self.named(kind, depth + 1)
        if kind in ("f32", "f64"):
            special = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1.5, -3.25]
            return self.put(reference.NUMBERS[kind], rng.choice(special))
        if kind in reference.NUMBERS or kind in ("bool", "string", "uuid"):
            keys = []
            while not keys:
                keys = self.keys(t)
            return self.key(kind, rng.choice(keys))
        if kind == "bytes":
            data = rng.randbytes(rng.randint(0, 100))
            self.put("I", len(data))
            self.out += data
        elif kind == "duration":
            self.put("q", rng.choice([-(2**63), 2**63 - 1, 0, -1, rng.randrange(-(2**60), 2**60)]))
        elif kind == "decimal":
            coefficient = rng.choice([0, 1, 10**34 - 1, rng.randrange(10**20)])
            self.put("Q", coefficient & (2**64 - 1))
            self.put("Q", coefficient >> 64)
            self.put("h", rng.choice([-6176, 0, 6111, rng.randint(-40, 40)]))
            self.out.append(rng.random() < 0.5)
        elif kind == "optional":
            self.out.append(there := rng.random() < 0.7)
            if there:
                self.value(args[0], depth)
        elif kind == "list":
            count = rng.randint(0, 3)
            self.put("I", count)
            for _ in range(count):
                self.value(args[0], depth)
        elif kind in ("set", "map"):
            keys = self.keys(args[0])
            self.put("I", len(keys))
            for key in keys:
                self.key(args[0][0], key)
                if kind == "map":
                    self.value(args[1], depth)
        elif kind in ("fixed", "tuple"):
            for part in args * (dims[0] if dims else 1):
                self.value(part, depth)
        elif kind == "array":
            shape = [dim or rng.randint(0, 3) for dim in dims]
            for dim in shape:
                self.put("I", dim)
            form = reference.NUMBERS[args[0][0]]
            import math
            import struct

            size = struct.calcsize("<" + form)
            self.out += bytes(-len(self.out) % size)
            self.out += rng.randbytes(size * math.prod(shape))

    def named(self, name: str, depth: int) -> None:
        rng = self.rng
        if name == "Side":
            self.put("H", rng.randint(0, 1))
        elif name == "Point":
            self.value(("f64", [], []), depth)
            self.value(("optional", [("i32", [], [])], []), depth)
        elif name == "Shape":
            tag = rng.randint(0, 2)
            self.put("H", tag)
            if tag == 1:
                self.value(("f64", [], []), depth)
            elif tag == 2:
                self.named("Point", depth)
                self.named("Point", depth)
        else:
            self.key("string", random_text(rng))
            count = rng.randint(0, 2) if depth < 6 else 0
            self.put("I", count)
            for _ in range(count):
                self.named("Tree", depth + 1)


@pytest.mark.parametrize("seed", range(8))
def test_random_values_of_random_types_come_back_byte_for_byte(actor, seed) -> None:
    rng = random.Random(seed)
    spelled = [random_type(rng) for _ in range(40)]
    worker = echoing(actor, TYPES, spelled)
    for i, type_ in enumerate(spelled):
        for _ in range(10):
            payload = RandomPayload(rng).write(type_)
            assert echo_raw(worker, f"echo{i}", payload) == payload, (seed, type_, payload.hex())


# ---- Python's types for them


def test_values_come_as_the_documented_python_types(actor) -> None:
    """The table of runtime/python/README.md."""
    spelled = {
        "i": "i8", "f": "f32", "b": "bool", "s": "string", "raw": "bytes", "at": "timestamp",
        "d": "duration", "u": "uuid", "dec": "decimal", "none": "optional<i8>", "l": "list<u8>",
        "set": "set<string>", "m": "map<string; u8>", "t": "tuple<u8; string>",
        "fixed": "fixed<u8; 2>", "side": "Side", "point": "Point", "dot": "Shape",
        "circle": "Shape", "line": "Shape", "array": "array<f64; *x2>",
    }
    worker = actor(
        """
        import datetime, decimal, uuid
        def look(request):
            expected = dict(
                i=-5, f=1.5, b=True, s="é", raw=b"x",
                at=datetime.datetime(1970, 1, 1, 0, 0, 0, 250000, datetime.timezone.utc),
                d=datetime.timedelta(days=-1, microseconds=1),
                u=uuid.UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), dec=decimal.Decimal("1.50"),
                none=None, l=[1, 2], set={"a", "b"}, m={"k": 1}, t=(1, "x"), fixed=[1, 2],
                side="buy", point={"x": 1.0, "y": None}, dot="dot", circle={"circle": 2.0},
                line={"line": {"a": {"x": 0.0, "y": 1}, "b": {"x": 1.0, "y": None}}},
            )
            array = request.pop("array")
            assert array.tolist() == [[1.0, 2.0], [3.0, 4.0]] and array.shape == (2, 2)
            try:
                array[0, 0] = 1.0
            except TypeError:
                pass
            else:
                raise AssertionError("a received array can be written")
            assert request == expected, request
            assert [type(v) for v in request.values()] == [type(v) for v in expected.values()]
            assert str(request["dec"]) == "1.50"
            return "as documented"
        """,
        types=TYPES, files={"numpy.py": "raise ModuleNotFoundError('none', name='numpy')"},
        handlers={"look": {"request": [[n, t] for n, t in spelled.items()], "reply": "string"}},
    )
    assert worker.ask(
        "look", i=-5, f=1.5, b=True, s="é", raw="eA==", at="1970-01-01T00:00:00.25Z",
        d="-23h59m59s999ms999us", u="f81d4fae-7dec-11d0-a765-00a0c91e6bf6", dec="1.50", none=None,
        l=[1, 2], set=["a", "b"], m={"k": 1}, t=[1, "x"], fixed=[1, 2], side="buy",
        point={"x": 1.0, "y": None}, dot="dot", circle={"circle": 2.0},
        line={"line": {"a": {"x": 0.0, "y": 1}, "b": {"x": 1.0, "y": None}}},
        array=[[1.0, 2.0], [3.0, 4.0]]) == "as documented"


REPLY_TYPES = TYPES | {
    "Order": {"struct": [["size", "u32", {"min": "1", "max": "10000"}],
                         ["note", "optional<string>", {"max_length": "3"}],
                         ["tags", "list<string>", {"unique": True, "max_items": "3"}],
                         ["password", "string", {"secret": True, "min_length": "3"}],
                         ["price", "f64", {"min": "0"}],
                         ["symbol", "string", {"pattern": "[A-Z]+"}],
                         ["fee", "decimal", {"max": "9.99", "multiple_of": "0.01"}],
                         ["wait", "duration", {"max": "1s"}],
                         ["retries", "u8", {"default": 3}]]},
    "Deep": {"struct": [["orders", "map<string; list<Point>>"]]},
}
GOOD_ORDER = dict(size=1, note="abc", tags=["a", "b"], password="secret", price=0.75,
                  symbol="AAPL", fee="9.99", wait="1s")


def reply_of(actor, type_: str, expression: str):
    """What the driver gets from a handler that returns `expression`."""
    worker = actor(
        f"""
        import datetime, decimal, uuid, array, collections, types, enum
        class Broken:
            def __repr__(self): raise ZeroDivisionError
        class Number(int): pass
        def order(**changes):
            made = dict(size=1, note="abc", tags=["a", "b"], password="secret", price=0.75,
                        symbol="AAPL", fee=decimal.Decimal("9.99"),
                        wait=datetime.timedelta(seconds=1))
            return {{k: v for k, v in (made | changes).items() if v is not ...}}
        def make(request):
            return {expression}
        """,
        types=REPLY_TYPES, handlers={"make": {"reply": type_}})
    return worker.ask("make")


@pytest.mark.parametrize(
    ("type_", "expression", "value"),
    [
        ("f64", "3", 3.0), ("f32", "2**100", 2.0**100), ("i32", "Number(4)", 4),
        ("list<u8>", "(1, 2)", [1, 2]), ("tuple<u8; u8>", "[1, 2]", [1, 2]),
        ("fixed<u8; 2>", "(1, 2)", [1, 2]), ("set<u8>", "frozenset({1})", [1]),
        ("bytes", "bytearray(b'x')", b"x"), ("bytes", "memoryview(b'xyz')[::2]", b"xz"),
        ("map<string; u8>", "types.MappingProxyType({'a': 1})", {"a": 1}),
        ("map<string; u8>", "collections.OrderedDict(a=1)", {"a": 1}),
        ("decimal", "-7", (7, 0, True)), ("decimal", "decimal.Decimal('-0.00')", (0, -2, True)),
        ("timestamp", "datetime.datetime(1970, 1, 1, 1, tzinfo=datetime.timezone("
                      "datetime.timedelta(hours=1)))", 0),
        ("timestamp", "datetime.datetime.max.replace(tzinfo=datetime.timezone.utc)",
         253402300799999999),
        ("array<f64>", "array.array('d', [1, 2])", ([2], [1.0, 2.0])),
        ("array<f64>", "[1, 2.5]", ([2], [1.0, 2.5])), ("array<u8>", "b'ab'", ([2], [97, 98])),
        ("array<i64; *x2>", "[[1, 2], (3, 4)]", ([2, 2], [1, 2, 3, 4])),
        ("array<i64; *x2>", "[]", ([0, 2], [])),
        ("Side", "'sell'", "sell"), ("Shape", "'dot'", "dot"), ("optional<u8>", "None", None),
        ("Shape", "{'line': {'a': {'x': 1}, 'b': {'x': 2, 'y': 3}}}",
         {"line": {"a": {"x": 1.0, "y": None}, "b": {"x": 2.0, "y": 3}}}),
    ],
)  # fmt: skip
def test_e4_what_is_accepted_beside_the_type_itself(actor, type_, expression, value) -> None:
    assert reply_of(actor, type_, expression) == value


def test_a_value_within_its_limits_is_sent_and_defaults_are_filled_in(actor) -> None:
    made = reply_of(actor, "Order", "order(note=...)")
    assert made["note"] is None and made["retries"] == 3 and made["fee"] == (999, -2, False)


@pytest.mark.parametrize(
    ("type_", "expression", "message"),
    [
        ("u8", "1000", r"reply: expected u8 in 0\.\.255, got 1000"),
        ("i8", "-129", r"reply: expected i8 in -128\.\.127, got -129"),
        ("u64", "-1", r"reply: expected u64 in 0\.\.18446744073709551615, got -1"),
        ("u64", "2**64", r"reply: expected u64 in 0\.\.\d+, got 18446744073709551616"),
        ("i64", "10**30", r"reply: expected i64 in -9223372036854775808\.\.\d+, got 10{30}"),
        ("i32", "True", r"reply: expected i32, got True"),
        ("i32", "1.0", r"reply: expected i32, got 1\.0"),
        ("i32", "'1'", r"reply: expected i32, got '1'"),
        ("i32", "None", r"reply: expected i32, got None"),
        ("f64", "True", r"reply: expected f64, got True"),
        ("f64", "'1'", r"reply: expected f64, got '1'"),
        ("f64", "decimal.Decimal(1)", r"reply: expected f64, got Decimal\('1'\)"),
        ("f64", "10**400", r"reply: expected f64, got 10+…"),
        ("f32", "1e39", r"reply: expected f32 in -3\.\S+, got 1e\+39"),
        ("bool", "1", r"reply: expected bool, got 1"),
        ("string", "b'x'", r"reply: expected string, got b'x'"),
        ("string", "'\\ud800'", r"reply: expected string without lone surrogates, got '\\ud800'"),
        ("bytes", "'x'", r"reply: expected bytes, got 'x'"),
        ("bytes", "array.array('d', [1])", r"reply: expected bytes, got array\('d', \[1\.0\]\)"),
        ("timestamp", "datetime.datetime(2020, 1, 1)", r"reply: expected timestamp, got datetime"),
        ("timestamp", "0", r"reply: expected timestamp, got 0"),
        ("duration", "1.5", r"reply: expected duration, got 1\.5"),
        ("duration", "datetime.timedelta.max", r"reply: expected duration, got datetime"),
        ("uuid", "'x'", r"reply: expected uuid, got 'x'"),
        ("decimal", "1.5", r"reply: expected decimal, got 1\.5"),
        ("decimal", "decimal.Decimal('NaN')", r"reply: expected decimal, got Decimal\('NaN'\)"),
        ("decimal", "10**34", r"reply: expected decimal, got 10{34}"),
        ("decimal", "10**5000", r"reply: expected decimal, got "),
        ("list<u8>", "{1}", r"reply: expected list<u8>, got \{1\}"),
        ("list<u8>", "'ab'", r"reply: expected list<u8>, got 'ab'"),
        ("list<u8>", "[1, 'x', 300]",
         r"reply\[1\]: expected u8, got 'x' \(and 1 more\)"),
        ("fixed<u8; 2>", "[1]", r"reply: expected fixed<u8; ?2>, got \[1\]"),
        ("tuple<u8; u8>", "(1,)", r"reply: expected tuple<u8; u8>, got \(1,\)"),
        ("set<u8>", "[1]", r"reply: expected set<u8>, got \[1\]"),
        ("map<string; u8>", "{'a': 'b'}", r"reply\['a'\]: expected u8, got 'b'"),
        ("map<string; u8>", "{1: 2}", r"reply\[1\]: expected string, got 1"),
        ("map<string; u8>", "[]", r"reply: expected map<string; u8>, got \[\]"),
        ("array<f64>", "array.array('f', [1])", r"reply: expected array<f64>, got array"),
        ("array<f64>", "['x']", r"reply\[0\]: expected f64, got 'x'"),
        ("array<u8; 2x2>", "[[1, 2]]", r"reply: expected array<u8; ?2x2>, got"),
        ("array<u8; 2x2>", "[[1, 2], [3]]", r"reply\[1\]: expected 2 elements, as in the first"),
        ("Side", "'hold'", r"Side: expected test\.Side \(buy, sell\), got 'hold'"),
        ("Point", "[1]", r"Point: expected test\.Point, got \[1\]"),
        ("Point", "{'y': 1}", r"Point\.x: missing; expected f64"),
        ("Point", "{'x': 1, 'z': 2}", r"Point: unknown field `z`; the fields are x, y"),
        ("Point", "{'x': Broken()}", r"Point\.x: expected f64, got <Broken whose repr\(\) raised"
                                     r" ZeroDivisionError>"),
        ("Shape", "'square'", r"Shape: unknown tag; test\.Shape has dot, circle, line, got 'square'"),
        ("Shape", "{'square': 1}", r"Shape: unknown tag; test\.Shape has dot, circle, line"),
        ("Shape", "'circle'", r"Shape\.circle: expected \{\"circle\": …\}, got 'circle'"),
        ("Shape", "{'dot': 1}", r"Shape\.dot: carries nothing; write it as \"dot\", got"),
        ("Shape", "{'line': {'a': {'x': 1}}}", r"Shape\.line\.b: missing; expected test\.Point"),
        ("Shape", "5", r"Shape: expected test\.Shape, one of dot, circle, line, got 5"),
        ("Deep", "{'orders': {'k': [{'x': 1}, {'x': 'no'}]}}",
         r"Deep\.orders\['k'\]\[1\]\.x: expected f64, got 'no'"),
        ("Order", "order(size=0)", r"Order\.size: expected u32 in 1\.\.10000, got 0"),
        ("Order", "order(size=10001)", r"Order\.size: expected u32 in 1\.\.10000, got 10001"),
        ("Order", "order(note='long')", r"Order\.note: expected string of at most 3 characters"),
        ("Order", "order(tags=['a', 'a'])", r"Order\.tags: expected list<string>.*no two of them equal"),
        ("Order", "order(tags=list('abcd'))", r"Order\.tags: expected list<string> of at most 3"),
        ("Order", "order(password='x')",
         r"Order\.password: expected string of at least 3 characters, got a value that is not shown"),
        ("Order", "order(price=-0.25)", r"Order\.price: expected f64 of at least 0, got -0\.25"),
        ("Order", "order(fee=decimal.Decimal('0.001'))", r"Order\.fee: expected decimal .*a multiple of 0\.01"),
        ("Order", "order(price=float('nan'))", r"Order\.price: expected f64 of at least 0, got nan"),
        ("Order", "order(symbol='aapl')", r"Order\.symbol: expected string, matching `\[A-Z\]\+`"),
        ("Order", "order(fee=decimal.Decimal('10'))", r"Order\.fee: expected decimal of at most 9\.99, a multiple of 0\.01"),
        ("Order", "order(wait=datetime.timedelta(2))", r"Order\.wait: expected duration of at most 1s"),
    ],
)  # fmt: skip
def test_e4_a_reply_that_does_not_fit_is_told_with_path_and_place(
    actor, type_, expression, message
) -> None:
    with pytest.raises(RemoteError, match=message) as error:
        reply_of(actor, type_, expression)
    assert error.value.code == "bad_reply"
    assert error.value.where == "handlers.py:11, make"
    assert str(error.value).endswith(" (handlers.py:11, make)")


def test_a_value_that_nests_too_deep_is_refused_and_the_worker_lives(actor) -> None:
    worker = actor(
        """
        def make(request):
            tree = {"label": "leaf", "children": []}
            for _ in range(request["depth"] - 1):
                tree = {"label": "", "children": [tree]}
            return tree
        def endless(request):
            tree = {"label": "", "children": []}
            tree["children"].append(tree)
            return tree
        """,
        types=TYPES,
        handlers={"make": {"request": [["depth", "u32"]], "reply": "Tree"},
                  "endless": {"reply": "Tree"}})
    assert worker.ask("make", depth=64)
    for handler, request in (("make", {"depth": 65}), ("endless", {})):
        with pytest.raises(RemoteError, match="nested deeper than CodecLimits::depth, 64"):
            worker.ask(handler, **request)


def test_a_reply_larger_than_the_parent_takes_is_an_error(prepare) -> None:
    worker = prepare("def make(request): return 'x' * 2000",
                     handlers={"make": {"reply": "string"}})
    worker.welcome["message_bytes"] = 1000
    worker.start()
    with pytest.raises(RemoteError) as error:
        worker.ask("make")
    assert error.value.code == "over_limit"
