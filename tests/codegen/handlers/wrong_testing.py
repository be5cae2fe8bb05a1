import kameo
from kameo import kinds
from kameo_runtime import testing

with testing.callbacks() as parent:
    delete = parent.on(kameo.screen.Delete)
    delete.answer("yes")  # wrong
    delete.answer(lambda request: str(request))  # wrong
    delete.stream([True])  # wrong
    delete.assert_asked(id="7")  # wrong
    delete.assert_asked(number=7)  # wrong
    parent.on(kameo.screen.Watch).stream([kinds.Point()])  # wrong
    parent.on(kameo.screen.Draw).answer(5)  # wrong
