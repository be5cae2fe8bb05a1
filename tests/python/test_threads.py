"""Two threads of a worker at once: what one of them reads may be the other's."""

from __future__ import annotations

import pytest
from driver import RemoteError

PRICE = {"market.Price": {"request": [["symbol", "string"]], "reply": "f64"}}
ASK = {"request": [["symbol", "string"]], "reply": "string"}


def test_a_cancel_that_another_thread_reads_ends_the_handlers_next_wait(actor) -> None:
    worker = actor("""
        import kameo, threading
        def run(request):
            thread = threading.Thread(target=lambda: kameo.market.Price(symbol="thread").result())
            thread.start()
            thread.join()
            return str(kameo.market.Price(symbol="own").result())
        """, handlers={"run": ASK}, callbacks=PRICE)
    ask = worker.send_ask("run", symbol="")
    name, _, call = worker.callback()
    with worker.in_one_write():
        worker.cancel(ask)
        worker.reply(name, call, 1)
    with pytest.raises(RemoteError, match="cancelled"):
        worker.answer(ask, "run")
    assert worker.stop() == 0


# Lets go of the interpreter amid what has been read, as a loop does whose socket is full.
SLOW = """
import asyncio, kameo, threading, time
amid = threading.Event()
async def prepare(request):
    loop = asyncio.get_running_loop()
    plain = loop.call_soon_threadsafe
    def slow(*args, **more):
        amid.set()
        time.sleep(0.1)
        return plain(*args, **more)
    loop.call_soon_threadsafe = slow
    return "ready"
"""


def test_an_answer_that_another_thread_reads_wakes_the_one_that_serves(actor) -> None:
    worker = actor(SLOW + """
def run(request):
    watched = kameo.market.Price(symbol="watched")
    watched.add_done_callback(lambda call: None)
    own = kameo.market.Price(symbol="own")
    thread = threading.Thread(target=lambda: kameo.market.Price(symbol="thread").result())
    thread.start()
    amid.wait()
    value = own.result()
    thread.join()
    return str(value)
""", handlers={"prepare": ASK, "run": ASK}, callbacks=PRICE)
    assert worker.ask("prepare", symbol="") == "ready"
    ask = worker.send_ask("run", symbol="")
    calls = {}
    for _ in range(3):
        name, request, call = worker.callback()
        calls[request["symbol"]] = call
    with worker.in_one_write():
        for value, symbol in enumerate(("watched", "own", "thread")):
            worker.reply(name, calls[symbol], value)
    assert worker.answer(ask, "run") == "1.0"
    assert worker.stop() == 0
    assert worker.stderr == ""
