"""`kameo_runtime.testing` with generated classes; run by test_data.py in the build's
interpreter. Every function `check_…` is one check.
"""

import asyncio
import warnings
from uuid import UUID

import kameo
from kameo import kinds
from kameo_runtime import callback, testing

warnings.filterwarnings("ignore", "screen.Pick is deprecated")


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{call} did not raise {kind.__name__}")


class Painter(kinds.PainterHandler):
    def on_start(self, config):
        self.events = [config]

    def on_stop(self):
        self.events.append("stopped")

    def set(self, request):
        return [kinds.ShapeCircle(1.0)] if kameo.screen.Delete(id=7).result() else []

    async def paint(self, request):
        await asyncio.sleep(0)
        picked = await kameo.screen.Pick(x=1.0)
        kameo.screen.Draw(shape=picked)
        return picked

    def history(self, request):
        yield kinds.ShapeNothing()
        yield kinds.ShapeCircle(2.0)

    async def sum(self, request, points):
        async for point in kameo.screen.Watch():
            if point == kinds.ShapeNothing():
                break
        return kinds.Point()

    async def move_all(self, request):
        yield request


def check_a_sync_handler_gets_the_answer_and_its_request_is_seen():
    with testing.callbacks() as parent:
        parent.answer("screen.Delete", True)
        with testing.actor(Painter, kinds.PainterConfig(scale=1.0)) as painter:
            assert painter.set(kinds.PainterSet()) == [kinds.ShapeCircle(1.0)]
            handler = painter.handler
        assert handler.events == [kinds.PainterConfig(scale=1.0), "stopped"]
        assert parent.requests("screen.Delete") == [kinds.ScreenDelete(id=7)]


def check_an_async_handler_runs_to_its_end_on_one_loop():
    with testing.callbacks() as parent:
        parent.answer("screen.Pick", lambda request: kinds.ShapeCircle(request.x))
        parent.answer("screen.Draw")
        with testing.actor(Painter) as painter:
            assert painter.paint(kinds.PainterPaint(shape=kinds.ShapeNothing())) == kinds.ShapeCircle(1.0)
        assert [name for name, _ in parent.calls] == ["screen.Pick", "screen.Draw"]


def check_streams_come_as_lists_of_either_kind():
    with testing.actor(Painter) as painter:
        assert painter.history(kinds.PainterHistory()) == [kinds.ShapeNothing(), kinds.ShapeCircle(2.0)]
        assert painter.move_all(kinds.Point()) == [kinds.Point()]


def check_a_stream_of_a_callback_is_read_and_left():
    with testing.callbacks() as parent:
        parent.stream("screen.Watch", [kinds.ShapeCircle(1.0), kinds.ShapeNothing(), kinds.ShapeCircle(3.0)])
        assert [shape.tag for shape in kameo.screen.Watch()] == ["circle", "nothing", "circle"]
        with testing.actor(Painter) as painter:
            assert painter.sum(kinds.PainterSum(), []) == kinds.Point()
        with kameo.screen.Watch() as shapes:
            next(shapes)
        assert shapes.left_early and list(shapes) == []


def check_errors_are_raised_where_the_result_is_taken():
    refused = kinds.Refused(code_=1, message_=2, args_=[], error_name="e")
    with testing.callbacks() as parent:
        parent.answer("screen.Delete", refused)
        pending = kameo.screen.Delete(id=1)
        assert raises(kinds.Refused, pending.result) is refused

        def fails(request):
            raise kameo.CallbackError(f"no {request.id}")

        parent.answer("screen.Delete", fails)
        assert str(raises(kameo.CallbackError, kameo.screen.Delete(id=2).result)) == "no 2"


def check_what_the_wire_would_refuse_is_refused_here():
    with testing.callbacks() as parent:
        parent.answer("screen.Pick", kinds.ShapeNamed(""))
        error = raises(kameo.ValidationError, kameo.screen.Pick, x=1.0)
        assert error.errors == ["Shape.named: expected string of at least 1 character, got ''"]
        parent.answer("screen.Draw")
        raises(kameo.ValidationError, kameo.screen.Draw, shape=kinds.ShapeNamed(""))
        assert parent.requests("screen.Draw") == []


def check_a_callback_without_an_answer_says_so():
    with testing.callbacks() as parent:
        parent.answer("screen.Draw")
        error = raises(kameo.UnknownCallback, kameo.screen.Pick)
        assert str(error) == "no answer for callback screen.Pick; the test has answers for screen.Draw"


def check_typed_fakes_answer_and_remember():
    with testing.callbacks() as parent:
        delete, draw = parent.on(kameo.screen.Delete), parent.on(kameo.screen.Draw)
        watch = parent.on(kameo.screen.Watch)
        assert (delete.name, repr(draw)) == ("screen.Delete", "<fake screen.Draw, asked 0 times>")
        delete.answer(True)
        draw.answer(None)
        watch.stream([kinds.ShapeNothing()])
        draw.assert_not_asked()
        assert kameo.screen.Delete(id=7).deadline(1.0).result() is True
        kameo.screen.Draw(shape=kinds.ShapeNothing())
        assert list(kameo.screen.Watch().deadline(idle=2)) == [kinds.ShapeNothing()]
        delete.assert_asked(id=7)
        delete.assert_asked(id=7, colour=kinds.Colour.RED)  # its default
        draw.assert_asked(shape=kinds.ShapeNothing())
        watch.assert_asked()
        assert delete.requests == [kinds.ScreenDelete(id=7)] == parent.requests("screen.Delete")
        assert len(parent.calls) == 3  # to ask whether it was asked is not to ask

        message = str(raises(AssertionError, delete.assert_asked, id=8))
        assert message == (
            "screen.Delete was not asked\n  ScreenDelete(colour=<Colour.RED: 'red'>, id=8)\n"
            "but\n  ScreenDelete(colour=<Colour.RED: 'red'>, id=7)"
        )
        assert "was asked [" in str(raises(AssertionError, delete.assert_not_asked))
        balance = parent.on(kameo.ledger.Balance)
        assert "but nothing" in str(raises(AssertionError, balance.assert_asked, account=UUID(int=1)))


def check_a_fake_fails_as_a_parent_does():
    with testing.callbacks() as parent:
        delete, watch = parent.on(kameo.screen.Delete), parent.on(kameo.screen.Watch)
        delete.answer(kameo.CallbackError("no"))
        assert str(raises(kameo.CallbackError, kameo.screen.Delete(id=1).result)) == "no"
        delete.answer(lambda request: request.id > 1)
        assert kameo.screen.Delete(id=2).result() and not kameo.screen.Delete(id=1).result()

        def breaks(request):
            yield kinds.ShapeNothing()
            raise kameo.CallbackError("cut")

        watch.stream(breaks)
        stream = kameo.screen.Watch()
        assert next(stream) == kinds.ShapeNothing()
        assert str(raises(kameo.CallbackError, next, stream)) == "cut"


def check_the_string_form_is_answered_too():
    handle = kameo.callback_handle  # imported before

    async def awaited():
        return await handle("screen.Delete", {"id": 4})

    with testing.callbacks() as parent:
        parent.answer("screen.Delete", True)
        parent.stream("screen.Watch", [kinds.ShapeNothing()])
        assert handle("screen.Delete", {"id": 3}) is True
        assert asyncio.run(awaited()) is True
        assert list(handle("screen.Watch")) == [kinds.ShapeNothing()]
        assert parent.requests("screen.Delete") == [{"id": 3}, {"id": 4}]


def check_afterwards_callbacks_are_what_they_were():
    names = ("call", "tell", "Stream", "callback_handle")
    before = [getattr(callback, name) for name in names]
    with testing.callbacks():
        assert callback.call is not before[0]
    assert [getattr(callback, name) for name in names] == before


def main():
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    for check in checks:
        check()
    print(len(checks), "checks passed")


if __name__ == "__main__":
    main()
