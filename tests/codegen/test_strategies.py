"""hypothesis strategies of generated packages and of random schemas, with the real extension."""

import os
import pathlib
import subprocess
import sysconfig

import pytest

HERE = pathlib.Path(__file__).resolve().parent
# The build's interpreter, which can load its extension, with this one's hypothesis.
PURELIB = sysconfig.get_path("purelib")


def run(path, *arguments):
    return subprocess.run(
        [os.environ["KAMEO_PYTHON"], *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(300)
def test_strategies_at_work(generated):
    done = run([generated / "python", PURELIB], "-W", "error", HERE / "strategies_at_work.py")
    assert done.returncode == 0, done.stderr
    assert "checks passed" in done.stdout


def test_hypothesis_is_imported_by_who_asks_for_strategies(generated):
    code = """
import sys
from kameo import kinds
from kameo.kinds import *
assert kinds.Tree(children=[]).to_json() and "strategies" in dir(kinds)
assert "strategies" not in globals() and not {"hypothesis", "kameo_runtime.strategies"} & set(sys.modules)
try:
    from kameo.kinds import strategies
except ModuleNotFoundError as error:
    assert error.name == "hypothesis", error
else:
    raise AssertionError("without hypothesis?")
"""
    done = run([generated / "python"], "-c", code)
    assert done.returncode == 0, done.stderr


def test_a_package_with_others_inside_has_strategies_too(kameo_gen, tmp_path):
    (tmp_path / "a.kameo.yaml").write_text("kameo: 1\npackage: a\ntypes: {X: {struct: {n: u8}}}\n")
    (tmp_path / "b.kameo.yaml").write_text(
        "kameo: 1\npackage: a.b\nimport: a.kameo.yaml\ntypes: {Y: {struct: {x: a.X}}}\n"
    )
    done = kameo_gen("generate", tmp_path / "b.kameo.yaml", "--python-out", tmp_path / "python")
    assert done.returncode == 0, done.stderr
    code = """
import kameo
from hypothesis import given
@given(kameo.a.strategies.x(n=3), kameo.a.b.strategies.y())
def test(x, y):
    assert x.n == 3 and type(y.x) is type(x)
test()
"""
    done = run([tmp_path / "python", PURELIB], "-c", code)
    assert done.returncode == 0, done.stderr


def test_a_package_cannot_be_called_strategies(kameo_gen, tmp_path):
    schema = tmp_path / "x.kameo.yaml"
    schema.write_text("kameo: 1\npackage: shop.strategies\n")
    done = kameo_gen("check", schema)
    assert done.returncode == 1 and "[K0216]" in done.stderr and "every Python package" in done.stderr


def test_functions_of_one_name_are_told(kameo_gen, tmp_path):
    schema = tmp_path / "x.kameo.yaml"
    schema.write_text("kameo: 1\npackage: x\ntypes: {HTTPCode: {enum: [ok]}, HttpCode: {enum: [ok]}}\n")
    done = kameo_gen("generate", schema, "--python-out", tmp_path)
    assert done.returncode == 1 and "http_code" in done.stderr
