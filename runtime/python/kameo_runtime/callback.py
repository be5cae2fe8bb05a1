"""Callbacks: asks from here to the parent. Generated modules call `call` and `tell`."""

from ._core import Call, Stream, call, set_traceparent, tell, traceparent

# For annotations only; `typing` and `collections.abc` are not imported at run time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping
    from typing import Any

__all__ = ["Call", "Callback", "Stream", "call", "callback_handle", "set_stream_window",
           "set_traceparent", "tell", "traceparent"]


class Callback:
    """One callback by name: `Callback("market.Price")(symbol="AAPL")`. What a callback is fed that
    takes a stream of input comes first: `Callback("market.Upload")(ticks, symbol="AAPL")`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(
        self, input: "Iterable[object] | AsyncIterable[object] | None" = None, /, **request: object
    ) -> "Call | Stream":
        return call(self.name, request, input)

    def __repr__(self) -> str:
        return f"<callback {self.name}>"


def callback_handle(
    name: str,
    request: "Mapping[str, Any] | None" = None,
    input: "Iterable[Any] | AsyncIterable[Any] | None" = None,
) -> "Any":
    """The string form of a callback. One that streams gives its iterator; another its value in
    sync code, an awaitable in a coroutine. `name` is `market.Price`, or `Price` where that is the
    only one of the name."""
    from . import worker

    pending = call(name, {} if request is None else request, input)
    if isinstance(pending, Stream) or worker.in_coroutine():
        return pending
    return pending.result()


def set_stream_window(items: int, bytes: int) -> None:
    """How far the sender of a stream may be ahead of its reader here: for streams, and inputs of
    handlers, that begin from now on. More costs memory, less costs throughput where items are
    many and small."""
    from . import worker

    worker.set_stream_window(items, bytes)
