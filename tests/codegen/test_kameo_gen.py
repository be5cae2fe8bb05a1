"""The program kameo-gen as a user and a build see it."""

import os
import re

import pytest

GOOD = "kameo: 1\npackage: shop\ntypes:\n  Item: {struct: {name: string}}\n"


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "shop.kameo.yaml"
    path.write_text(GOOD)
    return path


def test_version_and_help_are_on_stdout(kameo_gen):
    version = kameo_gen("--version")
    assert (version.returncode, version.stdout) == (0, "kameo-gen 0.1.0\n")
    text = kameo_gen("--help")
    assert text.returncode == 0 and "Examples:" in text.stdout and "Exit codes:" in text.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["generate"], ["generate", "x.yaml"], ["nonsense"], ["check", "--color", "x", "y"]]
)
def test_wrong_usage_is_2(kameo_gen, arguments):
    done = kameo_gen(*arguments)
    assert done.returncode == 2 and done.stderr and not done.stdout


def test_check_of_a_good_schema_is_silent(kameo_gen, schema):
    done = kameo_gen("check", schema)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_errors_in_a_schema_are_1_and_write_nothing(kameo_gen, schema, tmp_path):
    schema.write_text(GOOD.replace("string", "strnig"))
    done = kameo_gen("generate", schema, "--cpp-out", tmp_path / "out", "--python-out", tmp_path / "out")
    assert done.returncode == 1
    assert f"{schema}:4:25: error: " in done.stderr and "1 error in 1 schema" in done.stderr
    assert not (tmp_path / "out").exists()


def test_all_errors_of_all_schemas_are_told(kameo_gen, schema, tmp_path):
    other = tmp_path / "other.kameo.yaml"
    other.write_text("kameo: 1\npackage: other\ntypes:\n  A: {struct: {a: Nope, b: Nada}}\n")
    schema.write_text(GOOD.replace("string", "strnig"))
    done = kameo_gen("check", schema, other)
    assert done.returncode == 1 and "3 errors in 2 schemas" in done.stderr


def test_a_schema_that_is_not_there_is_3(kameo_gen, tmp_path):
    done = kameo_gen("check", tmp_path / "none.yaml")
    assert done.returncode == 3 and "none.yaml" in done.stderr


def test_a_folder_that_cannot_be_written_is_3(kameo_gen, schema, tmp_path):
    (tmp_path / "file").write_text("")
    done = kameo_gen("generate", schema, "--cpp-out", tmp_path / "file" / "out")
    assert done.returncode == 3 and "shop/types.hpp" in done.stderr


def test_colour_follows_the_terminal_the_option_and_no_color(kameo_gen, schema):
    schema.write_text(GOOD.replace("string", "strnig"))
    assert "\x1b[" not in kameo_gen("check", schema).stderr
    assert "\x1b[" in kameo_gen("check", schema, "--color", "always").stderr
    quiet = os.environ | {"NO_COLOR": "1"}
    assert "\x1b[" not in kameo_gen("check", schema, env=quiet).stderr


def test_several_runs_into_one_folder_make_one_python_package(kameo_gen, schema, tmp_path):
    other = tmp_path / "other.kameo.yaml"
    other.write_text("kameo: 1\npackage: acme.other\ncallbacks:\n  store: {Get: {reply: u8}}\n")
    out = tmp_path / "out"
    modules = lambda: re.findall(r"^from \. import (\w+) as", (out / "kameo" / "__init__.pyi").read_text(), re.M)
    assert kameo_gen("generate", schema, "--python-out", out).returncode == 0
    assert kameo_gen("generate", other, "--python-out", out).returncode == 0
    assert modules() == ["acme", "shop", "store"]
    # In any order, and the second time nothing is written.
    stamp = (out / "kameo" / "__init__.pyi").stat().st_mtime_ns
    assert kameo_gen("generate", schema, "--python-out", out).returncode == 0
    assert (out / "kameo" / "__init__.pyi").stat().st_mtime_ns == stamp
    assert kameo_gen("diff", other, "--python-out", out).returncode == 0
    # What is gone from the folder is gone from the package.
    (out / "kameo" / "shop.pyi").unlink()
    assert kameo_gen("generate", other, "--python-out", out).returncode == 0
    assert modules() == ["acme", "store"]


CLASHES = {
    "two callback modules": (
        "package: one\ncallbacks: {market: {Price: {reply: f64}}}\n",
        "package: two\ncallbacks: {market: {Price: {reply: u8}}}\n",
        "kameo/market.pyi holds callbacks of one, and this run has callbacks of two",
    ),
    "a callback module and a package": (
        "package: one\ncallbacks: {market: {Price: {reply: f64}}}\n",
        "package: market\ntypes: {A: {enum: [a]}}\n",
        "kameo/market.pyi holds callbacks of one, and this run has package market",
    ),
    "a module and the folder of a package": (
        "package: one\ncallbacks: {market: {Price: {reply: f64}}}\n",
        "package: market.data\ntypes: {A: {enum: [a]}}\n",
        "kameo/market.pyi holds callbacks of one, and this run has package market.data inside it",
    ),
    "the folder of a package and a module": (
        "package: market.data\ntypes: {A: {enum: [a]}}\n",
        "package: market\ntypes: {A: {enum: [a]}}\n",
        "kameo/market holds packages, and this run has package market there",
    ),
}


@pytest.mark.parametrize(("first", "second", "told"), CLASHES.values(), ids=CLASHES)
def test_a_run_does_not_write_over_what_another_run_means_by_a_name(
    kameo_gen, tmp_path, first, second, told
):
    out = tmp_path / "out"
    for name, text in {"first": first, "second": second}.items():
        (tmp_path / f"{name}.kameo.yaml").write_text(f"kameo: 1\n{text}")
    assert kameo_gen("generate", tmp_path / "first.kameo.yaml", "--python-out", out).returncode == 0
    before = {path: path.read_text() for path in out.rglob("*.py*")}
    done = kameo_gen("generate", tmp_path / "second.kameo.yaml", "--python-out", out)
    assert done.returncode == 1 and told in done.stderr and "[K0217]" in done.stderr
    assert {path: path.read_text() for path in out.rglob("*.py*")} == before
    # The first may come again, changed or not.
    (tmp_path / "first.kameo.yaml").write_text(f"kameo: 1\ndoc: Changed.\n{first}")
    assert kameo_gen("generate", tmp_path / "first.kameo.yaml", "--python-out", out).returncode == 0


def test_what_did_not_change_is_not_touched(kameo_gen, schema, tmp_path):
    out = tmp_path / "out"
    command = ["generate", schema, "--cpp-out", out, "--python-out", out]
    assert kameo_gen(*command).returncode == 0
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        os.utime(path, (1, 1))
    schema.write_text(GOOD + "  More: {enum: [one]}\n")
    assert kameo_gen(*command).returncode == 0
    touched = {path.relative_to(out).as_posix() for path in files if path.stat().st_mtime != 1}
    assert {"shop/types.hpp", "shop/types.cpp", "kameo/shop.py", "kameo/shop.pyi"} <= touched
    assert not {"shop/shop.hpp", "shop/actors.hpp", "kameo/__init__.py", "kameo/_support.py"} & touched


def test_the_depfile_names_imports_and_the_first_file(kameo_gen, schema, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "base.kameo.yaml").write_text("kameo: 1\npackage: base\ntypes: {A: {enum: [one]}}\n")
    schema.write_text(GOOD.replace("types:", "import: [base.kameo.yaml]\ntypes:") + "  B: {alias: base.A}\n")
    out, depfile = tmp_path / "out", tmp_path / "deps.d"
    done = kameo_gen(
        "generate", schema, "--import-dir", shared, "--cpp-out", out, "--depfile", depfile
    )
    assert done.returncode == 0, done.stderr
    target, _, inputs = depfile.read_text().partition(":")
    assert target == f"{out}/shop/types.hpp"
    assert set(inputs.replace("\\\n", " ").split()) == {str(schema), str(shared / "base.kameo.yaml")}
    # C++ is written for what is named, Python for all that it takes.
    assert not (out / "base").exists()
    kameo_gen("generate", schema, "-I", shared, "--python-out", out, "--depfile", depfile,
              "--depfile-target", "stamp")  # fmt: skip
    assert (out / "kameo" / "base.py").exists() and depfile.read_text().startswith("stamp:")


def test_a_deadline_of_none_is_said_in_code_and_comment(kameo_gen, tmp_path):
    schema = tmp_path / "slow.kameo.yaml"
    schema.write_text("kameo: 1\npackage: slow\nactors:\n  Slow:\n    handlers:\n"
                      "      wait: {doc: Waits., reply: bool, deadline: none}\n"
                      "      soon: {reply: bool, deadline: 1s}\n"
                      "      plain: {reply: bool}\n")
    done = kameo_gen("generate", schema, "--cpp-out", tmp_path / "cpp")
    assert done.returncode == 0, done.stderr
    header = (tmp_path / "cpp" / "slow" / "actors.hpp").read_text()
    assert header.count("if (!options.deadline) options.deadline = kameo::no_deadline;") == 1
    assert header.count("if (!options.deadline) options.deadline = std::chrono::milliseconds(1000);") == 1
    assert "Waits. No deadline." in header
