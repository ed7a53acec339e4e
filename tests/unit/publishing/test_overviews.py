"""Home's counts, the portfolio, the timeline, governance, teams and operations, counted by hand."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from maestro.publishing.assembly.stubs import NAV
from maestro.publishing.columns import rows
from maestro.publishing.draw import spans
from maestro.publishing.library import Shelf
from maestro.publishing.overviews import governance, home, operations, teams, trends
from maestro.publishing.pages import Page, Site
from maestro.publishing.projects import explained
from maestro.schema import Finding

from . import sample
from .conftest import Built
from .sample_findings import finding, impact
from .test_learned import with_findings
from .whole import all_pages

RUNNING = "projects/offers-2026/project.yaml"


def plain(markup: object) -> str:
    """What a reader sees of some HTML, on one line."""
    text = re.sub(r"<title>.*?</title>|<[^>]+>", " ", str(markup))
    return re.sub(r"\s+", " ", text).strip()


def page(shelf: Shelf, path: str) -> Page:
    """One page of a library."""
    return next(found for found in all_pages(shelf) if found.path == path)


def changed(day: str, action: str, path: str = "catalog/schemas/x.yaml") -> Finding:
    """A change of a schema's record, or of the record at ``path``."""
    detail = {"action": action, "path": path, "commit": "c0ffee", "at": f"{day}T12:00:00Z"}
    return finding("change", "x", {**detail, "record_kind": "schemas"}, label=action)


def predicted(days: float, lo: float, hi: float) -> Finding:
    """How long the running project of the sample is predicted to take."""
    detail = {"target": "duration", "basis": "now", "made_at": "2026-11-21T08:00:00Z"}
    more: dict[str, Any] = {"value": days, "lo": lo, "hi": hi, "level": 0.9, "unit": "days"}
    return finding(
        "prediction",
        "offers-2026",
        {**detail, "model_version": "1", "similar": []},
        **more,
    )


def test_counts_come_with_what_came_and_went(built: Built) -> None:
    """A record counts as lately added from the ninetieth day before the commit on, not earlier."""
    days = ("2025-01-01", "2026-08-23", "2026-08-24", "2026-11-21")
    shelf = Shelf(
        replace(
            built.library,
            findings=(*(changed(day, "added") for day in days), changed("2026-09-01", "removed")),
        )
    )
    [schemas, pipelines] = trends.counted(
        shelf, [("Schemas", 3, "a.html"), ("Pipelines", 0, "b.html")]
    )
    assert (schemas.added, schemas.removed) == (2, 1)
    assert schemas.says == "+2, \u22121 in 90 days"
    assert "from 2025-01-01 to 2026-11-21, first 1, last 3 records" in schemas.drawing
    said = "none recorded yet: write one with maestro new pipeline"
    assert (pipelines.added, pipelines.says, pipelines.drawing) == (0, said, "")
    assert trends.since(shelf) == "2025-01-01"


def test_without_history_no_trend_is_told(built: Built) -> None:
    """Home says that no trend is known and why, instead of a count of nothing."""
    shelf = Shelf(replace(built.library, findings=()))
    [schemas] = trends.counted(shelf, [("Schemas", 3, "a.html")])
    assert (schemas.added, schemas.says) == (None, "no trend known")
    home = plain(page(shelf, "index.html").parts["here"])
    assert "0 Pipelines none recorded yet: write one with maestro new pipeline" in home
    assert "0 Notebooks 1 could not be read: see Operations" in home
    empty = plain(page(shelf, "library/kinds/pipelines.html").parts["all"])
    assert "There is no pipeline in the library yet: write one with maestro new pipeline." in empty
    assert "No trend is known: the catalog has no git history that could be read." in home


def test_a_history_that_is_cut_off_tells_no_trend(built: Built) -> None:
    """At the edge of a shallow clone every record looks new: nothing is counted from that."""
    note = "the clone is shallow"
    cut = changed("2026-11-20", "added").model_copy(update={"quality": [note]})
    shelf = Shelf(replace(built.library, findings=(cut,)))
    [schemas] = trends.counted(shelf, [("Schemas", 1, "a.html")])
    assert (schemas.added, schemas.drawing) == (None, "")
    assert f"No trend is known: {note}." in plain(page(shelf, "index.html").parts["here"])
    assert "The clone is shallow." in plain(page(shelf, "governance/index.html").parts["audit"])


def test_home_leads_each_reader_to_a_part(built: Built) -> None:
    """Each way named on Home leads to a section of the navigation, and no form is submitted."""
    assert {where for _, _, where in home.WAYS} <= {p.replace(".md", ".html") for _, p in NAV}
    lead = str(page(Shelf(built.library), "index.html").parts["lead"])
    assert '<a class="md-button md-button--primary" href="library/index.html">' in lead
    assert "<form" not in lead
    assert "<input" not in lead


def test_home_says_what_must_be_looked_at_soon(tmp_path: Path) -> None:
    """What is live and ends within thirty days stands on Home; a day later it does not."""
    path = "catalog/channels/production/churn-model.yaml"
    for day, is_there in (("2026-12-21", True), ("2026-12-22", False)):
        text = f"version: 1.0.0\nreason: Better than the rules.\nexpires: {day}\n"
        shelf = Shelf(sample.library(tmp_path / day, {path: text}))
        said = "churn-model must be looked at again in production: in 30 days."
        assert (said in plain(page(shelf, "index.html").parts["attention"])) == is_there


def test_the_portfolio_counts_days_from_the_first_to_the_last(built: Built) -> None:
    """From 1 February to 1 June 2025 both counted are 121 days; the newer one still runs."""
    found = page(Shelf(built.library), "projects/index.html").parts
    assert "2 projects: 1 done, 1 active. 1 has a success score." in plain(found["lead"])
    rows = re.findall(r"<tr data.*?</tr>", str(found["all"]), re.DOTALL)
    assert "1 Feb 2025 1 Jun 2025 121 not stated 2 " in plain(rows[1])
    assert "1 Jan 2026 not ended not over not stated 0 " in plain(rows[0])


def test_an_expected_end_is_the_start_and_the_predicted_days(built: Built) -> None:
    """A project of 100 days that begins on 1 January ends on the hundredth day, 10 April."""
    library = with_findings(built, predicted(100, 50, 150))
    parts = page(Shelf(library), "projects/timeline/index.html").parts
    said = "expected 10 April 2026 (90 %: 19 February 2026 to 30 May 2026 )"
    assert f"{said} it has taken longer than that already" in plain(parts["running"])
    assert "1 February 2025 1 June 2025" in plain(parts["ended"])


def test_beside_a_forecast_it_is_said_what_the_evidence_is_for(built: Built) -> None:
    """A label that doubts the model reads as a word on the model, not on the number beside it."""
    end = predicted(1000, 500, 1500).model_copy(update={"label": "not enough evidence"})
    tested = {"target": "duration", "projects": 12, "needed": 5, "skill": -0.08}
    model = finding(
        "outcome_model", "duration", tested, value=65.0, unit="days", label="not enough evidence"
    )
    shelf = Shelf(with_findings(built, end, model))
    running = plain(page(shelf, "projects/timeline/index.html").parts["running"])
    models = plain(page(shelf, "operations/index.html").parts["models"])
    said = "forecasts are not shown to beat the median duration"
    assert f"such {said}" in running
    assert f"\u22120.08 not measured Such {said}." in models
    for text in (running, models):
        assert "not enough evidence" not in text.lower()
    absent = model.model_copy(update={"detail": None, "value": None, "quality": ["2 of 5"]})
    shelf = Shelf(with_findings(built, absent))
    models = plain(page(shelf, "operations/index.html").parts["models"])
    assert "Not enough evidence: 2 of 5." in models


def test_without_a_prediction_the_timeline_says_so(built: Built) -> None:
    """A running project without a predicted end has dots ahead and a reason, no range."""
    shelf = Shelf(replace(built.library, findings=()))
    running = str(page(shelf, "projects/timeline/index.html").parts["running"])
    assert "no end is predicted in this build" in running
    assert "mx-ahead" in running
    assert "mx-bar" not in running


def test_no_end_lies_beyond_the_calendar(built: Built) -> None:
    """A prediction of more than a hundred years is not drawn and breaks nothing."""
    library = with_findings(built, predicted(1e9, 1e8, 1e10))
    running = str(page(Shelf(library), "projects/timeline/index.html").parts["running"])
    assert "mx-bar" not in running


def test_a_span_is_drawn_at_its_days() -> None:
    """On an axis of 384 units and 96 days, day 24 to day 48 is a bar of 96 units from 104 on."""
    days = spans.Days(date(2026, 1, 1), date(2026, 4, 7), date(2026, 3, 14))
    one = spans.Stretch("x", date(2026, 1, 25), date(2026, 2, 18))
    drawing = str(spans.cell_span(one, days))
    assert '<rect class="mx-length" x="104.0" y="9" width="96.0"' in drawing
    assert 'class="mx-today" d="M296.0 0V28"' in drawing
    assert "mx-ahead" not in drawing
    assert [words for _, words in days.marks()] == ["Jan 2026", "Feb", "Mar", "Apr"]


def test_years_are_folded_but_the_latest_two(tmp_path: Path) -> None:
    """Projects stand by the year of their end, the latest first; the third year is folded."""
    files: dict[str, str | bytes] = {}
    for year in (2021, 2022, 2023):
        text = sample.PROJECT.replace("2025-", f"{year}-")
        files[f"projects/old-{year}/project.yaml"] = text
    shelf = Shelf(sample.library(tmp_path, files))
    ended = str(page(shelf, "projects/timeline/index.html").parts["ended"])
    titles = re.findall(r"<(h3|summary)>Ended in (\d+)", ended)
    assert titles == [("h3", "2025"), ("h3", "2023"), ("summary", "2022"), ("summary", "2021")]


def test_what_is_live_has_its_day_and_its_reason(built: Built) -> None:
    """The channel says since when, why, and in how many days it must be looked at again."""
    path = "catalog/channels/production/churn-model.yaml"
    findings = (changed("2026-05-01", "added", path), changed("2026-06-02", "changed", path))
    shelf = Shelf(replace(built.library, findings=findings))
    parts = page(shelf, "governance/index.html").parts
    live = plain(parts["live"])
    assert "churn-model 1.0.0 2 June 2026 all 1 January 2027 in 41 days Better than" in live
    assert "Nothing is live here: a version goes live with a file catalog/channels/staging" in live
    assert "1 version is live. No policy is declared." in plain(parts["lead"])
    assert "No policy is declared: add catalog/policies/" in plain(parts["policies"])


POLICY = """\
title: Models that go live
description: Nothing goes live that two people have not looked at.
applies_to: {kinds: [model_cards], channels: [production]}
require:
- {check: has-limits}
- {check: metric-at-least, params: {metric: auc, value: 0.7}}
approvals:
- {roles: [maintainer, releaser], min: 2}
severity: warning
exceptions:
- {subject: churn-model, reason: It was live before, approved_by: [ann], expires: 2026-11-20}
"""


def test_a_policy_is_shown_as_it_is_declared(tmp_path: Path) -> None:
    """What it is about, requires and allows stands there; what is over is marked as over."""
    library = sample.library(tmp_path, {"catalog/policies/live-models.yaml": POLICY})
    parts = page(Shelf(library), "governance/index.html").parts
    text = plain(parts["policies"])
    assert "kinds: model cards; channels: production" in text
    assert "has-limits, metric-at-least (metric: auc, value: 0.7)" in text
    who = "2 people with the roles maintainer or releaser"
    assert f"{who} nobody holds any of them" in text
    assert "warns always" in text
    said = "churn-model Models that go live 20 November 2026 passed 1 day ago It was live before"
    assert said in plain(parts["exceptions"])
    assert "this build checks none of them" in plain(parts["missing"])


def test_no_age_is_told_without_a_commit(built: Built) -> None:
    """Without a commit's time nothing is called near or over."""
    shelf = Shelf(replace(built.library, generated_at=""))
    found = governance.due(shelf, date(2020, 1, 1))
    assert (found.days, found.is_over, found.is_near, found.says) == (None, False, False, "")


def _reused(name: str, projects: list[str]) -> Finding:
    detail: dict[str, Any] = {"projects": projects, "entries": [], "versions": {}}
    return finding("reuse", name, detail, value=float(len(projects)))


def test_teams_count_what_others_reuse(built: Built) -> None:
    """A piece of risk in a project of growth is taken by growth and given by risk; own use is no
    exchange."""
    found = (_reused("billing-events", ["churn-2025"]), _reused("churn-gbm", ["churn-2025"]))
    shelf = Shelf(replace(built.library, findings=found))
    growth, risk = teams.all_teams(shelf)
    assert (growth.name, risk.name) == ("growth", "risk")
    assert growth.takes == (teams.Exchange("risk", ("billing-events",), ("churn-2025",)),)
    assert risk.gives == (teams.Exchange("growth", ("billing-events",), ("churn-2025",)),)
    assert growth.gives == risk.takes == ()
    assert "1 project of other teams reused its work." in risk.says


def test_a_team_page_says_who_is_in_it_and_what_to_look_at(tmp_path: Path) -> None:
    """Members with roles, quotas, old versions, deprecated pieces in use: as records say."""
    owners = sample.OWNERS.replace(
        "members: [ann, bob]",
        "members: [ann, bob]\n    roles: {maintainer: [ann]}\n    quota: {entries: 2}",
    )
    uses = "uses: [{artifact: churn-gbm@1.4.0}, {artifact: churn-features@1.2.0}]\n"
    files: dict[str, str | bytes] = {
        "catalog/owners.yaml": owners,
        RUNNING: sample.YOUNG + uses,
    }
    shelf = Shelf(sample.library(tmp_path, files))
    parts = page(shelf, "teams/growth/index.html").parts
    assert "ann maintainer bob no role" in plain(parts["people"])
    assert "Quota: 4 of at most 2 entries over its quota" in plain(parts["lead"])
    assert "Churn gbm : in 1 running project" in plain(parts["health"])
    risk = plain(page(shelf, "teams/risk/index.html").parts["health"])
    assert "Offers 2026 : churn-features@1.2.0 is in use, 1.3.0 is there." in risk


def test_what_nobody_owns_is_named(tmp_path: Path) -> None:
    """A record whose owner is no team stands on the page of teams."""
    files: dict[str, str | bytes] = {RUNNING: sample.YOUNG.replace("owner: risk", "owner: nobody")}
    shelf = Shelf(sample.library(tmp_path, files))
    text = plain(page(shelf, "teams/index.html").parts["unowned"])
    assert "1 record names an owner that is no team of owners.yaml" in text
    assert "Offers 2026 : owner nobody" in text


def test_earlier_runs_are_drawn_from_two_on() -> None:
    """Each figure says its last value and its ends; one run alone, or no number, is not drawn."""
    runs = (
        {"at": "2026-11-19T08:00:00Z", "seconds": 10.0, "findings": 5, "problems": None},
        {"at": "2026-11-20T08:00:00Z", "seconds": 30.0, "findings": 7},
    )
    found = operations.courses(runs)
    assert [(one.title, one.says) for one in found] == [
        ("Time of a build", "30 in the last of 2 runs, 10 to 30 in all"),
        ("Findings", "7 in the last of 2 runs, 5 to 7 in all"),
    ]
    assert operations.courses(runs[:1]) == []


def test_operations_lead_with_the_states(built: Built) -> None:
    """The first sentence counts sources by state and faults by severity."""
    lead = plain(page(Shelf(built.library), "operations/index.html").parts["lead"])
    assert lead.startswith(
        "5 sources: 1 failed, 2 stale, 1 missing, 1 fresh. Records have 3 errors"
    )


def test_every_team_is_found_by_its_page(built: Built) -> None:
    """Each team of owners.yaml has a page; an owner that is no team has none."""
    shelf = Shelf(built.library)
    made = {found.path for found in teams.pages(Site(shelf, frozenset()))}
    assert made == {"teams/index.html", "teams/growth/index.html", "teams/risk/index.html"}
    assert shelf.team_page("nobody") == ""


def test_a_step_shows_where_its_interval_would_lead() -> None:
    """A piece of +10 points (0 to 30) after a sum of 50 reaches from 50 to 80 on its axis."""
    detail = {
        "steps": [
            {"name": "start", "kind": "start", "points": 50.0},
            {"name": "2024Q1", "kind": "quarter", "points": 0.0},
            {"name": "growth", "kind": "team", "points": 0.0},
            {"name": "a@1.0.0", "kind": "artifact", "points": 10.0, "lo": 0.0, "hi": 30.0},
        ]
    }
    found = finding("use_impact", "churn-2025", detail, value=60.0, n=30)
    known = finding("impact", "a@1.0.0", None, value=10.0)
    rows = explained.rows_of(found, {"a@1.0.0": known}.get, {"growth": "Growth team"}.__getitem__)
    assert [row.title for row in rows[1:3]] == [
        "When it began, quarter 1 of 2024",
        "Its team, Growth team",
    ]
    # The axis has 6 % of room on both sides of 0 to 100: 224 units for 112 points, 0 at 20.
    assert 'd="M120.0 7v6M120.0 10H180.0M180.0 7v6"' in rows[3].drawing
    assert "mx-reach" not in rows[0].drawing


def test_a_project_leads_to_the_planner_filled_in(built: Built) -> None:
    """The planner's address holds class, complexity, team and pieces as its form names them."""
    lead = str(page(Shelf(built.library), "projects/churn-2025.html").parts["lead"])
    [address] = re.findall(r'href="([^"]*planner[^"]*)"', lead)
    where, _, query = html.unescape(address).partition("?")
    assert where == "../planner/index.html"
    assert parse_qs(query) == {
        "class": ["tabular-classification"],
        "complexity": ["6"],
        "team-size": ["4"],
        "with": ["churn-features@1.3.0", "lost-piece@1.0.0"],
        "reuse": ["none"],
    }


def test_a_project_is_late_only_beyond_its_range(built: Built) -> None:
    """On 21 November a range from February to the end of the year still holds."""
    library = with_findings(built, predicted(100, 50, 365))
    running = plain(page(Shelf(library), "projects/timeline/index.html").parts["running"])
    assert "(90 %: 19 February 2026 to 31 December 2026 )" in running
    assert "longer than that" not in running


def test_only_what_can_be_reused_is_called_unused(built: Built) -> None:
    """A piece that nothing names is to be looked at; a model is put to work, not reused."""
    found = (_reused("churn-features", []), _reused("churn-model", []))
    shelf = Shelf(replace(built.library, findings=found))
    text = plain(page(shelf, "teams/growth/index.html").parts["health"])
    assert "Churn features : No project or entry lists it." in text
    assert "Churn model :" not in text


def test_a_team_page_names_the_version_that_speaks_for_a_piece(built: Built) -> None:
    """What it owns stands by the same effect as in the Library, with the version it is of."""
    found = (
        impact("churn-features@1.3.0", None, None, label="not enough evidence"),
        impact("churn-features@1.2.0", 3.0, (1.25, 5.0), label="helps"),
    )
    shelf = Shelf(replace(built.library, findings=found))
    text = plain(page(shelf, "teams/growth/index.html").parts["owns"])
    assert "version 1.2.0: +3.0 (90 %: +1.3 to +5.0), helps" in text
    (row,) = (one for one in rows(shelf) if one.entry.name == "churn-features")
    assert plain(row.says) in text
    current = Shelf(replace(built.library, findings=(impact("churn-features@1.3.0", 2.0, (1, 3)),)))
    text = plain(page(current, "teams/growth/index.html").parts["owns"])
    assert "+2.0 (90" in text and "version 1" not in text
