"""Figures of a history, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from maestro.mining.activity import WEEK, Period, week_name, week_start
from maestro.mining.base import Facts, Row
from maestro.mining.collect import Harvest, Scope
from maestro.mining.fetch import Fetched
from maestro.mining.process import Rules, iso, process_findings
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding
from maestro.schema.settings import People

from .making import DAY, MONDAY

HEAD = "f" * 40
URL = "https://git.example.org/x"


def commit(number: int, at: int | None, email: str = "ada@x", **more: object) -> Row:
    """One row of a commit."""
    parents = ["p"] * int(str(more.get("parents", 1)))
    name = str(more.get("name", "N"))
    return (
        *(f"{number:040x}", parents, at, at, name, email, "GitHub", "noreply@github.com", "s"),
        more.get("coauthors", []),
    )


# The window is the four weeks before Monday 2025-09-15; now is the Wednesday after it.
COMMITS = [
    commit(1, MONDAY - 5 * WEEK, "old@x"),
    commit(2, MONDAY - 4 * WEEK),
    commit(3, MONDAY - 4 * WEEK + 5, "ADA@x "),
    commit(4, MONDAY - 2 * WEEK - 1, "12+bo@users.noreply.github.com", coauthors=["C <cy@x>"]),
    commit(5, MONDAY - 1, "bo@users.noreply.github.com", coauthors=["R <r[bot]@x>", "nobody"]),
    commit(6, MONDAY, "late@x"),
    commit(7, MONDAY - WEEK, "m@x", parents=2),
    commit(8, MONDAY - WEEK, "b@x", name="renovate[bot]"),
    commit(9, MONDAY + 9 * DAY, "future@x"),
    commit(10, None, "undated@x"),
]
CHANGES: list[Row] = [
    (f"{2:040x}", "src/a.py", None, 10, 1),
    (f"{2:040x}", "uv.lock", None, 5000, 4000),
    (f"{2:040x}", "pic.png", None, None, None),
    (f"{3:040x}", "docs/b.md", "b.md", 3, 0),
    (f"{4:040x}", "src/a.py", None, 0, 4),
    (f"{6:040x}", "src/a.py", None, 100, 0),
    (f"{8:040x}", "src/a.py", None, 700, 700),
]
RULES = Rules(as_of=MONDAY + 2 * DAY, window_weeks=4)


def harvest(commits: list[Row], changes: list[Row] = CHANGES, **scope: object) -> Harvest:
    """What mining gave for one project."""
    facts = Facts(HEAD, {"commit": commits, "file_change": changes})
    return Harvest(Scope("churn", path=".", **scope), "mined", facts, "", MONDAY)  # type: ignore[arg-type]


def figures(one: Harvest, rules: Rules = RULES) -> dict[str, Finding]:
    """Metric findings by name."""
    metrics = [found for found in process_findings([one], rules) if found.kind == "metric"]
    return {found.detail.name: found for found in metrics}  # type: ignore[union-attr]


def test_weeks_are_iso_weeks() -> None:
    """Week starts and names agree with the calendar of the standard library, also at new year."""
    for day in range(0, 4000, 3):
        time = day * 9 * DAY + 12345
        moment = datetime.fromtimestamp(time, UTC)
        start = datetime.fromtimestamp(week_start(time), UTC)
        assert start.isocalendar()[:2] == moment.isocalendar()[:2]
        assert (start.isoweekday(), start.hour, start.minute, start.second) == (1, 0, 0, 0)
    assert week_name(week_start(1_609_459_200)) == "2020-W53"


def test_figures_of_a_small_history() -> None:
    """Each figure is what counting by hand gives: bots, merges and the half week left out."""
    found = figures(harvest(COMMITS))
    assert {name: one.value for name, one in found.items() if one.value is not None} == {
        "commits_per_week": 4 / 4,
        "commits_per_week_median": 1.0,
        "active_weeks": 3.0,
        "unique_contributors": 2.0,
        "unique_contributors_with_coauthors": 3.0,
        "churn_lines": 10 + 1 + 3 + 4,
        "net_lines": 10 - 1 + 3 - 4,
        "collaboration_score": pytest.approx(1 - (11 + 3) / 18),
        "shared_files": 1 / 2,
        "coauthored_share": 1 / 4,
        "bus_factor_commits": 1.0,
        "bus_factor_churn": 1.0,
        "area_ownership": 11 / 15,
        "all_contributors": 5.0,
        "first_commit": 37.0,
        "last_commit": 2.0,
    }
    assert found["commits_per_week"].n == found["churn_lines"].n == 4
    assert found["all_contributors"].n == 7
    assert (found["first_commit"].label, found["last_commit"].label) == ("2025-08-11", "2025-09-15")


def test_series_show_every_week_and_the_half_one() -> None:
    """The series has zeros for quiet weeks and ends with the half week, which is said."""
    found = figures(harvest(COMMITS))
    assert found["commits_per_week"].detail.series == [  # type: ignore[union-attr]
        ("2025-W34", 2.0), ("2025-W35", 1.0), ("2025-W36", 0.0), ("2025-W37", 1.0),
        ("2025-W38", 1.0),
    ]  # fmt: skip
    assert found["churn_lines"].detail.series[0] == ("2025-W34", 14.0)  # type: ignore[union-attr]
    assert any("last week of the series" in note for note in found["churn_lines"].quality)
    sharp = figures(harvest(COMMITS), replace(RULES, as_of=MONDAY))
    assert len(sharp["commits_per_week"].detail.series) == 4  # type: ignore[union-attr]


def test_every_figure_carries_its_evidence() -> None:
    """Window, moment, method, and the commit it was counted at stand beside each figure."""
    found = figures(harvest(COMMITS))
    one = found["commits_per_week"]
    assert one.window and (one.window.start, one.window.end) == ("2025-08-18", "2025-09-15")
    assert one.as_of == "2025-09-17T00:00:00Z"
    assert found["all_contributors"].window is None
    for one in found.values():
        assert [(part.kind, part.ref, part.note) for part in one.evidence] == [
            ("commit", HEAD, ".")
        ]
        assert any("1 commit without a usable date" in note for note in one.quality)
    for name in ("commits_per_week", "churn_lines", "bus_factor_churn", "all_contributors"):
        notes = " ".join(found[name].quality)
        assert "1 commit by automata" in notes and "1 commit dated after" in notes


def test_scopes_count_only_their_files() -> None:
    """Patterns cut files, and with them commits, people and lines; the folder does the same."""
    found = figures(harvest(COMMITS, include=("src/**",)))
    assert found["commits_per_week"].value == 2 / 4
    assert found["churn_lines"].value == 10 + 1 + 4
    assert found["unique_contributors"].value == 2
    docs = figures(harvest(COMMITS, exclude=("src/**", "uv.lock", "*.png")))
    assert docs["churn_lines"].value == 3
    folder = figures(replace(harvest(COMMITS), prefix="docs"))
    assert (folder["churn_lines"].value, folder["unique_contributors"].value) == (3, 1)


def test_no_data_is_no_value() -> None:
    """Without commits, without dates, or begun this week: no value and the reason, never 0."""
    for commits, reason in (
        ([], "no commit by a person"),
        ([commit(8, MONDAY, name="x[bot]")], "no commit by a person"),
        ([commit(10, None)], "no commit has a usable date"),
        ([commit(6, MONDAY)], "the history starts after the last full week"),
    ):
        found = figures(harvest(commits, []))
        one = found["commits_per_week"]
        assert (one.value, one.label) == (None, NOT_ENOUGH)
        assert one.quality[0].startswith(reason)


def test_a_quiet_project_is_zero() -> None:
    """A history with nothing in the window was measured: 0, not missing."""
    found = figures(harvest([commit(1, MONDAY - 40 * WEEK)], []))
    assert found["commits_per_week"].value == found["churn_lines"].value == 0
    assert found["last_commit"].value == 282


def test_order_of_rows_changes_nothing() -> None:
    """Findings are the same for rows in any order, so for any sequence of increments."""
    forward = process_findings([harvest(COMMITS)], RULES)
    backward = process_findings([harvest(COMMITS[::-1], CHANGES[::-1])], RULES)
    assert [one.to_json() for one in forward] == [one.to_json() for one in backward]


def test_aliases_and_bots_of_settings_count() -> None:
    """Addresses listed for one person are one person; listed automata are left out."""
    people = People.model_validate(
        {
            "aliases": {"ada": {"emails": ["ada@x", "bo@users.noreply.github.com"]}},
            "bots": ["old@x"],
        }
    )
    found = figures(harvest(COMMITS), replace(RULES, people=people))
    assert found["unique_contributors"].value == 1
    assert found["all_contributors"].value == 3


def failed(state: str, **more: object) -> Harvest:
    """A project whose repository could not be read."""
    words = {"code": "G005", "reason": "it is damaged", "hint": "run git fsck"}
    return Harvest(Scope("churn", url=URL), state, **{**words, **more})  # type: ignore[arg-type]


def test_a_failed_source_has_a_state_and_figures_without_values() -> None:
    """What could not be read is failed with reason and hint, and every figure says why."""
    found = process_findings([failed("failed")], RULES)
    state = found[-1]
    assert (state.kind, state.label) == ("source_health", "failed")
    assert (state.detail.reason, state.detail.hint) == ("it is damaged", "run git fsck")  # type: ignore[union-attr]
    assert len(found) == len(figures(harvest(COMMITS))) + 1
    assert all(one.value is None and one.quality == ["it is damaged"] for one in found)
    assert process_findings([failed("missing")], RULES)[-1].label == "missing"


@pytest.mark.parametrize(
    ("age", "code", "state", "reason"),
    [
        (7 * DAY, "", "fresh", ""),
        (7 * DAY + 1, "", "stale", "not fetched for more than 7 days"),
        (0, "G013", "stale", "the last fetch failed: gone"),
        (9 * DAY, "G013", "stale", "the last fetch failed: gone"),
    ],
)
def test_health_of_fetched_sources(age: int, code: str, state: str, reason: str) -> None:
    """A clone is fresh until its age; a failed fetch is told even while the data are fresh."""
    last = Fetched(URL, HEAD, RULES.as_of - age, code, "gone" if code else "", "wait")
    one = replace(harvest(COMMITS), scope=Scope("churn", url=URL), fetched=last)
    health = process_findings([one], RULES)[-1]
    assert (health.label, health.detail.reason) == (state, reason)  # type: ignore[union-attr]
    assert health.detail.last_good == iso(RULES.as_of - age)  # type: ignore[union-attr]
    assert health.detail.commit == HEAD  # type: ignore[union-attr]
    assert health.detail.counts == {"commits": 10, "file_changes": 7, "merges": 1}  # type: ignore[union-attr]


def test_a_path_is_fresh_as_of_its_last_commit() -> None:
    """A repository read in place is fresh; its last good date is its commit's."""
    health = process_findings([harvest(COMMITS)], RULES)[-1]
    assert (health.label, health.detail.last_good) == ("fresh", iso(MONDAY))  # type: ignore[union-attr]


def test_periods_end_with_the_last_full_week() -> None:
    """Monday morning itself closes the week before; a second earlier that week is not over."""
    assert Period(MONDAY, 2).all_weeks() == [MONDAY - 2 * WEEK, MONDAY - WEEK]
    assert Period(MONDAY - 1, 1).all_weeks() == [MONDAY - 2 * WEEK, MONDAY - WEEK]


def test_a_finished_project_is_looked_at_until_its_end() -> None:
    """The window of a project that ended lies before its end, not before today."""
    running = figures(harvest(COMMITS))["commits_per_week"]
    ended = figures(harvest(COMMITS, until=MONDAY - 2 * WEEK))["commits_per_week"]
    assert running.window and running.window.end == iso(MONDAY)[:10]
    assert ended.window and ended.window.end == iso(MONDAY - 2 * WEEK)[:10]
    # The history begins on the Monday five weeks ago, so three full weeks are left of four: with
    # that commit, two four weeks ago, and one a second before the window's end.
    assert ended.value == 4 / 3
    day_before = iso(MONDAY - 2 * WEEK - 1)[:10]
    assert f"up to the end of the project, {day_before}" in ended.quality
    assert ended.as_of == iso(MONDAY - 2 * WEEK)


def test_weeks_before_the_work_are_no_weeks_of_nothing() -> None:
    """Averages, series and their window begin with the project or its first commit, if later."""
    started = MONDAY - 2 * WEEK - 3 * DAY
    found = figures(harvest(COMMITS, since=started))
    # A project of a Friday has two full weeks up to now; only commit 5 lies in them.
    week = found["commits_per_week"]
    assert (week.value, week.n, found["active_weeks"].value) == (1 / 2, 1, 1)
    assert week.window and week.window.start == iso(MONDAY - 2 * WEEK)[:10]
    assert [name for name, _ in week.detail.series] == ["2025-W36", "2025-W37", "2025-W38"]  # type: ignore[union-attr]
    day = iso(started)[:10]
    assert f"from the first full week after the project's first day, {day}" in week.quality
    assert found["churn_lines"].value == 18
    late = figures(harvest([commit(1, MONDAY - 3 * WEEK + 1), commit(2, MONDAY - 1)], since=1))
    assert (late["commits_per_week"].value, late["commits_per_week"].n) == (1 / 2, 1)
    assert any("after the first commit" in note for note in late["commits_per_week"].quality)
    new = figures(harvest(COMMITS, since=MONDAY - DAY))["commits_per_week"]
    assert new.value is None
    assert any(note.startswith("no full week after") for note in new.quality)


def test_an_end_in_the_future_changes_nothing() -> None:
    """A planned last day does not make figures look ahead."""
    plain = process_findings([harvest(COMMITS)], RULES)
    planned = process_findings([harvest(COMMITS, until=MONDAY + 90 * DAY)], RULES)
    assert plain == planned


def test_projects_of_one_repository_may_end_on_different_days() -> None:
    """Two projects in one repository have windows of their own."""
    facts = harvest(COMMITS).facts
    scopes = [Scope("one", path=".", until=MONDAY - 2 * WEEK), Scope("two", path=".")]
    both = [Harvest(scope, "mined", facts, "", MONDAY) for scope in scopes]
    found = {
        one.subject: one.value
        for one in process_findings(both, RULES)
        if getattr(one.detail, "name", "") == "commits_per_week"
    }
    assert found == {"one": 4 / 3, "two": figures(harvest(COMMITS))["commits_per_week"].value}
