"""Each scenario that is due has a test named by its number, and none of those is skipped.

A number is taken from the start of a test's name: `A1 power of 100 …` (Catch2, through ctest) or
`test_a1_power_of_100` (pytest, parameters and class names aside).
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def span(letter: str, first: int, last: int) -> list[str]:
    return [f"{letter}{number}" for number in range(first, last + 1)]


DUE = [
    *span("A", 1, 10),
    *span("B", 1, 9),
    *span("C", 1, 13),
    *span("D", 1, 8),
    *span("E", 1, 5),
    *span("F", 1, 5),
    *span("G", 1, 4),
    "H1",
]

_NUMBER = re.compile(r"(?:(?:ctest|pytest): )?(?:test_)?([a-iA-I]\d+)(?![a-zA-Z0-9])")


def number_of(name: str) -> str | None:
    """The scenario that a test is named by: `A1` for `test_a1_power` and for `A1 power …`."""
    match = _NUMBER.match(name)
    return match.group(1).upper() if match else None


def problems(passed: Iterable[str], failed: Iterable[str], skipped: Iterable[str]) -> list[str]:
    """A line for each due scenario without a test, or with a skipped one."""
    ran = {number_of(name) for name in (*passed, *failed)}
    left_out = {number_of(name) for name in skipped}
    found = []
    for number in DUE:
        if number in left_out:
            found.append(f"{number} has a test that was skipped")
        elif number not in ran:
            found.append(f"{number} has no test")
    return found
