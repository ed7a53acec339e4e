"""Search: words, ranks, facets."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.catalog.load import Catalog
from maestro.catalog.search import search, suggest

from .trees import artifact, card, load_tree, project


@pytest.fixture
def library(tmp_path: Path) -> Catalog:
    """Six records in which the word churn stands in a different place each."""
    files = {
        "catalog/settings.yaml": "title: Test\nformat: 1\nlicense: MIT\n",
        "catalog/datasets/churn.yaml": artifact(more="status: stable\n"),
        "catalog/datasets/churn-data.yaml": artifact(more="license: Apache-2.0\n"),
        "catalog/notebooks/first-look.yaml": artifact(more="title: A look at Churn\n"),
        "catalog/pipelines/weekly-run.yaml": artifact(more="tags: [churn, tabular]\n"),
        "catalog/feature_pipelines/billing.yaml": artifact(
            description="Café bills that tell about churning people.",
            more="outputs: [{name: tenure_days}]\n",
        ),
        "catalog/model_cards/gbm.yaml": card("trained_on: [churn-data]\n"),
        "projects/win-back/project.yaml": project("tags: [time-series]\n"),
    }
    catalog = load_tree(tmp_path, files)
    assert not catalog.problems
    return catalog


def names(catalog: Catalog, text: str = "", **facets: list[str]) -> list[str]:
    """Names that a search finds, in order."""
    return [hit.entry.name for hit in search(catalog, text, **facets)]  # type: ignore[arg-type]


def test_rank_follows_the_place(library: Catalog) -> None:
    """The whole name comes first, then part of a name, title, tag, and description."""
    assert names(library, "churn") == ["churn", "churn-data", "first-look", "weekly-run", "billing"]


def test_all_words_must_match(library: Catalog) -> None:
    """A second word narrows the search; a word that stands nowhere ends it."""
    assert names(library, "churn look") == ["first-look"]
    assert names(library, "churn zebra") == []


@pytest.mark.parametrize("text", ["CHURN-DATA", "churn data", "Chürn_dat", "data churn", "churn/d"])
def test_case_accents_and_dashes_make_no_difference(library: Catalog, text: str) -> None:
    """Case, accents, dashes, order and the ends of words do not matter."""
    assert "churn-data" in names(library, text)


def test_the_beginning_of_a_word_is_worth_less_than_the_whole(library: Catalog) -> None:
    """The middle of a name's word is found as well, that of a facet's value is not."""
    assert names(library, "hurn") == ["billing", "churn", "churn-data", "first-look"]
    whole, part = search(library, "churn")[0].score, search(library, "chur")[0].score
    assert whole > part > 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("tenure", "billing"),
        ("cafe", "billing"),
        ("attrition", "weekly-run"),
        ("customer attrition", "weekly-run"),
        ("apache-2.0", "churn-data"),
        ("notebooks", "first-look"),
    ],
)
def test_other_places_are_searched(library: Catalog, text: str, name: str) -> None:
    """Names of outputs, accented words, aliases of tags and kinds are found."""
    assert names(library, text) == [name]


def test_an_entry_is_found_by_the_class_of_projects_that_use_it(tmp_path: Path) -> None:
    """The class of a project, its alias as well, leads to the pieces that the project uses."""
    files = {
        "catalog/datasets/base-data.yaml": artifact(),
        "catalog/datasets/other-data.yaml": artifact(),
        "projects/win-back/project.yaml": project("uses: [{artifact: base-data@1.0.0}]\n"),
    }
    assert names(load_tree(tmp_path, files), "classification") == ["win-back", "base-data"]


def test_unspaced_scripts_match_inside(tmp_path: Path) -> None:
    """In scripts without spaces between words, a word is found inside a run."""
    files = {"catalog/datasets/sales.yaml": artifact(more="title: 月次売上データ\n")}
    assert names(load_tree(tmp_path, files), "売上") == ["sales"]


def test_facets_narrow(library: Catalog) -> None:
    """Values of one facet add up, facets cut; an alias or the singular of a kind is the same."""
    assert names(library, kinds=["dataset"]) == ["churn", "churn-data"]
    assert names(library, kinds=["feature-pipelines", "notebooks"]) == ["billing", "first-look"]
    assert names(library, tags=["Attrition"]) == ["weekly-run"]
    assert names(library, status=["stable"]) == ["churn"]
    assert names(library, classes=["classification"]) == ["gbm", "win-back"]
    assert names(library, owners=["risk"]) == ["win-back"]
    assert names(library, licenses=["apache-2.0"]) == ["churn-data"]
    assert names(library, "churn", licenses=["MIT"], kinds=["datasets"]) == ["churn"]
    assert names(library, owners=["nobody"]) == []


def test_nothing_asked_finds_everything_by_name(library: Catalog) -> None:
    """Without words all records come, by name, with score 0."""
    hits = search(library)
    assert [hit.entry.name for hit in hits] == sorted(hit.entry.name for hit in hits)
    assert len(hits) == 7 and {hit.score for hit in hits} == {0.0}


def test_suggestions_for_a_miss(library: Catalog) -> None:
    """A misspelt name or word brings the near ones; nonsense brings none."""
    assert suggest(library, "chrun-data")[0] == "churn-data"
    assert "weekly" in suggest(library, "zzzzzz weekyl")
    assert suggest(library, "qqqqqqqqqq") == []
    assert suggest(library, "") == []
