"""Finds the user's handlers: `module:Class` or `module`."""

import keyword
import os
import sys

from . import _describe

_CO_COROUTINE = 0x80
_CO_GENERATOR = 0x20
_CO_ASYNC_GENERATOR = 0x200


class StartError(Exception):
    """Why the actor can't start, in one line; the cause has the traceback."""


class told_as:
    """Turns whatever is raised inside into a StartError that says what was being done."""

    def __init__(self, doing: str) -> None:
        self.doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type, error, _traceback) -> None:
        if error is None or isinstance(error, StartError):
            return
        kind, text = _describe.type_name(type(error)), _describe.text_of(error)
        if isinstance(error, SystemExit):
            text = f"it called sys.exit({error.code!r})"
        raise StartError(f"{self.doing}: {kind}: {text}" if text else f"{self.doing}: {kind}") from error


def extend_path(path: list[str]) -> None:
    for entry in path:
        if not os.path.exists(entry):
            raise StartError(f"python path {entry!r} does not exist (in {os.getcwd()})")
    sys.path[:0] = [os.path.abspath(entry) for entry in path]


def load(spec: str):
    """The object whose attributes are the handlers."""
    module_name, _, attribute = spec.partition(":")
    if not module_name:
        raise StartError(f"handler {spec!r}: expected `module:Class` or `module`")
    try:
        with told_as(f"importing {module_name!r}"):
            __import__(module_name)  # rather than importlib's: no frame of it in a traceback
            module = sys.modules[module_name]
    except StartError as error:
        cause = error.__cause__
        missing = cause.name if isinstance(cause, ModuleNotFoundError) else None
        if missing is not None and (module_name + ".").startswith(missing + "."):
            raise StartError(
                f"no module named {missing!r} on the path: {', '.join(sys.path)}"
            ) from cause
        raise
    if not attribute:
        return module
    try:
        found = getattr(module, attribute)
    except AttributeError:
        raise StartError(f"module {module_name!r} ({module.__file__}) has no {attribute!r}") from None
    if not isinstance(found, type):
        return found
    with told_as(f"{spec}: __init__"):
        return found()


def _code_flags(function: object) -> int:
    """Of the function inside partials, bound methods and decorators that say what they wrap."""
    for _ in range(20):
        inner = getattr(function, "func", None) or getattr(function, "__func__", None)
        if inner is None:
            break
        function = inner
    code = getattr(function, "__code__", None)
    return code.co_flags if code is not None else 0


def is_async(function: object) -> bool:
    return _code_flags(function) & (_CO_COROUTINE | _CO_ASYNC_GENERATOR) != 0


def _is_generator(function: object) -> bool:
    """Plain or async; a decorated one, too, where the decorator says what it wraps."""
    for _ in range(20):
        if _code_flags(function) & (_CO_GENERATOR | _CO_ASYNC_GENERATOR):
            return True
        function = getattr(function, "__wrapped__", None)
        if function is None:
            break
    return False


def is_awaitable(value: object) -> bool:
    return hasattr(type(value), "__await__")


def _snake_case(name: str) -> str:
    out = ""
    for i, char in enumerate(name):
        if char.isupper() and i > 0 and not (name[i - 1].isupper() and name[i + 1 : i + 2].isupper()):
            out += "_"
        out += char.lower()
    return out


def _method_names(route: str) -> list[str]:
    """How the method of a route may be called: `evaluate`; of a callback that is provided, `price`
    as methods are, or `Price` as the IDL has it."""
    name = route.rpartition(".")[2]
    names = [_snake_case(name), name] if "." in route else [name]
    return [name + "_" if keyword.iskeyword(name) else name for name in names]


def find_handlers(target, spec: str, routes) -> list[tuple[int, object, str]]:
    """Number, callable and place of each; StartError names all that are missing."""
    found, missing, wrong = [], [], []
    for number, to_parent, route, _, streams in routes:
        if to_parent:
            continue
        names = _method_names(route)
        handler = next((h for h in (getattr(target, n, None) for n in names) if h is not None), None)
        if handler is None:
            missing.append(names[0])
        elif not callable(handler):
            wrong.append(f"{names[0]} is {type(handler).__name__}, not callable")
        elif streams and not _is_generator(handler):
            wrong.append(f"{names[0]} streams, so it has to be a generator: `yield` each item")
        elif not streams and _is_generator(handler):
            wrong.append(f"{names[0]} is a generator, but answers once: return the value instead")
        else:
            found.append((number, handler, _describe.where_defined(handler)))
    if missing:
        wrong.insert(0, f"no handler for {', '.join(missing)}")
    if wrong:
        raise StartError(f"{spec}: {'; '.join(wrong)}")
    return found
