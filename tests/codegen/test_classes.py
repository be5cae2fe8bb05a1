"""The generated classes at work, on each Python that is found here."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
PYENV = pathlib.Path.home() / ".pyenv" / "versions"


def answers_as(version: str, interpreter: str) -> bool:
    """A version manager's shim can be on the PATH for a version that it does not have."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


def interpreters() -> dict[str, str]:
    found = {"this": sys.executable}
    for version in ("3.10", "3.11", "3.12", "3.13"):
        candidates = [shutil.which(f"python{version}")]
        candidates += [str(path) for path in sorted(PYENV.glob(f"{version}.*/bin/python3"))]
        for each in candidates:
            if each and answers_as(version, each):
                found[version] = each
                break
    return found


def run(interpreter, python_path, *arguments):
    environment = os.environ | {"PYTHONPATH": f"{HERE / 'fake'}{os.pathsep}{python_path}"}
    return subprocess.run(
        [interpreter, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("interpreter", interpreters().values(), ids=interpreters().keys())
def test_classes_at_work(interpreter, python_path):
    done = run(interpreter, python_path, "-W", "error", HERE / "classes_at_work.py")
    assert done.returncode == 0, done.stderr
    assert "checks passed" in done.stdout


def test_importing_messages_imports_nothing_heavy(python_path):
    code = """
import sys
before = set(sys.modules)
from kameo import kinds
kinds.Point(x=1.0)
print(*sorted(set(sys.modules) - before))
"""
    done = run(sys.executable, python_path, "-S", "-c", code)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "kameo.kinds" in loaded
    heavy = {"dataclasses", "typing", "inspect", "asyncio", "logging", "uuid", "decimal", "re", "datetime"}
    assert not loaded & heavy


def test_two_generated_packages_are_one(kameo_gen, python_path, tmp_path):
    """Two libraries in one program, each with what kameo-gen wrote for it, in either order."""
    (tmp_path / "second.kameo.yaml").write_text(
        "kameo: 1\npackage: acme.second\ntypes: {Extra: {struct: {side: Way}}, Way: {enum: [up, down]}}\n"
        "callbacks: {lift: {Call: {request: {way: Way}}}}\n"
    )
    done = kameo_gen("generate", tmp_path / "second.kameo.yaml", "--python-out", tmp_path / "second")
    assert done.returncode == 0, done.stderr
    code = """
import kameo
from kameo.acme import common, second  # halves of one folder
from kameo_runtime import callback
assert kameo.kinds.Point().x == 0.0 and common.Money
assert second.Extra(side=second.Way.UP) == second.Extra(side=second.Way.UP)
kameo.lift.Call(way=second.Way.DOWN), kameo.screen.Watch()
assert [name for _, name, _ in callback.calls] == ["lift.Call", "screen.Watch"]
"""
    folders = [python_path, str(tmp_path / "second")]
    for path in (folders, folders[::-1]):
        done = run(sys.executable, os.pathsep.join(path), "-c", code)
        assert done.returncode == 0, done.stderr
