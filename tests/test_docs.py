"""The pages say what the code does."""

import re
from dataclasses import replace

import pytest

from api.schemas.jobs import QueueOut
from clustering.presets import PRESETS
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


def test_two_data_sets_of_one_name_in_a_section_are_refused():
    """The page tells each name once, so that the second would pass for the first."""
    full = PRESETS["digpro/digpro-imagenet-10"]
    small = replace(full, name="digpro/other", dataset=replace(full.dataset, n=2_400, shape=(32, 32, 3)))
    assert presets.sets([full, full]) == {"ImageNet-10": full.dataset}
    with pytest.raises(ValueError, match="digpro/other: another data set is named ImageNet-10"):
        presets.sets([full, small])


def test_the_page_tells_the_images_of_experiments_at_full_scale():
    section = presets.page().partition("## digpro\n")[2].partition("\n## ")[0]
    assert "| ImageNet-10 | 13000 | 96×96×3 | 10 |" in section
    assert "| ImageNet-10 (2,400) | 2400 | 32×32×3 | 10 |" in section


def test_the_page_tells_what_of_a_papers_tables_has_no_preset():
    section = presets.page().partition("## deccs\n")[2].partition("\n## ")[0]
    assert "Not here: RP+EM on MNIST" in section
    assert not set(presets.LEFT_OUT) - {preset.family for preset in PRESETS.values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_what_the_pages_tell_of_a_jobs_place_in_the_queue_is_a_field_of_it():
    told = [name for page in PAGES for name in re.findall(r"`queue\.([\w.]+)`", page.read_text())]
    assert told
    assert set(told) <= QueueOut.model_fields.keys()


def test_files_named_in_the_guide_exist():
    named = re.findall(r"`((?:\w+/)+\w+\.\w+)`", (ROOT / "docs" / "architecture.md").read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []
