"""What the package `kameo` offers, whether it was generated or not."""

from .callback import Call, Stream, callback_handle, set_stream_window
from .errors import (
    CallbackError,
    Cancelled,
    Deadlock,
    DeadlineExceeded,
    Error,
    UnknownCallback,
    ValidationError,
)

__all__ = [
    "Call",
    "CallbackError",
    "Cancelled",
    "DeadlineExceeded",
    "Deadlock",
    "Error",
    "Stream",
    "UnknownCallback",
    "ValidationError",
    "callback_handle",
    "set_stream_window",
]
