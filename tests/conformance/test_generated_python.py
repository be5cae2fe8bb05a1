"""F: generated Python, imported and run; what each does stands in tests/codegen/data_at_work.py."""

from __future__ import annotations

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("generated")
    schemas = [ROOT / "tests/golden/schemas" / f"{name}.kameo.yaml" for name in ("kinds", "common")]
    subprocess.run(
        [BUILD / "bin" / "kameo-gen", "generate", *schemas, "--python-out", folder], check=True
    )
    return folder


def check(generated: pathlib.Path, name: str) -> None:
    done = subprocess.run(
        [os.environ["KAMEO_PYTHON"], "-W", "error", ROOT / "tests/codegen/data_at_work.py", name],
        env=os.environ | {"PYTHONPATH": str(generated)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 checks passed")


def test_f1_each_variant_is_made_matched_and_goes_to_json_and_back(generated) -> None:
    check(generated, "check_f1_each_variant_is_made_matched_and_goes_to_json_and_back")


def test_f2_a_unit_variant_is_its_name(generated) -> None:
    check(generated, "check_f2_a_unit_variant_is_its_name")


def test_f3_a_missing_optional_is_none(generated) -> None:
    check(generated, "check_f3_a_missing_optional_is_none")


def test_f4_an_unknown_tag_lists_the_tags(generated) -> None:
    check(generated, "check_f4_an_unknown_tag_lists_the_tags")


def test_f5_nested_values(generated) -> None:
    check(generated, "check_f5_nested_values")
