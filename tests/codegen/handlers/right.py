"""What a careful user writes: no checker may complain."""

import sys
from collections.abc import AsyncIterator, Iterator

import kameo
from kameo import kinds
from kameo.acme.common import Failure, Money
from kameo.kinds import (
    Colour,
    Expression,
    ExpressionProduct,
    ExpressionSum,
    ExpressionValue,
    PainterConfig,
    PainterHistory,
    PainterPaint,
    PainterPing,
    PainterSet,
    PainterSum,
    Point,
    Shape,
    ShapeCircle,
)

if sys.version_info >= (3, 11):
    from typing import assert_never
else:
    from typing_extensions import assert_never


def value(expression: Expression) -> float:
    match expression:
        case ExpressionSum(left=left, right=right):
            return value(left) + value(right)
        case ExpressionProduct(factors):
            return sum(count * value(factor) for count, factor in factors)
        case ExpressionValue(number):
            return number
        case _:
            assert_never(expression)


def by_tag(expression: Expression) -> float:
    if expression.tag == "sum":
        return value(expression.left)
    return 0.0


class Painter(kinds.PainterHandler):
    def on_start(self, config: PainterConfig) -> None:
        self.background = config.background

    async def paint(self, request: PainterPaint) -> Money:
        if request.count == 0:
            raise Failure(reason="none", code_=400)
        kameo.screen.Draw(shape=request.shape)
        picked = await kameo.screen.Pick(x=1.0)  # pyright: ignore[reportDeprecated]
        gone = await kameo.screen.Delete(id=7)
        balance = await kameo.ledger.Balance(account=kinds.Scalars(b=1, e=1, f=1, g=1).o)
        return balance if picked is None and gone else Money(amount=balance.amount, currency="EUR")

    def set(self, request: PainterSet) -> list[Shape]:
        try:
            kameo.screen.Delete(colour=Colour.GREEN, id=1).result(timeout=1.0)
        except kinds.Refused as refused:
            print(refused.code_, refused.args_)
        except kameo.CallbackError as error:
            print(error.message, error.traceback)
        return [ShapeCircle(1.0)]

    def move_all(self, where: Point) -> None:
        print(where.x)

    async def sum(self, request: PainterSum, input: kameo.Stream[Point]) -> Point:
        return Point(x=sum([point.x async for point in input]))

    async def history(self, request: PainterHistory) -> AsyncIterator[Shape]:
        async for shape in kameo.screen.Watch():
            yield shape
        async with kameo.screen.Watch() as watched:
            yield await anext(watched)

    async def ping(self, request: PainterPing) -> None:
        kameo.callback_handle("screen.Draw", {"shape": "nothing"})


def serve(handler: kinds.PainterHandler) -> None: ...


class PlainPainter(kinds.PainterHandler):
    def sum(self, request: PainterSum, input: kameo.Stream[Point]) -> Point:
        return Point(x=sum(point.x for point in input))

    def history(self, request: PainterHistory) -> Iterator[Shape]:
        with kameo.screen.Watch() as watched:
            for shape in watched:
                yield shape
        stream = kameo.screen.Watch()
        yield next(stream)
        print(stream.cancel())


class Screen(kinds.ScreenCallbacks):
    """Provides the callbacks of a module to other actors."""

    async def draw(self, request: kinds.ScreenDraw) -> None:
        print(request.shape)

    def watch(self, request: kinds.ScreenWatch) -> Iterator[Shape]:
        yield ShapeCircle(1.0)

    def pick(self, request: Point) -> Shape | None:
        return ShapeCircle(request.x)

    async def delete(self, request: kinds.ScreenDelete) -> bool:
        return request.id == 1


def provide(screen: kinds.ScreenCallbacks) -> None: ...


provide(Screen())
serve(Painter())
containers = kinds.Containers(cube=[1], row=[1.0])  # pyright: ignore[reportDeprecated]
print(len(containers.cube), containers.table["a"][0] + 1)
