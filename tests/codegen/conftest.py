import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])
KAMEO_GEN = BUILD / "bin" / "kameo-gen"
SCHEMAS = [ROOT / "tests" / "golden" / "schemas" / f"{name}.kameo.yaml" for name in ("kinds", "common")]
# The runtime's pure part, which generated callbacks and errors import.
RUNTIME = ROOT / "runtime" / "python"


def run_kameo_gen(*arguments, **options):
    return subprocess.run(
        [KAMEO_GEN, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options
    )


@pytest.fixture(scope="session")
def generated(tmp_path_factory) -> pathlib.Path:
    """A folder with what kameo-gen writes for the golden schemas: cpp/ and python/."""
    folder = tmp_path_factory.mktemp("generated")
    done = run_kameo_gen("generate", *SCHEMAS, "--cpp-out", folder / "cpp", "--python-out", folder / "python")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def python_path(generated) -> str:
    return os.pathsep.join([str(generated / "python"), str(RUNTIME)])


@pytest.fixture(scope="session")
def kameo_gen():
    """Runs the program; gives subprocess's result with text."""
    return run_kameo_gen
