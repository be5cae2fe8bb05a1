"""Handlers in the process of a test, without a parent: callbacks are answered by the test.

    from kameo_runtime import testing
    from kameo.trading import Side, StrategyConfig, StrategyEvaluate

    with testing.callbacks() as parent:
        price = parent.on(kameo.market.Price)
        price.answer(101.5)
        with testing.actor(Strategy, StrategyConfig(window=3)) as strategy:
            assert strategy.evaluate(StrategyEvaluate(symbol="AAPL")).side is Side.BUY
        price.assert_asked(symbol="AAPL")

What `on` gives has the types of the callback: an answer, an item or a field of another type is an error in
the editor. By name, `parent.answer("market.Price", 101.5)`, it works without generated code.

Requests, replies and items are checked by the schema, limits included, as they are where they travel:
what would be refused there is a `ValidationError` here. What is not the same as in a worker: there is no
other process, nothing is encoded for good, and deadlines and budgets don't pass.

For pytest there are the fixtures `kameo_callbacks` and `kameo_actor`:
`pytest_plugins = ["kameo_runtime.pytest_plugin"]`.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from . import _data, callback, worker
from .errors import UnknownCallback

__all__ = [
    "Callbacks",
    "FakeCall",
    "FakeCallback",
    "FakeStream",
    "FakeStreaming",
    "TestActor",
    "actor",
    "callbacks",
]

_Fields = ParamSpec("_Fields")
_Reply = TypeVar("_Reply")
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer", covariant=True)


def _check(value: object) -> None:
    """ValidationError where an instance of a generated class breaks its schema; other values have no
    type to be checked by."""
    cls = type(value)
    if hasattr(cls, "_kameo_fields"):
        codec, name = _data.codec_of(cls)
        codec.schema.encode(name, value)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _check(each)


class FakeCall:
    """What a callback gives: await it, or take its `.result()`."""

    def __init__(self, value: object, error: BaseException | None) -> None:
        self._value = value
        self._error = error

    def result(self, timeout: float | None = None) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

    def __await__(self) -> Generator[Any, None, Any]:
        return self.result()
        yield  # a generator that never suspends

    def deadline(self, seconds: float, /) -> "FakeCall":
        """As a call's; time does not pass here."""
        return self

    def done(self) -> bool:
        return True

    def cancel(self, msg: object = None) -> bool:
        return False


class FakeStream:
    """A stream of a callback. `left_early` tells whether its reader left it before its end."""

    def __init__(self, items: Iterable[object]) -> None:
        self._items = iter(items)
        self.ended = False
        self.left_early = False

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self.ended:
            raise StopIteration
        try:
            item = next(self._items)
        except BaseException:  # its end, or the error that it ends with
            self.ended = True
            raise
        _check(item)
        return item

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        try:
            return next(self)
        except StopIteration:
            raise StopAsyncIteration from None

    def deadline(self, total: float | None = None, idle: float | None = None) -> "FakeStream":
        """As a stream's; time does not pass here."""
        return self

    def cancel(self) -> bool:
        was_open, self.ended = not self.ended, True
        self.left_early = self.left_early or was_open
        return was_open

    def __enter__(self) -> "FakeStream":
        return self

    def __exit__(self, *_error: object) -> None:
        self.cancel()

    async def __aenter__(self) -> "FakeStream":
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.cancel()


class _Replying(Protocol[_Answer]):
    """What the function of a callback with a reply gives."""

    def result(self, timeout: float | None = None) -> _Answer: ...


class _Fake(Generic[_Fields]):
    """One callback that the test answers; what was asked of it."""

    def __init__(self, parent: "Callbacks", name: str, callback: Callable[..., object] | None) -> None:
        self._parent = parent
        self._callback = callback
        #: `market.Price`
        self.name = name

    @property
    def requests(self) -> list[Any]:
        """The requests so far, in order; with an input, pairs of a request and the list of items."""
        return self._parent.requests(self.name)

    def assert_asked(self, *input: _Fields.args, **fields: _Fields.kwargs) -> None:
        """AssertionError unless it was asked so at least once; a field that is not given has its
        default, as in a call."""
        expected = self._parent._request_of(self.name, self._callback, input, fields)
        if expected not in self.requests:
            asked = "".join(f"\n  {each!r}" for each in self.requests) or " nothing"
            raise AssertionError(f"{self.name} was not asked\n  {expected!r}\nbut{asked}")

    def assert_not_asked(self) -> None:
        """AssertionError if it was asked at all."""
        if self.requests:
            raise AssertionError(f"{self.name} was asked {self.requests!r}")

    def __repr__(self) -> str:
        return f"<fake {self.name}, asked {len(self.requests)} times>"


class FakeCallback(_Fake[_Fields], Generic[_Fields, _Reply]):
    """A callback with one reply, or with none."""

    def answer(self, reply: "_Reply | BaseException | Callable[[Any], _Reply]") -> None:
        """`reply` is the value, an exception to raise, or a function of the request that gives the
        value or raises. None for a callback without reply."""
        self._parent.answer(self.name, reply)


class FakeStreaming(_Fake[_Fields], Generic[_Fields, _Item]):
    """A callback that streams."""

    def stream(self, items: "Iterable[_Item] | Callable[[Any], Iterable[_Item]]") -> None:
        """`items` is an iterable, or a function of the request that gives one. What it raises is the
        error that the stream ends with."""
        self._parent.stream(self.name, items)


class _Either(FakeCallback[_Fields, Any], FakeStreaming[_Fields, Any]):
    """Which of them a callback is, only its type says."""


class Callbacks:
    """The parent that a test plays: answers callbacks and remembers what was asked."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}
        self._streams: set[str] = set()
        self._caught: list[Any] | None = None  # while a call is made only for its request
        #: Name and request of each call, in order.
        self.calls: list[tuple[str, Any]] = []

    def answer(self, name: str, reply: object = None) -> None:
        """`reply` is the value, an exception to raise, or a function of the request that gives the
        value, gives nothing for a callback without reply, or raises."""
        self._answers[name] = reply
        self._streams.discard(name)

    def stream(self, name: str, items: object) -> None:
        """`items` is an iterable, or a function of the request that gives one. What it raises is the
        error that the stream ends with."""
        self._answers[name] = items
        self._streams.add(name)

    @overload
    def on(self, callback: Callable[_Fields, _Replying[_Reply]]) -> FakeCallback[_Fields, _Reply]: ...
    @overload
    def on(self, callback: Callable[_Fields, Iterator[_Item]]) -> FakeStreaming[_Fields, _Item]: ...
    @overload
    def on(self, callback: Callable[_Fields, None]) -> FakeCallback[_Fields, None]: ...
    def on(self, callback: Callable[..., object]) -> object:
        """The callback `callback`, a function of a generated package: `on(kameo.market.Price)`."""
        module = getattr(callback, "__module__", "").rpartition(".")[2]
        name = getattr(callback, "name", None) or f"{module}.{getattr(callback, '__name__', callback)}"
        return _Either[...](self, name, callback)

    def _request_of(
        self, name: str, callback: Callable[..., object] | None, input: Any, fields: dict[str, Any]
    ) -> Any:
        """The request that a call of the callback would make."""
        self._caught = []
        try:
            cast("Callable[..., object]", callback)(*input, **fields)
            return self._caught[0]
        finally:
            self._caught = None

    def requests(self, name: str) -> list[Any]:
        """The requests of that callback so far."""
        return [request for called, request in self.calls if called == name]

    def _take(self, name: str, request: Any) -> Any:
        if name not in self._answers:
            known = ", ".join(sorted(self._answers)) or "none"
            raise UnknownCallback(f"no answer for callback {name}; the test has answers for {known}")
        _check(request)
        self.calls.append((name, request))
        answer = self._answers[name]
        return answer(request) if callable(answer) and not isinstance(answer, type) else answer

    def call(self, name: str, request: Any = None, input: Any = None, /) -> "FakeCall | FakeStream":
        if input is not None:
            request = (request, list(input))
        if self._caught is not None:
            self._caught.append(request)
            return FakeCall(None, None)
        if name in self._streams:
            return FakeStream(self._take(name, request))
        try:
            value = self._take(name, request)
        except UnknownCallback:
            raise
        except Exception as error:
            return FakeCall(None, error)
        if isinstance(value, BaseException):
            return FakeCall(None, value)
        _check(value)
        return FakeCall(value, None)

    def tell(self, name: str, request: Any = None, /) -> None:
        if self._caught is not None:
            self._caught.append(request)
            return
        self._take(name, request)


@contextmanager
def callbacks() -> Iterator[Callbacks]:
    """While it lasts, callbacks of this process go to the object that it gives. Not for several
    threads at once."""
    fake = Callbacks()
    # `callback_handle` stays the real one: it may have been imported anywhere, and looks these up.
    patches = [
        (callback, "call", fake.call),
        (callback, "tell", fake.tell),
        (callback, "Stream", FakeStream),
        (worker, "in_coroutine", _in_coroutine),
    ]
    real = [(module, name, getattr(module, name)) for module, name, _ in patches]
    for module, name, value in patches:
        setattr(module, name, value)
    try:
        yield fake
    finally:
        for module, name, value in real:
            setattr(module, name, value)


def _in_coroutine() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class TestActor:
    """A handler at work: its methods, each run to its end. A stream comes as a list of its items."""

    __test__ = False  # pytest: no test class

    def __init__(self, handler: Any) -> None:
        #: The user's own object.
        self.handler = handler
        self._loop = asyncio.new_event_loop()

    def _finish(self, value: Any) -> Any:
        if inspect.isasyncgen(value):
            return self._loop.run_until_complete(_collected(value))
        if inspect.isgenerator(value):
            return list(value)
        if inspect.isawaitable(value):
            return self._loop.run_until_complete(_awaited(value))
        return value

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.handler, name)

        def run(*arguments: Any) -> Any:
            for each in arguments:
                _check(each)
            value = self._finish(method(*arguments))
            _check(value)
            return value

        return run


async def _awaited(value: Any) -> Any:
    return await value


async def _collected(items: Any) -> list[Any]:
    return [item async for item in items]


@contextmanager
def actor(handler: Any, config: object = None) -> Iterator[TestActor]:
    """Starts a handler, a class or an object or a module, and stops it at the end: `on_start` with
    `config` and `on_stop` are run where there are such."""
    made = TestActor(handler() if isinstance(handler, type) else handler)
    try:
        if hasattr(made.handler, "on_start"):
            made.on_start(config)
        yield made
        if hasattr(made.handler, "on_stop"):
            made.on_stop()
    finally:
        made._loop.close()
