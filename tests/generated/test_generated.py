"""What kameo-gen wrote for the examples, checked in under examples/*/generated, is what it writes."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KAMEO_GEN = pathlib.Path(os.environ["KAMEO_BUILD_DIR"]) / "bin" / "kameo-gen"
FOLDERS = sorted(ROOT.glob("examples/*/generated"))


def generate(example: pathlib.Path, out: pathlib.Path) -> None:
    schemas = sorted(path.name for path in example.glob("*.kameo.yaml"))
    # From within the folder, as a user does: the names of the schemas stand in the files.
    subprocess.run(
        [KAMEO_GEN, "generate", *schemas, "--cpp-out", out / "cpp", "--python-out", out / "python"],
        cwd=example,
        check=True,
    )


def texts(folder: pathlib.Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_there_are_examples_with_generated_code():
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_generated_code_is_current(folder, tmp_path):
    generate(folder.parent, tmp_path)
    assert texts(folder) == texts(tmp_path), "accept by: make generate"


def main() -> None:
    for folder in FOLDERS:
        shutil.rmtree(folder)
        generate(folder.parent, folder)


if __name__ == "__main__":
    main()
