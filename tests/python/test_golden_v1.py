"""What version 1 of kameo wrote is read, written and translated as it was: tests/golden/v1."""

import pathlib
import subprocess

from driver import interpreter

HERE = pathlib.Path(__file__).resolve().parent


def test_what_version_1_wrote() -> None:
    done = subprocess.run(
        [interpreter(), HERE / "golden_v1.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "done\n"
