"""The pages say what the code does."""

import re

import pytest

from docs import methods, presets
from tests.source import ROOT

PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    ROOT / "benchmarks" / "README.md",
    ROOT / "web" / "README.md",
]


def test_the_page_of_methods_is_up_to_date():
    assert methods.PAGE.read_text() == methods.page(), "run `make format`"


def test_the_page_of_presets_is_up_to_date():
    assert presets.PAGE.read_text() == presets.page(), "run `make format`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_files_named_in_the_guide_exist():
    named = re.findall(r"`((?:\w+/)+\w+\.\w+)`", (ROOT / "docs" / "architecture.md").read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []
