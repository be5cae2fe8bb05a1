"""The vectors agree with the second implementation of the protocol in reference.py."""

from __future__ import annotations

import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import reference  # noqa: E402

FILES = sorted(path.stem for path in HERE.glob("*.json"))


def load(name: str) -> dict:
    return json.loads((HERE / f"{name}.json").read_text())


@pytest.mark.parametrize("name", FILES)
def test_the_bytes_of_a_file_are_those_of_the_reference(name: str) -> None:
    text = (HERE / f"{name}.json").read_text()
    assert reference.dump(reference.fill_in(name, json.loads(text))) == text, (
        "run tests/vectors/reference.py --write and look at the difference"
    )


@pytest.mark.parametrize("name", ["payloads", "handshake", "schema"])
def test_valid_payloads_are_taken(name: str) -> None:
    content = load(name)
    codec = reference.Codec(content["types"])
    for case in content["valid"]:
        codec.check(case["type"], bytes.fromhex(case["hex"]))


def test_cut_payloads_are_refused() -> None:
    content = load("payloads")
    codec = reference.Codec(content["types"])
    for case in content["valid"]:
        payload = bytes.fromhex(case["hex"])
        for size in range(len(payload)):
            with pytest.raises(reference.Refused):
                codec.check(case["type"], payload[:size])


@pytest.mark.parametrize("case", load("payloads")["invalid"], ids=lambda case: case["name"])
def test_an_invalid_payload_is_refused_with_its_code(case: dict) -> None:
    limits = {name: case[name] for name in ("depth", "elements") if name in case}
    codec = reference.Codec(load("payloads")["types"], **limits)
    with pytest.raises(reference.Refused) as refused:
        codec.check(case["type"], bytes.fromhex(case["hex"]))
    assert refused.value.code == case["error"]
