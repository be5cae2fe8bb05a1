"""What a field makes of a value: run by test_field_values.py with the build's interpreter. Reads lines
`type<TAB>expression` and writes for each the value that arrives, or the violations, as JSON.
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


def main() -> None:
    lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
    boxes = {f"Box{i}": {"struct": [["value", spelled]]} for i, (spelled, _) in enumerate(lines)}
    schema = Schema(driver.Schema(types={**TYPES, **boxes}).to_bytes())
    for i, (_, expression) in enumerate(lines):
        box = f"test.Box{i}"
        try:
            payload = schema.encode(box, {"value": eval(expression, NAMES)})
            told = {"value": repr(schema.decode(box, payload)["value"])}
        except ValidationError as error:
            told = {"errors": [text.replace(f"Box{i}.", "", 1) for text in error.errors]}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
