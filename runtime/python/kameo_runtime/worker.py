"""`python -m kameo_runtime.worker`: the child process of one Python actor.

The parent hands over a connected socket (KAMEO_FD). What is to be run comes in its welcome.
"""

import os
import sys

#: How long a handler that is in the middle of something outlives the parent.
GRACE_MS = 1000

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from ._core import Worker

_worker: "Worker | None" = None


def in_coroutine() -> bool:
    """Whether a coroutine is running, rather than sync code."""
    return _worker is not None and _worker.in_coroutine()


def set_stream_window(items: int, bytes: int) -> None:
    if _worker is None:
        raise RuntimeError("streams are read inside a kameo worker only")
    _worker.set_window(items, bytes)


def _no_extension(error: ImportError) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    return (
        f"this interpreter lacks the extension: {sys.executable} is Python {version}, and no "
        f"kameo_runtime._core was built for it ({error}).\n"
        f"Install it by: {sys.executable} -m pip install kameo-runtime\n"
        f"(from a checkout of kameo: {sys.executable} -m pip install ./runtime/python)"
    )


def _load_core() -> "ModuleType":
    if not sys.platform.startswith("linux"):
        sys.exit(f"kameo runs on Linux only, and this is {sys.platform}")
    try:
        from . import _core
    except ImportError as error:
        sys.exit(_no_extension(error))
    return _core


def _socket() -> int:
    given = os.environ.pop("KAMEO_FD", "")
    try:
        fd = int(given)
        os.fstat(fd)
    except (ValueError, OSError):
        sys.exit(
            "kameo_runtime.worker is started by a kameo parent, which gives it a socket in "
            f"KAMEO_FD; that is {given!r} here"
        )
    os.set_inheritable(fd, False)
    return fd


def _leave_it_to_the_parent(_number: int, _frame: object) -> None:
    pass


def main() -> int:
    global _worker
    core = _load_core()
    fd = _socket()
    core.start_watchdog(fd, GRACE_MS)
    import faulthandler

    # The C half of `signal`: the other one brings enum along, 2 ms.
    import _signal as signal  # type: ignore[import-not-found]

    # Ctrl-C reaches the whole terminal group; what it means for a child is the parent's to say. Not
    # SIG_IGN, which a process that the handler starts would inherit.
    signal.signal(signal.SIGINT, _leave_it_to_the_parent)
    faulthandler.enable()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)

    # `python -m` runs this file as `__main__`; handlers find the same module under its own name.
    sys.modules[__spec__.name if __spec__ else "kameo_runtime.worker"] = sys.modules[__name__]

    from . import __version__

    _worker = worker = core.Worker(fd)
    os.register_at_fork(after_in_child=worker.forget)
    worker.hello("python " + ".".join(map(str, sys.version_info[:3])), __version__)
    welcome = worker.receive_welcome()
    if welcome is None:
        return 0

    from . import _serve

    return _serve.run(worker, welcome)


if __name__ == "__main__":
    sys.exit(main())
