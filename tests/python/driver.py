"""The parent's side of a session, in plain Python: starts a worker and talks to it byte by byte.

Frames are written by `tests/vectors/reference.py`, as payloads are (`driver_schema.py`), so that these
tests check the protocol too.
"""

from __future__ import annotations

import base64
import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

from driver_schema import HANDSHAKE, WIRE, Schema, reference

__all__ = ["PATIENCE", "WINDOW", "WIRE", "Ended", "Frame", "RemoteError", "Schema", "StreamEnd",
           "Worker", "interpreter", "reference"]

ERRORS = (
    "internal invalid_argument handler_failed declared bad_request bad_reply unknown_route "
    "schema_mismatch overloaded cancelled deadline_exceeded not_started died_may_have_run stopped "
    "start_failed handshake_timeout bad_frame over_limit session_closed no_answer not_provided "
    "deadlock already_provided not_found system"
).split()
#: What a reader takes at first, items and bytes: kameo/stream_window.hpp.
WINDOW = (256, 1 << 18)
#: For a worker that says nothing any more: a failed test rather than a hung one.
PATIENCE = 30


def interpreter() -> str:
    return os.environ.get("KAMEO_PYTHON", sys.executable)


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
    return base64.b64encode(data).decode()


def _all_of(file) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
