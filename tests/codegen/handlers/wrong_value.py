from kameo.acme.common import Money
from kameo.kinds import Colour, Point, ScreenDelete, ShapeCircle

Point(x="far")  # wrong
Point(1.0, 2.0)  # wrong
Point(z=1.0)  # wrong
Money(currency="EUR")  # wrong
ScreenDelete(colour="red", id=1)  # wrong
ShapeCircle("wide")  # wrong
print(Point(x=1).z)  # wrong
print(Colour.BLUE)  # wrong
