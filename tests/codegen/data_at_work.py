"""What generated classes do as plain data and JSON, and what the limits of the schema refuse. Run by
test_data.py; every function `check_…` is one check.
"""

import json
import math
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import kameo
from kameo import kinds
from kameo.acme import common
from kameo_runtime import _data


def errors(call, *args, **kwargs):
    """Every violation that it tells."""
    try:
        call(*args, **kwargs)
    except kameo.ValidationError as error:
        assert isinstance(error, ValueError) and str(error).startswith(error.errors[0])
        return error.errors
    raise AssertionError("no ValidationError")


def scalars(**changed):
    return kinds.Scalars(**{"b": 0, "e": 0, "f": 0, "g": 0, **changed})


def as_sent(value):
    codec, name = _data.codec_of(type(value))
    return codec.schema.encode(name, value)


def as_received(cls, payload):
    codec, name = _data.codec_of(cls)
    return codec.schema.decode(name, payload)


def both_ways(value):
    data = value.to_dict()
    assert json.loads(value.to_json()) == data == json.loads(json.dumps(data))
    for back in (type(value).from_dict(data), type(value).from_json(value.to_json())):
        assert back == value and type(back) is type(value), (back, value)
    assert type(value).from_json(value.to_json().encode()) == value


def check_every_kind_goes_to_data_and_back():
    value = scalars(
        flag=False,
        e=255,
        h=2**64 - 1,
        i=0.5,
        d=-(2**63),
        j=1e300,
        k="1.",
        l=b"\x00\xff",
        m=datetime(2026, 11, 21, 9, 30, 0, 250000, timezone.utc),
        n=timedelta(seconds=90),
        o=UUID(int=1),
        p=Decimal("-1.50"),
    )
    both_ways(value)
    data = value.to_dict()
    assert data["h"] == "18446744073709551615" and data["e"] == 255 and data["flag"] is False
    assert data["l"] == "AP8=" and data["m"] == "2026-11-21T09:30:00.25Z" and data["n"] == "1m30s"
    assert data["p"] == "-1.50" and data["o"] == "00000000-0000-0000-0000-000000000001"
    assert list(data) == ["flag", *"abcdefghijklmnop"]
    both_ways(kinds.ScreenDraw(shape=kinds.ShapeCircle(1.0), tags=["a"]))
    both_ways(common.Money(amount=Decimal("1.00"), currency="EUR"))


def check_what_json_has_no_number_for():
    for number, written in ((math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN")):
        data = scalars(j=number).to_dict()
        assert data["j"] == written
        back = kinds.Scalars.from_dict(data).j
        assert back == number or math.isnan(back) and math.isnan(number)
    assert math.copysign(1, kinds.Point.from_json('{"x": -0.0}').x) == -1


def check_f1_each_variant_is_made_matched_and_goes_to_json_and_back():
    cases = [
        (kinds.ShapeNothing(), '"nothing"'),
        (kinds.ShapeCircle(2.5), '{"circle":2.5}'),
        (kinds.ShapeBox(low=kinds.Point(), high=kinds.Point(x=1.0)),
         '{"box":{"low":{"x":0.0,"y":0.0},"high":{"x":1.0,"y":0.0}}}'),
        (kinds.ShapeNamed("a"), '{"named":"a"}'),
        (kinds.ShapeType(value=1, doc="d"), '{"type":{"value":1,"doc":"d"}}'),
    ]  # fmt: skip
    for value, text in cases:
        assert value.to_json() == text
        both_ways(value)
        match value:
            case kinds.ShapeNothing():
                tag = "nothing"
            case kinds.ShapeCircle(radius):
                tag = "circle" if radius == 2.5 else ""
            case kinds.ShapeBox(high=kinds.Point(x=1.0)):
                tag = "box"
            case kinds.ShapeNamed(name):
                tag = "named" if name == "a" else ""
            case kinds.ShapeType(value=1):
                tag = "type"
        assert tag == value.tag


def check_f2_a_unit_variant_is_its_name():
    assert kinds.ShapeNothing().to_dict() == "nothing"
    assert kinds.ShapeNothing.from_dict("nothing") == kinds.ShapeNothing()
    assert kinds.Tree(shape=kinds.ShapeNothing(), children=[]).to_dict()["shape"] == "nothing"
    assert errors(kinds.ShapeNothing.from_dict, {"nothing": None}) == [
        'Shape: expected "nothing" alone, a variant without a value, got {"nothing":null}'
    ]


def check_f3_a_missing_optional_is_none():
    chain = kinds.Chain.from_dict({"label": "end"})
    assert chain.next is None and chain == kinds.Chain(label="end")
    assert kinds.Chain.from_dict({"label": "end", "next": None}) == chain


def check_f4_an_unknown_tag_lists_the_tags():
    (message,) = errors(kinds.ShapeCircle.from_dict, {"sphere": 1.0})
    assert message.startswith(
        "Shape: expected Shape, one of nothing, circle, box, named, old, line, type, got"
    )
    assert errors(kinds.ShapeCircle.from_dict, {"named": "a"}) == [
        "Shape: expected variant circle, got named"
    ]


def check_f5_nested_values():
    both_ways(kinds.Team(lead=kinds.Member(team=None, teams={"a": kinds.Team(members=[])}),
                         members=[None, kinds.Member(team=None, teams={})]))  # fmt: skip
    both_ways(kinds.Chain(label="a", next=kinds.Chain(label="b", next=None)))
    both_ways(kinds.Tree(children=[kinds.Tree(children=[]), kinds.Tree(children=[])]))
    both_ways(kinds.FigureFigure([kinds.FigureAlternatives()]))
    product = kinds.ExpressionProduct([(2, kinds.ExpressionValue(1.5))])
    assert product.to_dict() == {"product": [[2, {"value": 1.5}]]}
    both_ways(product)


def check_every_violation_of_a_value_is_told_at_once():
    assert errors(kinds.Scalars.from_dict, {"b": 6, "e": 1000, "f": "1", "colour": 1}) == [
        "Scalars.colour: unknown field; Scalars has "
        + ", ".join(["flag", *"abcdefghijklmnop"]),
        "Scalars.b: expected i16 in -5..5, got 6",
        "Scalars.e: expected u8 in 0..255, got 1000",
        'Scalars.f: expected u16 in 0..65535, got "1"',
        "Scalars.g: missing; expected u32",
    ]
    assert errors(kinds.Tree.from_dict, {"children": [{}, {"children": [{"shape": 5}]}]}) == [
        "Tree.children[0].children: missing; expected list<kinds.Tree>",
        "Tree.children[1].children[0].shape: expected Shape, one of nothing, circle, box, named, "
        "old, line, type, got 5",
        "Tree.children[1].children[0].children: missing; expected list<kinds.Tree>",
    ]


def check_limits_hold_where_a_value_leaves_and_where_it_arrives():
    bad = scalars(b=-6, c=10, i=0.0001, l=bytes(9), n=timedelta(hours=3), p=Decimal("0.3"))
    expected = [
        "Scalars.b: expected i16 in -5..5, got -6",
        "Scalars.c: expected i32, a multiple of 3, got 10",
        "Scalars.i: expected f32 of at least 0.001, got 0.0001",
        "Scalars.l: expected bytes of at most 8 bytes, got b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'",
        "Scalars.n: expected duration of at most 2h, a multiple of 500ms, got "
        "datetime.timedelta(seconds=10800)",
        "Scalars.p: expected decimal, a multiple of 0.25, got Decimal('0.3')",
    ]
    assert errors(as_sent, bad) == expected, errors(as_sent, bad)
    assert errors(bad.to_json) == expected

    # The same bytes from a sender that does not look: a good value with one byte changed.
    good = bytearray(as_sent(scalars(b=5)))
    at = good.index(b"\x05\x00")
    good[at] = 6
    assert errors(as_received, kinds.Scalars, bytes(good)) == ["Scalars.b: expected i16 in -5..5, got 6"]
    nan = scalars(i=math.nan)
    assert errors(as_sent, nan) == ["Scalars.i: expected f32 of at least 0.001, got nan"]


def check_limits_of_containers_and_variants():
    tree = kinds.Tree(shape=kinds.ShapeNamed(""), children=[])
    wanted = ["Tree.shape.named: expected string of at least 1 character, got ''"]
    assert errors(as_sent, tree) == wanted
    payload = bytearray(as_sent(kinds.Tree(shape=kinds.ShapeNamed("ab"), children=[])))
    short = payload[:2] + b"\0\0\0\0" + payload[8:]
    assert errors(as_received, kinds.Tree, bytes(short)) == wanted
    assert as_received(kinds.Tree, bytes(payload)).shape == kinds.ShapeNamed("ab")
    assert errors(as_sent, kinds.Aged(name="")) == [
        "Aged.name: expected string of at least 1 character, got ''"
    ]


def check_a_secret_is_never_shown():
    for call in (as_sent, lambda value: value.to_json()):
        (message,) = errors(call, scalars(k="hunter2"))
        assert "hunter2" not in message and message.endswith("got a value that is not shown")
    (message,) = errors(kinds.Scalars.from_dict, {**scalars().to_dict(), "k": "hunter2"})
    assert "hunter2" not in message and message.endswith("got a value that is not shown")


def check_patterns_are_ascii_and_match_the_whole_text_as_in_cpp():
    assert as_sent(scalars(k="1.5"))
    assert errors(as_sent, scalars(k="1.5\n")) and errors(as_sent, scalars(k="x1.5"))
    assert errors(as_sent, scalars(k="\N{ARABIC-INDIC DIGIT ONE}"))


def check_lenient_takes_what_is_no_mistake_of_meaning():
    data = {"label": "a", "next": {"label": "b", "colour": 1}, "more": [1]}
    assert len(errors(kinds.Chain.from_dict, data)) == 2
    assert kinds.Chain.from_dict(data, strict=False).next.label == "b"
    assert kinds.Circle.from_json('{"radius": "1.5"}', strict=False) == kinds.Circle(radius=1.5)
    assert errors(kinds.Circle.from_json, '{"radius": true}', strict=False)


def check_only_plain_data_is_read():
    assert errors(kinds.Circle.from_dict, {"radius": Decimal(1)}) == [
        "Circle.radius: expected plain data (None, bool, int, float, str, list or dict), got "
        "Decimal('1')"
    ]
    assert errors(kinds.Circle.from_dict, {1: 2}) == ["Circle: expected str keys, got 1"]
    assert errors(kinds.Circle.from_dict, {"radius": "\ud800"})[0].startswith(
        "Circle.radius: expected text without lone surrogates"
    )
    assert errors(kinds.Circle.from_dict, {"radius": math.nan})
    deep: list = []
    for _ in range(1000):
        deep = [deep]
    assert errors(kinds.Circle.from_dict, {"radius": deep})[0].endswith("nested deeper than 256")
    assert errors(kinds.Circle.from_json, '{"radius": }') == [
        "not JSON: parse error at line 1, column 12: expected a value"
    ]


def check_classes_derived_by_the_user_are_written_as_what_they_are():
    class Named(kinds.Point):
        pass

    assert Named(x=1.0).to_dict() == {"x": 1.0, "y": 0.0}


def main():
    """All checks, or those that are named."""
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    chosen = [check for check in checks if len(sys.argv) == 1 or check.__name__ in sys.argv]
    for check in chosen:
        check()
    print(len(chosen), "checks passed on", sys.version.split()[0])


if __name__ == "__main__":
    main()
