"""The schema that a test's worker gets, and payloads of its types, by the second implementation of
docs/protocol.md in `tests/vectors/reference.py`."""

from __future__ import annotations

import base64
import json
import pathlib
import struct
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors"
sys.path.insert(0, str(VECTORS))
import reference  # noqa: E402

SCHEMA_TYPES = json.loads((VECTORS / "schema.json").read_text())["types"]
HANDSHAKE = json.loads((VECTORS / "handshake.json").read_text())["types"]
LIMITS = dict.fromkeys(
    "min max multiple_of min_length max_length min_items max_items pattern".split()
) | {"unique": False}


class Values(reference.Codec):
    """Reads payloads too: into ints, strings, lists and dicts; bytes stay bytes, µs are ints."""

    def decode(self, spelled: str, payload: bytes):
        self.check(spelled, payload)
        self.data, self.at = payload, 0
        return self._value(reference.parse_type(spelled))

    def _value(self, t):
        kind, args, dims = t
        if kind in self.definitions:
            return self._named(self.definitions[kind])
        if kind in reference.NUMBERS:
            return self._get(reference.NUMBERS[kind])
        if kind == "bool":
            return self._flag()
        if kind in ("string", "bytes"):
            raw = self._take(self._get("I"))
            return raw.decode() if kind == "string" else raw
        if kind in ("timestamp", "duration"):
            return self._get("q")
        if kind == "uuid":
            return self._take(16)
        if kind == "decimal":
            low, high = self._get("Q"), self._get("Q")
            return (high << 64 | low, self._get("h"), self._flag())
        if kind == "optional":
            return self._value(args[0]) if self._flag() else None
        if kind in ("list", "set"):
            return [self._value(args[0]) for _ in range(self._get("I"))]
        if kind == "map":
            return {self._value(args[0]): self._value(args[1]) for _ in range(self._get("I"))}
        if kind in ("fixed", "tuple"):
            return [self._value(part) for part in args * (dims[0] if dims else 1)]
        shape = [self._get("I") for _ in dims or [0]]
        form = reference.NUMBERS[args[0][0]]
        self._take(-self.at % struct.calcsize("<" + form))
        count = 1
        for dim in shape:
            count *= dim
        return (shape, [self._get(form) for _ in range(count)])

    def _named(self, definition):
        if "alias" in definition:
            return self._value(reference.parse_type(definition["alias"]))
        if "enum" in definition:
            return definition["enum"][self._get("H")]
        if "struct" in definition:
            return self._fields(definition["struct"])
        name, *shape = definition["union"][self._get("H")]
        if not shape:
            return name
        if isinstance(shape[0], str):
            return {name: self._value(reference.parse_type(shape[0]))}
        return {name: self._fields(shape[0])}

    def _fields(self, fields):
        return {name: self._value(reference.parse_type(spelled)) for name, spelled in fields}


WIRE = Values(HANDSHAKE)


def _plain(fields: list) -> list:
    """Fields without the third part, which says limits and defaults."""
    return [field[:2] for field in fields]


def _plain_type(definition: dict) -> dict:
    if "struct" in definition:
        return {"struct": _plain(definition["struct"])}
    if "union" in definition:
        return {"union": [[v[0], *(_plain(s) if isinstance(s, list) else s for s in v[1:])]
                          for v in definition["union"]]}
    return definition


class Schema:
    """A package in the short form of tests/vectors/README.md, with one actor and its callbacks.

    `handlers` and `callbacks` map names to {"request": fields, "reply": type} and the like.
    """

    def __init__(self, types=None, handlers=None, callbacks=None, config=(), package="test",
                 actor="Actor", **settings) -> None:
        self.package, self.actor = package, actor
        self.settings = settings
        self.types = dict(types or {})
        self.handlers = handlers or {}
        self.callbacks = callbacks or {}
        for name, handler in self.handlers.items():
            self.types[self.request_of(name)] = {"struct": handler.get("request", [])}
        for name, callback in self.callbacks.items():
            self.types[self.request_of(name)] = {"struct": callback.get("request", [])}
        self.types["Config"] = {"struct": list(config)}
        self.names = list(self.types)
        self.values = Values({name: _plain_type(d) for name, d in self.types.items()})

    @staticmethod
    def request_of(name: str) -> str:
        parts = name.replace(".", "_").split("_")
        return "Request" + "".join(part[:1].upper() + part[1:] for part in parts)

    def routes(self, fingerprints=None) -> list[dict]:
        listed = [(name, 0) for name in self.handlers] + [(name, 1) for name in self.callbacks]
        return [
            {"number": i + 1, "to_parent": to_parent, "name": name,
             "fingerprint": (fingerprints or {}).get(name, 0)}
            for i, (name, to_parent) in enumerate(listed)
        ]

    def route(self, name: str) -> int:
        return [*self.handlers, *self.callbacks].index(name) + 1

    # -- schema bytes

    def _type(self, spelled) -> dict:
        name, args, dims = reference.parse_type(spelled) if isinstance(spelled, str) else spelled
        kinds = {"bool": "boolean", "fixed": "fixed_array", "array": "numeric_array"}
        if name in self.names:
            return {"kind": "named", "args": [], "dims": [], "ref": self.names.index(name)}
        return {"kind": kinds.get(name, name), "args": [self._type(a) for a in args],
                "dims": list(dims), "ref": 0}

    def _field(self, field) -> dict:
        name, spelled, more = (*field, {})[:3]
        default = more.get("default")
        if default is not None:
            default = base64.b64encode(self.values.encode(spelled, default)).decode()
        return {
            "name": name, "doc": "", "type": self._type(spelled),
            "limits": LIMITS | {k: v for k, v in more.items() if k in LIMITS},
            "default_value": default, "deprecated": "", "secret": more.get("secret", False),
        }

    def _variant(self, variant) -> dict:
        name, *shape = variant
        kind = "unit" if not shape else "value" if isinstance(shape[0], str) else "fields"
        fields = [] if not shape else [["value", shape[0]]] if kind == "value" else shape[0]
        return {"name": name, "doc": "", "deprecated": "", "shape": kind,
                "fields": [self._field(f) for f in fields]}

    def _definition(self, name: str) -> dict:
        given = self.types[name]
        form = next(f for f in ("struct", "enum", "union", "alias") if f in given)
        return {
            "package": self.package, "name": name, "doc": "", "deprecated": "", "line": 0,
            "form": {"struct": "structure", "enum": "enumeration", "union": "tagged_union",
                     "alias": "alias"}[form],
            "fields": [self._field(f) for f in given.get("struct", [])],
            "values": [{"name": v, "doc": "", "deprecated": ""} for v in given.get("enum", [])],
            "variants": [self._variant(v) for v in given.get("union", [])],
            "target": self._type(given.get("alias", "bool")),
        }

    def _method(self, name: str, method: dict) -> dict:
        return {
            "name": name.rpartition(".")[2], "doc": "", "deprecated": "",
            "request": self.names.index(self.request_of(name)),
            "answer": next((form for form in ("reply", "stream") if form in method), "none"),
            "output": self._type(method.get("reply", method.get("stream", "bool"))),
            "input_stream": self._type(method["input"]) if "input" in method else None,
            "errors": [self.names.index(e) for e in method.get("errors", [])],
            "idempotent": False, "reentrant": method.get("reentrant", False), "budget_ms": 0,
            "deadline_ms": method.get("deadline_ms", 0), "concurrency": method.get("concurrency", 1), "line": 0,
        }

    def to_bytes(self) -> bytes:
        modules: dict[str, list] = {}
        for name, callback in self.callbacks.items():
            modules.setdefault(name.partition(".")[0], []).append(self._method(name, callback))
        actor = {
            "package": self.package, "name": self.actor, "doc": "", "deprecated": "",
            "config": self.names.index("Config"), "uses": list(range(len(modules))),
            "handlers": [self._method(n, h) for n, h in self.handlers.items()],
            "concurrency": self.settings.get("concurrency", 1),
            "reentrant": self.settings.get("reentrant", False), "line": 0,
        }
        package = {
            "name": self.package, "files": [{"package": self.package, "path": "", "doc": "",
                                             "imports": []}],
            "types": [self._definition(name) for name in self.names],
            "modules": [{"package": self.package, "name": name, "doc": "", "callbacks": methods,
                         "line": 0} for name, methods in modules.items()],
            "actors": [actor],
        }
        return reference.Codec(SCHEMA_TYPES).encode(
            "SchemaBytes", {"magic": list(b"KSCH"), "version": 1, "package": package})

    def canonical(self, name: str) -> int:
        """The fingerprint of a handler or callback."""
        method = (self.handlers | self.callbacks)[name]
        described = {k: method[k] for k in ("reply", "stream", "errors") if k in method}
        if "input" in method:
            described["input_stream"] = method["input"]
        text = reference.Canonical(self.values.definitions).method(
            self.package, {"request": self.request_of(name), **described})
        return reference.fnv1a(text)
