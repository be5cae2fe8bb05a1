"""The JSON mapping is the one of C++: the vectors that its tests read."""

import pathlib
import subprocess

from driver import interpreter

HERE = pathlib.Path(__file__).resolve().parent


def test_the_vectors_read_and_write_as_in_cpp() -> None:
    done = subprocess.run(
        [interpreter(), HERE / "json_vectors.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "done\n"
