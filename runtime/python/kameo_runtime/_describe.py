"""An exception in words, for the other side. Nothing that a user's class does may get out."""

import os

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep


def type_name(cls: type) -> str:
    """`ValueError`, `strategy.MarketClosed`."""
    name = getattr(cls, "__qualname__", cls.__name__)
    module = getattr(cls, "__module__", None)
    return name if module in ("builtins", None) else f"{module}.{name}"


def text_of(exc: BaseException) -> str:
    """`str(exc)`, also where that raises."""
    try:
        if isinstance(exc, KeyError) and len(exc.args) == 1:
            return str(exc)  # the key's repr, as Python prints it
        return str(exc)
    except BaseException as broken:
        return f"<{type_name(type(exc))} whose __str__() raised {type_name(type(broken))}>"


def _is_ours(filename: str) -> bool:
    return os.path.abspath(filename).startswith(_OURS) or filename.startswith("<frozen ")


def _frames(exc: BaseException):
    traceback = exc.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not _is_ours(code.co_filename):
            yield code.co_filename, traceback.tb_lineno, code.co_name
        traceback = traceback.tb_next


def where_of(exc: BaseException) -> str:
    """`strategy.py:41, evaluate`: the innermost frame of the user's."""
    last = None
    for last in _frames(exc):
        pass
    if last is None and exc.__cause__ is not None:  # a StopIteration that left a coroutine
        return where_of(exc.__cause__)
    if last is None and isinstance(exc, SyntaxError) and exc.filename:
        return f"{os.path.basename(exc.filename)}:{exc.lineno or 0}"
    return "" if last is None else f"{os.path.basename(last[0])}:{last[1]}, {last[2]}"


def _print_plainly(exc: BaseException) -> str:
    """A traceback without the `traceback` module, which would ask a broken exception for more."""
    import linecache

    lines = ["Traceback (most recent call last):"]
    for filename, line, name in _frames(exc):
        lines.append(f'  File "{filename}", line {line}, in {name}')
        source = linecache.getline(filename, line).strip()
        if source:
            lines.append(f"    {source}")
    lines.append(f"{type_name(type(exc))}: {text_of(exc)}")
    return "\n".join(lines)


def _strip_ours(traceback):
    """Without the frames of kameo's own that lead to the user's code."""
    while traceback is not None and _is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def traceback_of(exc: BaseException) -> str:
    """As Python prints it, with causes and notes."""
    import traceback

    try:
        return "".join(
            traceback.format_exception(type(exc), exc, _strip_ours(exc.__traceback__))
        ).rstrip("\n")
    except BaseException:
        return _print_plainly(exc)


def _notes_of(exc: BaseException) -> list[str]:
    notes = getattr(exc, "__notes__", None)
    if not isinstance(notes, (list, tuple)):
        return []
    return [note if isinstance(note, str) else f"<note of {type_name(type(note))}>" for note in notes]


def _cause_of(exc: BaseException) -> str:
    cause = exc.__cause__
    if cause is None and not exc.__suppress_context__:
        cause = exc.__context__
    return "" if cause is None else f"{type_name(type(cause))}: {text_of(cause)}"


def _sendable(text: str) -> str:
    """Text with lone surrogates can't be UTF-8; they stay visible."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def describe(exc: BaseException) -> tuple[str, str, str, str, list[str], str]:
    """Type, message, where, traceback, notes, cause."""
    parts = []
    for part in (lambda e: type_name(type(e)), text_of, where_of, traceback_of):
        try:
            parts.append(_sendable(part(exc)))
        except BaseException as broken:
            parts.append(f"<not known: {type(broken).__name__}>")
    try:
        notes = [_sendable(note) for note in _notes_of(exc)]
        cause = _sendable(_cause_of(exc))
    except BaseException:
        notes, cause = [], ""
    type_, message, where, traceback = parts
    return type_, message, where, traceback, notes, cause


def where_defined(function: object) -> str:
    """`strategy.py:41, evaluate` of a handler."""
    seen = 0
    while seen < 20:
        inner = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        if inner is None:
            break
        function, seen = inner, seen + 1
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None:
        return ""
    return f"{os.path.basename(code.co_filename)}:{code.co_firstlineno}, {code.co_name}"


