"""What a stranger does after `make install`: the README's first page, out of tree, and pkg-config."""

import re
import shutil

import listings
import pytest
from installed import ROOT, compiler, run, sanitizer_flags

# Compiles C++ against the installed headers; that takes longer than a test may elsewhere.
pytestmark = pytest.mark.timeout(600)


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


def test_what_tests_of_a_program_need_is_installed(tmp_path, prefix, clean_environment):
    schema = ROOT / "examples" / "quickstart" / "shop.kameo.yaml"
    run(prefix / "bin" / "kameo-gen", "generate", schema, "--cpp-out", tmp_path)
    test = tmp_path / "test.cpp"
    test.write_text(
        "#include <shop/testing.hpp>\n#include <shop/generators.hpp>\n#include <kameo/fmt.hpp>\n"
        "int main() { shop::FakePricer pricer; return pricer.total.requests().empty() ? 0 : 1; }\n"
    )
    env = clean_environment | {"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")}
    flags = run("pkg-config", "--cflags", "kameo", env=env).split()
    run(compiler(), "-fsyntax-only", f"-I{tmp_path}", *flags, test)


def test_the_installed_commands_run(prefix, clean_environment):
    for command in ("kameo", "kameo-gen"):
        out = run(prefix / "bin" / command, "--version", env=clean_environment)
        assert re.fullmatch(rf"{command} \d+\.\d+\.\d+\n", out), out
