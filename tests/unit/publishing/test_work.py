"""How the work of a project went: sections, sentences, notes and reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from maestro.publishing import captions, sources, words
from maestro.publishing.insights.dashboards import DASHBOARDS
from maestro.publishing.library import Shelf
from maestro.publishing.measures import SECTIONS, TITLES, section_of, stands_for, title_of
from maestro.publishing.overviews import operations
from maestro.publishing.pages import Site, environment
from maestro.publishing.projects.work import Work, work_of
from maestro.schema import Finding

from . import sample, sample_work
from .conftest import Built
from .sample_findings import finding
from .whole import all_pages

CONTRACT = {
    "pipeline_duration", "pipeline_duration_p90", "queue_time", "success_rate", "flaky_rate",
    "ci_runs", "cpu_hours", "gpu_hours", "ci_cost", "tests", "test_pass_rate", "tests_trend",
    "test_flaky_share", "deployment_frequency", "deployments", "change_lead_time",
    "change_lead_time_coding", "change_lead_time_pickup", "change_lead_time_review",
    "change_lead_time_deploy", "change_failure_rate", "recovery_time", "pr_merge_time",
    "pr_merge_time_mean", "pr_merge_time_p90", "pr_merge_time_by_created", "pr_reviewed_share",
    "pr_open", "velocity", "velocity_trend", "training_runs", "training_runs_per_week",
    "best_performance", "training_time", "training_iterations", "training_pruned",
    "training_failed", "registered_models", "dvc_stages", "dvc_metric", "custom_metric",
}  # fmt: skip


@pytest.fixture(scope="module")
def works(built: Built) -> dict[str, Work]:
    """The sections of the project with figures of every sort."""
    shelf = Shelf(built.library)
    return {w.key: w for w in work_of(shelf, shelf.catalog.projects["churn-2025"])}


@pytest.fixture(scope="module")
def young(built: Built) -> list[Work]:
    """The sections of a project whose record names no source at all."""
    shelf = Shelf(built.library)
    return work_of(shelf, shelf.catalog.projects["offers-2026"])


def test_every_figure_of_the_engine_has_a_title_and_a_section() -> None:
    """No figure is shown under its stored name, and each name stands in one section."""
    assert TITLES.keys() >= CONTRACT
    assert sum(len(section.titles) for section in SECTIONS) == len(TITLES)
    assert all(name in section.titles for section in SECTIONS for name in section.headline)


def test_an_unknown_figure_goes_where_its_source_belongs() -> None:
    """A figure that pages do not know yet is shown under its own name beside its kin."""
    found = sample_work.figure("x", "retries_per_run", "ci", value=1.0)
    assert (section_of(found), title_of(found)) == ("ci", "Retries per run")


def test_sections_stand_in_one_order(works: dict[str, Work]) -> None:
    """Velocity first, the team's own metrics last; none is left out."""
    keys = ["velocity", "collaboration", "ci", "delivery", "training", "own"]
    assert list(works) == keys


def test_an_empty_section_says_why_in_one_sentence(young: list[Work]) -> None:
    """Each section without a figure names what is missing and where to add it."""
    assert [work.absent for work in young] == [
        "Not measured: no repository in the record (add repository: to project.yaml).",
        "Not measured: no repository in the record (add repository: to project.yaml).",
        "Not measured: no CI provider in the record (add ci: to project.yaml).",
        "Not measured: no CI provider in the record (add ci: to project.yaml).",
        "Not measured: no training runs in the record (add tracking: to project.yaml).",
        "Not measured: the team gave no metrics of its own (add CSV or JSONL files to "
        "projects/offers-2026/evidence/).",
    ]


def test_a_failed_source_is_the_reason(tmp_path: Path) -> None:
    """A record that names a source is not told to name it: the source's own reason stands."""
    shelf = Shelf(sample.library(tmp_path, findings=tuple(sample_work.states("churn-2025"))))
    found = {w.key: w.absent for w in work_of(shelf, shelf.catalog.projects["churn-2025"])}
    assert found["ci"] == (
        "Not measured: source is 9 days old (target: 2 days) (run maestro fetch)."
    )
    assert found["own"].startswith("Not measured: metrics.csv: line 3 has no time")
    assert found["training"] == "Not measured: this build has no figure from its training runs."


def test_the_sentence_has_value_interval_number_and_window(works: dict[str, Work]) -> None:
    """What to see stands above the charts, with its evidence."""
    says = works["ci"].says
    assert says.startswith("In the 11 weeks to 16 November 2026: 90.5 % of the runs succeeded")
    assert "(90\u00a0%: 87.0 to 93.0; 240 runs)" in says
    assert "high in DORA 2023" in works["delivery"].says


@pytest.mark.parametrize(
    ("ends", "said"),
    [((0.1, 0.4), "rises by 0.20"), ((-0.5, -0.1), "falls by 0.20"), ((-0.1, 0.4), "no clear")],
)
def test_a_direction_needs_an_interval_beyond_zero(ends: tuple[float, float], said: str) -> None:
    """A slope whose interval holds zero is called no clear trend, whatever its value."""
    value = -0.2 if ends[1] < 0 else 0.2
    slope = sample_work.figure(
        "x", "velocity_trend", value=value, lo=ends[0], hi=ends[1], unit="changes/week per week"
    )
    assert said in captions.direction(slope)


def test_a_slope_without_interval_claims_nothing() -> None:
    """No interval, no direction."""
    slope = sample_work.figure("x", "velocity_trend", value=5.0)
    assert captions.direction(slope) == ""
    assert captions.way(slope) == "no clear trend"


def test_a_slope_of_alike_weeks_is_not_called_a_trend(built: Built) -> None:
    """Zero from end to end says that no change can be seen, and draws no bar; a median may be 0."""
    flat = {"value": 0.0, "lo": 0.0, "hi": 0.0}
    unit = "changes/week per week"
    slope = sample_work.figure("churn-2025", "velocity_trend", "git", unit=unit, **flat)
    assert captions.direction(slope) == (
        "no change can be seen in the number of changes that land (too many weeks are alike)"
    )
    assert captions.way(slope) == "no change seen"
    shelf = Shelf(replace(built.library, findings=(slope,)))
    work = work_of(shelf, shelf.catalog.projects["churn-2025"])[0]
    assert work.tiles[0].bar == ""
    assert "0 to 0" in words.interval(sample_work.figure("x", "queue_time", unit="minutes", **flat))


def test_proxies_say_so_wherever_they_stand(works: dict[str, Work], built: Built) -> None:
    """The sentence and the card carry the word; a figure that is none carries no word."""
    assert "14 % of the deployments failed (proxy; 90\u00a0%: " in works["delivery"].says
    assert works["delivery"].says.count("proxy") == 1
    page = built.page("projects/churn-2025.html")
    cards = {
        card.partition("</h4>")[0].removeprefix("<h4>"): card.partition("</section>")[0]
        for card in page.split('<section class="mx-tile">')[1:]
    }
    assert ">proxy</span>" in cards["Deployments that failed"]
    assert [title for title, card in cards.items() if ">proxy</span>" in card] == [
        "Deployments that failed"
    ]


def test_the_notes_tell_what_stands_for_something_else() -> None:
    """A proxy, an estimate from git, and neither; without a number there is nothing to mark."""
    notes = {
        "proxy": ["12 are left out", sample_work.PROXY],
        "estimate": ["an estimate from the commits of merged branches"],
        "": ["no proxy is used"],
    }
    for mark, quality in notes.items():
        found = sample_work.figure("x", "change_lead_time", "dora", value=1.0, quality=quality)
        assert stands_for(found) == mark
    nothing = sample_work.figure("x", "change_lead_time", "dora", quality=notes["proxy"])
    assert stands_for(nothing) == ""


def test_shared_notes_stand_once(works: dict[str, Work], built: Built) -> None:
    """A note of several figures stands below the section, with the names of those it is true of."""
    notes = dict(works["velocity"].shared)
    assert len(notes[sample_work.AUTOMATA]) == 4
    assert all(sample_work.AUTOMATA not in item.notes for item in works["velocity"].numbers)
    page = built.page("projects/churn-2025.html")
    section = page.partition('id="work-velocity"')[2].partition('id="work-collaboration"')[0]
    assert section.count("12 commits by automata are left out") == 1


def test_the_half_week_is_marked(works: dict[str, Work]) -> None:
    """The week that is not over is hollow in the drawing and named in the table."""
    item = next(f for f in works["velocity"].tiles if f.title.startswith("Changes"))
    assert item.course.half == "2026-W47"
    assert "mx-hollow" in item.drawing
    assert "mx-half" in item.drawing


def test_every_chart_has_its_numbers(built: Built) -> None:
    """Each line of the page has a table with as many rows as it has points."""
    page = built.page("projects/churn-2025.html")
    for tile in page.split('<section class="mx-tile">')[1:]:
        drawn = tile.partition("</section>")[0]
        if "mx-trend" in drawn:
            assert drawn.count("<tr><td>") > 1
            assert "<summary>Numbers</summary>" in drawn


@pytest.mark.parametrize(("unit", "head"), [("kWh", "kWh"), ("calls", "Calls"), ("", "Value")])
def test_a_unit_is_written_as_its_team_writes_it(built: Built, unit: str, head: str) -> None:
    """Over the numbers of a drawing, a unit of the team's own is not put into other letters."""
    days = [["2026-10-01", 410.0], ["2026-10-20", 395.0]]
    own = {"name": "custom_metric", "source": "custom", "slice": "use", "series": days}
    found = finding("metric", "churn-2025", own, value=395.0, unit=unit, n=2)
    shelf = Shelf(replace(built.library, findings=(found,)))
    parts = work_of(shelf, shelf.catalog.projects["churn-2025"])
    (item,) = [item for part in parts for item in part.tiles]
    tile = environment().get_template("figures.html").module.tile(item)
    assert f'">{head}</th>' in tile


def test_no_figure_is_a_dash(built: Built) -> None:
    """Nothing without a number is shown as a dash, a zero or an empty cell."""
    page = "".join(
        built.page(path) for path in ("projects/churn-2025.html", *(one.path for one in DASHBOARDS))
    )
    assert not re.search(r"<td[^>]*>\s*(?:[-\u2013\u2014]\s*)?</td>", page)
    assert "not enough evidence: no failure was mended in the window" in page.lower()


def test_parts_and_areas_have_tables_of_their_own(works: dict[str, Work]) -> None:
    """The lead time's parts come in the order a change goes through them; areas are no tiles."""
    parts = [item.title for item in works["delivery"].parts]
    assert parts == ["Coding", "Waiting for review", "In review", "Waiting for deployment"]
    assert [item.finding.label for item in works["collaboration"].areas] == ["docs", "src"]


def test_states_of_sources_come_worst_first(built: Built) -> None:
    """Failed before stale before missing before fresh, in groups by sort of source."""
    found = built.library.findings
    states = [f for f in found if f.kind == "source_health"]
    ordered = [sources.state_of(f) for f in sources.worst_first(states)]
    assert ordered == ["failed", "stale", "stale", "missing", "fresh"]
    groups = sources.groups(states, built.library.catalog.settings, 1)
    assert [(g.title, len(g.found), g.left_out) for g in groups] == [
        ("Git", 1, 1),
        ("CI", 1, 0),
        ("Training runs", 1, 0),
        ("Own metrics", 1, 0),
    ]
    assert all(group.folded == () for group in groups), "few fresh ones stand open"
    assert sources.groups([], built.library.catalog.settings, 1) == []


def test_many_fresh_sources_are_folded(built: Built) -> None:
    """The worst stand open, the fresh ones in one element that opens; none is lost."""
    known = built.library.findings
    stale, fresh = (
        next(f for f in known if f.kind == "source_health" and sources.state_of(f) == state)
        for state in ("stale", "fresh")
    )
    rows = [
        fresh.model_copy(update={"subject": f"p-{n:02d}", "method": "git", "detail": fresh.detail})
        for n in range(60)
    ]
    others = [one for one in (stale,) if captions.source_of(one) == captions.source_of(rows[0])]
    (group,) = sources.groups([*rows, *others], built.library.catalog.settings, 200)
    assert len(group.found) == len(others)
    assert [(state, len(found)) for state, _, found in group.folded] == [("fresh", 60)]
    library = replace(built.library, findings=(*rows, *others))
    page = next(operations.pages(Site(Shelf(library), frozenset())))
    html = str(page.parts["sources"])
    assert html.count("<details") == 1
    assert "60 fresh sources" in html.partition("<details")[2]
    assert html.partition("<details")[0].count("<tr><td>") == len(others)
    assert html.partition("<details")[2].count("<tr><td>") == 60


def test_many_skipped_sources_are_folded_and_failed_ones_are_not(built: Built) -> None:
    """What nobody asked to read folds beyond a few; what went wrong stands open, however many."""
    settings = built.library.catalog.settings

    def of(state: str, count: int) -> list[Finding]:
        """So many git sources in a state."""
        detail = {"source": "git", "state": state}
        return [finding("source_health", f"{state}-{n}", detail) for n in range(count)]

    (group,) = sources.groups([*of("skipped", 6), *of("failed", 9), *of("fresh", 2)], settings, 200)
    assert [sources.state_of(one) for one in group.found] == ["failed"] * 9 + ["fresh"] * 2
    assert [(state, len(found)) for state, _, found in group.folded] == [("skipped", 6)]


def test_a_source_is_known_by_its_name_or_its_method() -> None:
    """A state whose source is an address is sorted by the method that made it."""
    detail = {"source": "https://git.example.org/x", "state": "fresh"}
    one = finding("source_health", "x", detail, method="git.source")
    assert captions.source_of(one) == "git"
    other = finding("source_health", "x", {"source": "ci: github", "state": "fresh"})
    assert captions.source_of(other) == "ci"


def test_the_portfolio_names_each_source(built: Built) -> None:
    """Several states of one project are told apart by their source."""
    page = built.page("projects/index.html")
    for said in ("own: failed", "CI: stale", "git: stale", "training: fresh"):
        assert said in page


def test_a_project_page_with_nothing_is_whole(built: Built) -> None:
    """Without a single finding every section says why, and the page is made."""
    shelf = Shelf(replace(built.library, findings=()))
    made = {page.path: page for page in all_pages(shelf)}
    text = str(made["projects/churn-2025.html"].parts["work"])
    assert text.count("Not measured:") == 6
    assert "<svg" not in text


def test_what_is_true_of_all_is_not_a_reason_again(tmp_path: Path) -> None:
    """A note of every figure stands below the section, and reasons say only what is their own."""
    both = ["the history starts inside the window", "no tag names a version"]
    found = (
        sample_work.figure("churn-2025", "velocity", "git", value=1.0, quality=both[:1]),
        sample_work.figure("churn-2025", "releases", "git", quality=both),
    )
    shelf = Shelf(sample.library(tmp_path, findings=found))
    work = work_of(shelf, shelf.catalog.projects["churn-2025"])[0]
    assert [reason for reason, _ in work.missing] == [
        "Not enough evidence: no tag names a version."
    ]


def test_velocity_is_told_apart_by_its_source(tmp_path: Path) -> None:
    """Where git and pull requests both count, the titles differ and one speaks in the sentence."""
    more = {"value": 4.0, "unit": "changes/week", "n": 40}
    found = tuple(
        sample_work.figure("churn-2025", "velocity", source, **more)
        for source in ("git", "pull_requests")
    )
    shelf = Shelf(sample.library(tmp_path, findings=found))
    work = work_of(shelf, shelf.catalog.projects["churn-2025"])[0]
    assert [item.title for item in work.numbers] == [
        "Pull requests merged per week",
        "Changes that landed per week",
    ]
    assert work.says.endswith(": 4 pull requests were merged per week (40 changes).")
