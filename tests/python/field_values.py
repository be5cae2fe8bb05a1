"""What a field makes of a value: run by test_field_values.py with the build's interpreter. Reads lines
`type<TAB>expression` and writes for each the value that arrives, or the violations, as JSON: for the
field of a dict, and for that of a class like kameo-gen's.
"""

import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import driver  # noqa: E402
from kameo_runtime._core import Schema  # noqa: E402
from kameo_runtime.errors import ValidationError  # noqa: E402

TYPES = {
    "Side": {"enum": ["buy", "sell"]},
    "Tick": {
        "struct": [
            ["symbol", "string"],
            ["size", "u8", {"default": 1, "min": "1"}],
            ["note", "optional<string>"],
        ]
    },
    "Order": {"union": [["market", "u32"], ["cancel"]]},
}
NAMES = {"datetime": datetime, "timedelta": timedelta, "timezone": timezone, "Decimal": Decimal}


def told(schema: Schema, box: str, made: object, read) -> dict[str, object]:
    try:
        payload = schema.encode(f"test.{box}", made)
        return {"value": repr(read(schema.decode(f"test.{box}", payload)))}
    except ValidationError as error:
        return {"errors": [text.replace(f"{box}.", "", 1) for text in error.errors]}


def main() -> None:
    lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
    boxes = {f"Box{i}": {"struct": [["value", spelled]]} for i, (spelled, _) in enumerate(lines)}
    data = driver.Schema(types={**TYPES, **boxes}).to_bytes()
    classes = {f"test.{box}": type(box, (), {"__slots__": ("value",)}) for box in boxes}
    of_dicts, of_classes = Schema(data), Schema(data, classes)
    for box, (_, expression) in zip(boxes, lines):
        value = eval(expression, NAMES)
        instance = classes[f"test.{box}"]()
        instance.value = value
        print(
            json.dumps(
                {
                    "dict": told(of_dicts, box, {"value": value}, lambda back: back["value"]),
                    "class": told(of_classes, box, instance, lambda back: back.value),
                }
            )
        )


if __name__ == "__main__":
    main()
