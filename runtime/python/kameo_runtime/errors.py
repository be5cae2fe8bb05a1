"""What kameo raises in a handler. Imports nothing: generated packages import it at their start."""


#: Codes that say whether a handler began with the request; of the others that is not known.
_STARTED = dict.fromkeys(("handler_failed", "declared", "bad_reply", "no_answer"), True) | dict.fromkeys(
    ("invalid_argument", "bad_request", "unknown_route", "schema_mismatch", "overloaded",
     "not_started", "stopped", "start_failed", "handshake_timeout", "not_provided", "deadlock",
     "already_provided", "not_found"),
    False,
)


class Error(Exception):
    """Base of all that kameo raises, and of the errors that an IDL declares."""

    #: One of the words of docs/protocol.md: `handler_failed`, `deadline_exceeded`.
    code = "internal"
    #: Of the exception at the other side, where there was one; else empty.
    type = ""
    where = ""
    traceback = ""
    cause = ""
    notes: tuple[str, ...] = ()

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    @property
    def started(self) -> bool | None:
        """Whether a handler began with the request: False where a retry is safe, None where that
        is not known."""
        return _STARTED.get(self.code)

    def __str__(self) -> str:
        return self.message


class CallbackError(Error):
    """A callback failed at the other side: its handler returned an error, raised or threw."""

    code = "handler_failed"
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
    """The call was cancelled: by the other side, or, in a plain handler, by its own caller."""

    code = "cancelled"


class DeadlineExceeded(CallbackError, TimeoutError):
    """No answer came in time; the other side may have done its part."""

    code = "deadline_exceeded"


class Deadlock(CallbackError):
    """The call would wait for itself; the message names the cycle."""

    code = "deadlock"


_CLASS_OF = {
    "unknown_route": UnknownCallback,
    "not_provided": UnknownCallback,
    "cancelled": Cancelled,
    "deadline_exceeded": DeadlineExceeded,
    "deadlock": Deadlock,
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
    fill(error, type, where, traceback, notes, cause)
    return error


def fill(error: Error, type: str, where: str, traceback: str, notes: list[str], cause: str) -> None:
    """What the other side said of its exception, at the one for it here. A declared error's own
    fields come first."""
    own = getattr(error, "__slots__", ())
    said = {"type": type, "where": where, "traceback": traceback, "cause": cause,
            "notes": tuple(notes)}
    for name, value in said.items():
        if name not in own:
            setattr(error, name, value)
    if hasattr(error, "add_note"):
        for note in notes:
            error.add_note(note)
