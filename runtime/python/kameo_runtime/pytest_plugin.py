"""Fixtures for pytest: `pytest_plugins = ["kameo_runtime.pytest_plugin"]` in a conftest.py."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from . import testing


@pytest.fixture
def kameo_callbacks() -> Iterator[testing.Callbacks]:
    """The parent that the test plays: `kameo_callbacks.answer("market.Price", 1.5)`."""
    with testing.callbacks() as fake:
        yield fake


@pytest.fixture
def kameo_actor(
    kameo_callbacks: testing.Callbacks,
) -> Iterator[Callable[..., testing.TestActor]]:
    """Starts a handler for the rest of the test, with callbacks that `kameo_callbacks` answers:
    `strategy = kameo_actor(Strategy, StrategyConfig(window=3))`. It is stopped at the end."""
    with ExitStack() as actors:
        yield lambda handler, config=None: actors.enter_context(testing.actor(handler, config))
