"""The check itself: what it takes for a scenario's test, and what it complains about."""

import check
import pytest


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("A1 power of 100 is between 1001 and 1100", "A1"),
        ("test_a1_power_of_100", "A1"),
        ("test_a1_power_of_100[sync]", "A1"),
        ("ctest: E3 a recursive union to depth 5", "E3"),
        ("pytest: test_g4_exceptions[async]", "G4"),
        ("A10 the same callback in three modules", "A10"),
        ("A1b is not a number", None),
        ("an ask ends once", None),
        ("test_a_plain_test", None),
        ("test_a1", "A1"),
    ],
)
def test_number_of_a_test(name, number):
    assert check.number_of(name) == number


def test_a_due_number_without_a_test_is_told():
    names = [f"{number} something" for number in check.DUE if number != "C7"]
    assert check.problems(names, [], []) == ["C7 has no test"]


def test_a_due_number_with_one_skipped_test_is_told_although_another_ran():
    names = [f"{number} something" for number in check.DUE]
    assert check.problems(names, [], ["pytest: test_d6_environment"]) == [
        "D6 has a test that was skipped"
    ]


def test_a_failing_test_is_a_test():
    names = [f"{number} something" for number in check.DUE if number != "C7"]
    assert check.problems(names, ["ctest: C7 wrong shape"], []) == []
