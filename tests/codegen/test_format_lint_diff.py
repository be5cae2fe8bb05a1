"""`kameo-gen format`, `lint` and `diff` as a user and CI see them."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KAMEO_GEN = pathlib.Path(os.environ["KAMEO_BUILD_DIR"]) / "bin" / "kameo-gen"
UGLY = "package: shop   # ours\nkameo: 1\ntypes:\n   Item: { struct: {name: string} , doc: A thing. }\n"
NEAT = "kameo: 1\npackage: shop  # ours\ntypes:\n  Item: {doc: A thing., struct: {name: string}}\n"


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "shop.kameo.yaml"
    path.write_text(UGLY)
    return path


def test_format_writes_what_changed_and_names_it(kameo_gen, schema):
    done = kameo_gen("format", schema)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{schema}\n", "")
    assert schema.read_text() == NEAT
    again = kameo_gen("format", schema)
    assert (again.returncode, again.stdout) == (0, "")


def test_format_check_changes_nothing(kameo_gen, schema):
    done = kameo_gen("format", "--check", schema)
    assert (done.returncode, done.stdout) == (1, f"{schema}\n")
    assert schema.read_text() == UGLY
    schema.write_text(NEAT)
    assert kameo_gen("format", "--check", schema).returncode == 0


def test_format_of_stdin(tmp_path):
    done = subprocess.run([KAMEO_GEN, "format", "-"], input=UGLY, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, NEAT)
    bad = subprocess.run([KAMEO_GEN, "format", "-"], input="a: b: c", capture_output=True, text=True)
    assert bad.returncode == 1 and "<stdin>:1:" in bad.stderr and bad.stdout == ""


def test_what_cannot_be_read_is_left_alone_and_the_others_are_done(kameo_gen, schema, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("kameo: 1\ndoc: a: b\n")
    done = kameo_gen("format", bad, schema)
    assert done.returncode == 1 and "K0104" in done.stderr
    assert bad.read_text() == "kameo: 1\ndoc: a: b\n" and schema.read_text() == NEAT
    assert kameo_gen("format", tmp_path / "none.yaml").returncode == 3


def test_the_examples_are_in_the_style(kameo_gen):
    files = [*ROOT.glob("examples/*/*.kameo.yaml"), *ROOT.glob("examples/*/pool*.yaml")]
    assert len(files) >= 6
    done = kameo_gen("format", "--check", *files)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_lint_finds_and_rules_can_be_switched_off(kameo_gen, schema):
    schema.write_text("kameo: 1\npackage: shop\ntypes:\n  Item: {struct: {id: u64}}\n")
    done = kameo_gen("lint", schema)
    assert done.returncode == 1 and done.stdout == ""
    assert f"{schema}:4:3: warning: type `Item` has no `doc` [K0701]" in done.stderr
    assert "[K0703]" in done.stderr and "error" not in done.stderr
    assert done.stderr.endswith("\n2 warnings in 1 schema\n")
    off = kameo_gen("lint", schema, "--off", "missing_doc", "--off", "wide_integer")
    assert (off.returncode, off.stdout, off.stderr) == (0, "", "")
    told = json.loads(kameo_gen("lint", schema, "--format", "json").stdout)
    assert told["errors"] == 0 and [d["name"] for d in told["diagnostics"]] == ["missing_doc", "wide_integer"]
    assert kameo_gen("lint", schema, "--off", "nonsense").returncode == 2


def test_lint_of_a_broken_schema_tells_its_errors(kameo_gen, schema):
    schema.write_text("kameo: 1\npackage: shop\ntypes:\n  Item: {struct: {id: u65}}\n")
    done = kameo_gen("lint", schema)
    assert done.returncode == 1 and "[K0204]" in done.stderr and "K0701" not in done.stderr


def test_diff_is_silent_where_generated_code_is_current(kameo_gen, schema, tmp_path):
    outs = ["--cpp-out", tmp_path / "cpp", "--python-out", tmp_path / "py"]
    assert kameo_gen("generate", schema, *outs).returncode == 0
    done = kameo_gen("diff", schema, *outs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_diff_shows_what_generate_would_change_so_that_patch_can_do_it(kameo_gen, schema, tmp_path):
    out = tmp_path / "py"
    assert kameo_gen("generate", schema, "--python-out", out).returncode == 0
    schema.write_text(NEAT.replace("{name: string}", "{name: string, price: decimal, old: bool}"))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.py*")}
    done = kameo_gen("diff", schema, "--python-out", out)
    assert done.returncode == 1
    assert f"--- {out}/kameo/shop.py\n+++ {out}/kameo/shop.py\n@@ " in done.stdout
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.py*")} == before
    patched = subprocess.run(["git", "apply", "-p0", "--unsafe-paths"], cwd="/", input=done.stdout, text=True, capture_output=True)
    assert patched.returncode == 0, patched.stdout + patched.stderr
    assert kameo_gen("diff", schema, "--python-out", out).returncode == 0


def test_diff_counts_a_missing_file(kameo_gen, schema, tmp_path):
    out = tmp_path / "cpp"
    assert kameo_gen("generate", schema, "--cpp-out", out).returncode == 0
    (out / "shop" / "types.hpp").unlink()
    done = kameo_gen("diff", schema, "--cpp-out", out)
    assert done.returncode == 1 and "--- /dev/null\n" in done.stdout
    assert kameo_gen("diff", schema).returncode == 2


def test_a_unified_diff_is_that_of_diff_u(kameo_gen, schema, tmp_path):
    """Line numbers and hunks against the program of that name, with many changes in one file."""
    fields = "".join(f"      field_{i}: u32\n" for i in range(40))
    text = f"kameo: 1\npackage: shop\ntypes:\n  Item:\n    struct:\n{fields}"
    schema.write_text(text)
    old, new = tmp_path / "old", tmp_path / "new"
    assert kameo_gen("generate", schema, "--python-out", old).returncode == 0
    changed = text.replace("field_3:", "third:").replace("      field_30: u32\n", "").replace("field_39: u32", "field_39: u8")
    schema.write_text(changed)
    mine = kameo_gen("diff", schema, "--python-out", old).stdout
    assert kameo_gen("generate", schema, "--python-out", new).returncode == 0
    # What diff prints for each file, behind the two lines that name it.
    sections = {part.split("\n", 1)[0]: part.splitlines()[2:] for part in mine.split("--- ")[1:]}
    for name in ("kameo/shop.py", "kameo/shop.pyi"):
        theirs = subprocess.run(["diff", "-u", old / name, new / name], capture_output=True, text=True).stdout
        assert theirs.count("@@ -") >= 2
        assert sections[str(old / name)] == theirs.splitlines()[2:]
