"""Tests of a handler as a user writes them."""

import kameo
from kameo import kinds
from kameo_runtime import testing


class Eraser:
    def erase(self) -> bool:
        return kameo.screen.Delete(id=1).deadline(0.5).result()


def test_it(kameo_callbacks: testing.Callbacks) -> None:
    delete = kameo_callbacks.on(kameo.screen.Delete)
    delete.answer(True)
    delete.answer(lambda request: bool(request.id))
    delete.answer(kinds.Refused(code_=1, message_=2, args_=[], error_name="e"))
    draw = kameo_callbacks.on(kameo.screen.Draw)
    draw.answer(None)
    kameo_callbacks.on(kameo.screen.Watch).stream([kinds.ShapeNothing(), kinds.ShapeCircle(1.0)])
    kameo_callbacks.answer("ledger.Balance", None)
    with testing.actor(Eraser()) as eraser:
        assert eraser.erase()
    delete.assert_asked(id=1, colour=kinds.Colour.RED)
    draw.assert_not_asked()
    print(delete.requests, kameo.screen.Watch().deadline(5, idle=1))
