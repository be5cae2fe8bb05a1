"""Messages in, answers out: order, one at a time, cancel, drain, and what a parent may do wrong."""

from __future__ import annotations

import os
import signal

import pytest
from driver import Ended, RemoteError, Schema

ADD = {"request": [["a", "i32"], ["b", "i32"]], "reply": "i32"}
NUMBER = {"request": [["n", "u32"]], "reply": "u32"}
NOTE = {"request": [["text", "string"]]}
GATE = {"test.Gate": {"request": [["n", "u32"]], "reply": "u32"}}


@pytest.mark.parametrize("form", ["def", "async def"])
@pytest.mark.parametrize("spec", ["handlers", "handlers:Adder"])
def test_a_handler_answers_as_module_or_class_sync_or_async(actor, form, spec) -> None:
    worker = actor(
        f"""
        {form} add(request):
            return request["a"] + request["b"]

        class Adder:
            {form} add(self, request):
                return request["a"] + request["b"]
        """,
        handler=spec,
        handlers={"add": ADD},
    )
    assert worker.ask("add", a=2, b=-5) == -3
    assert worker.stop() == 0


def test_config_comes_to_on_start_before_ready_and_on_stop_is_called_at_the_end(prepare) -> None:
    worker = prepare(
        """
        import logging
        class Actor:
            def on_start(self, config):
                logging.info("window %d", config["window"])
                self.window = config["window"]
            def on_stop(self):
                print("stopped", self.window)
            def add(self, request):
                return self.window
        """,
        schema=Schema(handlers={"add": ADD}, config=[["window", "u32"]]),
        handler="handlers:Actor",
        config={"window": 7},
    ).start()
    assert worker.hello["language"].startswith("python 3.")
    assert [log["message"] for log in worker.logs] == ["window 7"]
    assert worker.ask("add", a=0, b=0) == 7
    assert worker.stop() == 0
    assert worker.stdout == "stopped 7\n"


def test_async_on_start_and_on_stop_are_awaited(prepare) -> None:
    worker = prepare(
        """
        import asyncio
        class Actor:
            async def on_start(self, config):
                await asyncio.sleep(0)
                self.n = 5
            async def on_stop(self):
                await asyncio.sleep(0)
                print("stopped")
            def number(self, request):
                return self.n
        """,
        schema=Schema(handlers={"number": NUMBER}),
        handler="handlers:Actor",
    ).start()
    assert worker.ask("number", n=0) == 5
    assert worker.stop() == 0
    assert worker.stdout == "stopped\n"


def test_d4_ten_thousand_asks_at_once_each_get_their_own_reply(actor) -> None:
    worker = actor("def number(request): return request['n']", handlers={"number": NUMBER})
    import threading

    asks: list[int] = []
    # Both ways at once: neither side's socket could hold it all.
    sender = threading.Thread(
        target=lambda: asks.extend(worker.send_ask("number", n=n) for n in range(10_000))
    )
    sender.start()
    for n in range(10_000):
        assert worker.answer(n + 1, "number") == n
    sender.join()
    assert worker.stop() == 0


def test_sync_asks_are_answered_in_order(actor) -> None:
    worker = actor("def number(request): return request['n']", handlers={"number": NUMBER})
    for n in range(100):
        worker.send_ask("number", n=n)
    assert [worker.next("reply").correlation for _ in range(100)] == list(range(1, 101))


TWO_STEPS = """
    import kameo
    seen = []
    async def number(request):
        n = request["n"]
        seen.append(f"begin {n}")
        await kameo.test.Gate(n=n)
        seen.append(f"end {n}")
        return n
    def trail(request):
        return seen
    """


def test_one_message_at_a_time_also_where_the_handler_is_suspended(actor) -> None:
    worker = actor(TWO_STEPS, handlers={"number": NUMBER, "trail": {"reply": "list<string>"}},
                   callbacks=GATE)
    first, second = worker.send_ask("number", n=1), worker.send_ask("number", n=2)
    trail = worker.send_ask("trail")
    for n in (1, 2):
        name, request, ask = worker.callback()
        assert request == {"n": n}
        worker.reply(name, ask, n)
    assert worker.answer(first, "number") == 1
    assert worker.answer(second, "number") == 2
    assert worker.answer(trail, "trail") == ["begin 1", "end 1", "begin 2", "end 2"]


@pytest.mark.parametrize("where", ["actor", "handler"])
def test_concurrency_lets_that_many_in(actor, where) -> None:
    number = NUMBER | ({"concurrency": 3} if where == "handler" else {})
    worker = actor(TWO_STEPS, handlers={"number": number, "trail": {"reply": "list<string>"}},
                   callbacks=GATE, concurrency=3 if where == "actor" else 1)
    asks = [worker.send_ask("number", n=n) for n in range(1, 5)]
    opened = [worker.callback() for _ in range(3)]
    assert [request["n"] for _, request, _ in opened] == [1, 2, 3]
    for name, request, ask in reversed(opened):
        worker.reply(name, ask, request["n"])
    name, request, ask = worker.callback()
    assert request == {"n": 4}
    worker.reply(name, ask, 4)
    assert [worker.answer(ask, "number") for ask in asks] == [1, 2, 3, 4]


def test_tells_are_run_in_order_and_one_that_fails_is_logged(actor) -> None:
    worker = actor(
        """
        seen = []
        def note(request):
            if request["text"] == "bad":
                raise ValueError("no such note")
            seen.append(request["text"])
        async def anote(request):
            seen.append(request["text"])
        def notes(request):
            return seen
        """,
        handlers={"note": NOTE, "anote": NOTE, "notes": {"reply": "list<string>"}},
    )
    for text in ("one", "bad", "three"):
        worker.tell("note", text=text)
    worker.tell("anote", text="four")
    assert worker.ask("notes") == ["one", "three", "four"]
    [log] = worker.logs
    assert log["level"] == "error"
    assert log["message"] == "note: ValueError: no such note"
    assert "ValueError" in log["traceback"]


def test_a_plain_function_may_return_a_coroutine(actor) -> None:
    worker = actor(
        """
        def decorated(handler):
            return lambda request: handler(request)
        @decorated
        async def number(request):
            import asyncio
            await asyncio.sleep(0)
            assert asyncio.current_task() is not None
            return request["n"] + 1
        """,
        handlers={"number": NUMBER},
    )
    assert [worker.ask("number", n=n) for n in (1, 2)] == [2, 3]
    assert worker.stop() == 0


def test_an_unknown_route_and_a_bad_payload_are_the_askers_errors(actor) -> None:
    worker = actor("def number(request): return request['n']", handlers={"number": NUMBER})
    for route, payload, code in [(77, b"", "unknown_route"), (1, b"\x01", "bad_request"),
                                 (1, b"\x01\0\0\0\0", "bad_request")]:
        worker.send("ask", route=route, correlation=worker.next_ask, payload=payload)
        worker.next_ask += 1
        with pytest.raises(RemoteError) as error:
            worker.answer(worker.next_ask - 1, "number")
        assert error.value.code == code
    assert worker.ask("number", n=3) == 3


def test_a_message_of_megabytes_goes_both_ways(actor) -> None:
    text = "grüße" * 400_000
    worker = actor("def echo(request): return request['text']",
                   handlers={"echo": {"request": [["text", "string"]], "reply": "string"}})
    assert worker.ask("echo", text=text) == text


def test_a_cancel_reaches_a_suspended_handler(actor) -> None:
    worker = actor(
        """
        import asyncio, kameo
        async def number(request):
            try:
                await kameo.test.Gate(n=request["n"])
            except asyncio.CancelledError:
                print("cancelled")
                raise
        """,
        handlers={"number": NUMBER},
        callbacks=GATE,
    )
    ask = worker.send_ask("number", n=1)
    _, _, gate = worker.callback()
    worker.send("cancel", correlation=ask)
    assert worker.next("cancel").correlation == gate
    worker.refuse(gate, "cancelled", "as you wish")
    with pytest.raises(RemoteError) as error:
        worker.answer(ask, "number")
    assert error.value.code == "cancelled"
    assert worker.stop() == 0
    assert worker.stdout == "cancelled\n"


def test_a_cancel_takes_back_an_ask_that_waits(actor) -> None:
    worker = actor(TWO_STEPS, handlers={"number": NUMBER, "trail": {"reply": "list<string>"}},
                   callbacks=GATE)
    first, second = worker.send_ask("number", n=1), worker.send_ask("number", n=2)
    name, _, gate = worker.callback()
    worker.send("cancel", correlation=second)
    with pytest.raises(RemoteError, match="before it was started"):
        worker.answer(second, "number")
    worker.reply(name, gate, 1)
    assert worker.answer(first, "number") == 1
    assert worker.ask("trail") == ["begin 1", "end 1"]


def test_an_ask_whose_deadline_passes_while_it_waits_is_not_started(actor) -> None:
    worker = actor(TWO_STEPS, handlers={"number": NUMBER, "trail": {"reply": "list<string>"}},
                   callbacks=GATE)
    first = worker.send_ask("number", n=1)
    name, _, gate = worker.callback()
    worker.send("ask", route=1, correlation=99, deadline_us=0, payload=b"\2\0\0\0")
    worker.reply(name, gate, 1)
    assert worker.answer(first, "number") == 1
    with pytest.raises(RemoteError) as error:
        worker.answer(99, "number")
    assert error.value.code == "deadline_exceeded"
    assert worker.ask("trail") == ["begin 1", "end 1"]


def test_drain_lets_a_suspended_handler_finish(actor) -> None:
    worker = actor(TWO_STEPS, handlers={"number": NUMBER, "trail": {"reply": "list<string>"}},
                   callbacks=GATE)
    ask = worker.send_ask("number", n=1)
    name, _, gate = worker.callback()
    worker.send("drain")
    worker.reply(name, gate, 1)
    assert worker.answer(ask, "number") == 1
    assert worker.next("bye")
    assert worker.process.wait(30) == 0


@pytest.mark.parametrize("source", ["def number(request): return 1",
                                    "async def number(request): return 1"])
def test_d5_when_the_parent_closes_the_worker_ends(actor, source) -> None:
    worker = actor(source, handlers={"number": NUMBER})
    worker.socket.close()
    assert worker.process.wait(30) == 0


def test_d5_a_busy_handler_does_not_outlive_its_parent(actor) -> None:
    worker = actor(
        """
        def number(request):
            print("busy", flush=True)
            while True:
                pass
        """,
        handlers={"number": NUMBER},
    )
    worker.send_ask("number", n=1)
    while not worker.stdout:
        pass
    worker.socket.close()
    assert worker.process.wait(30) == 1


def test_ctrl_c_is_the_parents_to_deal_with(actor) -> None:
    worker = actor("def number(request): return request['n']", handlers={"number": NUMBER})
    worker.process.send_signal(signal.SIGINT)
    assert worker.ask("number", n=4) == 4


def test_a_program_that_a_handler_starts_can_be_interrupted(actor) -> None:
    worker = actor("""
        import signal, subprocess, sys
        code = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
        def ignored(request):
            return subprocess.check_output([sys.executable, "-c", code], text=True)
        """, handlers={"ignored": {"reply": "string"}})
    assert worker.ask("ignored") == "False\n"


def test_a_forked_process_has_no_part_in_the_session(actor) -> None:
    worker = actor(
        """
        import os
        def number(request):
            pid = os.fork()
            if pid == 0:
                return 1  # the fork would answer, too, and serve on
            return request["n"]
        """,
        handlers={"number": NUMBER},
    )
    assert worker.ask("number", n=9) == 9
    assert worker.ask("number", n=8) == 8
    assert worker.stop() == 0
    with pytest.raises(OSError):
        worker.socket.recv(1)


def test_a_breach_of_the_protocol_ends_the_worker(actor) -> None:
    worker = actor("def number(request): return 1", handlers={"number": NUMBER})
    worker.socket.sendall(b"\xff" * 64)
    with pytest.raises(Ended):
        worker.next("reply")


def test_a_finished_reply_does_not_wait_for_the_next_handler_of_its_batch(actor, tmp_path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    worker = actor(f"""
        def quick(request):
            return 1
        def waits(request):
            open({str(gate)!r}).close()  # until the parent opens it, too
            return 2
        """, handlers={"quick": {"reply": "u32"}, "waits": {"reply": "u32"}})
    first, second = worker.send_asks("quick", "waits")
    assert worker.answer(first, "quick") == 1
    gate.open("w").close()
    assert worker.answer(second, "waits") == 2


def test_a_crash_does_not_take_finished_replies_of_its_batch_along(actor) -> None:
    worker = actor("""
        import os
        def quick(request):
            return 1
        def dies(request):
            os._exit(3)
        """, handlers={"quick": {"reply": "u32"}, "dies": {"reply": "u32"}})
    asks = worker.send_asks(*["quick"] * 10, "dies")
    assert [worker.answer(ask, "quick") for ask in asks[:-1]] == [1] * 10
    with pytest.raises(Ended):
        worker.answer(asks[-1], "dies")
