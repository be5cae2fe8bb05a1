"""The parent's side of a session, in plain Python: starts a worker and talks to it byte by byte.

Frames and payloads are written by `tests/vectors/reference.py`, the second implementation of
docs/protocol.md, so that these tests check the protocol too.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "vectors"))
import json  # noqa: E402

import reference  # noqa: E402

SCHEMA_TYPES = json.loads((ROOT / "tests" / "vectors" / "schema.json").read_text())["types"]
HANDSHAKE = json.loads((ROOT / "tests" / "vectors" / "handshake.json").read_text())["types"]
ERRORS = (
    "internal invalid_argument handler_failed declared bad_request bad_reply unknown_route "
    "schema_mismatch overloaded cancelled deadline_exceeded not_started died_may_have_run stopped "
    "start_failed handshake_timeout bad_frame over_limit session_closed no_answer not_provided "
    "deadlock already_provided not_found system"
).split()
LIMITS = dict.fromkeys(
    "min max multiple_of min_length max_length min_items max_items pattern".split()
) | {"unique": False}
#: What a reader takes at first, items and bytes: kameo/stream_window.hpp.
WINDOW = (64, 1 << 18)
#: For a worker that says nothing any more: a failed test rather than a hung one.
PATIENCE = 30


def interpreter() -> str:
    return os.environ.get("KAMEO_PYTHON", sys.executable)


# ---- payloads


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
            import base64

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


# ---- the talk


class Frame:
    """`parts`: what the flags name: deadline_us, trace, chain, window, and whether it is about an
    input."""

    __slots__ = ("type", "route", "correlation", "payload", "parts")

    def __init__(self, type, route, correlation, payload, parts) -> None:
        self.type, self.route, self.correlation, self.payload = type, route, correlation, payload
        self.parts = parts

    def __repr__(self) -> str:
        return f"<{self.type} route {self.route} ask {self.correlation}, {len(self.payload)} bytes>"


def _split(type: str, flags: int, body: bytes) -> tuple[dict, bytes]:
    """The parts of a frame's body, by its flags, and the payload behind them."""
    parts: dict = {"input": bool(flags & 32)}
    at = 0
    if flags & 1:
        (parts["deadline_us"],) = struct.unpack_from("<q", body, at)
        at += 8
    if flags & 2:
        parts["trace"] = body[at : at + 32].hex()
        at += 32
    if flags & 4:
        (count,) = struct.unpack_from("<I", body, at)
        parts["chain"] = list(struct.unpack_from(f"<{count}Q", body, at + 8))
        at += 8 + 8 * count
    if flags & 16 or type == "credit":
        items, _, size = struct.unpack_from("<IIQ", body, at)
        parts["window"] = (items, size)
        at += 16
    return parts, body[at:]


class Ended(Exception):
    """The worker closed the connection."""


class StreamEnd(Exception):
    """No more items, and nothing went wrong."""


class RemoteError(Exception):
    """An error frame; the fields of docs/protocol.md's Error are attributes."""

    def __init__(self, fields: dict) -> None:
        super().__init__(fields["message"])
        self.__dict__.update(fields)
        self.code = ERRORS[fields["code"] - 1]


class Worker:
    """One worker process and our end of its socket."""

    def __init__(self, schema: Schema, handler="handlers", path=(), config=None, python=None,
                 fingerprints=None, environment=None, log_level="debug", cwd=None,
                 deadline_us=0) -> None:
        self.schema = schema
        self.logs: list[dict] = []
        self.next_ask = 1
        self._in = b""
        self._batch: bytes | None = None
        self._kept: list[Frame] = []
        self._pending: tuple | None = None
        ours, theirs = socket.socketpair()
        self.socket = ours
        ours.settimeout(PATIENCE)
        env = {"PATH": os.environ["PATH"], "KAMEO_FD": str(theirs.fileno()),
               "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
        for inherited in ("PYTHONPATH", "PYTHONDEVMODE"):
            if inherited in os.environ:
                env[inherited] = os.environ[inherited]
        # Files, not pipes: nothing needs to read along while a test runs.
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [python or interpreter(), "-m", "kameo_runtime.worker"], env=env, cwd=cwd,
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=self._out,
            stderr=self._err)
        theirs.close()
        self.welcome = {
            "minor": 0, "capabilities": 0, "message_bytes": 64 << 20, "open_asks": 65536,
            "actor": f"{schema.package}.{schema.actor}", "name": "actor[0]", "incarnation": 1,
            "log_level": log_level, "handler": handler, "path": [str(p) for p in path],
            "schema": _base64(schema.to_bytes()),
            "config": _base64(schema.values.encode("Config", config or {})),
            "routes": schema.routes(fingerprints), "deadline": f"{deadline_us}us",
        }

    # -- life

    def greet(self) -> "Worker":
        self.hello = WIRE.decode("Hello", self.next("hello").payload)
        self.send("welcome", payload=reference.Codec(HANDSHAKE).encode("Welcome", self.welcome))
        return self

    def start(self) -> "Worker":
        """Until ready; raises what the worker says where it can't start."""
        self.greet()
        self.refused = WIRE.decode("Ready", self.next("ready").payload)["refused"]
        return self

    def stop(self) -> int:
        """Drains it; the exit code."""
        self.send("drain")
        self.next("bye")
        self.socket.close()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        self.socket.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._out.close()
        self._err.close()

    def __enter__(self) -> "Worker":
        return self.start()

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def stdout(self) -> str:
        return _all_of(self._out)

    @property
    def stderr(self) -> str:
        return _all_of(self._err)

    # -- frames

    def send(self, type: str, **parts) -> None:
        payload = parts.pop("payload", b"")
        pieces = [payload[i : i + 65536] for i in range(0, len(payload), 65536)] or [b""]
        out = b""
        for i, piece in enumerate(pieces):
            last = i == len(pieces) - 1
            case = {"type": type, "payload": piece.hex(), **parts}
            if i > 0:
                case = {"type": "chunk", "payload": piece.hex(), "route": parts.get("route", 0),
                        "correlation": parts.get("correlation", 0)}
            out += reference.frame(case if last else case | {"more": True})
        if self._batch is not None:
            self._batch += out
        else:
            self.socket.sendall(out)

    def _read_frame(self) -> Frame:
        deadline = time.monotonic() + PATIENCE
        while True:
            if len(self._in) >= 16:
                length, type, flags, route, ask = struct.unpack_from("<IBBHQ", self._in)
                size = 16 + length + -length % 8
                if len(self._in) >= size:
                    body, self._in = self._in[16 : 16 + length], self._in[size:]
                    return self._whole(reference.TYPES[type], flags, route, ask, body)
            if time.monotonic() > deadline:
                raise TimeoutError(f"no frame; stderr: {self.stderr}")
            try:
                data = self.socket.recv(1 << 20)
            except ConnectionResetError:
                data = b""
            if not data:
                raise Ended(f"exit {self.process.wait(PATIENCE)}; stderr: {self.stderr}")
            self._in += data

    def _whole(self, type, flags, route, ask, body) -> Frame | None:
        if type == "chunk":
            first, payload, parts = self._pending
            payload += body
        else:
            parts, payload = _split(type, flags, body)
            first = (type, route, ask)
        if flags & 8:
            self._pending = (first, payload, parts)
            return self._read_frame()
        return Frame(*first, payload, parts)

    def next(self, *types: str, correlation: int | None = None) -> Frame:
        """The next frame of these types; logs are gathered on the way, others are kept."""
        for i, frame in enumerate(self._kept):
            if frame.type in types and correlation in (None, frame.correlation):
                return self._kept.pop(i)
        while True:
            frame = self._read_frame()
            if frame.type == "log":
                self.logs.append(WIRE.decode("LogRecord", frame.payload))
            if frame.type in types and correlation in (None, frame.correlation):
                return frame
            if frame.type == "error" and frame.correlation == 0:
                raise RemoteError(WIRE.decode("Error", frame.payload))
            if frame.type != "log":
                self._kept.append(frame)

    # -- calls

    def send_ask(self, handler: str, *, parts=(), **request) -> int:
        ask, self.next_ask = self.next_ask, self.next_ask + 1
        payload = self.schema.values.encode(self.schema.request_of(handler), request)
        self.send("ask", route=self.schema.route(handler), correlation=ask, payload=payload,
                  **dict(parts))
        return ask

    def send_asks(self, *handlers: str) -> list[int]:
        """Asks without fields, in one write: the worker reads them in one batch."""
        with self.in_one_write():
            return [self.send_ask(handler) for handler in handlers]

    @contextlib.contextmanager
    def in_one_write(self):
        """What is sent meanwhile goes out together, and so arrives in one read of the worker's."""
        self._batch = b""
        try:
            yield
        finally:
            batch, self._batch = self._batch, None
        self.socket.sendall(batch)

    def answer(self, ask: int, handler: str):
        frame = self.next("reply", "error", correlation=ask)
        if frame.type == "error":
            raise RemoteError(WIRE.decode("Error", frame.payload))
        reply = self.schema.handlers[handler].get("reply")
        return self.schema.values.decode(reply, frame.payload) if reply else frame.payload

    def ask(self, handler: str, **request):
        return self.answer(self.send_ask(handler, **request), handler)

    def tell(self, handler: str, **request) -> None:
        payload = self.schema.values.encode(self.schema.request_of(handler), request)
        self.send("tell", route=self.schema.route(handler), payload=payload)

    def callback(self) -> tuple[str, dict, int]:
        """The next ask of the worker's: name, request and id."""
        frame = self.next("ask")
        name = [*self.schema.handlers, *self.schema.callbacks][frame.route - 1]
        request = self.schema.values.decode(self.schema.request_of(name), frame.payload)
        return name, request, frame.correlation

    def reply(self, name: str, ask: int, value) -> None:
        payload = self.schema.values.encode(self.schema.callbacks[name]["reply"], value)
        self.send("reply", correlation=ask, payload=payload)

    @staticmethod
    def error_payload(code: str, message: str, **more) -> bytes:
        error = {"code": ERRORS.index(code) + 1, "message": message, "where": "", "type": "",
                 "traceback": "", "notes": [], "cause": "", "declared": "", "payload": "", **more}
        return reference.Codec(HANDSHAKE).encode("Error", error)

    def refuse(self, ask: int, code: str, message: str, **more) -> None:
        self.send("error", correlation=ask, payload=self.error_payload(code, message, **more))

    # -- streams of the worker's handlers

    def open_stream(self, handler: str, items=2**32 - 1, size=2**40, parts=(), **request) -> int:
        """An ask that wants a stream, with that much credit."""
        window = {"items": items, "bytes": size}
        return self.send_ask(handler, parts={"window": window, **dict(parts)}, **request)

    def item(self, ask: int, handler: str):
        """The next item; StreamEnd at a clean end, RemoteError where it ends with an error."""
        frame = self.next("stream_item", "stream_end", "error", correlation=ask)
        if frame.type == "error":
            raise RemoteError(WIRE.decode("Error", frame.payload))
        if frame.type == "stream_end":
            raise StreamEnd
        return self.schema.values.decode(self.schema.handlers[handler]["stream"], frame.payload)

    def items(self, ask: int, handler: str) -> list:
        """All items up to a clean end."""
        got = []
        while True:
            try:
                got.append(self.item(ask, handler))
            except StreamEnd:
                return got

    def stream(self, handler: str, **request) -> list:
        return self.items(self.open_stream(handler, **request), handler)

    def grant(self, ask: int, items: int, size: int = 2**20, *, input: bool = False) -> None:
        window = reference.window({"items": items, "bytes": size})
        self.send("credit", correlation=ask, payload=window, input=input)

    def cancel(self, ask: int) -> None:
        self.send("cancel", correlation=ask)

    # -- streams of its callbacks

    def send_item(self, name: str, ask: int, value) -> None:
        payload = self.schema.values.encode(self.schema.callbacks[name]["stream"], value)
        self.send("stream_item", correlation=ask, payload=payload)

    def send_input(self, handler: str, ask: int, value) -> None:
        payload = self.schema.values.encode(self.schema.handlers[handler]["input"], value)
        self.send("stream_item", correlation=ask, payload=payload, input=True)

    def serve_callbacks(self, handlers: dict, ask: int, handler: str):
        """Answers callbacks until `ask` is answered."""
        while True:
            frame = self.next("ask", "reply", "error", "cancel")
            if frame.type == "ask":
                name = [*self.schema.handlers, *self.schema.callbacks][frame.route - 1]
                request = self.schema.values.decode(self.schema.request_of(name), frame.payload)
                self.reply(name, frame.correlation, handlers[name](request))
            elif frame.correlation == ask:
                self._kept.append(frame)
                return self.answer(ask, handler)

    def read_logs(self) -> list[dict]:
        """All that has come so far, without waiting."""
        while select.select([self.socket], [], [], 0)[0]:
            self._kept.append(self._read_frame())
        kept, self._kept = self._kept, []
        for frame in kept:
            if frame.type == "log":
                self.logs.append(WIRE.decode("LogRecord", frame.payload))
            else:
                self._kept.append(frame)
        return self.logs


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


def _all_of(file) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
