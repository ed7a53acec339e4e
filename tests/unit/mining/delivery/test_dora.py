"""DORA figures, worked out by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from maestro.mining.activity import Period
from maestro.mining.base import Tables
from maestro.mining.delivery import DeliveryRules
from maestro.mining.delivery.bands import (
    failure_band,
    frequency_band,
    lead_time_band,
    recovery_band,
)
from maestro.mining.delivery.history import CommitFacts
from maestro.mining.delivery.incidents import is_mending

from .making import DAY, FOUR_WEEKS, HOUR, MONDAY, WEEK, commit, figures, incident, pull, run

BANDS = ("elite", "high", "medium", "low")


def test_frequency_counts_days_not_deployments() -> None:
    """Days with a deployment were 2, 1, 0 and 1: the lower median is 1."""
    ends = [9 * HOUR, 10 * HOUR, DAY, WEEK, 3 * WEEK]
    rows = [run(str(at), MONDAY + end) for at, end in enumerate(ends)]
    found = figures({"run": [*rows, run("old", MONDAY - WEEK)]})
    frequency, each = found["deployment_frequency"], found["deployments"]
    assert (frequency.value, frequency.n, frequency.unit) == (1, 4, "days/week")
    assert [value for _, value in frequency.series] == [2, 1, 0, 1]
    assert (frequency.band, frequency.standard) == ("high", "DORA 2023")
    assert (each.value, each.n) == (5 / 4, 5)


def test_failed_deployments_are_told_and_not_counted() -> None:
    """A deployment that failed never reached production."""
    rows = [run("1", MONDAY + DAY), run("2", MONDAY + 2 * DAY, result="failure")]
    each = figures({"run": [*rows, run("3", MONDAY + 3 * WEEK, name="CI")]})["deployments"]
    assert each.value == 1 / 4
    assert each.notes == ("1 production deployment failed and is not counted",)


def _history() -> Tables:
    """A deployment of b, then one of e; the pull request's merge e brought c and d."""
    return {
        "commit": [
            commit("a"),
            commit("b", "a", at=MONDAY + HOUR),
            commit("c", "b", at=MONDAY + 2 * HOUR),
            commit("d", "c", at=MONDAY + 3 * HOUR),
            commit("e", "b", "d", at=MONDAY + 10 * HOUR),
        ],
        "run": [run("1", MONDAY + 1.5 * HOUR, head="b"), run("2", MONDAY + 12 * HOUR, head="e")],
        "pull_request": [
            pull(
                "7",
                MONDAY + 4 * HOUR,
                MONDAY + 10 * HOUR,
                merge_commit="e",
                first_review=MONDAY + 5 * HOUR,
            ),
            pull("8", MONDAY, MONDAY + HOUR, merge_commit="b"),
        ],
    }


def test_lead_time_has_its_parts() -> None:
    """Written at 2, proposed at 4, looked at at 5, merged at 10, deployed at 12 o'clock."""
    found = figures(_history())
    lead = found["change_lead_time"]
    assert (lead.value, lead.n, lead.band) == (10, 1, "elite")
    parts = {
        name: found[f"change_lead_time_{name}"].value
        for name in ("coding", "pickup", "review", "deploy")
    }
    assert parts == {"coding": 2, "pickup": 1, "review": 5, "deploy": 2}


def test_the_first_deployment_explains_nothing() -> None:
    """Nobody knows what ran before it, so its changes have no lead time."""
    tables = _history()
    tables["run"] = tables["run"][1:]
    lead = figures(tables)["change_lead_time"]
    assert lead.value is None
    assert lead.notes == (
        "only one production deployment is known: what it brought shows from the second on",
    )


def test_a_squashed_branch_has_no_coding_time() -> None:
    """Its own commits are gone; what is known is counted all the same."""
    tables = _history()
    tables["commit"] = [*tables["commit"][:2], commit("e", "b", at=MONDAY + 10 * HOUR)]
    found = figures(tables)
    assert found["change_lead_time"].value == 8
    assert found["change_lead_time_coding"].value is None
    assert "squash" in found["change_lead_time_coding"].notes[0]


def test_without_pull_requests_commits_are_a_flagged_proxy() -> None:
    """Landing to deployment of the branch's own commits; no band, as it is another quantity."""
    tables = _history()
    del tables["pull_request"]
    lead = figures(tables)["change_lead_time"]
    assert (lead.value, lead.n, lead.band) == (2, 1, "")
    assert lead.notes[0].startswith("proxy:")


def test_a_failure_belongs_to_the_deployment_before_it() -> None:
    """Two incidents after the second of four deployments make one failure of four."""
    rows = [run(str(at), MONDAY + at * DAY) for at in range(4)]
    incidents = [
        incident("1", MONDAY + 1.5 * DAY, MONDAY + 1.5 * DAY + HOUR),
        incident("2", MONDAY + 1.6 * DAY, None),
        incident("3", MONDAY + 1.7 * DAY, MONDAY + 9 * DAY, labels=["question"]),
    ]
    found = figures({"run": rows, "incident": incidents})
    rate, recovery = found["change_failure_rate"], found["recovery_time"]
    assert (rate.value, rate.n, rate.band) == (0.25, 4, "low")
    assert rate.interval is not None
    assert rate.interval[0] < 0.25 < rate.interval[1]
    assert (recovery.value, recovery.n, recovery.band) == (13, 1, "high")
    older = figures({"run": rows, "incident": incidents}, DeliveryRules(report=2021))
    assert (older["recovery_time"].value, older["recovery_time"].standard) == (1, "DORA 2021")
    assert older["change_failure_rate"].band == "medium"


def test_an_incident_at_the_very_end_of_a_deployment_is_not_its() -> None:
    """It has to begin strictly after the deployment ended."""
    rows = [run("1", MONDAY), run("2", MONDAY + DAY)]
    tables = {"run": rows, "incident": [incident("1", MONDAY + DAY, MONDAY + 2 * DAY)]}
    assert figures(tables)["recovery_time"].value == 48


def test_no_incident_is_zero_only_when_one_was_ever_seen() -> None:
    """Not knowing of incidents is no failure rate of 0, nor is a label that nobody uses."""
    rows = [run("1", MONDAY)]
    unknown = figures({"run": rows})["change_failure_rate"]
    assert unknown.value is None
    assert "does not mean that nothing failed" in unknown.notes[0]
    read = figures({"run": rows}, DeliveryRules(issues_read=True))["change_failure_rate"]
    never = (
        "no issue with the label incident was ever seen: label them, or name the label in"
        " ci.incident_label"
    )
    assert (read.value, read.band, read.notes) == (None, "", (never,))
    others = {"run": rows, "incident": [incident("1", MONDAY + 1, None, labels=["bug"])]}
    assert figures(others)["change_failure_rate"].notes == (never,)
    assert figures(others)["recovery_time"].notes == (never,)
    long_ago = incident("2", MONDAY - 50 * WEEK, None)
    zero = figures({"run": rows, "incident": [long_ago]})["change_failure_rate"]
    assert (zero.value, zero.n, zero.band, zero.notes) == (0, 1, "elite", ())
    assert zero.interval is not None
    # Wilson for none of one at 90 %: z * z / (1 + z * z) with z = 1.645.
    assert zero.interval[1] == pytest.approx(2.7055 / 3.7055, abs=1e-4)


def test_entries_of_a_file_need_no_label() -> None:
    """Who keeps a list of incidents means all of them."""
    one = incident("1", MONDAY + HOUR, None, provider="", labels=[])
    found = figures({"run": [run("1", MONDAY)], "incident": [one]})
    assert found["change_failure_rate"].value == 1


def test_reverts_soon_after_a_deployment_are_a_flagged_proxy() -> None:
    """The revert came two hours after; the one of the next week and the merge are none."""
    tables: Tables = {
        "commit": [
            commit("a"),
            commit("b", "a", at=MONDAY + 2 * HOUR, subject='Revert "speed up"'),
            commit("c", "b", at=MONDAY + 5 * DAY, subject="hotfix: late"),
            commit("d", "c", "b", at=MONDAY + HOUR, subject="Revert nothing"),
        ],
        "run": [run("1", MONDAY, head="a"), run("2", MONDAY + 3 * HOUR, head="b")],
    }
    found = figures(tables)
    rate, recovery = found["change_failure_rate"], found["recovery_time"]
    assert (rate.value, rate.n, rate.band) == (0.5, 2, "")
    assert rate.notes[0].startswith("proxy:")
    assert (recovery.value, recovery.band) == (3, "")
    unused = figures(tables, DeliveryRules(issues_read=True))["change_failure_rate"]
    assert (unused.value, unused.notes) == (rate.value, rate.notes)
    tables["run"] = tables["run"][:1]
    waiting = figures(tables)["recovery_time"]
    assert waiting.value is None
    assert waiting.notes == ("proxy: no deployment that holds the revert or hotfix is known",)


def test_a_hotfix_of_a_topic_lands_with_its_merge() -> None:
    """Written an hour after a deployment and merged three days after: no failure of it."""
    mended = commit("b", "a", at=MONDAY + HOUR, subject="hotfix: login")
    for landing, failures in ((MONDAY + 3 * DAY, None), (MONDAY + DAY, 1)):
        tables: Tables = {
            "commit": [commit("a"), mended, commit("m", "a", "b", at=landing)],
            "run": [run("1", MONDAY, head="a")],
        }
        assert figures(tables)["change_failure_rate"].value == failures


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ('Revert "speed up"', True),
        ("revert: speed up", True),
        ("Hotfix for the login", True),
        ("fix(web): hot-fix the login", True),
        ("[SHOP-12] hotfix", True),
        ("Hot fixes", True),
        ("Add hot fixtures", False),
        ("hot fixtures", False),
        ("Document the hotfix process", False),
        ("docs: hotfix process", False),
        ('Revert "Revert "speed up""', False),
        ("revert-button: make it red", False),
        ("Reverted pendulum", False),
    ],
)
def test_which_messages_mend(subject: str, expected: bool) -> None:
    """A word at the beginning, as a whole; what is brought back mends nothing."""
    assert is_mending(CommitFacts("a", (), 0, 0, subject)) == expected


def test_a_fast_forward_is_merged_as_its_head() -> None:
    """It leaves no commit of a merge: the branch's last one is looked for in the history."""
    tables: Tables = {
        "commit": [commit("a"), commit("b", "a"), commit("c", "b")],
        "run": [run("1", MONDAY, head="a"), run("2", MONDAY + 3 * HOUR, head="c")],
        "pull_request": [
            pull("1", MONDAY, MONDAY + HOUR, head="c"),
            pull("2", MONDAY, MONDAY + HOUR, head="elsewhere"),
            pull("3", MONDAY, None, head="b", state="closed"),
        ],
    }
    lead = figures(tables)["change_lead_time"]
    assert (lead.value, lead.n) == (3, 1)
    left_out = "1 merged pull request is left out: in no known deployment"
    assert lead.notes == (left_out,)


def test_reviews_that_were_not_asked_for_are_told() -> None:
    """The reason says that no pull request has one, and what can be done."""
    tables = _history()
    tables["pull_request"] = [pull("7", MONDAY, MONDAY + 10 * HOUR, merge_commit="e")]
    found = figures(tables)
    for name in ("pickup", "review"):
        figure = found[f"change_lead_time_{name}"]
        assert figure.value is None
        assert "maestro fetch does not ask for reviews" in figure.notes[0]


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, "no CI runs are known"),
        ({"run": [run("1", MONDAY, name="CI")]}, "ci.deployment_pattern"),
        ({"run": [run("1", MONDAY, name="deploy")]}, "ci.production_pattern"),
        ({"run": [run("1", MONDAY, result="failure")]}, "has succeeded yet"),
        ({"run": [run("1", MONDAY - WEEK)]}, "before the window"),
    ],
)
def test_what_is_missing_is_said_with_the_next_step(tables: Tables, words: str) -> None:
    """No figure is 0 for want of data; its note says what to do."""
    found = figures(tables)
    dora = [one for one in found.values() if one.source == "dora"]
    assert len(dora) == 9
    for figure in dora:
        assert figure.value is None
        assert words in figure.notes[0]


@pytest.mark.parametrize("profile", ["maestro", "devlake"])
@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_matter(profile: str, seed: int) -> None:
    """The same facts in another order give the same figures, and a rate is a share."""
    dice = random.Random(seed)
    tables = _history()
    tables["run"] += [
        run(f"r{at}", MONDAY + dice.randint(0, 4 * WEEK), head=dice.choice("abcde"))
        for at in range(12)
    ]
    tables["incident"] = [
        incident(str(at), MONDAY + dice.randint(0, 4 * WEEK), MONDAY + 5 * WEEK) for at in range(6)
    ]
    rules = replace(DeliveryRules(), profile=profile)
    one = figures(tables, rules)
    mixed = {kind: dice.sample(rows, len(rows)) for kind, rows in tables.items()}
    assert figures(mixed, rules) == one
    rate = one["change_failure_rate"].value
    assert rate is not None
    assert 0 <= rate <= 1


def test_a_window_without_a_full_week_has_no_frequency() -> None:
    """A week that is not over is not averaged."""
    short = replace(FOUR_WEEKS, weeks=0)
    assert figures({"run": [run("1", short.start)]}, period=short)["deployments"].value is None


@pytest.mark.parametrize(
    ("weekly", "monthly", "report", "band"),
    [
        (5, None, 2023, "elite"),
        (4, None, 2023, "high"),
        (0, 1, 2023, "medium"),
        (0, 0, 2023, "low"),
        (0, None, 2023, ""),
        (4, 12, 2021, "high"),
        (0, 0, 2021, ""),
    ],
)
def test_bands_of_frequency(weekly: float, monthly: float | None, report: int, band: str) -> None:
    """The limits of each year; what a window cannot tell has no band."""
    assert frequency_band(weekly, monthly, report) == band


@pytest.mark.parametrize(
    ("hours", "newer", "older"),
    [
        (0.9, "elite", "elite"),
        (1, "elite", "high"),
        (24, "high", "high"),
        (168, "medium", "medium"),
        (720, "low", "medium"),
        (4320, "low", "low"),
    ],
)
def test_bands_of_lead_time(hours: float, newer: str, older: str) -> None:
    """A limit itself belongs to the band below it."""
    assert (lead_time_band(hours, 2023), lead_time_band(hours, 2021)) == (newer, older)


def test_bands_of_failures_and_recovery() -> None:
    """Shares up to and with the limit, hours below it."""
    assert [failure_band(share, 2023) for share in (0.05, 0.1, 0.15, 0.16)] == [*BANDS]
    assert [failure_band(share, 2021) for share in (0.15, 0.2, 0.3, 0.31)] == [*BANDS]
    assert [recovery_band(hours) for hours in (0.5, 1, 24, 168)] == [*BANDS]


def test_months_are_full_calendar_months() -> None:
    """October and November had 3 days and 1, September is not whole: the lower median is 1."""
    window = Period(MONDAY + 11 * WEEK, 11)
    days = [1, 17, 18, 30, 50]
    found = figures({"run": [run(str(d), MONDAY + d * DAY) for d in days]}, period=window)
    assert (found["deployment_frequency"].value, found["deployment_frequency"].band) == (
        0,
        "medium",
    )


def test_weeks_before_the_known_runs_do_not_count() -> None:
    """Nothing is known of weeks before the one of the first record."""
    rows = [run("1", MONDAY + WEEK + DAY), run("2", MONDAY + 3 * WEEK)]
    found = figures({"run": rows})["deployment_frequency"]
    assert (found.n, found.value) == (3, 1)
    assert [week for week, _ in found.series] == ["2025-W39", "2025-W40", "2025-W41"]
    assert found.notes == ("runs are known since 2025-09-22: the weeks before do not count",)
    theirs = figures({"run": rows}, DeliveryRules(profile="devlake"))["deployment_frequency"]
    assert (theirs.n, theirs.value) == (4, 0)
    assert theirs.notes == (
        "runs are known since 2025-09-22: the weeks before count as without deployments",
    )


def test_weeks_after_the_known_runs_do_not_count() -> None:
    """Nothing is known of them either, unless the records are whole for longer."""
    rows = [run("1", MONDAY + DAY), run("2", MONDAY + WEEK)]
    found = figures({"run": rows})
    assert (found["deployments"].value, found["deployment_frequency"].n) == (1, 2)
    assert [value for _, value in found["deployments"].series] == [1, 1]
    assert found["deployments"].notes == (
        "runs are known up to 2025-09-22: the weeks after do not count",
    )
    whole = DeliveryRules(known_until=MONDAY + 4 * WEEK)
    for rules in (whole, DeliveryRules(profile="devlake")):
        every = figures({"run": rows}, rules)["deployments"]
        assert every.value == 1 / 2
        assert every.notes == (
            "runs are known up to 2025-09-22: the weeks after count as without deployments",
        )
    part = DeliveryRules(known_until=MONDAY + 3 * WEEK + DAY)
    assert figures({"run": rows}, part)["deployments"].value == 2 / 3
