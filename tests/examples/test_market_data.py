"""examples/market-data: a Python strategy reads a C++ market until it has its signal."""

import json
import os
import pathlib
import subprocess

import pool_files
import pytest

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent.parent / "examples" / "market-data"
PROGRAM = pathlib.Path(os.environ["KAMEO_BUILD_DIR"]).resolve() / "tests/examples/market_data"


def test_the_strategy_breaks_off_at_its_signal_and_the_market_stops(tmp_path):
    done = subprocess.run([PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == (EXAMPLE / "expected_output.txt").read_text()
    assert done.stderr == ""


@pytest.fixture(scope="module")
def batch():
    return pool_files.run("run", str(EXAMPLE / "pool.yaml"), cwd="/")


def test_the_pool_does_the_same_with_a_market_in_python(batch):
    assert batch.code == 1  # one of the shares does not exist
    found = [line["reply"] for line in batch.replies if "reply" in line]
    told = (EXAMPLE / "expected_output.txt").read_text().splitlines()
    for signal, line in zip(found, told, strict=False):
        if signal is None:
            assert line == "FLAT: no signal before the market closed"
        else:
            tick = signal["tick"]
            side = f"{signal['symbol']}: {signal['side']} at {tick['cents']} cents"
            assert line.startswith(f"{side}, trade {tick['number']};")
    assert len(found) == 3


def test_the_pool_writes_a_stream_as_lines(batch):
    streams = batch.replies[3:]
    assert [next(iter(line)) for line in streams] == ["item"] * 3 + ["end", "end", "error"]
    assert streams[3:5] == [{"end": {"items": 3}}, {"end": {"items": 0}}]
    assert streams[5]["error"]["message"] == "no share is called NONE"


def test_the_readme_shows_what_the_example_prints():
    text = (EXAMPLE / "README.md").read_text()
    assert "".join(f"    {line}" for line in (EXAMPLE / "expected_output.txt").open()) in text
    requests = (EXAMPLE / "requests.ndjson").read_text().splitlines()
    assert all(json.loads(line) for line in requests)
