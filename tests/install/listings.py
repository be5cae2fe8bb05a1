"""The README's listings are the files of examples/quickstart.

    tests/install/listings.py           says which differ (exit code 1)
    tests/install/listings.py --write   copies the files into the README
"""

from __future__ import annotations

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"

# By the language of the fence; each occurs once in the README.
FILES = {
    "yaml": "shop.kameo.yaml",
    "python": "pricer.py",
    "cpp": "shop.cpp",
    "cmake": "CMakeLists.txt",
    "text": "expected_output.txt",
}


def fence(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=^```{language}\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)


def text_of(language: str) -> str:
    return (ROOT / "examples" / "quickstart" / FILES[language]).read_text()


def differing() -> list[str]:
    readme = README.read_text()
    return [
        name
        for language, name in FILES.items()
        if fence(language).findall(readme) != [text_of(language)]
    ]


def write() -> None:
    readme = README.read_text()
    for language in FILES:
        readme = fence(language).sub(lambda _, text=text_of(language): text, readme, count=1)
    README.write_text(readme)


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        write()
    for name in differing():
        print(f"README.md: its listing is not examples/quickstart/{name}")
    sys.exit(bool(differing()))
