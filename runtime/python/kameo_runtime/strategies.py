"""hypothesis strategies led by a schema: random values within its limits, as a handler receives them.

Generated packages have one function for each of their types, `kameo.trading.strategies.tick()`; this
is what they call, and what gives the same where no code was generated:

    every = strategies.Strategies(schema_bytes)
    @given(every.of("trading.Tick"))
    def test_it(tick): ...

Only here is hypothesis imported.
"""

import itertools
import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from . import _data, _schema
from ._core import Schema
from ._schema import Field, Limits, Type, TypeDef, Variant

__all__ = ["Strategies", "of"]

Strategy = st.SearchStrategy[Any]

#: How many named types a value nests before it takes the shortest way to its end.
NESTING = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_UNITS = {"us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}
_EXACT = Context(prec=100)


class Strategies:
    """The strategies of one schema. `classes` is as `__kameo_types__`: values of the types in it come
    as instances, others as plain data, as where no code was generated.

    Thread-safety: none.
    """

    def __init__(self, schema: bytes, classes: Mapping[str, Any] | None = None) -> None:
        self._types = _schema.types_of(schema)
        self._codec = Schema(schema, dict(classes or {}))
        self._index = {each.name: i for i, each in enumerate(self._types)}
        self._classes = classes or {}
        self._made: dict[tuple[Type, Limits, int], Strategy] = {}
        self._height = self._heights()

    def of(self, name: str, tag: str | None = None, /, **fields: Any) -> Strategy:
        """Values of the type `name`, `trading.Tick`; of a union only variant `tag`, if it is given.
        `fields` are strategies, or values, for fields of a struct or of that variant."""
        definition = self._types[self._index[name]]
        if tag is not None:
            variant = next(each for each in definition.variants if each.name == tag)
            data = self._variant(variant, self._given(definition, variant, fields), NESTING)
        elif fields:
            if definition.form != _schema.STRUCT:
                raise TypeError(f"{name} is no struct: it has no fields to be given")
            data = self._struct(definition.fields, self._given(definition, None, fields), NESTING)
        else:
            data = self._value(Type("named", ref=self._index[name]), Limits(), NESTING)
        # What a receiver makes of it: instances, numpy arrays, f32 as they are; and a check that the
        # schema takes it.
        return data.map(lambda value: self._codec.decode(name, self._codec.encode(name, value)))

    def _given(self, definition: TypeDef, variant: Variant | None, fields: dict[str, Any]) -> dict[str, Strategy]:
        """By the IDL's names: a class may call a field otherwise (`from_`)."""
        own = definition.fields if variant is None else variant.fields
        cls = self._classes.get(definition.name)
        if variant is not None and cls is not None:
            cls = cls[definition.variants.index(variant)]
        names = [field.name for field in own] if cls is None else cls.__slots__
        idl = {name: field.name for name, field in zip(names, own)}
        unknown = fields.keys() - idl.keys()
        if unknown:
            raise TypeError(f"{definition.name} has no field {', '.join(sorted(unknown))}")
        return {
            idl[name]: value if isinstance(value, st.SearchStrategy) else st.just(value)
            for name, value in fields.items()
        }

    def _struct(self, fields: tuple[Field, ...], given: dict[str, Strategy], left: int) -> Strategy:
        return st.fixed_dictionaries(
            {
                field.name: given[field.name]
                if field.name in given
                else self._value(field.type, field.limits, left)
                for field in fields
            }
        )

    def _variant(self, variant: Variant, given: dict[str, Strategy], left: int) -> Strategy:
        """Its data form: `"cancel"`, `{"market": 5}`, `{"limit": {…}}`."""
        if variant.shape == _schema.UNIT:
            return st.just(variant.name)
        inner = self._struct(variant.fields, given, left)
        if variant.shape == _schema.FIELDS:
            return inner.map(lambda fields: {variant.name: fields})
        return inner.map(lambda fields: {variant.name: fields["value"]})

    # How deep values are at least, so that every one ends

    def _heights(self) -> list[float]:
        """How many named types the smallest value of each has inside each other."""
        heights = [math.inf] * len(self._types)
        changed = True
        while changed:
            before = list(heights)
            heights = [self._height_of(each, before) for each in self._types]
            changed = heights != before
        return heights

    def _height_of(self, definition: TypeDef, known: list[float]) -> float:
        if definition.form == _schema.STRUCT:
            return 1 + self._fields_height(definition.fields, known)
        if definition.form == _schema.UNION:
            return 1 + min(self._fields_height(each.fields, known) for each in definition.variants)
        if definition.form == _schema.ALIAS:
            return self._type_height(definition.target, Limits(), known)
        return 0

    def _fields_height(self, fields: tuple[Field, ...], known: list[float]) -> float:
        return max((self._type_height(each.type, each.limits, known) for each in fields), default=0)

    def _type_height(self, type: Type, limits: Limits, known: list[float]) -> float:
        if type.kind == "named":
            return known[type.ref]
        if type.kind == "optional" or type.kind in ("list", "set", "map") and not limits.min_items:
            return 0
        return max((self._type_height(each, Limits(), known) for each in type.args), default=0)

    # Values

    def _value(self, type: Type, limits: Limits, left: int) -> Strategy:
        key = (type, limits, left)
        if key not in self._made:
            # Known before it is made: a type may meet itself in it.
            self._made[key] = st.deferred(lambda: self._make(type, limits, left))
        return self._made[key]

    def _make(self, type: Type, limits: Limits, left: int) -> Strategy:
        if type.kind == "named":
            return self._named(self._types[type.ref], limits, left)
        if type.kind in _SCALARS:
            return _SCALARS[type.kind](type.kind, limits)
        if type.kind == "array":
            return _array(type)
        if type.kind == "optional":
            inner = self._value(type.args[0], limits, left)
            return st.none() | inner if left > 0 else st.none()
        if type.kind == "tuple":
            return st.tuples(*[self._value(each, Limits(), left) for each in type.args])
        elements = [self._value(each, Limits(), left) for each in type.args]
        if type.kind == "fixed":
            return st.lists(elements[0], min_size=type.dims[0], max_size=type.dims[0])
        least = limits.min_items or 0
        # The end of a recursion is near: no more elements than there must be.
        sizes = {"min_size": least, "max_size": limits.max_items if left > 0 else least}
        if type.kind == "set":
            return st.sets(elements[0], **sizes)  # type: ignore[arg-type]
        if type.kind == "map":
            return st.dictionaries(*elements, **sizes)  # type: ignore[call-overload]
        if not limits.unique:
            return st.lists(elements[0], **sizes)  # type: ignore[arg-type]
        unique = st.lists(elements[0], unique_by=repr, **sizes)  # type: ignore[arg-type]
        return unique.filter(_all_differ)

    def _named(self, definition: TypeDef, limits: Limits, left: int) -> Strategy:
        if definition.form == _schema.ALIAS:
            return self._value(definition.target, limits, left)
        if definition.form == _schema.ENUM:
            return st.sampled_from(definition.values)
        if math.isinf(self._height[self._index[definition.name]]):
            raise ValueError(f"{definition.name} has no value that ends within its limits")
        if definition.form == _schema.STRUCT:
            return self._struct(definition.fields, {}, left - 1)
        variants = definition.variants
        if left <= 0:
            heights = [self._fields_height(each.fields, self._height) for each in variants]
            variants = tuple(v for v, height in zip(variants, heights) if height == min(heights))
        return st.one_of([self._variant(each, {}, left - 1) for each in variants])


def of(module: Any, name: str, tag: str | None = None, /, **fields: Any) -> Strategy:
    """What the functions of a generated `strategies` give: `module` is the one of the package."""
    codec = _data.codec_of_module(module)
    if codec.strategies is None:
        codec.strategies = Strategies(codec.schema_bytes, codec.types)
    made: Strategy = codec.strategies.of(name, tag, **fields)
    return made


# ---- scalars, each by its kind and limits


def _all_differ(items: list[Any]) -> bool:
    return all(a != b for i, a in enumerate(items) for b in items[:i])


def _whole(kind: str, limits: Limits) -> Strategy:
    bits = int(kind[1:])
    signed = kind[0] == "i"
    least = int(limits.min) if limits.min else (-(2 ** (bits - 1)) if signed else 0)
    most = int(limits.max) if limits.max else (2 ** (bits - 1) - 1 if signed else 2**bits - 1)
    return _multiples(least, most, int(limits.multiple_of or 1))


def _multiples(least: int, most: int, step: int) -> Strategy:
    return st.integers(-(-least // step), most // step).map(lambda count: count * step)


def _float(kind: str, limits: Limits) -> Strategy:
    least = None if limits.min is None else float(limits.min)
    most = None if limits.max is None else float(limits.max)
    if kind == "f64":
        return st.floats(least, most)
    return st.floats(_as_f32(least, up=True), _as_f32(most, up=False), width=32)


def _as_f32(limit: float | None, up: bool) -> float | None:
    """The nearest f32 that is within the limit."""
    if limit is None:
        return None
    (near,) = struct.unpack("<f", struct.pack("<f", limit))
    if near == limit or (near > limit) == up:
        return float(near)
    if near == 0:
        return 2.0**-149 if up else -(2.0**-149)
    (bits,) = struct.unpack("<i", struct.pack("<f", near))
    away = (near >= 0) == up  # from zero: the next larger pattern of bits
    (near,) = struct.unpack("<f", struct.pack("<i", bits + (1 if away else -1)))
    return float(near)


def _string(_kind: str, limits: Limits) -> Strategy:
    least, most = limits.min_length or 0, limits.max_length
    if limits.pattern is None:
        return st.text(st.characters(codec="utf-8"), min_size=least, max_size=most)
    # `.` is any character but the line breaks of ECMAScript, which has two more than Python.
    letters = st.characters(codec="utf-8", exclude_characters="\u2028\u2029")
    pattern = re.compile(limits.pattern, re.ASCII)
    matching = st.from_regex(pattern, fullmatch=True, alphabet=letters)
    if "." in limits.pattern and "\\r" not in limits.pattern:
        matching = matching.filter(lambda text: "\r" not in text)
    return matching.filter(lambda text: least <= len(text) and (most is None or len(text) <= most))


def _bytes(_kind: str, limits: Limits) -> Strategy:
    return st.binary(min_size=limits.min_length or 0, max_size=limits.max_length)


def _timestamp(_kind: str, limits: Limits) -> Strategy:
    """Of the years that Python's datetime has, 1 to 9999."""
    least = (datetime.min.replace(tzinfo=timezone.utc) - _EPOCH) // _MICROSECOND
    most = (datetime.max.replace(tzinfo=timezone.utc) - _EPOCH) // _MICROSECOND
    least = max(least, _time_of(limits.min)) if limits.min else least
    most = min(most, _time_of(limits.max)) if limits.max else most
    return st.integers(least, most).map(lambda us: _EPOCH + timedelta(microseconds=us))


def _time_of(text: str) -> int:
    """Microseconds of an RFC 3339 time as the IDL has checked it; rounded down."""
    found = re.fullmatch(
        r"(-?\d+)-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", text
    )
    if found is None:
        raise ValueError(f"no time that is understood: {text}")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    fraction = int((found[7] or "").ljust(6, "0")[:6])
    offset = (int(found[9]) * 60 + int(found[10])) * (-1 if found[8] == "-" else 1) if found[8] else 0
    # Days by hand: a limit may lie in a year that datetime does not have.
    cycles, in_cycle = divmod(year - 2000, 400)
    days = (datetime(2000 + in_cycle, month, day) - datetime(1970, 1, 1)).days + cycles * 146_097
    return (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1_000_000 + fraction


def _duration(_kind: str, limits: Limits) -> Strategy:
    least = _length_of(limits.min) if limits.min else -(2**63)
    most = _length_of(limits.max) if limits.max else 2**63 - 1
    step = _length_of(limits.multiple_of) if limits.multiple_of else 1
    return _multiples(least, most, step).map(lambda us: timedelta(microseconds=us))


def _length_of(text: str) -> int:
    """Microseconds of `1h30m`."""
    total = sum(
        Fraction(number) * _UNITS[unit]
        for number, unit in re.findall(r"(\d+(?:\.\d+)?)([a-z]+)", text)
    )
    return int(-total if text.startswith("-") else total)


def _decimal(_kind: str, limits: Limits) -> Strategy:
    if limits.min is limits.max is limits.multiple_of is None:
        return st.builds(
            lambda negative, digits, exponent: Decimal((negative, tuple(map(int, str(digits))), exponent)),
            st.integers(0, 1),
            st.integers(0, 10**34 - 1),
            st.integers(-20, 20) | st.integers(-6176, 6111),
        )
    # Multiples of a step; without one, of a fine one, and the limits themselves.
    bounds = [Decimal(text) for text in (limits.min, limits.max) if text is not None]
    finest = min([0, *(_exponent(each) for each in bounds)]) - 3
    step = Decimal(limits.multiple_of) if limits.multiple_of else Decimal((0, (1,), finest))
    widest = 10**30
    least = -widest if limits.min is None else math.ceil(Fraction(limits.min) / Fraction(step))
    most = widest if limits.max is None else math.floor(Fraction(limits.max) / Fraction(step))
    inside = st.integers(max(least, -widest), min(most, widest))
    made = inside.map(lambda count: _EXACT.multiply(Decimal(count), step))
    return made if limits.multiple_of else made | st.sampled_from(bounds)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # a limit is finite
    return exponent


def _array(type: Type) -> Strategy:
    """Lists in lists, as many elements in each row as in the others."""
    element = _SCALARS[type.args[0].kind](type.args[0].kind, Limits())
    if len(type.dims) <= 1 and not sum(type.dims):
        return st.lists(element)

    def of_shape(shape: tuple[int, ...]) -> Strategy:
        # Of a large array a few numbers are random: all of them would be more than hypothesis takes.
        count = min(math.prod(shape), 64)
        few = st.lists(element, min_size=count, max_size=count)
        return few.map(lambda numbers: _rows(shape, itertools.cycle(numbers)))

    return st.tuples(*[st.just(dim) if dim else st.integers(0, 4) for dim in type.dims]).flatmap(of_shape)


def _rows(shape: tuple[int, ...], numbers: Iterator[Any]) -> Any:
    if not shape:
        return next(numbers)
    return [_rows(shape[1:], numbers) for _ in range(shape[0])]


_Maker = Callable[[str, Limits], Strategy]
_SCALARS: dict[str, _Maker] = {
    "bool": lambda _kind, _limits: st.booleans(),
    **dict.fromkeys("i8 i16 i32 i64 u8 u16 u32 u64".split(), _whole),
    "f32": _float,
    "f64": _float,
    "string": _string,
    "bytes": _bytes,
    "timestamp": _timestamp,
    "duration": _duration,
    "uuid": lambda _kind, _limits: st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number)),
    "decimal": _decimal,
}
