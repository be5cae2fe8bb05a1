"""asyncio holds a task only by what it waits for. What waits for kameo is kameo's to hold: Python's
collector of cycles must not end it before it has what it waits for."""

from __future__ import annotations

import pytest

CALLBACKS = {
    "market.Price": {"request": [["symbol", "string"]], "reply": "u32"},
    "market.Ticks": {"request": [["symbol", "string"]], "stream": "u32"},
    "market.Note": {"request": [["price", "u32"]]},
}
HANDLERS = {
    "run": {"reply": "u32"},
    "note": {},
    "collect": {"reply": "u32"},
}
WAITS = {
    "a call": ("await kameo.market.Price(symbol='A')", "market.Price"),
    "a stream": ("await kameo.market.Ticks(symbol='A').__aiter__().__anext__()", "market.Ticks"),
    "for": ("[tick async for tick in kameo.market.Ticks(symbol='A')][0]", "market.Ticks"),
}
SOURCE = """
import asyncio, gc, kameo

async def price():
    return WAIT

async def run(request):
    await asyncio.sleep(0)
    return await price()

async def note(request):
    asyncio.create_task(report())

async def report():
    kameo.market.Note(price=await price())

def collect(request):
    gc.collect()
    return 1
"""


def answered(worker, callback: str, ask: int) -> None:
    if callback == "market.Price":
        worker.reply(callback, ask, 5)
    else:
        worker.send_item(callback, ask, 5)
        worker.send("stream_end", correlation=ask)


@pytest.fixture(params=WAITS)
def waiting(request, actor):
    wait, callback = WAITS[request.param]
    worker = actor(SOURCE.replace("WAIT", wait), handlers=HANDLERS, callbacks=CALLBACKS,
                   concurrency=2)  # fmt: skip
    return worker, callback


def test_a_handler_that_waits_outlives_the_collector(waiting) -> None:
    worker, callback = waiting
    asked = worker.send_ask("run")
    name, _, ask = worker.callback()
    assert name == callback
    worker.ask("collect")
    answered(worker, callback, ask)
    assert worker.answer(asked, "run") == 5


def test_a_task_of_a_handler_that_waits_outlives_the_collector(waiting) -> None:
    worker, callback = waiting
    worker.tell("note")
    name, _, ask = worker.callback()
    assert name == callback
    worker.ask("collect")
    answered(worker, callback, ask)
    assert worker.next("tell").payload == b"\5\0\0\0"


def test_a_handler_that_waits_for_its_own_future_outlives_the_collector(actor) -> None:
    worker = actor("""
        import asyncio, gc
        async def wait(request):
            await asyncio.get_running_loop().create_future()
        def collect(request):
            gc.collect()
            return 1
        """, handlers={"wait": {"reply": "u32"}, "collect": {"reply": "u32"}}, concurrency=2)
    asked = worker.send_ask("wait")
    assert worker.ask("collect") == 1
    worker.cancel(asked)
    frame = worker.next("error", correlation=asked)
    assert frame.type == "error"
    assert worker.stderr == ""
