from typing import assert_never

from kameo.kinds import Expression, ExpressionProduct, ExpressionSum, Shape


def value(expression: Expression) -> float:
    match expression:
        case ExpressionSum():
            return 1.0
        case ExpressionProduct():
            return 2.0
        case _:
            assert_never(expression)  # wrong


def width(shape: Shape) -> float:
    if shape.tag == "circle":
        return shape.value
    return shape.value  # wrong
