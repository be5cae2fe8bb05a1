"""E4 and E5: what a request and a reply may be, from JSON through C++ to Python and back."""

from __future__ import annotations

import pytest

SCHEMA = """
kameo: 1
package: outcomes
types:
  Part: {struct: {name: string, size: {type: u8, default: 1}, note: optional<string>}}
  Outcome:
    union:
      success: Part
      error: {code: u16, message: string}
      partial: {done: list<Part>, failed: map<string; Outcome>}
actors:
  Echo:
    handlers:
      part: {request: {value: Part}, reply: Part}
      parts: {request: {value: list<Part>}, reply: list<Part>}
      outcomes: {request: {value: "map<string; list<Outcome>>"}, reply: "map<string; list<Outcome>>"}
      made: {request: {which: string}, reply: list<Part>}
"""
HANDLER = """
{asynchronous}def part(request): return request["value"]
{asynchronous}def parts(request): return tuple(request["value"])
{asynchronous}def outcomes(request): return request["value"]
{asynchronous}def made(request):
    return {{
        "tuple": ({{"name": "a"}}, {{"name": "b", "size": 2}}),
        "range": [{{"name": "a", "size": 1000}}],
        "missing": [{{"size": 1}}],
        "unknown": [{{"name": "a", "colour": "red"}}],
    }}[request["which"]]
"""


@pytest.fixture(params=["", "async "], ids=["sync", "async"])
def ask(request, pool):
    """Gives the answer to one request of a handler."""
    pool.write("outcomes.kameo.yaml", SCHEMA)
    pool.write("echo.py", HANDLER.format(asynchronous=request.param))
    pool.write("pool.yaml", "kameo: 1\nschema: outcomes.kameo.yaml\n"
                            "actors: {echo: {actor: Echo, handler: echo}}\n")  # fmt: skip

    def answer(handler, **fields):
        (line,) = pool.run({"handler": handler, "request": fields}).replies
        return line

    return answer


def test_e4_what_a_field_takes(ask) -> None:
    assert ask("part", value={"name": "a"})["reply"] == {"name": "a", "size": 1, "note": None}
    for value, message in [
        ({"name": "a", "size": 1000}, "request.value.size: expected u8 in 0..255, got 1000"),
        ({"size": 1}, "request.value.name: missing; expected string"),
        ({"name": "a", "colour": "red"},
         "request.value.colour: unknown field; Part has name, size, note"),
    ]:  # fmt: skip
        assert ask("part", value=value)["error"]["message"].endswith(message)


def test_e4_what_a_handler_gives(ask) -> None:
    assert ask("made", which="tuple")["reply"] == [
        {"name": "a", "size": 1, "note": None},
        {"name": "b", "size": 2, "note": None},
    ]
    for which, message in [
        ("range", "reply[0].size: expected u8 in 0..255, got 1000"),
        ("missing", "reply[0].name: missing; expected string"),
        ("unknown", "reply[0]: unknown field `colour`; the fields are name, size, note"),
    ]:
        assert message in ask("made", which=which)["error"]["message"]


def test_e5_outcomes_nested_in_lists_and_maps(ask) -> None:
    part = {"name": "世", "size": 255, "note": ""}
    error = {"error": {"code": 65535, "message": ""}}
    partial = {
        "partial": {
            "done": [part, {**part, "note": None}],
            "failed": {"x": error, "y": {"partial": {"done": [], "failed": {}}}},
        }
    }
    value = {"": [], "one": [{"success": part}], "all": [partial, error, {"success": part}]}
    assert ask("outcomes", value=value)["reply"] == value
