from hypothesis.strategies import SearchStrategy
from kameo import kinds

kinds.strategies.point(x="far")  # wrong
kinds.strategies.point(z=1.0)  # wrong
kinds.strategies.points()  # wrong
colours: SearchStrategy[kinds.Level] = kinds.strategies.colour()  # wrong
kinds.strategies.shape_named(value=kinds.strategies.point())  # wrong
