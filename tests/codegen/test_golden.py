"""What kameo-gen writes for the golden schemas is what is checked in under tests/golden/expected.

To accept what it writes now:

    python3 tests/codegen/test_golden.py build/dev
"""

import difflib
import pathlib
import shutil
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"


def texts(folder: pathlib.Path) -> dict[str, list[str]]:
    return {
        path.relative_to(folder).as_posix(): path.read_text().splitlines(keepends=True)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_generated_code_is_as_checked_in(generated):
    expected = texts(GOLDEN / "expected")
    written = texts(generated)
    lines = [
        line
        for path in sorted(expected.keys() | written.keys())
        for line in difflib.unified_diff(
            expected.get(path, []), written.get(path, []), f"expected/{path}", f"written/{path}"
        )
    ]
    assert not lines, (
        "".join(lines) + "\naccept by: python3 tests/codegen/test_golden.py build/dev"
    )


def accept(build: pathlib.Path) -> None:
    expected = GOLDEN / "expected"
    shutil.rmtree(expected, ignore_errors=True)
    schemas = [GOLDEN / "schemas" / f"{name}.kameo.yaml" for name in ("kinds", "common")]
    subprocess.run(
        [build / "bin" / "kameo-gen", "generate", *schemas,
         "--cpp-out", expected / "cpp", "--python-out", expected / "python"],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    accept(pathlib.Path(sys.argv[1]))
