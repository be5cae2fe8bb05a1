"""Fixtures for pytest: `pytest_plugins = ["kameo_runtime.pytest_plugin"]` in a conftest.py."""

from collections.abc import Iterator

import pytest

from . import testing


@pytest.fixture
def kameo_callbacks() -> Iterator[testing.Callbacks]:
    """The parent that the test plays: `kameo_callbacks.answer("market.Price", 1.5)`."""
    with testing.callbacks() as fake:
        yield fake
