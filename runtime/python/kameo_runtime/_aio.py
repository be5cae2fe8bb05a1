"""asyncio for async handlers. Imported only when there are some: it is most of a worker's start."""

import asyncio
import asyncio.tasks
import logging
import selectors

CancelledError = asyncio.CancelledError
current_task = asyncio.current_task
register_task = asyncio.tasks._register_task
enter_task = asyncio.tasks._enter_task
leave_task = asyncio.tasks._leave_task


class HandlerTask(asyncio.Task):
    """The task of an async handler. It tells its carrier of what would outlive a handler that
    never suspends, so that such a task is not used for the next one (`_core/task.hpp`)."""

    def _touch(self):
        self.get_coro().touched = True

    def cancel(self, *args, **kwargs):
        self._touch()
        return super().cancel(*args, **kwargs)

    def add_done_callback(self, *args, **kwargs):
        self._touch()
        return super().add_done_callback(*args, **kwargs)

    def set_name(self, name):
        self._touch()
        super().set_name(name)


def new_task(loop, carrier):
    """A task that has made its first step: `carrier` has given it the gate to wait on."""
    steps = []

    def keep(callback, *args, context=None):
        steps.append((callback, args))

    # A task asks its loop for its first step. This one is made here and now, so that the task is
    # ready before the handler it is for is called.
    loop.call_soon = keep
    try:
        task = HandlerTask(carrier, loop=loop)
    finally:
        del loop.call_soon
    for callback, args in steps:
        callback(*args)
    # A spare is nobody's task yet: neither `all_tasks()` nor a warning at exit should show it.
    task._log_destroy_pending = False
    asyncio.tasks._unregister_task(task)
    return task


class _Pause:
    """Awaited, it lets the loop have one turn."""

    __slots__ = ()

    def __await__(self):
        yield


pause = _Pause()


def wake(future) -> None:
    if not future.done():
        future.set_result(None)


async def run_stream(sink, items):
    """Carries what a handler's async generator gives to its asker, as far as there is credit. A
    cancel comes to the generator where it stands: CancelledError in what it awaits, or, while it
    stands at a `yield`, GeneratorExit there."""
    try:
        while (turn := sink.turn()) is not None:
            await turn
        async for item in items:
            sink.send(item)
            while (turn := sink.turn()) is not None:
                await turn
    finally:
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()


async def feed(sink, items):
    """Carries what an iterable gives into a call. What it raises is what the call ends with."""
    try:
        while (turn := sink.turn()) is not None:
            await turn
        if hasattr(type(items), "__aiter__"):
            async for item in items:
                sink.send(item)
                while (turn := sink.turn()) is not None:
                    await turn
        else:
            for item in items:
                sink.send(item)
                while (turn := sink.turn()) is not None:
                    await turn
    except asyncio.CancelledError:
        raise  # the call is over
    except BaseException as error:
        sink.end(error)
    else:
        sink.end(None)
    finally:
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()


class _Selector(selectors.EpollSelector):
    """Waits for kameo's socket beside asyncio's descriptors, and serves it without a turn of the
    loop: one with only our frames never walks asyncio's queues."""

    def __init__(self, worker) -> None:
        super().__init__()
        self._worker = worker

    def select(self, timeout=None):
        return super().select(0) if self._worker.select(timeout) else []


class Loop(asyncio.SelectorEventLoop):
    """asyncio's own loop over that selector."""


def make_loop(worker, this_module):
    # Its one debug line says which selector it uses: ours.
    if not logging.getLogger("asyncio").level:
        logging.getLogger("asyncio").setLevel(logging.INFO)
    selector = _Selector(worker)
    loop = Loop(selector)
    asyncio.set_event_loop(loop)
    worker.attach_loop(this_module, loop, selector.fileno())
    return loop




def close_loop(loop) -> None:
    """Ends the tasks that handlers left behind, then the loop."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
