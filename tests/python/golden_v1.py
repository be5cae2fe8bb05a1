"""tests/golden/v1 through the extension: run by test_golden_v1.py with the build's interpreter. Prints
a line for each payload that is not read, written or translated as it was.
"""

import base64
import json
import pathlib

from kameo_runtime._core import Schema

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden" / "v1" / "golden.json"
TYPE = "archive.Everything"


def differences():
    golden = json.loads(GOLDEN.read_text())
    schemas = {version: Schema(base64.b64decode(golden[version])) for version in ("v1", "v2")}
    for case in golden["payloads"]:
        name = case["name"]
        payloads = {version: bytes.fromhex(case[version]["hex"]) for version in schemas}
        for version, schema in schemas.items():
            payload = payloads[version]
            value = schema.decode(TYPE, payload)
            if schema.encode(TYPE, value) != payload:
                yield f"{name}: {version} is written otherwise"
            if json.loads(schema.to_json(TYPE, value)) != case[version]["json"]:
                yield f"{name}: {version} is read otherwise"
        if schemas["v1"].convert(TYPE, payloads["v1"], schemas["v2"]) != payloads["v2"]:
            yield f"{name}: version 2 reads version 1 otherwise"
        if schemas["v2"].convert(TYPE, payloads["v2"], schemas["v1"]) != payloads["v1"]:
            yield f"{name}: version 1 reads version 2 otherwise"
    for case in golden["unknown"]:
        try:
            schemas["v2"].convert(TYPE, bytes.fromhex(case["hex"]), schemas["v1"])
            yield f"{case['name']}: not told"
        except ValueError as error:
            if str(error).removeprefix("archive.") != case["error"]:
                yield f"{case['name']}: told otherwise: {error}"


for difference in differences():
    print(difference)
print("done")
