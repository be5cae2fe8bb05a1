"""logging and warnings to the parent, without importing either: each is milliseconds of a start."""

import sys

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


def _wire_level(levelno: int) -> int:
    """0 to 4, as the wire has them."""
    return max(0, min(4, (levelno // 10) - 1))


def _text(value: object) -> str:
    """`str(value)` that can be sent, whatever the value's class does."""
    try:
        text = value if isinstance(value, str) else str(value)
    except BaseException as broken:
        text = f"<{type(value).__name__} whose __str__() raised {type(broken).__name__}>"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _install_logging(worker, level: str) -> None:
    import logging

    plain = set(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime"}
    make_record = logging.Logger.makeRecord

    def make_record_renaming(
        self, name, level, fn, lno, msg, args, exc_info, func=None, extra=None, sinfo=None
    ):
        # logging raises for a name that its record has already; it is kept under another.
        if extra:
            extra = {f"{key}_" if key in plain else key: value for key, value in extra.items()}
        return make_record(self, name, level, fn, lno, msg, args, exc_info, func, extra, sinfo)

    logging.Logger.makeRecord = make_record_renaming

    class ParentHandler(logging.Handler):
        """Sends records to the parent, each at once: the next line may end the process."""

        def emit(self, record: logging.LogRecord) -> None:
            try:
                message = record.getMessage()
            except BaseException as broken:
                message = f"{_text(record.msg)} <{type(broken).__name__}: {_text(broken)}>"
            traceback = ""
            if record.exc_info and record.exc_info[0] is not None:
                from . import _describe

                traceback = _describe.traceback_of(record.exc_info[1])
            extra = {
                _text(key): _text(value) for key, value in vars(record).items() if key not in plain
            }
            if record.stack_info:
                extra["stack_info"] = _text(record.stack_info)
            worker.log(
                _wire_level(record.levelno),
                "logging",
                record.name,
                _text(message),
                record.pathname or "",
                record.lineno or 0,
                _text(traceback),
                extra,
            )

    root = logging.getLogger()
    root.addHandler(ParentHandler())
    root.setLevel(_LEVELS.get(level, logging.INFO))


def _install_warnings(worker) -> None:
    import warnings

    def show(message, category, filename, lineno, file=None, line=None):
        if file is not None:  # somebody wants the text itself
            file.write(warnings.formatwarning(message, category, filename, lineno, line))
            return
        text = f"{category.__name__}: {_text(message)}"
        worker.log(2, "warnings", "", text, str(filename), max(lineno, 0), "", {})

    warnings.showwarning = show


class _OnImport:
    """Runs a function once a module has been imported; a finder that finds nothing itself."""

    def __init__(self, actions) -> None:
        self._actions = actions

    def find_spec(self, name, path=None, target=None):
        action = self._actions.pop(name, None)
        if action is None:
            return None
        if not self._actions:
            sys.meta_path.remove(self)
        import importlib.util

        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            spec.loader.exec_module = execute
            execute(module)
            action()

        spec.loader.exec_module = exec_module
        return spec


def install(worker, level: str) -> None:
    actions = {
        "logging": lambda: _install_logging(worker, level),
        "warnings": lambda: _install_warnings(worker),
    }
    for name in list(actions):
        if name in sys.modules:
            actions.pop(name)()
    if actions:
        sys.meta_path.insert(0, _OnImport(actions))
