"""The Python tests on each supported version of Python that this machine has, 3.10 to 3.13.

For each: a virtual environment, `pip install ./runtime/python` into it as a user does (the extension
is compiled for that Python), then the tests with that interpreter as the child's. Versions that are
not found are said, and count as skipped. Ends with the sum over all.

    tests/matrix.py --build build/dev [3.12 …]
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

import run as runner

ROOT = runner.ROOT
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
TESTS = ("tests/python", "tests/conformance", "tests/cli")
PYENV = pathlib.Path.home() / ".pyenv" / "versions"


def answers_as(version: str, interpreter: pathlib.Path) -> bool:
    """A version manager's shim can be on the PATH for a version that it does not have."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


def find(version: str) -> pathlib.Path | None:
    on_path = shutil.which(f"python{version}")
    candidates = [pathlib.Path(on_path)] if on_path else []
    candidates += sorted(PYENV.glob(f"{version}.*/bin/python3"))
    return next((each for each in candidates if answers_as(version, each)), None)


def prepare(interpreter: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A fresh virtual environment with pytest and kameo_runtime; its interpreter."""
    subprocess.run([interpreter, "-m", "venv", "--clear", folder], check=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pins = [
        line
        for line in (ROOT / "cmake" / "requirements.txt").read_text().splitlines()
        if line.startswith("pytest")
    ]
    subprocess.run([*pip, *pins], check=True)
    subprocess.run([*pip, ROOT / "runtime" / "python"], check=True)
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="where kameo was built")
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    args = parser.parse_args()

    folder = ROOT / "build" / "python"
    results = folder / "results"
    results.mkdir(parents=True, exist_ok=True)
    tally = runner.Tally()
    for version in args.versions:
        interpreter = find(version)
        if interpreter is None:
            print(f"Python {version}: not found on this machine")
            tally.skipped.append(f"Python {version}: not found")
            continue
        print(f"Python {version}: {interpreter}", flush=True)
        try:
            python = prepare(interpreter, folder / version)
        except subprocess.CalledProcessError as error:
            tally.failed.append(f"Python {version}: {error}")
            continue
        report = results / f"pytest-{version}.xml"
        report.unlink(missing_ok=True)
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        env |= {"KAMEO_BUILD_DIR": str(args.build.resolve()), "KAMEO_PYTHON": str(python)}
        code = runner.run([str(python), "-m", "pytest", "-q", f"--junitxml={report}", *TESTS], env)
        tally.add_junit(f"Python {version}", report, code)
    return tally.finish(results)


if __name__ == "__main__":
    sys.exit(main())
