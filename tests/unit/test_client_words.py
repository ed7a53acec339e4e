"""What search of the client knows: other words for values, versions that speak for an entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maestro.client import Library, NotALibrary
from maestro.publishing.api.publish import documents
from maestro.publishing.browse import library_page
from maestro.publishing.library import Library as Known
from maestro.publishing.library import Shelf
from tests.unit.publishing import sample
from tests.unit.publishing.sample_findings import impact

from .test_client import written


def test_search_knows_other_words_where_the_library_tells_them(tmp_path: Path) -> None:
    """Aliases, and the library's licence where a record states none; a library published before
    they were told is searched by the values themselves."""
    columns = {
        "name": ["a-b", "c-d"],
        "description": ["One.", "Résumé of two."],
        "kind": ["datasets", "notebooks"],
        "license": [None, "MIT"],
        "classes": [["ranking"], []],
        "tags": [[], ["old_words"]],
    }
    said = {
        "classes": {"ranking": ["What comes first", "top-list"]},
        "license": {"": ["CC-BY-4.0"]},
    }

    def names(root: Path, words: str) -> list[str]:
        """Names that the words find."""
        return [row["name"] for row in Library(root).search(words)]

    catalog = {"catalog.json": {"columns": columns}}
    now = written(tmp_path / "now", {**catalog, "search.json": {"columns": {}, "spoken": said}})
    for words in ("comes", "list", "top-list one", "cc-by", "rank"):
        assert names(now, words) == ["a-b"], words
    assert names(now, "ikin") == names(now, "omes") == []
    for root in (
        written(tmp_path / "earlier", {**catalog, "search.json": {"columns": {}}}),
        written(tmp_path / "first", catalog),
    ):
        assert names(root, "comes") == []
        assert names(root, "rank") == ["a-b"]
        assert names(root, "RESUME words") == ["c-d"]
    for odd in (5, {"tags": 5}, {"tags": {"x": "y"}}, {"tags": {"x": [5]}}):
        root = written(tmp_path / "odd", {**catalog, "search.json": {"spoken": odd}})
        with pytest.raises(NotALibrary, match="damaged"):
            names(root, "comes")


def test_search_ranks_as_the_page_of_the_library(tmp_path: Path) -> None:
    """An entry whose earlier version has enough evidence stands by it, in Python as on the page;
    what is said of its current version stays as it is."""
    plain = sample.library(tmp_path / "repo")
    found = (
        impact("billing-events@1.0.0", 2.0, (1.5, 2.5)),
        impact("churn-features@1.3.0", None, None, label="not enough evidence"),
        impact("churn-features@1.2.0", 3.0, (1.25, 5.0), label="helps"),
    )
    shelf = Shelf(Known(plain.catalog, found, "", plain.generated_at, ""))
    for path, data in documents(shelf):
        target = tmp_path / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    script = dict(library_page.scripts(shelf))["library/catalog.js"].decode()
    page = json.loads(script[script.index("{") : script.rindex("}") + 1])["columns"]
    library = Library(tmp_path / "site")
    rows = list(library.search())
    assert [row["name"] for row in rows] == page["name"]
    assert [row["name"] for row in rows[:2]] == ["churn-features", "billing-events"]
    first, second = (
        {name: value for name, value in row.items() if name.startswith("impact")}
        for row in rows[:2]
    )
    assert first == {
        **dict.fromkeys(("impact", "impact_lo", "impact_hi")),
        "impact_label": "not enough evidence",
        "impact_version": "1.2.0",
        "impact_version_value": 3.0,
        "impact_version_lo": 1.25,
        "impact_version_hi": 5.0,
        "impact_version_grade": "moderate",
        "impact_version_label": "helps",
    }
    assert (second["impact"], second["impact_version"]) == (2.0, "1.0.0")
    assert second["impact_version_value"] == second["impact"]
    assert rows[2]["impact_version"] is rows[2]["impact_version_value"] is None
    assert [row["name"] for row in library.search(min_impact=1)] == ["billing-events"]


def test_a_library_that_names_no_versions_is_ranked_by_what_it_says(tmp_path: Path) -> None:
    """A catalog published before it named versions goes by the effect of the current ones."""
    columns = {
        "name": ["a", "b", "c"],
        "impact": [1.0, 2.0, 3.0],
        "grade": ["weak", "strong", "insufficient"],
    }
    library = Library(written(tmp_path, {"catalog.json": {"columns": columns}}))
    assert [row["name"] for row in library.search()] == ["b", "a", "c"]
