"""Numeric arrays of generated classes, with the real numpy and where there is none."""

import os
import pathlib
import subprocess
import sysconfig

import pytest

HERE = pathlib.Path(__file__).resolve().parent


@pytest.mark.parametrize("form", ["numpy", "memoryview"])
def test_arrays_at_work(form, generated):
    # The build's interpreter, which can load its extension, with this one's numpy.
    path = [str(generated / "python"), sysconfig.get_path("purelib")]
    done = subprocess.run(
        [os.environ["KAMEO_PYTHON"], "-W", "error", HERE / "arrays_at_work.py", form],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "checks passed" in done.stdout
