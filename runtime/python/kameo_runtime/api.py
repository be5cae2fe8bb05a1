"""What the package `kameo` offers, whether it was generated or not."""

from .callback import Call, callback_handle
from .errors import CallbackError, Cancelled, Error, UnknownCallback, ValidationError

__all__ = [
    "Call",
    "CallbackError",
    "Cancelled",
    "Error",
    "UnknownCallback",
    "ValidationError",
    "callback_handle",
]
