"""From the welcome to the end: loads the user's code, says ready, serves, stops."""

import sys

from . import _bind, _hooks, _load


def _make_loop(worker):
    from . import _aio

    return _aio.make_loop(worker, _aio)


def _start(worker, welcome):
    """The handlers, bound and started; the loop if there is need of one."""
    _hooks.install(worker, welcome["log_level"])
    _load.extend_path(welcome["path"])
    with _load.told_as("importing the generated package `kameo`"):
        _bind.bind(worker, welcome)
    # After that, so that a module may call its parent while it is imported.
    target = _load.load(welcome["handler"])
    handlers = _load.find_handlers(target, welcome["handler"], welcome["routes"])
    for number, handler, where in handlers:
        worker.set_handler(number, handler, where)

    hooks = [getattr(target, name, None) for name in ("on_start", "on_stop")]
    functions = [handler for _, handler, _ in handlers] + hooks
    loop = None
    if "asyncio" in sys.modules or any(map(_load.is_async, functions)):
        loop = _make_loop(worker)
    if hooks[0] is not None:
        with _load.told_as(f"{welcome['handler']}: on_start"):
            started = hooks[0](worker.config())
            if _load.is_awaitable(started):
                loop = loop or _make_loop(worker)
                loop.run_until_complete(started)
    return target, loop


def _stop(worker, target, loop):
    """The loop, which an `on_stop` may be the first to need."""
    on_stop = getattr(target, "on_stop", None)
    try:
        stopped = on_stop() if on_stop is not None else None
        if _load.is_awaitable(stopped):
            loop = loop or _make_loop(worker)
            loop.run_until_complete(stopped)
    except BaseException:
        import traceback

        print("on_stop failed:", file=sys.stderr)
        traceback.print_exc()
    return loop


def run(worker, welcome) -> int:
    """The exit code: 1 after a failed start, which the parent has been told of."""
    try:
        target, loop = _start(worker, welcome)
    except _load.StartError as error:
        worker.start_failed(str(error), error.__cause__)
        return 1
    except BaseException as error:
        worker.start_failed(f"{type(error).__name__}: {error}", error)
        return 1
    import gc

    # What was imported stays as long as the process: no collection need look at it again.
    gc.freeze()
    worker.ready()

    if loop is None and worker.serve() == "wants_loop":
        loop = _make_loop(worker)  # a plain function has returned a coroutine
    if loop is not None:
        _run_loop(loop, worker)
    loop = _stop(worker, target, loop)
    if loop is not None:
        from . import _aio

        _aio.close_loop(loop)
    worker.finish()
    if (breach := worker.breach()) is not None:
        print(f"kameo: the session ended: {breach}", file=sys.stderr)
        return 1
    return 0


def _run_loop(loop, worker) -> None:
    worker.stop_loop_at_end(True)
    while worker.ended() is None:
        try:
            loop.run_forever()
        except (KeyboardInterrupt, SystemExit) as stray:
            # Raised in a task of the user's own; asyncio lets these two through.
            print(f"{type(stray).__name__} in a task: it does not end an actor", file=sys.stderr)
    worker.stop_loop_at_end(False)
