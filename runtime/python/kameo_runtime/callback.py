"""Callbacks: asks from here to the parent. Generated modules call `call` and `tell`."""

from ._core import Call, call, tell

# For annotations only; `typing` and `collections.abc` are not imported at run time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["Call", "Callback", "call", "callback_handle", "tell"]


class Callback:
    """One callback by name: `Callback("market.Price")(symbol="AAPL")`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, **request: object) -> Call:
        return call(self.name, request)

    def __repr__(self) -> str:
        return f"<callback {self.name}>"


def callback_handle(name: str, request: "Mapping[str, Any] | None" = None) -> "Any":
    """The string form of a callback: its value in sync code, an awaitable in a coroutine."""
    from . import worker

    pending = call(name, {} if request is None else request)
    return pending if worker.in_coroutine() else pending.result()
