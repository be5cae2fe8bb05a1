"""`kameo.kinds.strategies`, and the same for schemas that are random themselves; run by
test_strategies.py with hypothesis. Every function `check_…` is one check.
"""

import math
import pathlib
import re
import struct
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from kameo import kinds
from kameo.acme import common
from kameo_runtime import _data, strategies
from kameo_runtime._core import Schema

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
import driver  # noqa: E402

#: Examples of each property, and what hypothesis itself would complain of on a busy machine.
few = settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
many = settings(few, max_examples=100)


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{call} did not raise {kind.__name__}")


def reached(strategy, condition):
    """A value of the strategy that fits; fails where there is none among many."""
    # Any will do, so it is not made smaller.
    return find(strategy, condition, settings=settings(few, max_examples=5000, phases=[Phase.generate]))


def comes_back(schema, name, value):
    """The identity of Python → C++ → Python, bit by bit, and of JSON and plain data."""
    payload = schema.encode(name, value)
    assert schema.encode(name, schema.decode(name, payload)) == payload
    # JSON has one NaN; what it makes of a value it makes of that again.
    text = schema.to_json(name, value)
    again = schema.from_json(name, text)
    assert schema.to_json(name, again) == text
    data = schema.to_data(name, value)
    assert schema.to_data(name, schema.from_data(name, data)) == data


def all_come_back(schema, name, values):
    @few
    @given(values)
    def property(value):
        comes_back(schema, name, value)

    property()


def check_every_type_has_values_that_come_back_as_they_were():
    codec = _data.codec_of_module(kinds)
    functions = {name.replace("_", ""): name for name in dir(kinds.strategies) if name[0] != "_"}
    for name in kinds.__kameo_types__:
        function = getattr(kinds.strategies, functions[name.rpartition(".")[2].lower()])
        all_come_back(codec.schema, name, function())


def check_limits_hold_and_their_ends_are_reached():
    @many
    @given(kinds.strategies.scalars())
    def property(it):
        assert -5 <= it.b <= 5 and it.c % 3 == 0 and len(it.l) <= 8
        assert it.i >= 0.001 and not math.isnan(it.i)
        assert 1 <= len(it.k) <= 20 and re.fullmatch("[0-9.]+", it.k, re.ASCII)
        assert it.m >= datetime(2000, 1, 1, tzinfo=timezone.utc)
        assert it.n <= timedelta(hours=2) and it.n % timedelta(milliseconds=500) == timedelta(0)
        assert Fraction(it.p) % Fraction("0.25") == 0

    property()
    scalars = kinds.strategies.scalars
    for end in (-5, 5):
        reached(scalars(), lambda it, end=end: it.b == end)
    reached(scalars(), lambda it: it.d < 0 and it.p < 0)
    reached(scalars(), lambda it: it.n < timedelta(0) and it.m.year > 2100)
    reached(kinds.strategies.decimal(), lambda it: it.id >= 2**63)
    reached(kinds.strategies.circle(), lambda circle: math.isnan(circle.radius))
    reached(kinds.strategies.circle(), lambda circle: circle.radius == -math.inf)


def check_limits_of_containers():
    @many
    @given(kinds.strategies.containers())
    def property(it):
        assert len(it.many) >= 1 and all(a != b for i, a in enumerate(it.many) for b in it.many[:i])
        assert len(it.some) <= 3 and len(it.names) == 2 and len(it.four) == 4
        assert it.maybe is None or it.maybe >= 3
        assert memoryview(it.cube).shape == (2, 3, 4) and memoryview(it.grid).shape[1] == 3

    property()
    reached(kinds.strategies.containers(), lambda v: memoryview(v.grid).shape[0] == 0)
    reached(kinds.strategies.containers(), lambda v: len(v.many) == 4)


def check_every_variant_is_reached_and_can_be_asked_for():
    tags = {cls.tag for cls in kinds.__kameo_types__["kinds.Shape"]}
    for tag in tags:
        reached(kinds.strategies.shape(), lambda shape, tag=tag: shape.tag == tag)

    @few
    @given(kinds.strategies.shape_named(), kinds.strategies.shape_line(start=kinds.Point(x=7.0)))
    def property(named, line):
        assert type(named) is kinds.ShapeNamed and named.value
        assert type(line) is kinds.ShapeLine and line.start == kinds.Point(x=7.0)

    property()


def check_recursion_ends():
    def depth(tree):
        return 1 + max(map(depth, tree.children), default=0)

    @many
    @given(kinds.strategies.tree(), kinds.strategies.expression(), kinds.strategies.json())
    def property(tree, expression, json):
        assert depth(tree) <= strategies.NESTING + 1

    property()
    assert depth(reached(kinds.strategies.tree(), lambda tree: depth(tree) > 2)) > 2


def check_fields_may_be_given():
    @few
    @given(kinds.strategies.refused(code_=5, message_=st.sampled_from([1, 2])))
    def property(refused):
        assert refused.code_ == 5 and refused.message_ in (1, 2)

    property()
    assert "no field z" in raises(TypeError, kinds.strategies.point, z=1)
    assert "takes 0" in raises(TypeError, kinds.strategies.colour, 1)
    # What breaks a limit is told where it is drawn.
    assert "Scalars.b" in raises(ValueError, reached, kinds.strategies.scalars(b=6), bool)


def check_nothing_warns_of_what_is_deprecated():
    reached(kinds.strategies.containers(), lambda _: True)  # the run is with -W error
    reached(kinds.strategies.colour(), lambda colour: colour.value == "amber")


# ---- random schemas, by their types as `tests/vectors/reference.py` spells them

SCALARS = ("bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 string bytes timestamp duration uuid decimal").split()
KEYS = "bool i8 i64 u8 u64 string bytes uuid Side".split()
NUMBERS = "i8 i16 i32 i64 u8 u16 u32 u64 f32 f64".split()
NAMED = {
    "Side": {"enum": ["buy", "sell"]},
    "Node": {"struct": [["label", "string"], ["children", "list<Node>"], ["next", "optional<Node>"]]},
    "Sum": {"union": [["end"], ["leaf", "f64"], ["both", [["left", "Sum"], ["right", "Sum"]]]]},
}


@st.composite
def spelled_types(draw, depth=3):
    """`map<string; list<optional<u8>>>`"""
    inner = st.deferred(lambda: spelled_types(depth=depth - 1))
    form = draw(st.integers(0, 8)) if depth else 0
    if form == 0:
        return draw(st.sampled_from(SCALARS + list(NAMED)))
    if form == 1:
        spelled = draw(inner)
        return spelled if spelled.startswith("optional") else f"optional<{spelled}>"
    if form == 2:
        return f"list<{draw(inner)}>"
    if form == 3:
        return f"set<{draw(st.sampled_from(KEYS))}>"
    if form == 4:
        return f"map<{draw(st.sampled_from(KEYS))}; {draw(inner)}>"
    if form == 5:
        return f"fixed<{draw(inner)}; {draw(st.integers(1, 3))}>"
    if form == 6:
        return f"tuple<{'; '.join(draw(st.lists(inner, min_size=1, max_size=3)))}>"
    dims = draw(st.lists(st.sampled_from("*23"), max_size=3))
    spelled = draw(st.sampled_from(NUMBERS))
    return f"array<{spelled}{'; ' + 'x'.join(dims) if dims else ''}>"


def check_values_of_random_schemas_come_back_as_they_were():
    @settings(few, max_examples=150)
    @given(st.lists(spelled_types(), min_size=1, max_size=4), st.data())
    def property(spelled, data):
        fields = [[f"field{i}", each] for i, each in enumerate(spelled)]
        written = driver.Schema(types={**NAMED, "Box": {"struct": fields}}).to_bytes()
        every = strategies.Strategies(written)
        value = data.draw(every.of("test.Box"))
        comes_back(Schema(written), "test.Box", value)

    property()


def check_f64_keeps_the_bits_of_every_nan():
    @many
    @given(st.integers(1, 2**52 - 1), st.booleans())
    def property(payload, negative):
        bits = struct.pack("<Q", negative << 63 | 0x7FF << 52 | payload)
        back = Schema(driver.Schema(types=box("f64")).to_bytes())
        assert back.encode("test.Box", back.decode("test.Box", bits)) == bits

    property()


def box(spelled):
    return {"Box": {"struct": [["value", spelled]]}}


def check_the_ends_of_what_a_payload_can_hold():
    deep = Schema(driver.Schema(types=NAMED | box("Node")).to_bytes())
    node = {"label": "", "children": [], "next": None}
    for _ in range(62):
        node = {"label": "", "children": [node], "next": None}
    comes_back(deep, "test.Box", {"value": node})  # 64 levels: the limit
    node = {"label": "", "children": [node], "next": None}
    assert "nested deeper" in raises(ValueError, deep.encode, "test.Box", {"value": node})
    for spelled, edges in {
        "i64": [-(2**63), 2**63 - 1], "u64": [0, 2**63, 2**64 - 1], "f64": [-0.0, 5e-324, -math.inf],
        "string": ["", "\0", "\U0010ffff"], "bytes": [b""], "list<Side>": [[]], "set<u8>": [set()],
        "map<string; u8>": [{}], "array<f64; *x3>": [[]], "optional<string>": [None, ""],
        "decimal": [Decimal("-0"), Decimal(10**34 - 1), Decimal("1E+6111"), Decimal("1E-6176")],
    }.items():  # fmt: skip
        schema = Schema(driver.Schema(types=NAMED | box(spelled)).to_bytes())
        for edge in edges:
            comes_back(schema, "test.Box", {"value": edge})
    text = Schema(driver.Schema(types=box("string")).to_bytes())
    assert "surrogates" in raises(ValueError, text.encode, "test.Box", {"value": "\ud800"})


def main():
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    chosen = [check for check in checks if len(sys.argv) == 1 or check.__name__ in sys.argv]
    for check in chosen:
        check()
    print(len(chosen), "checks passed")


if __name__ == "__main__":
    main()
