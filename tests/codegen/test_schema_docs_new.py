"""`kameo-gen schema`, `docs`, `completion` and `new` by what they write."""

import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RUNTIME = ROOT / "runtime" / "python"
GOOD = sorted((ROOT / "tests" / "idl" / "good").glob("*.yaml"))
BAD = sorted((ROOT / "tests" / "idl" / "bad").glob("*.yaml"))
SCHEMAS = ROOT / "tests" / "golden" / "schemas"



class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: no dates, and `no` is a word."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(true|false)$", "tf"),
    ("null", r"^(~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?([0-9]*\.)?[0-9]+([eE][-+]?[0-9]+)?$|^[-+]?\.inf$|^\.nan$", "-+.0123456789"),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


@pytest.fixture(scope="module")
def validators(kameo_gen):
    made = {}
    for kind in ("schema", "pool"):
        done = kameo_gen("schema", kind)
        assert done.returncode == 0
        schema = json.loads(done.stdout)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)
        made[kind] = jsonschema.Draft202012Validator(schema)
    assert kameo_gen("schema").stdout == kameo_gen("schema", "schema").stdout
    return made


def errors(validators, path):
    kind = "pool" if path.name.endswith("pool.yaml") else "schema"
    return list(validators[kind].iter_errors(yaml.load(path.read_text(), Core)))


# The reference's own examples, by the name in their first line.
EXAMPLES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", (ROOT / "docs" / "idl.md").read_text(), re.S | re.M)


def test_the_json_schema_takes_every_good_file(validators, tmp_path):
    assert len(GOOD) >= 5 and len(EXAMPLES) >= 9
    for path in GOOD:
        assert errors(validators, path) == [], path.name
    for name, text in EXAMPLES:
        (tmp_path / name).write_text(text)
        assert errors(validators, tmp_path / name) == [], name


# What a file's shape alone shows: unknown and missing keys, wrong kinds, forms that exclude each
# other, settings and names that are none.
OF_SHAPE = {"K0201", "K0301", "K0302", "K0303", "K0304", "K0305", "K0306", "K0604"}


# Wrong within a value of a declared type; a list as a key; 1.0, which is 1 to JSON.
BEYOND = {"bad_config.pool", "bad_defaults", "bad_names", "bad_version"}
WRONG_BY_SHAPE = [
    path
    for path in BAD
    if path.stem not in BEYOND
    and OF_SHAPE & set(re.findall(r"\[(K\d{4})\]$", path.with_suffix(".txt").read_text(), re.M))
]


@pytest.mark.parametrize("path", WRONG_BY_SHAPE, ids=lambda path: path.stem)
def test_the_json_schema_refuses_what_is_wrong_by_shape(validators, path):
    assert errors(validators, path)


def test_enough_files_are_wrong_by_shape():
    assert len(WRONG_BY_SHAPE) >= 12


def test_every_key_of_the_checker_has_a_description(validators):
    for validator in validators.values():
        for table in validator.schema["$defs"].values():
            for name, key in table["properties"].items():
                assert key["description"] and "](" not in key["description"], name


class Page(html.parser.HTMLParser):
    """Whether tags close, what has an id, and where links lead."""

    VOID = {"meta", "input", "br", "link", "img"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.external, self.text = [], [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            elif name in ("href", "src"):
                self.external.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_of_a_package_is_whole_and_needs_nothing_else(kameo_gen, tmp_path):
    out = tmp_path / "kinds.html"
    done = kameo_gen("docs", SCHEMAS / "kinds.kameo.yaml", "--output", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = out.read_text()
    page = Page(text)
    assert page.external == [] and "@import" not in text and "url(" not in text
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids) and len(page.links) > 50
    # What a reader looks for: docs, limits, defaults and deprecations of every kind of value.
    for expected in ("Every kind.", "Neither.", "Deprecated: nobody waits", '"1.10"',
                     "18446744073709551615", "2026-11-21T09:30:00Z", "1m30s", "12.50", "AQID",
                     "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "[[1, 2, 3]", "secret"):  # fmt: skip
        if expected == "[[1, 2, 3]":
            expected = "[1, 2, 3, 4, 5, 6]"  # an array's numbers, row by row
        assert expected in page.text, expected
    assert kameo_gen("docs", SCHEMAS / "kinds.kameo.yaml").stdout == text


def test_docs_cannot_break_the_page(kameo_gen, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text('kameo: 1\npackage: a\ntypes:\n  A:\n    doc: "<script>alert(1)</script> `x < y` & \\"z\\""\n'
                    '    struct: {s: {type: string, default: "</code><b>"}}\n')  # fmt: skip
    text = kameo_gen("docs", path).stdout
    page = Page(text)
    assert text.count("<script>") == 1 and "<code>x &lt; y</code>" in text
    assert '<script>alert(1)</script> x < y & "z"' in page.text and "</code><b>" in page.text


def test_bash_completes_commands_options_and_values(kameo_gen, tmp_path):
    script = tmp_path / "completion"
    script.write_text(kameo_gen("completion", "bash").stdout)

    def complete(*words):
        line = " ".join(f"'{word}'" for word in ("kameo-gen", *words))
        code = f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _kameo_gen; echo ${{COMPREPLY[@]}}"
        done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path)
        assert done.stderr == ""
        return done.stdout.split()

    assert complete("ge") == ["generate"]
    assert {"check", "lint", "format", "breaking", "docs", "new"} <= set(complete(""))
    assert complete("breaking", "--ag") == ["--against"]
    assert complete("check", "--format", "") == ["text", "json", "sarif"]
    assert complete("completion", "z") == ["zsh"]
    (tmp_path / "shop.kameo.yaml").write_text("")
    assert complete("check", "sho") == ["shop.kameo.yaml"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_every_command_and_option(kameo_gen, shell):
    script = kameo_gen("completion", shell).stdout
    help_text = kameo_gen("--help").stdout
    commands = re.findall(r"^  (\w+)  +\S", help_text.split("Subcommands:")[1], re.M)
    assert len(commands) >= 11
    for command in commands:
        assert re.search(rf"\b{command}\b", script), command
    assert script.count("against") == 1
    assert kameo_gen("completion", "csh").returncode == 2


def test_a_new_python_project_passes_its_own_tests(kameo_gen, tmp_path):
    done = kameo_gen("new", "my_shop", "--python-only", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "my_shop"
    assert {path.name for path in folder.iterdir()} == {
        "README.md", ".gitignore", "my_shop.kameo.yaml", "greeter.py", "test_greeter.py",
        "pool.yaml", "requests.ndjson", "kameo",
    }  # fmt: skip
    env = os.environ | {"PYTHONPATH": str(RUNTIME)}
    tested = subprocess.run([sys.executable, "-m", "unittest"], cwd=folder, env=env, capture_output=True, text=True)
    assert tested.returncode == 0 and "Ran 1 test" in tested.stderr, tested.stderr
    # In kameo's own style, and with code that is current.
    assert kameo_gen("format", "--check", "my_shop.kameo.yaml", cwd=folder).returncode == 0
    assert kameo_gen("lint", "my_shop.kameo.yaml", cwd=folder).returncode == 0
    assert kameo_gen("diff", "my_shop.kameo.yaml", "--python-out", ".", cwd=folder).returncode == 0
    # The second time there is something in the way.
    again = kameo_gen("new", "my_shop", cwd=tmp_path)
    assert again.returncode == 3 and "not empty" in again.stderr


@pytest.mark.parametrize("name", ["MyShop", "class", "kameo", "a.b", "2nd", "on"])
def test_a_name_that_no_package_can_have_is_refused(kameo_gen, tmp_path, name):
    done = kameo_gen("new", name, cwd=tmp_path)
    if name == "on":  # quoted, it is a word like any other
        assert done.returncode == 0
        return
    assert done.returncode == 2 and done.stderr and list(tmp_path.iterdir()) == []
