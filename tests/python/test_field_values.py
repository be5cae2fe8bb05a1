"""The table "What a field takes" of docs/python-package.md, line by line."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from driver import interpreter

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "python-package.md"
CODE = re.compile(r"``(.+?)``|`(.+?)`")
NAMES = {"datetime": datetime, "timedelta": timedelta, "timezone": timezone, "Decimal": Decimal}


def lines() -> list[tuple[str, str, str]]:
    table = PAGE.read_text().split("### What a field takes")[1].split("\n\n")[2]
    rows = [re.split(r" \| ", line.strip("| ")) for line in table.splitlines()[2:]]
    return [(row[0].strip("`"), row[1].strip("`"), row[2]) for row in rows]


def code(text: str) -> list[str]:
    return [double or single for double, single in CODE.findall(text)]


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], dict]:
    asked = "".join(f"{type_}\t{expression}\n" for type_, expression, _ in lines())
    done = subprocess.run(
        [interpreter(), HERE / "field_values.py"],
        input=asked, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {(t, e): outcome for (t, e, _), outcome in zip(lines(), told, strict=True)}


@pytest.mark.parametrize("form", ["dict", "class"])
@pytest.mark.parametrize(("type_", "expression", "becomes"), lines())
def test_e4_a_field_takes_what_the_table_says(outcomes, type_, expression, becomes, form) -> None:
    outcome = outcomes[type_, expression][form]
    if becomes.startswith("refused: "):
        assert outcome == {"errors": code(becomes)}
    else:
        expected = eval(code(becomes)[0], NAMES)
        assert outcome == {"value": repr(expected)}
