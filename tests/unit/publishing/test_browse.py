"""What the Library, its plain lists, the catalog's columns and Compare say of entries."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.publishing.assembly.scripts import assigned, called
from maestro.publishing.browse import compare, library_page
from maestro.publishing.columns import COLUMNS, Row, catalog_columns, rows
from maestro.publishing.library import Library, Shelf
from maestro.publishing.overviews import home
from maestro.publishing.pages import Site
from maestro.publishing.text import escaped

from . import many, sample
from .payloads import PAYLOADS
from .sample_findings import finding, impact
from .whole import ready

Make = Callable[..., Shelf]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The sample library."""
    return Shelf(sample.library(tmp_path / "repo"))


def _data(script: bytes) -> Any:
    """The data of a script file, read as JSON."""
    text = script.decode()
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def _row(shelf: Shelf, name: str) -> Row:
    return next(row for row in rows(shelf) if row.entry.name == name)


def test_graded_effects_come_first_then_use(shelf: Shelf) -> None:
    """The largest effect with enough evidence is on top; then what most projects use, then names;
    a lower end decides nothing."""
    found = (
        impact("billing-events@1.0.0", 2.0, (1.5, 2.5)),
        impact("churn-features@1.3.0", 3.0, (-9.0, 15.0)),
        finding("reuse", "customers", {"projects": ["a", "b"], "entries": [], "versions": {}}),
        finding("reuse", "churn-gbm", {"projects": [], "entries": [], "versions": {}}),
    )
    library = shelf.library
    other = Shelf(Library(library.catalog, found, "", library.generated_at, ""))
    names = [row.entry.name for row in rows(other)]
    first = ["churn-features", "billing-events", "customers"]
    assert names[:3] == first
    assert set(names[3:]) == set(shelf.catalog.entries) - set(first)
    assert names[-1] != "churn-gbm"


def test_an_earlier_version_stands_in_where_the_present_one_has_no_number(shelf: Shelf) -> None:
    """Without a number for the present version the newest earlier one with enough evidence is
    named, drawn and ranked by; a model is spoken of by its own metrics."""
    found = (
        impact("billing-events@1.0.0", 2.0, (1.5, 2.5)),
        impact("churn-features@1.3.0", None, None, label="not enough evidence"),
        impact("churn-features@1.2.0", 3.0, (1.25, 5.0), label="helps"),
    )
    library = shelf.library
    other = Shelf(Library(library.catalog, found, "", library.generated_at, ""))
    row = _row(other, "churn-features")
    assert row.says == "version 1.2.0: +3.0 (90\u00a0%: +1.3 to +5.0)"
    assert row.behind.startswith("helps: moderate evidence; present 1.3.0: not enough evidence")
    assert not row.is_graded
    names = [one.entry.name for one in rows(other)]
    assert names[:2] == ["churn-features", "billing-events"]
    columns = _data(dict(library_page.scripts(other))["library/catalog.js"])["columns"]
    assert [columns[end][0] for end in ("lo", "value", "hi")] == [1.25, 3.0, 5.0]
    assert columns["grade"][0] == "insufficient"
    assert columns["grade"][columns["name"].index("churn-model")] == "metrics"
    assert _row(other, "churn-model").says == "by its own metrics"


def test_words_to_try_find_something(tmp_path: Path) -> None:
    """The words that a search box shows are the commonest class, tag and owner of the entries."""
    shelf = Shelf(sample.library(tmp_path / "repo"))
    entries = shelf.catalog.entries.values()
    owners = [entry.record.owner for entry in entries]
    assert max(set(owners), key=owners.count) == "growth"
    assert library_page.words_to_try(shelf) == "tabular-classification, churn, Growth team"
    page = next(home.pages(Site(shelf, frozenset())))
    assert 'data-mx-find="tabular-classification, churn, Growth team"' in str(page.parts["lead"])


def test_classes_are_those_of_users_and_of_the_record(shelf: Shelf) -> None:
    """An entry is found by the classes of projects that use it and by its own task."""
    assert _row(shelf, "churn-features").classes == ["tabular-classification"]
    assert _row(shelf, "churn-model").classes == ["tabular-classification"]
    assert _row(shelf, "billing-events").classes == []


def test_each_column_has_one_value_per_entry(shelf: Shelf) -> None:
    """The catalog's columns are the documented ones, equally long, entries by name."""
    found = catalog_columns(shelf)
    assert list(found) == list(COLUMNS) == sorted(COLUMNS)
    assert found["name"] == sorted(shelf.catalog.entries)
    assert {len(column) for column in found.values()} == {len(shelf.catalog.entries)}
    at = found["name"].index("churn-features")
    assert found["impact"][at] == 4.1
    assert found["grade"][at] == "moderate"
    assert found["changed"][at] == "2026-11-20"


def test_the_script_says_what_the_page_says(shelf: Shelf) -> None:
    """Rows of the script stand in the order of the page and hold the same sentences."""
    site = Site(shelf, frozenset())
    page = next(page for page in library_page.pages(site) if page.path == "library/index.html")
    html = re.sub(r'<span class="mx-whole">(.*?)</span>', r"\1", str(page.parts["all"]))
    columns = _data(dict(library_page.scripts(shelf))["library/catalog.js"])["columns"]
    titles = [html.index(f">{escaped(title)}</a>") for title in columns["title"]]
    assert titles == sorted(titles)
    for text in (*columns["text"], *columns["says"], *filter(None, columns["behind"])):
        assert escaped(text) in html
    is_drawn = [value is not None for value in columns["value"]]
    assert html.count('<svg class="mx-chart mx-interval mx-') - 1 == sum(is_drawn)


def test_the_end_of_a_long_sentence_is_searched_too(tmp_path: Path) -> None:
    """The script of the Library has whole sentences, of which rows show the beginning."""
    text = str(sample.FILES["catalog/feature_pipelines/churn-features.yaml"])
    long = f"description: {'Monthly features of many kinds ' * 8}and zebras at last."
    text = re.sub("(?m)^description: .*$", long, text, count=1)
    files = {"catalog/feature_pipelines/churn-features.yaml": text}
    shelf = Shelf(sample.library(tmp_path / "repo", files))
    columns = _data(dict(library_page.scripts(shelf))["library/catalog.js"])["columns"]
    assert columns["text"][columns["name"].index("churn-features")].endswith("zebras at last.")
    page = next(library_page.pages(Site(shelf, frozenset())))
    assert "Monthly features" in str(page.parts["all"])
    assert "zebras" not in str(page.parts["all"])


def test_long_lists_are_split(tmp_path: Path) -> None:
    """A kind with more than 500 entries has further parts; together they list each entry once."""
    library, _ = many.library(tmp_path / "repo", 3_200)
    site = Site(Shelf(library), frozenset())
    pages = [
        ready(site, page)
        for page in library_page.pages(site)
        if page.path.startswith("library/kinds/schemas")
    ]
    names = [n for n, entry in library.catalog.entries.items() if entry.kind == "schemas"]
    assert 500 < len(names) < 1_000
    assert [page.path for page in pages] == [
        "library/kinds/schemas.html",
        "library/kinds/schemas-2.html",
    ]
    both = "".join(str(page.parts["all"]) for page in pages)
    assert all(both.count(f"/{name}.html") == 1 for name in names)
    assert 'href="../../library/kinds/schemas-2.html"' in both
    assert [page.is_searchable for page in pages] == [True, False]


def test_each_entry_stands_in_the_file_that_the_names_say(shelf: Shelf) -> None:
    """A name leads to its file; what is told there is what its record says."""
    site = Site(shelf, frozenset())
    files = {path: ready(site, data) for path, data in compare.scripts(shelf)}
    names = _data(files.pop("compare/names.js"))
    told = {path: _data(data) for path, data in files.items()}
    placed = {one[0]: shard for shard, found in names["shards"].items() for one in found}
    assert sorted(placed) == sorted(shelf.catalog.entries)
    for name, shard in placed.items():
        assert shard == hashlib.sha256(name.encode()).hexdigest()[:2]
        assert name in told[f"compare/{shard}.js"]
    one = told[f"compare/{placed['churn-features']}.js"]["churn-features"]
    facts = dict(one["facts"])
    assert facts["Licence"] == ["Apache-2.0"]
    assert facts["What goes in"] == ["events: billing-events@1.0.0"]
    assert facts["What comes out"] == ["tenure_days: int", "email: text, personal data"]
    assert one["effect"] == [1.2, 4.1, 7.0]


def _sides(shelf: Shelf, name: str) -> dict[str, Any]:
    """What Compare is given of one entry."""
    site = Site(shelf, frozenset())
    files = {path: ready(site, data) for path, data in compare.scripts(shelf)}
    told = _data(files[f"compare/{compare.shard_of(name)}.js"])[name]
    return {**told, "facts": dict(told["facts"])}


def test_tables_are_compared_by_what_they_hold(shelf: Shelf) -> None:
    """Data sets and schemas say fields, personal data, and how the data must be handled."""
    data = _sides(shelf, "customers")["facts"]
    assert data["Fields"] == ["tenure: int", "name: text, personal data"]
    assert data["Personal data"] == ["name"]
    assert data["Rows"] == ["1,200, as declared"]
    assert data["Sensitivity"] == ["personal"]
    assert data["Limits"] == ["Business customers are missing."]
    assert data["Collected"] == ["not stated"]
    assert "What comes out" not in data
    schema = _sides(shelf, "billing-events")["facts"]
    assert schema["Fields"] == ["customer: text, personal data", "amount: float"]
    assert schema["Format"] == ["json_schema"]


def test_models_are_compared_in_the_words_of_their_cards(shelf: Shelf) -> None:
    """Metrics say where they are from and whether an interval was declared; use and limits are
    told without Markdown."""
    card = _sides(shelf, "churn-model")
    says = {one["metric"]: (one["says"], one["origin"]) for one in card["metrics"]}
    assert says["recall"] == ("0.710 (no interval declared)", "declared only")
    assert says["auc"][1] == "computed from predictions"
    assert card["facts"]["Intended use"] == ["To call people before they leave."]
    assert card["facts"]["Limitations"] == ["Weak for new customers."]
    assert card["facts"]["Oversight"] == ["not stated"]
    assert card["facts"]["Learned from"] == [["customers@2.0.0", "library/customers.html"]]


def test_sides_lead_on(shelf: Shelf) -> None:
    """Owners, pieces and personas are said by title, with the page where there is one."""
    facts = _sides(shelf, "churn-gbm")["facts"]
    assert facts["Owner"] == [["Growth team", "teams/growth/index.html"], "growth@example.org"]
    assert facts["Built on"] == [
        ["churn-features@1.3.0", "library/churn-features.html"],
        "gone-piece@1.0.0",
    ]
    assert _sides(shelf, "billing-events")["facts"]["Owner"][1] == "no contact in owners.yaml"


def test_scripts_are_inert() -> None:
    """No text of a record ends a script, opens markup or breaks a line of the script."""
    data = {"texts": [*PAYLOADS, "a\u2028b\u2029c", "\ud800"]}
    for script in (assigned("known", data), called("given", data)):
        text = script.decode()
        assert not set("<>\u2028\u2029") & set(text)
        assert text.count("\n") == 1
        assert len(_data(script)["texts"]) == len(data["texts"])


def test_a_prototype_is_no_key() -> None:
    """A key that would change what the object is, is refused."""
    with pytest.raises(ValueError, match="__proto__"):
        assigned("known", {"inner": [{"__proto__": 1}]})
