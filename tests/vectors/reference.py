"""A second implementation of docs/protocol.md in plain Python: written from the document, not from
the C++ code, so that the vectors in this folder are not what they test. Slow and short on purpose;
a start for a child in another language.

    reference.py --write    works out the `hex` and `canonical` of every case anew

Values are in the JSON form of docs/idl.md.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import pathlib
import re
import struct
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
NUMBERS = {"i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B", "u16": "H", "u32": "I",
           "u64": "Q", "f32": "f", "f64": "d"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
UNITS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000,
         "us": 1}


class Refused(Exception):
    """A payload that breaks a rule; `code` is the error's name."""

    def __init__(self, message: str, code: str = "bad_request") -> None:
        super().__init__(message)
        self.code = code


def parse_type(text: str) -> tuple:
    """`map<string; list<u8>>` as ("map", [("string", [], []), …], dims)."""
    name, _, rest = text.partition("<")
    if not rest:
        return (name.strip(), [], [])
    parts, depth, start = [], 0, 0
    inner = rest[: rest.rindex(">")]
    for at, char in enumerate(inner + ";"):
        depth += {"<": 1, ">": -1}.get(char, 0)
        if char == ";" and depth == 0:
            parts.append(inner[start:at].strip())
            start = at + 1
    if parts == [""]:
        parts = []
    dims: list[int] = []
    if len(parts) > 1 and name in ("fixed", "array"):
        dims = [0 if dim == "*" else int(dim) for dim in parts.pop().split("x")]
    return (name, [parse_type(part) for part in parts], dims)


def microseconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    return sign * sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)(us|ms|[dhms])", text))


class Codec:
    """Payloads of the types that `definitions` names."""

    def __init__(self, definitions: dict, depth: int = 64, elements: int = 16777216) -> None:
        self.definitions = definitions
        self.limits = {"depth": depth, "elements": elements}

    # ---- writing

    def encode(self, spelled: str, value: object) -> bytes:
        self.out = bytearray()
        self._write(parse_type(spelled), value)
        return bytes(self.out)

    def _count(self, n: int) -> None:
        self.out += struct.pack("<I", n)

    def _write(self, t: tuple, value: object) -> None:
        kind, args, dims = t
        if kind in self.definitions:
            return self._write_named(self.definitions[kind], value)
        if kind in NUMBERS:
            self.out += struct.pack("<" + NUMBERS[kind], self._number(kind, value))
        elif kind == "bool":
            self.out.append(int(value))
        elif kind in ("string", "bytes"):
            raw = value.encode() if kind == "string" else base64.b64decode(value)
            self._count(len(raw))
            self.out += raw
        elif kind == "timestamp":
            whole, _, decimals = value.rstrip("Z").partition(".")
            at = datetime.datetime.strptime(whole + "+0000", "%Y-%m-%dT%H:%M:%S%z")
            seconds = (at - EPOCH) // datetime.timedelta(seconds=1)
            self.out += struct.pack("<q", seconds * 1_000_000 + int(decimals.ljust(6, "0")))
        elif kind == "duration":
            self.out += struct.pack("<q", microseconds(value))
        elif kind == "uuid":
            self.out += uuid.UUID(value).bytes
        elif kind == "decimal":
            sign, digits, exponent = decimal.Decimal(value).as_tuple()
            coefficient = int("".join(map(str, digits)))
            self.out += struct.pack("<QQhB", coefficient & (2**64 - 1), coefficient >> 64, exponent,
                                    sign)
        elif kind == "optional":
            self.out.append(value is not None)
            if value is not None:
                self._write(args[0], value)
        elif kind in ("list", "set"):
            self._count(len(value))
            for element in value:
                self._write(args[0], element)
        elif kind == "map":
            self._count(len(value))
            for key, mapped in value.items():
                self._write(args[0], self._key(args[0], key))
                self._write(args[1], mapped)
        elif kind in ("fixed", "tuple"):
            for t_element, element in zip(args * (dims[0] if dims else 1), value, strict=True):
                self._write(t_element, element)
        elif kind == "array":
            self._write_array(args[0][0], dims or [0], value)
        else:
            raise ValueError(kind)

    @staticmethod
    def _number(kind: str, value: object) -> object:
        special = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
        if kind.startswith("f"):
            return special[value] if isinstance(value, str) else value
        return int(value)

    def _key(self, t: tuple, text: str) -> object:
        if t[0] == "bool":
            return text == "true"
        return int(text) if t[0] in NUMBERS else text

    def _write_array(self, number: str, declared: list[int], value: list) -> None:
        shape = []
        row = value
        for dim in declared:  # below an empty row the declaration alone says how long they are
            shape.append(dim or len(row))
            row = row[0] if row else []
        for dim in shape:
            self._count(dim)
        size = struct.calcsize("<" + NUMBERS[number])
        self.out += bytes(-len(self.out) % size)
        flat = value
        for _ in range(len(declared) - 1):
            flat = [element for row in flat for element in row]
        for element in flat:
            self._write((number, [], []), element)

    def _write_named(self, definition: dict, value: object) -> None:
        if "alias" in definition:
            self._write(parse_type(definition["alias"]), value)
        elif "enum" in definition:
            self.out += struct.pack("<H", definition["enum"].index(value))
        elif "struct" in definition:
            self._write_fields(definition["struct"], value)
        else:
            name, carried = (value, None) if isinstance(value, str) else next(iter(value.items()))
            names = [variant[0] for variant in definition["union"]]
            self.out += struct.pack("<H", names.index(name))
            shape = definition["union"][names.index(name)][1:]
            if shape and isinstance(shape[0], str):
                self._write(parse_type(shape[0]), carried)
            elif shape:
                self._write_fields(shape[0], carried)

    def _write_fields(self, fields: list, value: dict) -> None:
        assert sorted(value) == sorted(name for name, _ in fields), (value, fields)
        for name, spelled in fields:
            self._write(parse_type(spelled), value[name])

    # ---- reading: only whether the payload keeps the rules

    def check(self, spelled: str, payload: bytes) -> None:
        """Raises Refused where the payload is none of that type."""
        self.data, self.at = payload, 0
        self.depth = self.seen_elements = 0
        self._read(parse_type(spelled))
        if self.at != len(payload):
            raise Refused("bytes after the value")

    def _take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise Refused("truncated")
        self.at += size
        return self.data[self.at - size : self.at]

    def _get(self, form: str) -> int:
        return struct.unpack("<" + form, self._take(struct.calcsize("<" + form)))[0]

    def _read_count(self) -> int:
        count = self._get("I")
        if count > len(self.data) - self.at:
            raise Refused("a count that cannot be true")
        self.seen_elements += count
        if self.seen_elements > self.limits["elements"]:
            raise Refused("too many elements", "over_limit")
        return count

    def _flag(self) -> bool:
        flag = self._get("B")
        if flag > 1:
            raise Refused("a flag that is neither 0 nor 1")
        return flag == 1

    def _read(self, t: tuple) -> None:
        kind, args, dims = t
        if kind in self.definitions:
            self._read_named(self.definitions[kind])
        elif kind in NUMBERS:
            self._get(NUMBERS[kind])
        elif kind == "bool":
            self._flag()
        elif kind == "string":
            try:
                self._take(self._get("I")).decode("utf-8")
            except UnicodeDecodeError as error:
                raise Refused("no UTF-8") from error
        elif kind == "bytes":
            self._take(self._get("I"))
        elif kind in ("timestamp", "duration"):
            self._take(8)
        elif kind == "uuid":
            self._take(16)
        elif kind == "decimal":
            low, high, exponent = self._get("Q"), self._get("Q"), self._get("h")
            self._flag()
            if (high << 64 | low) >= 10**34 or not -6176 <= exponent <= 6111:
                raise Refused("a decimal out of range")
        elif kind == "optional":
            if self._flag():
                self._read(args[0])
        elif kind in ("list", "set", "map"):
            seen = set()
            for _ in range(self._read_count()):
                start = self.at
                self._read(args[0])
                element = self.data[start : self.at]
                if kind != "list" and element in seen:
                    raise Refused("twice")
                seen.add(element)
                if kind == "map":
                    self._read(args[1])
        elif kind in ("fixed", "tuple"):
            for element in args * (dims[0] if dims else 1):
                self._read(element)
        elif kind == "array":
            count = 1
            for declared in dims or [0]:
                dim = self._get("I")
                if declared not in (0, dim):
                    raise Refused("another shape")
                count *= dim
            size = struct.calcsize("<" + NUMBERS[args[0][0]])
            if any(self._take(-self.at % size)):
                raise Refused("padding")
            self._take(count * size)
        else:
            raise ValueError(kind)

    def _read_named(self, definition: dict) -> None:
        if "alias" in definition:
            return self._read(parse_type(definition["alias"]))
        if "enum" in definition:
            if self._get("H") >= len(definition["enum"]):
                raise Refused("no such value")
            return None
        if self.depth == self.limits["depth"]:
            raise Refused("nested too deep", "over_limit")
        self.depth += 1
        fields = definition.get("struct")
        if fields is None:
            tag = self._get("H")
            if tag >= len(definition["union"]):
                raise Refused("no such variant")
            shape = definition["union"][tag][1:]
            fields = [] if not shape else [["value", shape[0]]] if isinstance(shape[0], str) else shape[0]
        for _, spelled in fields:
            self._read(parse_type(spelled))
        self.depth -= 1


# ---- frames

TYPES = ["", "hello", "welcome", "ready", "ask", "tell", "reply", "error", "stream_item",
         "stream_end", "credit", "cancel", "log", "metric", "ping", "pong", "drain", "bye", "chunk"]


def window(case: dict) -> bytes:
    return struct.pack("<IIQ", case["items"], 0, case["bytes"])


def frame(case: dict) -> bytes:
    parts, flags = b"", 0
    if "deadline_us" in case:
        flags, parts = flags | 1, parts + struct.pack("<q", case["deadline_us"])
    if "trace" in case:
        flags, parts = flags | 2, parts + bytes.fromhex(case["trace"])
    if "chain" in case:
        flags |= 4
        parts += struct.pack("<II", len(case["chain"]), 0)
        parts += b"".join(struct.pack("<Q", actor) for actor in case["chain"])
    if case.get("more"):
        flags |= 8
    if "window" in case:
        flags |= 16
        parts += window(case["window"])
    if case.get("input"):
        flags |= 32
    body = parts + bytes.fromhex(case.get("payload", ""))
    header = struct.pack("<IBBHQ", len(body), TYPES.index(case["type"]), flags,
                         case.get("route", 0), case.get("correlation", 0))
    return header + body + bytes(-len(body) % 8)


# ---- fingerprints

class Canonical:
    def __init__(self, definitions: dict) -> None:
        self.definitions = definitions
        self.order: list[str] = []

    def type(self, t: tuple) -> str:
        kind, args, dims = t
        if kind in self.definitions:
            definition = self.definitions[kind]
            if "alias" in definition:
                return self.type(parse_type(definition["alias"]))
            if kind not in self.order:
                self.order.append(kind)
            return f"#{self.order.index(kind) + 1}"
        inner = ";".join([self.type(arg) for arg in args] + [str(dim) for dim in dims])
        return f"{kind}<{inner}>" if inner else kind

    def fields(self, fields: list) -> str:
        return "{" + ",".join(f"{name}:{self.type(parse_type(t))}" for name, t in fields) + "}"

    def definition(self, definition: dict) -> str:
        if "enum" in definition:
            return "enum{" + ",".join(definition["enum"]) + "}"
        if "struct" in definition:
            return "struct" + self.fields(definition["struct"])
        variants = []
        for name, *shape in definition["union"]:
            if shape and isinstance(shape[0], str):
                name += ":" + self.type(parse_type(shape[0]))
            elif shape:
                name += self.fields(shape[0])
            variants.append(name)
        return "union{" + ",".join(variants) + "}"

    def method(self, package: str, method: dict) -> str:
        text = self.type(parse_type(method["request"]))
        if "input_stream" in method:
            text += "<-" + self.type(parse_type(method["input_stream"]))
        for answer in ("reply", "stream"):
            if answer in method:
                text += f"->{answer} " + self.type(parse_type(method[answer]))
        if "reply" not in method and "stream" not in method:
            text += "->none"
        for error in method.get("errors", []):
            text += f"!{package}.{error} " + self.type(parse_type(error))
        at = 0
        while at < len(self.order):  # a definition may mention new types
            text += f"\n#{at + 1}=" + self.definition(self.definitions[self.order[at]])
            at += 1
        return text


def fnv1a(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


# ---- the files

def hexed(data: bytes) -> str:
    return data.hex(" ")


def fill_in(name: str, content: dict) -> dict:
    """`content` with all that follows from the rest worked out."""
    codec = Codec(content.get("types", {}))
    for case in content.get("valid", []):
        case["hex"] = hexed(codec.encode(case["type"], case["value"]))
    if name == "frames":
        for case in content["frames"]:
            case["hex"] = hexed(frame(case))
    for method in content.get("methods", []):
        method["canonical"] = Canonical(content["described"]).method(content["package"], method)
        method["fingerprint"] = f"{fnv1a(method['canonical']):016x}"
    return content


def dump(content: dict) -> str:
    """JSON with a case to a line."""
    lines = []
    for key, value in content.items():
        if isinstance(value, list):
            items = ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f'  {json.dumps(key)}: [\n{items}\n  ]')
        elif isinstance(value, dict):
            items = ",\n".join(f"    {json.dumps(name)}: " + json.dumps(item, ensure_ascii=False)
                               for name, item in value.items())
            lines.append(f'  {json.dumps(key)}: {{\n{items}\n  }}')
        else:
            lines.append(f"  {json.dumps(key)}: " + json.dumps(value, ensure_ascii=False))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for path in sorted(HERE.glob("*.json")):
        path.write_text(dump(fill_in(path.stem, json.loads(path.read_text()))))


if __name__ == "__main__":
    main()
