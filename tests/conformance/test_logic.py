"""A: the logic actor in its sync and its async form, four processes behind one name."""

import os
import pathlib

import pool_files
import pytest

LOGIC = pathlib.Path(__file__).parents[2] / "examples" / "logic"
# The folder with the pool and the program of examples/go-child, where it has been built (tests/go/run).
GO = os.environ.get("KAMEO_GO_CHILD")


@pytest.fixture(params=["sync", "async", *(["go"] if GO else [])])
def logic(request):
    """Asks the pool of that form; gives the lines of its answer."""
    path = f"{GO}/pool.yaml" if request.param == "go" else str(LOGIC / f"pool_{request.param}.yaml")

    def ask(*requests):
        lines = "".join(pool_files.json.dumps(each) + "\n" for each in requests)
        done = pool_files.run("run", path, "--input", "-", input=lines)
        assert len(done.replies) == len(requests), done.err
        return done.replies

    return ask


def power(count):
    return {"handler": "calculate_power", "request": {"count": count}}


def bonus(name, base):
    return {
        "handler": "calculate_category_bonus",
        "request": {"category_name": name, "base_power": base},
    }


def failure(line):
    """The message of a handler's own error."""
    assert line["error"]["code"] == "handler_failed"
    return line["error"]["message"]


def test_a1_power_of_100(logic):
    for line in logic(*[power(100)] * 20):
        assert 1001 <= line["reply"] <= 1100


def test_a2_power_of_0_is_refused(logic):
    [line] = logic(power(0))
    assert failure(line) == "count must be positive, got 0"


def test_a3_power_of_too_many_is_refused(logic):
    too_large, one_more, largest = logic(power(4294967295), power(429496720), power(429496719))
    assert failure(too_large) == "Count too large"
    assert failure(one_more) == "Count too large"
    assert 4294967191 <= largest["reply"] <= 4294967290


def test_a4_category_bonus(logic):
    names = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"]
    empty, blank, unknown, *good = logic(
        bonus("", 100), bonus("  ", 100), bonus("UnknownCategory", 0),
        *[bonus(name, 100) for name in names],
    )  # fmt: skip
    assert failure(empty) == "Missing or empty required field"
    assert failure(blank) == "Missing or empty required field"
    assert "UnknownCategory" in failure(unknown)
    assert [line["reply"] for line in good] == [120, 110, 130, 115, 110, 125]


def test_a5_competition_result_is_a_bool(logic):
    request = {"attacker_power": 1000, "defender_power": 500}
    [line] = logic({"handler": "calculate_competition_result", "request": request})
    assert line["reply"] in (True, False)


def test_a6_reward(logic):
    request = {"handler": "calculate_reward", "request": {"currency": 100, "points": 5}}
    for line in logic(*[request] * 20):
        reward = line["reply"]
        assert reward["total_currency"] == 100 + reward["bonus_currency"]
        assert 25 <= reward["bonus_currency"] <= 75


def handle(message):
    return {"handler": "handle", "request": {"message": message}}


def test_a7_one_handler_for_a_union_of_messages(logic):
    power, bonus, victory, reward, value = logic(
        handle({"calculate_power": {"count": 100}}),
        handle({"calculate_category_bonus": {"category_name": "Delta", "base_power": 100}}),
        handle({"calculate_competition_result": {"attacker_power": 1000, "defender_power": 500}}),
        handle({"calculate_reward": {"currency": 100, "points": 5}}),
        handle({"callback_roundtrip": 42}),
    )
    assert 1001 <= power["reply"]["power"] <= 1100
    assert bonus["reply"] == {"bonus": 115}
    assert victory["reply"]["victory"] in (True, False)
    assert 125 <= reward["reply"]["reward"]["total_currency"] <= 175
    assert value["reply"] == {"value": 43}


@pytest.mark.parametrize("form", ["", "async "])
def test_a7_an_unknown_tag_from_python_lists_the_tags(tmp_path, form):
    pool = pool_files.PoolFiles(tmp_path)
    (tmp_path / "demo.kameo.yaml").write_text((LOGIC / "logic.kameo.yaml").read_text())
    names = "calculate_power calculate_category_bonus calculate_competition_result"
    names += " calculate_reward callback_roundtrip"
    others = "".join(f"    def {name}(self, request): pass\n" for name in names.split())
    pool.write(
        "logic.py",
        f"class Logic:\n{others}    {form}def handle(self, request): return {{'glory': 1}}\n",
    )
    pool.write("basic.py", "def test_callback(request): return 0\n")
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n"
        '  logic: {actor: logic.Logic, handler: "logic:Logic"}\n'
        '  basic: {provides: basic, handler: "basic"}\n'
    )
    [line] = pool.run(handle({"callback_roundtrip": 1})).replies
    assert line["error"]["code"] == "bad_reply"
    assert "glory" in line["error"]["message"]
    for tag in ("power", "bonus", "victory", "reward", "value"):
        assert tag in line["error"]["message"]


def test_a7_an_unknown_tag_from_outside_lists_the_tags(logic):
    [line] = logic(handle({"calculate_glory": {}}))
    assert line["error"]["message"] == (
        "line 1: request.message: expected LogicMessage, one of calculate_power, "
        "calculate_category_bonus, calculate_competition_result, calculate_reward, "
        'callback_roundtrip, got {"calculate_glory":{}}'
    )


def test_a8_a_callback_is_answered_by_another_actor(logic):
    [line] = logic({"handler": "callback_roundtrip", "request": {"value": 42}})
    assert line == {"reply": 43}


def test_a9_nine_asks_at_once_get_nine_answers_each_its_own(logic):
    counts = range(100, 1000, 100)
    lines = logic(*[power(count) for count in counts])
    for count, line in zip(counts, lines, strict=True):
        assert count * 10 + 1 <= line["reply"] <= count * 10 + 100
