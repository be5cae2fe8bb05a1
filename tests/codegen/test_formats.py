"""What programs read of kameo-gen's errors, and the pages of `explain`."""

import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BAD = "kameo: 1\npackage: shop\ntypes:\n  Item: {struct: {größe: u8}}\n  Itme: {struct: {item: Iten, side: u8}}\n"


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "a folder" / "bad.kameo.yaml"
    path.parent.mkdir()
    path.write_text(BAD)
    return path


def test_json_has_all_that_the_text_has(kameo_gen, bad):
    done = kameo_gen("check", bad.name, "--format", "json", cwd=bad.parent)
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert (told["version"], told["errors"], len(told["diagnostics"])) == (1, 2, 2)
    unknown = told["diagnostics"][1]
    assert unknown == {
        "severity": "error", "code": "K0204", "name": "unknown_type",
        "file": "bad.kameo.yaml", "line": 5, "column": 25, "length": 4,
        "message": "unknown type `Iten`", "hint": "did you mean `Item`?",
        "notes": [{"file": "bad.kameo.yaml", "line": 4, "column": 3,
                   "message": "`Item` is declared here"}],
    }  # fmt: skip


def test_a_good_schema_is_told_as_json_too(kameo_gen, tmp_path):
    good = tmp_path / "good.yaml"
    good.write_text("kameo: 1\npackage: shop\n")
    done = kameo_gen("check", good, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"version": 1, "errors": 0, "diagnostics": []}


def test_sarif_is_what_code_hosts_read(kameo_gen, bad):
    done = kameo_gen("check", bad, "--format", "sarif")
    assert (done.returncode, done.stderr) == (1, "")
    log = json.loads(done.stdout)
    # What SARIF 2.1.0 requires, its section numbers beside it.
    assert log["version"] == "2.1.0"  # 3.13.2
    [run] = log["runs"]  # 3.13.4
    driver = run["tool"]["driver"]  # 3.14.6, 3.18.2
    assert driver["name"] == "kameo-gen" and run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == ["K0201", "K0204"]
    for result in run["results"]:
        assert result["message"]["text"]  # 3.27.11
        assert rules[result["ruleIndex"]] == result["ruleId"] and result["level"] == "error"
        [location] = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "file://" + str(bad).replace(" ", "%20")
    region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 25, "endColumn": 29}
    assert run["results"][1]["relatedLocations"][0]["message"]["text"] == "`Item` is declared here"


def test_another_format_is_wrong_usage(kameo_gen, bad):
    assert kameo_gen("check", bad, "--format", "xml").returncode == 2


def test_explain_finds_codes_by_number_and_by_name(kameo_gen):
    by_number = kameo_gen("explain", "K0204")
    assert by_number.returncode == 0 and by_number.stdout.startswith("K0204 unknown_type: ")
    assert "did you mean `Item`?" in by_number.stdout
    assert kameo_gen("explain", "unknown_type").stdout == by_number.stdout
    both = kameo_gen("explain", "K0204", "K0106").stdout
    assert both.startswith(by_number.stdout + "\nK0106 ")


def test_explain_without_a_code_lists_those_of_the_reference(kameo_gen):
    listed = re.findall(r"^(K\d{4})  (\w+) ", kameo_gen("explain").stdout, re.MULTILINE)
    page = (ROOT / "docs" / "idl.md").read_text()
    assert listed == re.findall(r"^\| (K\d{4}) \| `(\w+)` \|", page, re.MULTILINE)


def test_explain_of_what_is_no_code_is_wrong_usage(kameo_gen):
    done = kameo_gen("explain", "unknwon_type")
    assert done.returncode == 2 and "did you mean `unknown_type`?" in done.stderr
