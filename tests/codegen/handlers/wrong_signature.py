import kameo
from kameo.acme.common import Money
from kameo.kinds import (
    PainterConfig,
    PainterHandler,
    PainterHistory,
    PainterPaint,
    PainterPing,
    PainterSet,
    PainterSum,
    Point,
    ScreenCallbacks,
    ScreenWatch,
    Shape,
)


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

    def sum(self, request: PainterSum) -> Point:  # wrong
        print(request)
        return Point()

    def history(self, request: PainterHistory) -> list[Shape]:  # wrong
        print(request)
        return []


Painter()  # wrong


class Screen(ScreenCallbacks):
    def pick(self, request: Point) -> str:  # wrong
        return str(request)

    def delete(self, request: PainterPing) -> bool:  # wrong
        return bool(request)

    def watch(self, request: ScreenWatch) -> Shape:  # wrong
        raise ValueError(request)


Screen()  # wrong


async def calls() -> None:
    price: str = await kameo.screen.Delete(id=1)  # wrong
    kameo.screen.Delete(id="7")  # wrong
    kameo.screen.Pick(z=1.0)  # wrong
    kameo.screen.Erase()  # wrong
    print(price)
    kameo.screen.Watch(at=1)  # wrong
    point: Point = await anext(kameo.screen.Watch())  # wrong
    print(point)


def config(painter: PainterConfig) -> Money:
    return painter.scale  # wrong
