"""The JSON vectors through the extension: run by test_json.py with the build's interpreter. Prints a
line for each case that is not as the vectors say.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import driver  # noqa: E402
from kameo_runtime._core import Schema  # noqa: E402
from kameo_runtime.errors import ValidationError  # noqa: E402

VECTORS = HERE.parent / "vectors"


class Boxes:
    """A schema with a structure of one field, `value`, per type of the cases."""

    def __init__(self, types, cases):
        self.spelled = sorted({case["type"] for case in cases})
        boxes = {f"Box{i}": {"struct": [["value", t]]} for i, t in enumerate(self.spelled)}
        self.schema = Schema(driver.Schema(types={**types, **boxes}).to_bytes())

    def box(self, case):
        return f"test.Box{self.spelled.index(case['type'])}"

    def read(self, case, text, lenient=False):
        return self.schema.from_json(self.box(case), '{"value":' + text + "}", lenient)

    def written(self, case, value):
        return self.schema.to_json(self.box(case), value)


def differences():
    file = json.loads((VECTORS / "payloads.json").read_text())
    # The box takes one level of the depth.
    cases = [case for case in file["valid"] if case["name"] != "as deep as the limit"]
    boxes = Boxes(file["types"], cases)
    for case in cases:
        text = json.dumps(case["value"])
        if "timestamp" in case["type"] and not str(case["value"])[:4].isdigit():
            continue  # datetime has no such year
        value = boxes.read(case, text)
        payload = boxes.schema.encode(boxes.box(case), value)
        if payload.hex() != case["hex"].replace(" ", "") and not case["type"].startswith("set<"):
            yield case["name"], payload.hex(), case["hex"]
        if json.loads(boxes.written(case, value)) != {"value": case["value"]} and not (
            case["type"].startswith("set<")
        ):
            yield case["name"], boxes.written(case, value), text
        data = boxes.schema.to_data(boxes.box(case), value)
        if data != json.loads(boxes.written(case, value)):
            yield case["name"], data, "data and JSON differ"
        if boxes.schema.encode(boxes.box(case), boxes.schema.from_data(boxes.box(case), data)) != payload:
            yield case["name"], data, "data does not come back"

    file = json.loads((VECTORS / "json.json").read_text())
    boxes = Boxes(file["types"], [*file["read"], *file["lenient"], *file["refused"]])
    for key in ("read", "lenient"):
        for case in file[key]:
            back = boxes.written(case, boxes.read(case, case["json"], key == "lenient"))
            if back != '{"value":' + case["as"] + "}":
                yield case["name"], back, case["as"]
    for case in [*file["lenient"], *file["refused"]]:
        for lenient in (False, True):
            if lenient and not case.get("lenient"):
                continue
            try:
                yield case["name"], boxes.read(case, case["json"], lenient), "should be refused"
            except ValidationError as error:
                told = [text.replace(boxes.box(case).partition(".")[2] + ".value", "value", 1)
                        for text in error.errors]  # fmt: skip
                if told != case.get("errors", told):
                    yield case["name"], told, case["errors"]


if __name__ == "__main__":
    for difference in differences():
        print(*difference, sep=" | ")
    print("done")
