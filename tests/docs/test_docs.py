"""What the documents point to exists."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/*/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_each_test_that_a_guarantee_names_exists():
    text = (ROOT / "docs" / "guarantees.md").read_text()
    paths = set(re.findall(r"`((?:tests|examples)/[\w./-]+)`", text))
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_each_quoted_test_of_a_guarantee_exists():
    text = (ROOT / "docs" / "guarantees.md").read_text()
    for path, name in re.findall(r'`(tests/[\w./-]+)` "([^"]+)"', text):
        source = re.sub(r'"\s*\n\s*"', "", (ROOT / path).read_text())  # adjacent literals are one
        assert name in source or "def test_" + name.replace(" ", "_") in source, f"{path}: {name}"
