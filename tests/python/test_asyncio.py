"""A handler's coroutine is an asyncio task from its first step on, although there is none until it
suspends. Each behaviour before (`0`) and after (`1`) the first suspension."""

from __future__ import annotations

import textwrap

import pytest
from driver import RemoteError

RUN = {"run": {"request": [["suspended", "bool"]], "reply": "string"}}
GATE = {"test.Gate": {"request": [["n", "u32"]], "reply": "u32"}}


@pytest.fixture(params=[False, True], ids=["before", "after"])
def suspended(request):
    return request.param


def body(code: str) -> str:
    """A handler `run` with `code` in it, which starts with a suspension if it is asked to."""
    lines = textwrap.indent(textwrap.dedent(code), "    ")
    return f"""
import asyncio, contextvars, sys
import kameo

async def run(request):
    task = asyncio.current_task()
    if request["suspended"]:
        await asyncio.sleep(0)
{lines}
"""


def run(actor, code, suspended, **settings):
    worker = actor(body(code), handlers=RUN, **settings)
    first = worker.ask("run", suspended=suspended)
    # Once more, in the same worker: nothing of the first may be left in the second.
    assert worker.ask("run", suspended=suspended) == first
    assert worker.stop() == 0
    assert worker.stderr == ""
    return first


def test_current_task_is_one_and_the_same(actor, suspended) -> None:
    assert run(actor, """
    assert isinstance(task, asyncio.Task), task
    assert asyncio.current_task() is task
    await asyncio.sleep(0)
    assert asyncio.current_task() is task
    assert task in asyncio.all_tasks()
    assert not task.done() and not task.cancelled()
    assert "run" in repr(task), repr(task)
    assert asyncio.get_running_loop() is task.get_loop()
    return "fine"
""", suspended) == "fine"


def test_a_sync_handler_has_no_current_task(actor) -> None:
    worker = actor("""
        import asyncio
        def run(request):
            return repr(asyncio.current_task()) + type(asyncio.get_running_loop()).__name__
        async def other(request):
            await asyncio.sleep(0)
            return "x"
        """, handlers=RUN | {"other": RUN["run"]})
    worker.send_ask("other", suspended=False)
    assert worker.ask("run", suspended=False) == "NoneLoop"


def test_wait_for_times_out_and_lets_pass(actor, suspended) -> None:
    assert run(actor, """
    assert await asyncio.wait_for(asyncio.sleep(0, "in time"), 10) == "in time"
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.001)
    except asyncio.TimeoutError:
        return "late"
""", suspended) == "late"


def test_wait_for_zero_times_out(actor, suspended) -> None:
    assert run(actor, """
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0)
    except asyncio.TimeoutError:
        return "late"
""", suspended) == "late"


def test_asyncio_timeout(actor, suspended) -> None:
    assert run(actor, """
    if sys.version_info < (3, 11):
        return "late, then in time"
    for delay in (0.001, 0, -1):
        try:
            async with asyncio.timeout(delay):
                await asyncio.Event().wait()
        except TimeoutError:
            pass
        else:
            return "not late"
    async with asyncio.timeout(10):
        await asyncio.sleep(0)
    assert task.cancelling() == 0
    return "late, then in time"
""", suspended) == "late, then in time"


def test_an_asyncio_timeout_that_is_not_needed_leaves_nothing(actor, suspended) -> None:
    assert run(actor, """
    if sys.version_info >= (3, 11):
        async with asyncio.timeout(10):
            pass
    return "fine"
""", suspended) == "fine"


def test_task_group(actor, suspended) -> None:
    assert run(actor, """
    if sys.version_info < (3, 11):
        return "12"
    out = []
    async def add(n):
        await asyncio.sleep(0)
        out.append(str(n))
    async with asyncio.TaskGroup() as group:
        group.create_task(add(1))
        group.create_task(add(2))
    return "".join(out)
""", suspended) == "12"


def test_task_group_of_which_one_fails_cancels_the_body(actor, suspended) -> None:
    assert run(actor, """
    if sys.version_info < (3, 11):
        return "ExceptionGroup ValueError"
    async def fail():
        raise ValueError("no")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            await asyncio.Event().wait()
    except BaseException as error:
        assert task.cancelling() == 0
        return f"{type(error).__name__} {type(error.exceptions[0]).__name__}"
""", suspended) == "ExceptionGroup ValueError"


def test_cancel_of_the_current_task_comes_at_the_next_await(actor, suspended) -> None:
    assert run(actor, """
    task.cancel()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        if sys.version_info >= (3, 11):
            assert task.cancelling() == 1
            task.uncancel()
        await asyncio.sleep(0)
        return "cancelled once"
""", suspended) == "cancelled once"


def test_cancel_of_the_current_task_comes_at_a_bare_yield(actor, suspended) -> None:
    assert run(actor, """
    task.cancel()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        return "cancelled"
""", suspended) == "cancelled"


def test_cancel_reaches_what_is_awaited(actor, suspended) -> None:
    """The inner future is cancelled, not only the await of it."""
    assert run(actor, """
    inner = asyncio.get_running_loop().create_future()
    task.cancel()
    try:
        await inner
    except asyncio.CancelledError:
        return f"inner cancelled: {inner.cancelled()}"
""", suspended) == "inner cancelled: True"


@pytest.mark.parametrize("last", ["return 'no'", "await asyncio.sleep(0)"])
def test_a_cancel_that_nobody_catches_is_the_asks_error(actor, suspended, last) -> None:
    worker = actor(body(f"""
    if not hasattr(kameo, "ran"):
        kameo.ran = True
        task.cancel()
        {last}
    return "again"
""").replace("hasattr(kameo", "vars(kameo).get('ran') or hasattr(sys"), handlers=RUN)
    with pytest.raises(RemoteError) as error:
        worker.ask("run", suspended=suspended)
    assert error.value.code == "cancelled"
    assert worker.ask("run", suspended=suspended) == "again"


def test_done_callbacks_of_the_task_are_run(actor, suspended) -> None:
    worker = actor(body("""
    task.add_done_callback(lambda t: print("done", t.cancelled()))
    return "x"
"""), handlers=RUN)
    assert worker.ask("run", suspended=suspended) == "x"
    assert worker.ask("run", suspended=suspended) == "x"
    assert worker.stop() == 0
    assert worker.stdout == "done False\n" * 2


def test_a_task_that_is_kept_is_not_used_again(actor, suspended) -> None:
    worker = actor("""
        import asyncio
        kept = []
        async def run(request):
            if request["suspended"]:
                await asyncio.sleep(0)
            kept.append(asyncio.current_task())
            same = len(kept) == 2 and kept[0] is kept[1]
            return f"{same} {kept[0].done()}"
        """, handlers=RUN)
    assert worker.ask("run", suspended=suspended) == "False False"
    assert worker.ask("run", suspended=suspended) == "False True"


def test_context_variables_stay_in_their_handler(actor, suspended) -> None:
    worker = actor("""
        import asyncio, contextvars
        var = contextvars.ContextVar("var", default="unset")
        async def run(request):
            before = var.get()
            var.set("set")
            if request["suspended"]:
                await asyncio.sleep(0)
            assert var.get() == "set"
            inner = await asyncio.create_task(read())
            return f"{before} {inner} {var.get()}"
        async def read():
            return var.get()
        """, handlers=RUN)
    for _ in range(2):
        assert worker.ask("run", suspended=suspended) == "unset set set"
    for _ in range(2):
        assert worker.ask("run", suspended=False) == "unset set set"


def test_tasks_of_the_users_own_go_on_after_the_answer(actor) -> None:
    worker = actor("""
        import asyncio
        done = asyncio.Event()
        async def run(request):
            if request["suspended"]:
                await done.wait()
                return "saw it"
            async def later():
                await asyncio.sleep(0.001)
                done.set()
            run.task = asyncio.create_task(later())
            return "started"
        """, handlers=RUN)
    assert worker.ask("run", suspended=False) == "started"
    assert worker.ask("run", suspended=True) == "saw it"


def test_to_thread_and_thread_safe_calls_wake_the_loop(actor, suspended) -> None:
    assert run(actor, """
    return await asyncio.to_thread(lambda: "from a thread")
""", suspended) == "from a thread"


def test_subprocesses_of_asyncio_work(actor, suspended) -> None:
    assert run(actor, """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('out')", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode().strip()
""", suspended) == "out"


def test_sleeping_handlers_overlap(actor) -> None:
    """H1 in small: a hundred are asleep at once."""
    worker = actor("""
        import asyncio
        inside = []
        async def run(request):
            inside.append(request)
            while len(inside) < 100:
                await asyncio.sleep(0.001)
            return str(len(inside))
        """, handlers=RUN, concurrency=100)
    asks = [worker.send_ask("run", suspended=False) for _ in range(100)]
    assert [worker.answer(ask, "run") for ask in asks] == ["100"] * 100


@pytest.mark.parametrize("error", ["KeyboardInterrupt()", "SystemExit(3)", "ValueError('v')",
                                   "asyncio.CancelledError()"])
def test_whatever_a_coroutine_raises_ends_the_ask_alone(actor, suspended, error) -> None:
    worker = actor(body(f"""
    raise {error}
"""), handlers=RUN)
    for _ in range(2):
        with pytest.raises(RemoteError) as failed:
            worker.ask("run", suspended=suspended)
        expected = "cancelled" if "Cancelled" in error else "handler_failed"
        assert failed.value.code == expected
    assert worker.stop() == 0
    assert worker.stderr == ""
