"""What generated classes do when they run. Plain Python without pytest, so that each interpreter can
run it: test_classes.py does. Every function `check_…` is one check.
"""

import copy
import dataclasses
import enum
import math
import pickle
import subprocess
import sys
import warnings

import kameo
from kameo import kinds
from kameo.acme import common


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{call} did not raise {kind.__name__}")


def containers():
    """One of a class that is deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return kinds.Containers(cube=[])


def warned(call, *args, **kwargs):
    """The texts of the deprecation warnings, each told of the line that called."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, **kwargs)
    assert all(each.category is DeprecationWarning for each in caught)
    assert all(each.filename == __file__ for each in caught), caught
    return [str(each.message) for each in caught]


def check_defaults_are_those_of_the_schema():
    scalars = kinds.Scalars(b=0, e=0, f=0, g=0)
    assert scalars.d == -(2**63) and scalars.h == 2**64 - 1 and scalars.j == -math.inf
    assert scalars.l == b"\x01\x02\x03" and scalars.k == "1.10"
    assert scalars.m.isoformat() == "2026-11-21T09:30:00+00:00"
    assert scalars.n.total_seconds() == 90
    assert str(scalars.o) == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    assert str(scalars.p) == "12.50"
    made = containers()
    assert made.many == [kinds.Colour.RED, None] and made.some == {kinds.Level.ON}
    assert made.table == {"a": [1, 2], "b": []}
    assert made.by_colour == {kinds.Colour.RED: (1, "x")}
    assert made.pair == (1, ["a"]) and made.grid == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    defaults = kinds.Defaults(account=None)
    assert defaults.box == kinds.ShapeBox(low=kinds.Point(x=1.0), high=kinds.Point())
    assert defaults.unit == kinds.ShapeNothing() and defaults.side is kinds.Colour.GREEN


def check_mutable_defaults_are_fresh():
    one, two = containers(), containers()
    one.table["c"] = [3]
    one.empty["x"] = b""
    assert two.table == {"a": [1, 2], "b": []} and two.empty == {}
    assert kinds.ScreenDraw(shape=None).tags is not kinds.ScreenDraw(shape=None).tags


def check_what_is_deprecated_warns_where_it_is_used():
    assert warned(kinds.Containers, cube=[]) == ["Containers is deprecated: use Tree"]
    assert warned(kinds.ShapeOld) == ["ShapeOld is deprecated: use nothing"]
    assert warned(kinds.Circle, radius=1.0) == []
    # A field warns where it is given, and not for its default.
    assert warned(kinds.Aged, name="x") == []
    assert warned(kinds.Aged, name="x", rate=2) == ["Aged.rate is deprecated: ask the ledger"]
    assert warned(kinds.Aged, name="x", notes=["a"]) == [
        "Aged.notes is deprecated: nobody reads them"
    ]


def check_fields_are_named_and_known():
    assert "'b'" in raises(TypeError, kinds.Scalars)
    assert "'z'" in raises(TypeError, kinds.Point, z=1)
    raises(TypeError, kinds.Point, 1.0, 2.0)
    raises(AttributeError, setattr, kinds.Point(), "z", 1)
    assert kinds.Point.__slots__ == ("x", "y") and kinds.Empty.__slots__ == ()


def check_equality_and_repr():
    assert kinds.Point(x=1.0) == kinds.Point(x=1.0, y=0.0) != kinds.Point()
    assert kinds.ShapeNothing() == kinds.ShapeNothing() != kinds.ShapeCircle(0.0)
    assert kinds.Point() != "point"
    nan = float("nan")
    assert kinds.Point(x=nan) == kinds.Point(x=nan)
    raises(TypeError, hash, kinds.Point())
    assert repr(kinds.ShapeLine(start=kinds.Point())) == (
        "ShapeLine(start=Point(x=0.0, y=0.0), end=Point(x=0.0, y=2.0))"
    )
    shown = repr(kinds.Scalars(b=0, e=0, f=0, g=0))
    assert "k=***" in shown and "1.10" not in shown


def check_they_are_dataclasses_to_dataclasses():
    assert dataclasses.is_dataclass(kinds.Point)
    fields = {field.name: field for field in dataclasses.fields(kinds.ScreenDraw)}
    assert list(fields) == ["shape", "at", "tags"]
    assert fields["shape"].default is dataclasses.MISSING and fields["tags"].default_factory() == []
    assert fields["shape"].type == "Shape" and fields["tags"].kw_only
    assert {f.name: f for f in dataclasses.fields(kinds.ScreenDelete)}["colour"].default is kinds.Colour.RED
    assert not {f.name: f for f in dataclasses.fields(kinds.Scalars)}["k"].repr
    assert dataclasses.replace(kinds.Point(x=1.0), y=2.0) == kinds.Point(x=1.0, y=2.0)
    assert dataclasses.replace(kinds.ShapeCircle(1.0), value=2.0) == kinds.ShapeCircle(2.0)
    assert dataclasses.asdict(kinds.Tree(children=[kinds.Tree(children=[])])) == {
        "shape": {"value": 1.0},
        "children": [{"shape": {"value": 1.0}, "children": []}],
    }
    if sys.version_info >= (3, 13):
        assert copy.replace(kinds.Point(), x=3.0) == kinds.Point(x=3.0)


def check_copies_and_pickles():
    tree = kinds.Tree(children=[kinds.Tree(children=[])])
    for other in (copy.copy(tree), copy.deepcopy(tree), pickle.loads(pickle.dumps(tree))):
        assert other == tree and other is not tree
    refused = kinds.Refused(code_=1, message_=2, args_=["a"], error_name="e")
    back = pickle.loads(pickle.dumps(refused))
    assert back.code_ == 1 and back.args_ == ["a"]
    assert pickle.loads(pickle.dumps(kinds.Colour.RED)) is kinds.Colour.RED


def check_enums():
    assert issubclass(kinds.Colour, enum.Enum)
    assert [colour.value for colour in kinds.Colour] == ["red", "amber", "green"]
    assert kinds.Colour("green") is kinds.Colour["GREEN"] is kinds.Colour.GREEN
    assert (kinds.Colour.__module__, kinds.Colour.__qualname__) == ("kameo.kinds", "Colour")
    assert kinds.Colour.__doc__ == "The light." and repr(kinds.Level.ON) == "<Level.ON: 'on'>"

    def name(colour):
        match colour:
            case kinds.Colour.RED:
                return "stop"
            case kinds.Colour.GREEN:
                return "go"

    assert name(kinds.Colour.GREEN) == "go" and name(kinds.Colour("red")) == "stop"


def check_enums_are_made_when_somebody_asks():
    code = '''
import pickle, sys
before = set(sys.modules)
import kameo.kinds as kinds
kinds.Point(x=1.0)
kinds.Tree(children=[])
assert "enum" not in set(sys.modules) - before, "before anybody asked"
assert {"Colour", "Level", "Point"} <= set(dir(kinds)) & set(kinds.__all__)
assert "Colour" not in vars(kinds)
assert kinds.ScreenDelete(id=1).colour.value == "red"  # a default needs it
assert vars(kinds)["Colour"] is kinds.Colour is kinds.__kameo_types__.get("kinds.Colour")
assert "Level" not in vars(kinds)
from kameo.kinds import *
assert isinstance(Level.ON, Level) and Level is kinds.__kameo_types__["kinds.Level"]
assert pickle.loads(b"ckameo.kinds\\nLevel\\n.") is Level
'''
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def check_threads_that_ask_at_once_get_the_same_enum():
    import threading

    start = threading.Barrier(8)
    names = {}
    made = []

    def maker():
        made.append(object())
        sys.setswitchinterval(1e-6)
        return made[-1]

    get = kinds._support.later(names | {"__name__": "m"}, {"Thing": maker})
    found = []

    def ask():
        start.wait()
        found.append(get("Thing"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and found == made * 8


def check_values_that_are_deprecated_warn_by_name():
    text = "Colour.AMBER is deprecated: nobody waits"
    assert warned(lambda: kinds.Colour.AMBER) == [text]
    assert warned(lambda: kinds.Colour["AMBER"]) == [text]
    # As data it comes from elsewhere: the reader can do nothing about it.
    assert warned(lambda: [kinds.Colour("amber"), *kinds.Colour, kinds.Colour.RED]) == []
    assert warned(pickle.loads, pickle.dumps(kinds.Colour.RED)) == []


def check_callbacks_that_are_deprecated_warn_where_they_are_called():
    assert warned(kameo.screen.Pick, x=1.0) == ["screen.Pick is deprecated: use Watch"]
    assert warned(kameo.screen.Watch) == []


def check_unions_match():
    def name(shape):
        match shape:
            case kinds.ShapeCircle(radius):
                return f"circle {radius}"
            case kinds.ShapeLine(start=kinds.Point(x=x)):
                return f"line from {x}"
            case kinds.ShapeNothing():
                return "nothing"

    assert name(kinds.ShapeCircle(2.0)) == "circle 2.0"
    assert name(kinds.ShapeLine(start=kinds.Point(x=4.0))) == "line from 4.0"
    assert name(kinds.ShapeNothing()) == "nothing"
    assert kinds.ShapeCircle.tag == "circle" and kinds.TaggedOne(tag_="x", value=1).tag == "one"
    assert isinstance(kinds.ShapeNothing(), kinds.Shape) and not isinstance(kinds.Point(), kinds.Shape)


def check_declared_errors_are_exceptions():
    error = common.Failure(reason="no money")
    assert isinstance(error, kameo.Error) and error.code_ == 500 and error.code == "declared"
    assert str(error) == error.message == "Failure(reason='no money', code_=500)"
    assert error != common.Failure(reason="no money") and hash(error) == hash(error)
    made = common.Failure.__new__(common.Failure)
    made.reason = "made without __init__"
    assert made.reason in repr(made.reason)
    try:
        raise error
    except common.Failure as caught:
        assert caught is error


def check_aliases():
    assert kinds.Names == list[str] and common.Account.__name__ == "UUID"
    raises(AttributeError, getattr, common, "Acount")


def check_callbacks_hand_over_their_request():
    from kameo_runtime import callback

    del callback.calls[:]
    kameo.screen.Draw(shape=kinds.ShapeNothing())
    assert isinstance(kameo.screen.Delete(id=7), callback.Call)
    assert callback.calls == [
        ("tell", "screen.Draw", kinds.ScreenDraw(shape=kinds.ShapeNothing())),
        ("call", "screen.Delete", kinds.ScreenDelete(colour=kinds.Colour.RED, id=7)),
    ]
    assert "'id'" in raises(TypeError, kameo.screen.Delete)


def check_the_runtime_finds_every_type():
    for name, kind in {**kinds.__kameo_types__, **common.__kameo_types__}.items():
        if isinstance(kind, tuple):
            assert all(isinstance(each.tag, str) for each in kind), name
    assert kinds.__kameo_types__["kinds.Shape"][1] is kinds.ShapeCircle
    assert set(common.__kameo_routes__) == {"ledger.Balance"}
    assert kinds.PainterHandler().on_start(None) is None
    assert not hasattr(kinds.PainterHandler, "paint")
    # What provides callbacks is looked at by the names that it has itself.
    assert not {"pick", "Pick", "on_start"} & set(dir(kinds.ScreenCallbacks()))


def check_packages_in_folders_are_imported_when_first_used():
    code = """
import kameo
assert kameo.acme.common.Money.__name__ == "Money"
for wrong in ("nonsense", "_private"):
    try:
        getattr(kameo.acme, wrong)
    except AttributeError as error:
        assert wrong in str(error) and "kameo.acme" in str(error)
    else:
        raise AssertionError(wrong)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def check_unknown_names_are_told():
    assert "nonsense" in raises(AttributeError, getattr, kameo, "nonsense")


def main():
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    for check in checks:
        check()
    print(len(checks), "checks passed")


if __name__ == "__main__":
    main()
