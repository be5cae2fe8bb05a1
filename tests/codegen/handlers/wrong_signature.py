import kameo
from kameo.acme.common import Money
from kameo.kinds import PainterConfig, PainterHandler, PainterPaint, PainterPing, PainterSet, Point, Shape


class Painter(PainterHandler):
    def on_start(self, config: PainterPing) -> None:  # wrong
        print(config)

    def paint(self, request: PainterPaint) -> Point:  # wrong
        print(request)
        return Point()

    def set(self, request: PainterSet, more: int) -> list[Shape]:  # wrong
        print(request, more)
        return []

    def move_all(self, request: Point) -> None:
        print(request)


Painter()  # wrong


async def calls() -> None:
    price: str = await kameo.screen.Delete(id=1)  # wrong
    kameo.screen.Delete(id="7")  # wrong
    kameo.screen.Pick(z=1.0)  # wrong
    kameo.screen.Erase()  # wrong
    print(price)


def config(painter: PainterConfig) -> Money:
    return painter.scale  # wrong
