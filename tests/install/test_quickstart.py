"""What a stranger does after `make install`: the README's first page, out of tree, and pkg-config."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import listings
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])

# Compiles C++ against the installed headers; that takes longer than a test may elsewhere.
pytestmark = pytest.mark.timeout(600)


def run(*command, **options):
    """The standard output of a command that succeeds; all of it said when it does not."""
    done = subprocess.run(
        [str(part) for part in command], text=True, capture_output=True, check=False, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An installed kameo, moved after it was installed: nothing in it may point back."""
    installed = tmp_path_factory.mktemp("install")
    run("cmake", "--install", BUILD, "--prefix", installed)
    moved = installed.with_name("moved")
    installed.rename(moved)
    return moved


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def clean_environment():
    """Without what tests/run.py sets: nothing may come from the build tree."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KAMEO_") and name != "PYTHONPATH"
    }


def test_the_readme_shows_the_files_of_the_quickstart():
    assert listings.differing() == [], "accept by: tests/install/listings.py --write"


def test_the_quickstart_is_as_short_as_the_readme_says():
    folder = ROOT / "examples" / "quickstart"
    lines = {path.name: len(path.read_text().splitlines()) for path in folder.iterdir() if path.is_file()}
    assert lines["shop.kameo.yaml"] <= 15
    assert lines["pricer.py"] <= 10
    assert lines["shop.cpp"] <= 20
    assert lines["CMakeLists.txt"] <= 5


def test_the_quickstart_builds_and_runs_out_of_tree(tmp_path, prefix, interpreter, clean_environment):
    source = tmp_path / "quickstart"
    source.mkdir()
    for name in ("CMakeLists.txt", "shop.cpp", "shop.kameo.yaml", "pricer.py"):
        shutil.copy(ROOT / "examples" / "quickstart" / name, source)
    # Unix Makefiles are what a user without ninja gets.
    run("cmake", "-S", source, "-B", source / "build", "-G", "Unix Makefiles",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler()}",
        f"-DCMAKE_CXX_FLAGS={' '.join(sanitizer_flags())}", env=clean_environment)  # fmt: skip
    run("cmake", "--build", source / "build", env=clean_environment)

    out = run(source / "build" / "shop", cwd=source,
              env=clean_environment | {"KAMEO_PYTHON": str(interpreter)})  # fmt: skip

    # Whether a core was dumped is the machine's to say.
    out = re.sub(r", core dumped", "", out)
    assert out == (ROOT / "examples" / "quickstart" / "expected_output.txt").read_text()


def test_a_program_builds_by_pkg_config(tmp_path, prefix, clean_environment):
    program = tmp_path / "main.cpp"
    program.write_text(
        "#include <kameo/kameo.hpp>\n"
        "int main() { kameo::Runtime runtime; return runtime.keeper_pid() == 0 ? 0 : 1; }\n"
    )
    env = clean_environment | {"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")}
    flags = run("pkg-config", "--cflags", "--libs", "--static", "kameo", env=env).split()
    binary = tmp_path / "main"
    run(compiler(), program, "-o", binary, *flags, *sanitizer_flags())
    run(binary)


def test_the_installed_commands_run(prefix, clean_environment):
    for command in ("kameo", "kameo-gen"):
        out = run(prefix / "bin" / command, "--version", env=clean_environment)
        assert re.fullmatch(rf"{command} \d+\.\d+\.\d+\n", out), out


def cached(name):
    """What the build was configured with; empty where that was not said."""
    cache = (BUILD / "CMakeCache.txt").read_text()
    found = re.search(rf"^{name}:\w+=(.+)$", cache, re.MULTILINE)
    return found.group(1) if found else ""


def compiler():
    return cached("CMAKE_CXX_COMPILER")


def sanitizer_flags():
    """A sanitized build's archives link only with its own flag."""
    sanitizers = cached("KAMEO_SANITIZE")
    return [f"-fsanitize={sanitizers}"] if sanitizers else []
