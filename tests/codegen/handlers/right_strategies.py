"""Tests as a user writes them: no checker may complain, whether hypothesis is installed or not."""

from hypothesis import given
from hypothesis import strategies as st
from kameo import kinds
from kameo.acme.common import Money, strategies

lines: st.SearchStrategy[kinds.ShapeLine] = kinds.strategies.shape_line(
    start=kinds.Point(x=1.0), end=kinds.strategies.point(x=st.floats(0, 1))
)


@given(kinds.strategies.shape(), strategies.money(currency="EUR"))
def test_a_shape_and_money(shape: kinds.Shape, money: Money) -> None:
    assert money.currency == "EUR"
    assert shape.tag != "line" or shape.end


@given(kinds.strategies.colour(), kinds.strategies.shape_circle(value=2.0), kinds.strategies.names())
def test_the_rest(colour: kinds.Colour, circle: kinds.ShapeCircle, names: kinds.Names) -> None:
    assert colour.value and circle.value == 2.0 and all(names)
