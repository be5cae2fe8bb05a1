"""Generated stubs, and code that uses them, under mypy --strict, pyright strict and stubtest."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
RUNTIME = HERE.parent.parent / "runtime" / "python"


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


# Both see no hypothesis but where it is asked for, as at a user's who does not test with it; reading it
# takes them longer than all the rest.
def mypy(python: pathlib.Path, tmp_path: pathlib.Path, *files: pathlib.Path, hypothesis=False):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", *files]
    # The runtime is an installed package to users: what is untyped in it is no matter of theirs.
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\n[mypy-kameo_runtime.*]\nfollow_imports = silent\n")
    command += ["--config-file", settings]
    return run(
        command if hypothesis else [*command, "--no-site-packages"],
        env=os.environ | {"MYPYPATH": f"{python}{os.pathsep}{RUNTIME}"},
        cwd=tmp_path,
    )


def pyright(python: pathlib.Path, tmp_path: pathlib.Path, *files: pathlib.Path, hypothesis=False):
    # It takes only what lies below its settings.
    shutil.copytree(python / "kameo", tmp_path / "kameo")
    for file in files:
        if file.is_file():
            shutil.copy(file, tmp_path)
    included = [file.name for file in files]
    settings = {"typeCheckingMode": "strict", "include": included, "pythonVersion": "3.11",
                "extraPaths": [str(RUNTIME)]}  # fmt: skip
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    interpreter = sys.executable if hypothesis else sys._base_executable
    return run([BIN / "pyright", "-p", ".", "--pythonpath", interpreter], cwd=tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("checker", [mypy, pyright])
def test_the_package_and_its_use_are_accepted(checker, generated, tmp_path):
    python = generated / "python"
    handlers = [HERE / "handlers" / name for name in ("right.py", "right_testing.py")]
    done = checker(python, tmp_path, python / "kameo", *handlers)
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(300)
@pytest.mark.parametrize("checker", [mypy, pyright])
def test_strategies_and_their_use_are_accepted(checker, generated, tmp_path):
    file = HERE / "handlers" / "right_strategies.py"
    done = checker(generated / "python", tmp_path, file, hypothesis=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(300)
@pytest.mark.parametrize("checker", [mypy, pyright])
@pytest.mark.parametrize("name", ["wrong_value", "wrong_signature", "wrong_match", "wrong_strategies", "wrong_testing"])
def test_a_mistake_is_found_where_it_is(checker, name, generated, tmp_path):
    """Each line that ends in `# wrong` is reported, and no other."""
    file = HERE / "handlers" / f"{name}.py"
    done = checker(generated / "python", tmp_path, file, hypothesis="strategies" in name)
    assert done.returncode != 0
    marked = {
        number
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if line.endswith("# wrong")
    }
    reported = {
        int(line.split(f"{name}.py:")[1].split(":")[0])
        for line in done.stdout.splitlines()
        if f"{name}.py:" in line and "error" in line
    }
    assert reported == marked, done.stdout


@pytest.mark.timeout(300)
def test_stubs_say_what_runs(generated, python_path, tmp_path):
    allowed = tmp_path / "allowed"
    allowed.write_text(
        "\n".join(
            [
                # For type checkers only: handlers are looked for in the user's class, which may
                # derive from it, and arrays come from numpy.
                r"kameo\..*(Handler|Callbacks)\..*",
                r"kameo\._support\.Array.*",
                # The exceptions have constructors of their own, which are the runtime's business.
                r"kameo\.(Error|CallbackError|Cancelled|Deadl.*|UnknownCallback|ValidationError)\..*",
                r"kameo\.(Call|Stream).*",
                r"kameo\..*__kameo_(types|routes)__",
            ]
        )
    )
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nno_site_packages = True\n")
    done = run(
        [BIN / "stubtest", "--mypy-config-file", settings, "--ignore-missing-stub", "--allowlist", allowed, "--ignore-unused-allowlist",
         "kameo"],
        env=os.environ | {"MYPYPATH": str(generated / "python"), "PYTHONPATH": f"{HERE / 'fake'}:{python_path}"},
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
