"""What kameo raises in a handler. Imports nothing: generated packages import it at their start."""


class Error(Exception):
    """Base of all that kameo raises, and of the errors that an IDL declares."""

    code = "internal"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class CallbackError(Error):
    """A callback failed at the other side: its handler returned an error, raised or threw."""

    code = "handler_failed"
    #: Of the exception at the other side, where there was one; else empty.
    type = ""
    where = ""
    traceback = ""
    cause = ""
    #: With code `declared`, where no class was generated for it: its IDL name and its fields.
    declared = ""
    value: object = None


class UnknownCallback(Error, LookupError):
    """No callback of that name, or nobody who provides it."""

    code = "unknown_route"


class ValidationError(Error, ValueError):
    """A value of the wrong shape; `errors` has every violation."""

    code = "invalid_argument"

    def __init__(self, errors: list[str]) -> None:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(errors[0] + more)
        self.errors = errors


class Cancelled(CallbackError):
    """The other side cancelled the call."""

    code = "cancelled"


_CLASS_OF = {
    "unknown_route": UnknownCallback,
    "not_provided": UnknownCallback,
    "cancelled": Cancelled,
}


def from_remote(
    code: str,
    message: str,
    type: str,
    where: str,
    traceback: str,
    notes: list[str],
    cause: str,
) -> Error:
    """The exception for an error that came over the wire."""
    error = _CLASS_OF.get(code, CallbackError)(message, code=code)
    if isinstance(error, CallbackError):
        error.type = type
        error.where = where
        error.traceback = traceback
        error.cause = cause
    if notes and hasattr(error, "add_note"):
        for note in notes:
            error.add_note(note)
    return error
