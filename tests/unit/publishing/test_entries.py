"""Pages of entries at their edges: users, versions, columns, slices, edit links, data sets."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from maestro.publishing import editing
from maestro.publishing.entries import artifacts, card_metrics, handling, listings, models, ports
from maestro.publishing.entries.neighbours import Neighbours, neighbours
from maestro.publishing.entries.versions import history
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site
from maestro.schema import Settings
from maestro.schema.artifact import Column

from . import sample, sample_entries
from .whole import all_pages


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The shelf of the library with the records at the edges."""
    return sample_entries.shelf(tmp_path_factory.mktemp("edges"))


@pytest.fixture(scope="module")
def pages(shelf: Shelf) -> dict[str, Page]:
    """Its pages by path."""
    return {page.path: page for page in all_pages(shelf)}


def _words(page: Page, section: str) -> str:
    text = re.sub(r"<[^>]+>", " ", str(page.parts[section]))
    return " ".join(html.unescape(text).split())


def _near(shelf: Shelf, name: str) -> Neighbours:
    context = Site(shelf, frozenset()).context("library/x.html")
    return neighbours(shelf, context, shelf.catalog.entries[name])


def _settings(**more: object) -> Settings:
    return Settings.model_validate({"title": "T", "format": 1, **more})


@pytest.mark.parametrize(
    ("url", "kind", "address"),
    [
        ("https://github.com/a/b", None, "https://github.com/a/b/edit/main/c%20d/e.yaml"),
        ("https://github.com/a/b.git", None, "https://github.com/a/b/edit/main/c%20d/e.yaml"),
        ("https://gitlab.com/g/s/b/", None, "https://gitlab.com/g/s/b/-/edit/main/c%20d/e.yaml"),
        ("https://codeberg.org/a/b", None, "https://codeberg.org/a/b/_edit/main/c%20d/e.yaml"),
        ("https://bitbucket.org/a/b", None, "https://bitbucket.org/a/b/src/main/c%20d/e.yaml?mode=edit"),
        ("https://git.x.org/a/b", None, ""),
        ("https://git.x.org/a/b", "gitea", "https://git.x.org/a/b/_edit/main/c%20d/e.yaml"),
        ("https://gitlab.x.org/a/b", "github", "https://gitlab.x.org/a/b/edit/main/c%20d/e.yaml"),
        ("https://bitbucket.x.org/a/b", None, ""),
        (None, "github", ""),
    ],
)  # fmt: skip
def test_edit_links_are_those_of_their_host(
    url: str | None, kind: str | None, address: str
) -> None:
    """What the settings say goes first, then the host's name; what cannot be told has no link."""
    settings = _settings(repository_url=url, repository_kind=kind)
    assert editing.edit_address(settings, "c d/e.yaml") == address


def test_commits_have_the_address_of_their_host() -> None:
    """GitLab has its own path to a commit, and an unknown host has none."""
    gitlab = _settings(repository_url="https://gitlab.com/g/b")
    assert editing.commit_address(gitlab, "abc") == "https://gitlab.com/g/b/-/commit/abc"
    assert editing.commit_address(_settings(repository_url="https://git.x.org/b"), "abc") == ""


def test_users_come_with_outcomes_first_and_the_rest_is_folded(shelf: Shelf) -> None:
    """Of 40 projects the three with a score lead, the best on top; 12 are shown at once."""
    near = _near(shelf, "popular-schema")
    assert [row.name for row in near.projects[:4]] == ["user-02", "user-01", "user-00", "user-03"]
    assert [row.version for row in near.projects[:3]] == ["1.2.0", "1.1.0", "1.0.0"]
    assert (len(near.shown), len(near.folded), near.left) == (12, 28, 0)
    assert [row.name for row in near.entries] == ["wide-features"]
    assert near.down == ("far-model",)


def test_forty_users_are_drawn_as_a_count(shelf: Shelf) -> None:
    """Seven of 41 neighbours are drawn, 34 are counted in a box that leads to the list."""
    drawn = str(_near(shelf, "popular-schema").drawing)
    assert '<a href="#used-by">' in drawn
    assert ">and 34 more<" in drawn
    assert drawn.count("uses 1.") == 7


def test_what_cannot_be_had_says_why(shelf: Shelf) -> None:
    """A piece that is gone has no link, one with faults leads to its page, an old one says so."""
    uses = {row.reference: row for row in _near(shelf, "wide-features").uses}
    assert (uses["gone-piece@1.0.0"].href, uses["gone-piece@1.0.0"].kind) == (
        "", "not in the library",
    )  # fmt: skip
    assert uses["broken-one@1.0.0"].kind == "its record has faults"
    assert uses["broken-one@1.0.0"].href.endswith("library/broken-one.html")
    assert uses["popular-schema@1.0.0"].newest == "1.2.0"
    assert uses["popular-schema@1.0.0"].role == "built from it and the shape of what goes in"


def test_a_reference_to_the_current_version_is_not_behind(shelf: Shelf) -> None:
    """Only a reference to another version names the current one beside it."""
    uses = {row.reference: row.newest for row in _near(shelf, "sliced-model").uses}
    assert uses == {"customers@2.0.0": "", "bare-data@1.0.0": "", "churn-model@1.0.0": ""}


def test_a_better_proven_alternative_is_named(pages: dict[str, Page]) -> None:
    """Of two alike entries the one with +1.2 to +7.0 is proven, and both can be compared."""
    said = _words(pages["library/wide-features.html"], "alike")
    assert "Better proven: Churn features , +4.1 (90 %: +1.2 to +7.0), helps" in said
    assert "Old gbm" not in said[said.index("Better proven") : said.index("helps")]
    link = "../compare/index.html?entries=wide-features,old-gbm,churn-features"
    assert link in str(pages["library/wide-features.html"].parts["alike"])


def test_an_entry_without_neighbours_draws_nothing(shelf: Shelf, pages: dict[str, Page]) -> None:
    """No box stands alone: a sentence says that nothing is there, and that it was not counted."""
    assert _near(shelf, "old-gbm").drawing == ""
    said = _words(pages["library/old-gbm.html"], "lineage")
    assert "Not counted: the build made no reuse finding for it." in said
    assert "names no other entry" in said


def test_a_deprecated_entry_leads_with_what_to_use(pages: dict[str, Page]) -> None:
    """The replacement and the reason stand on top, and the file has its line to fetch it."""
    page = pages["library/old-gbm.html"]
    lead = _words(page, "lead")
    assert "Deprecated. Use churn-gbm@1.4.0 instead ( compare ). The new one is faster." in lead
    assert "compare/index.html?entries=old-gbm,churn-gbm" in str(page.parts["lead"])
    assert "aws s3 cp -- s3://bucket/old.tar.gz ." in _words(page, "use")


def test_changes_of_the_record_stand_apart_from_versions(shelf: Shelf) -> None:
    """The last dates the version; changes of a project of that name are not its own."""
    context = Site(shelf, frozenset()).context("library/x.html")
    past = history(shelf, context, shelf.catalog.entries["popular-schema"])
    assert [(step.version, step.at, step.is_latest) for step in past.steps] == [
        ("1.2.0", "2026-10-02", True)
    ]
    assert [(change.at, change.what) for change in past.changes] == [("2026-09-01", "Record added")]
    commit = "20261002" * 5
    assert past.current.href == f"https://git.example.org/team/library/-/commit/{commit}"
    assert "Who approved what is not known" in past.unknown


def test_twelve_versions_keep_their_notes_and_days(shelf: Shelf, pages: dict[str, Page]) -> None:
    """Each version stands once, the current one with its day and the digest of its source."""
    context = Site(shelf, frozenset()).context("library/x.html")
    past = history(shelf, context, shelf.catalog.entries["long-history"])
    assert [step.version for step in past.steps] == [f"1.{n}.0" for n in range(11, -1, -1)]
    assert past.steps[0].digest == sample_entries.DIGEST
    assert (past.current.at, past.current.is_latest, past.folded) == ("2025-12-03", False, ())
    lead = _words(pages["library/long-history.html"], "lead")
    assert "This version since 3 December 2025" in lead
    said = _words(pages["library/long-history.html"], "versions")
    assert "No version has an effect with a number yet." in said


def test_a_version_without_a_day_is_as_old_as_its_record(pages: dict[str, Page]) -> None:
    """The last change of a record is the latest day on which its version began."""
    lead = _words(pages["library/popular-schema.html"], "lead")
    assert "since 2 October 2026 at the latest" in lead
    assert "day not recorded" in _words(pages["library/old-gbm.html"], "lead")


def _columns(*marks: str) -> list[Column]:
    return [
        Column(name=f"c{n}", type="int", pii="p" in mark, description="d" if "d" in mark else None)
        for n, mark in enumerate(marks)
    ]


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (["pd", "d", "d"], "1 of 3 fields is personal data: c0."),
        (["p", "p", "d"], "2 of 3 fields are personal data: c0, c1. 2 have no description yet."),
        (["d"], "1 field, not marked as personal data."),
        (
            ["", ""],
            "2 fields, none marked as personal data. No descriptions yet (add description).",
        ),
        (["pd"] * 8, "8 of 8 fields are personal data: c0, c1, c2, c3, c4, c5 and 2 more."),
        (["d", ""], "2 fields, none marked as personal data. 1 has no description yet."),
    ],
)
def test_personal_data_is_summed_up(marks: list[str], said: str) -> None:
    """A sentence counts what is personal data, names it, and what lacks a description."""
    assert ports.said(_columns(*marks), "field") == said


def test_long_tables_are_folded_and_say_what_is_left() -> None:
    """15 rows are shown, up to 200 stand on the page, and the rest is counted."""
    made = ports.ports("Fields", _columns(*["d"] * 320), "field")
    assert (len(made.shown), len(made.folded), made.left) == (15, 185, 120)


def test_forty_outputs_lead_with_their_personal_data(pages: dict[str, Page]) -> None:
    """The sentence stands before the table, and the rest of the columns is folded."""
    said = _words(pages["library/wide-features.html"], "ports")
    assert "3 of 40 outputs are personal data: feature_3, feature_7, feature_8." in said
    assert "25 more rows" in said
    assert said.index("are personal data") < said.index("feature_0")


def _accuracy(shelf: Shelf) -> card_metrics.Group:
    rows = card_metrics.metric_rows(shelf, shelf.catalog.entries["sliced-model"])
    return card_metrics.groups(rows)[0]


def test_all_the_data_comes_before_its_slices(shelf: Shelf) -> None:
    """Slices follow in the card's order, each with what its number rests on."""
    rows = [row for row, _ in _accuracy(shelf).rows]
    assert [(row.slice, row.origin) for row in rows] == [
        ("", "computed"),
        ("business customers", "declared"),
        ("over 80", "computed"),
        ("new customers", "evidence"),
    ]
    assert [row.few for row in rows] == ["", "", "few rows", ""]


def test_slices_apart_from_all_the_data_are_named(shelf: Shelf) -> None:
    """0.29 to 0.71 and 0.66 to 0.76 end below 0.803; a value without an interval is counted."""
    assert _accuracy(shelf).apart == (
        "Clearly apart from all the data, with no overlap of the two intervals: over 80 (below), "
        "new customers (below). Not compared, for lack of an interval of 90 % or more: 1 slice."
    )


def test_slices_share_one_axis_with_the_value_on_all_the_data(shelf: Shelf) -> None:
    """The axis holds 0.29 and 0.9 with 6 % of room; a metric without slices is not drawn."""
    group = _accuracy(shelf)
    assert group.axis.startswith("One axis from 0.25 to 0.94; the dashed line marks")
    assert all("mx-zero" in drawing for _, drawing in group.rows)
    rows = card_metrics.metric_rows(shelf, shelf.catalog.entries["sliced-model"])
    alone = card_metrics.groups(rows)[1]
    assert (alone.metric, alone.axis, str(alone.rows[0][1])) == ("auc", "", "")


def test_numbers_have_the_digits_of_their_interval(shelf: Shelf) -> None:
    """An interval of 0.033 shows three decimals, one of 0.42 shows two."""
    shown = [(row.number(row.value or 0.0), row.shown) for row, _ in _accuracy(shelf).rows]
    assert shown[0] == ("0.820", "(90\u00a0%: 0.803 to 0.836)")
    assert shown[2] == ("0.50", "(90\u00a0%: 0.29 to 0.71)")
    assert shown[1] == ("0.900", "(no interval declared)")


def test_a_card_says_where_it_is_live_and_until_when(shelf: Shelf, pages: dict[str, Page]) -> None:
    """A day to look at it again that has passed is marked, as is what the decision rests on."""
    (row,) = models.channels(shelf, "sliced-model")
    assert (row.channel, row.due and row.due.is_over) == ("staging", True)
    said = _words(pages["models/sliced-model.html"], "live")
    assert "10 % of traffic" in said
    assert "1 March 2026 passed 265 days ago" in said
    assert "https://reports.example.org/run/12" in said
    use = _words(pages["models/sliced-model.html"], "use")
    assert "curl --fail --location --remote-name -- https://files.example.org/m.bin" in use
    assert "1,234,567 bytes" in use


def test_the_list_of_models_leads_with_all_the_data(pages: dict[str, Page]) -> None:
    """The first metric is one that holds for all the data, with what it rests on."""
    said = _words(pages["models/index.html"], "all")
    assert "accuracy 0.820 (90 %: 0.803 to 0.836) computed by this build" in said


def test_data_sets_are_ordered_by_who_learns_from_them(shelf: Shelf) -> None:
    """Three learners come before one; what holds personal data is counted by marks, too."""
    rows = listings.data_rows(shelf)
    assert [(row.entry.name, len(row.learners), row.holds) for row in rows] == [
        ("customers", 3, "yes"),
        ("bare-data", 1, "yes"),
    ]
    assert listings.data_says(rows) == (
        "2 data sets: 2 hold personal data, each states its sensitivity, a model or a project "
        "learns from 2."
    )


def test_a_public_data_set_with_personal_data_is_pointed_out(pages: dict[str, Page]) -> None:
    """Sensitivity and marks that do not fit are said where the sensitivity stands."""
    said = _words(pages["library/bare-data.html"], "handling")
    assert "public does not fit: 1 field is marked as personal data" in said
    assert "does not fit" not in _words(pages["library/customers.html"], "handling")


def test_learners_are_counted_by_version(shelf: Shelf) -> None:
    """Models and projects are counted apart, and each version that is named."""
    found = shelf.learners["customers"]
    assert handling.learners_say(found) == "2 models and 1 project by their records: 2.0.0 by 3."


def test_an_experiment_says_that_nothing_analysed_it(pages: dict[str, Page]) -> None:
    """No result, why, and what will stand there; the arms, what decides and the lack of guards."""
    page = pages["experiments/churn-2025/call-or-letter.html"]
    assert "No result: this build did not analyse the experiment." in _words(page, "result")
    assert "letter control 50 %" in _words(page, "design")
    assert "No guardrail" in _words(page, "metrics")
    assert "planned" in _words(pages["experiments/index.html"], "all")


def test_a_record_is_folded_and_says_its_length(pages: dict[str, Page]) -> None:
    """The record's own text is there as typed, in a fold that says how long it is."""
    html_text = str(pages["library/popular-schema.html"].parts["record"])
    assert "The record as YAML, 6 lines" in html_text
    assert "The shape that everybody uses." in html_text
    assert "https://git.example.org/team/library/-/edit/main/catalog/schemas/" in html_text


def test_two_broken_records_of_one_name_share_no_page(tmp_path: Path) -> None:
    """The first by its path has the page; of the other Operations tells, and the build goes on."""
    bad = "version: 1\n"
    files: dict[str, str | bytes] = {
        f"catalog/{kind}/twice.yaml": bad for kind in ("schemas", "notebooks")
    }
    shelf = Shelf(sample.library(tmp_path / "repo", files))
    twice = [one.path for one in shelf.broken if one.name == "twice"]
    assert twice == ["catalog/notebooks/twice.yaml"]
    pages = [page.path for page in artifacts.pages(Site(shelf, frozenset()))]
    assert pages.count("library/twice.html") == 1
    assert shelf.page_of_path("catalog/schemas/twice.yaml") == ""
