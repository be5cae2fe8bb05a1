import os
import pathlib
import sys

import pytest
from installed import BUILD, run


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    """An installed kameo, moved after it was installed: nothing in it may point back. One for all
    tests of this folder. KAMEO_PREFIX names one that is there already.
    """
    if "KAMEO_PREFIX" in os.environ:
        return pathlib.Path(os.environ["KAMEO_PREFIX"])
    installed = tmp_path_factory.mktemp("install")
    run("cmake", "--install", BUILD, "--prefix", installed)
    moved = installed.with_name("moved")
    installed.rename(moved)
    return moved


@pytest.fixture(scope="session")
def interpreter(tmp_path_factory, prefix):
    """A virtual environment into which the installed wheel went, as a user puts it there."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", folder)
    wheels = list((prefix / "share" / "kameo" / "wheels").glob("*.whl"))
    assert len(wheels) == 1, wheels
    run(folder / "bin" / "python", "-m", "pip", "install", "--no-index", *wheels)
    sanitized = BUILD / "sanitized-python"  # cmake/testing.cmake
    if not sanitized.exists():
        return folder / "bin" / "python"
    wrapper = folder / "sanitized-python"
    text = sanitized.read_text()
    wrapper.write_text(text.replace(str(BUILD / "venv"), str(folder)))
    wrapper.chmod(0o755)
    return wrapper


@pytest.fixture(scope="session")
def clean_environment():
    """Without what tests/run.py sets: nothing may come from the build tree."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KAMEO_") and name != "PYTHONPATH"
    }
