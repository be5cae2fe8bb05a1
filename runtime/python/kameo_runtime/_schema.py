"""Schema bytes as Python objects (docs/protocol.md, "Schema bytes"): what a type is made of and which
limits its fields have. Only for tests' strategies; the codec reads them in C++.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 string bytes timestamp duration uuid decimal optional "
    "list set map fixed tuple array named"
).split()
STRUCT, ENUM, UNION, ALIAS = range(4)
UNIT, VALUE, FIELDS = range(3)


@dataclass(frozen=True)
class Type:
    kind: str
    args: "tuple[Type, ...]" = ()
    dims: tuple[int, ...] = ()
    ref: int = 0


@dataclass(frozen=True)
class Limits:
    """`min`, `max` and `multiple_of` as the IDL has them, for the field's kind to read."""

    min: str | None = None
    max: str | None = None
    multiple_of: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    unique: bool = False


@dataclass(frozen=True)
class Field:
    name: str
    type: Type
    limits: Limits = Limits()


@dataclass(frozen=True)
class Variant:
    name: str
    shape: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class TypeDef:
    name: str
    """With its package: `trading.Tick`."""
    form: int
    fields: tuple[Field, ...] = ()
    values: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    target: Type = field(default=Type("bool"))


class _Reader:
    """Reads what the extension has checked already: no lengths are judged here."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 6  # the magic and the version

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return int(value)

    def text(self) -> str:
        size = self.number("I")
        self.at += size
        return self.data[self.at - size : self.at].decode()

    def some(self, read: Any) -> Any:
        return read() if self.number("B") else None

    def many(self, read: Any) -> Any:
        return tuple([read() for _ in range(self.number("I"))])

    def type(self) -> Type:
        kind = KINDS[self.number("H")]
        return Type(kind, self.many(self.type), self.many(lambda: self.number("I")), self.number("I"))

    def limits(self) -> Limits:
        texts = [self.some(self.text) for _ in range(3)]
        sizes = [self.some(lambda: self.number("Q")) for _ in range(4)]
        return Limits(*texts, *sizes, self.some(self.text), self.number("B") != 0)

    def field(self) -> Field:
        name, _doc = self.text(), self.text()
        read = Field(name, self.type(), self.limits())
        self.some(self.skip_bytes)  # the default
        self.text()  # why it is deprecated
        self.number("B")  # whether it is secret
        return read

    def skip_bytes(self) -> None:
        size = self.number("I")  # moves `at` too
        self.at += size

    def value(self) -> str:
        name, _doc, _deprecated = self.text(), self.text(), self.text()
        return name

    def variant(self) -> Variant:
        name = self.value()
        return Variant(name, self.number("H"), self.many(self.field))

    def type_def(self) -> TypeDef:
        name = f"{self.text()}.{self.text()}"
        self.text(), self.text()  # doc, deprecated
        read = TypeDef(name, self.number("H"), self.many(self.field), self.many(self.value),
                       self.many(self.variant), self.type())  # fmt: skip
        self.number("I")  # the line
        return read

    def source_file(self) -> None:
        self.text(), self.text(), self.text()
        self.many(lambda: self.number("I"))


def types_of(data: bytes) -> tuple[TypeDef, ...]:
    """The types of schema bytes that `_core.Schema` takes, by their index."""
    reader = _Reader(data)
    reader.text()
    reader.many(reader.source_file)
    types: tuple[TypeDef, ...] = reader.many(reader.type_def)
    return types
