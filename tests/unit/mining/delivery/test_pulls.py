"""Figures of pull requests, worked out by hand."""

from __future__ import annotations

from maestro.mining.activity import Period
from maestro.mining.delivery import DeliveryRules

from .making import DAY, HOUR, MONDAY, WEEK, figures, pull


def test_merge_times_by_either_date() -> None:
    """Merged in the window: 2, 4 and 30 hours; opened in it: 2 and 4, and one not merged."""
    rows = [
        pull("1", MONDAY, MONDAY + 2 * HOUR),
        pull("2", MONDAY + DAY, MONDAY + DAY + 4 * HOUR),
        pull("3", MONDAY - 29 * HOUR, MONDAY + HOUR),
        pull("4", MONDAY + DAY, None),
        pull("5", MONDAY - 9 * DAY, MONDAY - 8 * DAY),
    ]
    found = figures({"pull_request": rows})
    assert found["pr_merge_time"].value == 4
    assert found["pr_merge_time_mean"].value == 12
    assert found["pr_merge_time_p90"].value == 4 + 0.8 * 26
    assert found["pr_merge_time_by_created"].value == 3
    assert found["pr_merge_time_by_created"].n == 2
    assert "1 opened in the window is not merged" in found["pr_merge_time_by_created"].notes[0]
    assert found["pr_open"].value == 1
    devlake = figures({"pull_request": rows}, DeliveryRules(profile="devlake"))
    assert devlake["pr_merge_time"].value == 2


def test_velocity_counts_merges_of_full_weeks() -> None:
    """Four, two, one and no merges in four weeks: 7/4 a week, falling."""
    merges = [*[MONDAY] * 4, *[MONDAY + WEEK] * 2, MONDAY + 2 * WEEK]
    rows = [pull(str(at), time - HOUR, time) for at, time in enumerate(merges)]
    found = figures({"pull_request": rows})
    assert found["velocity"].value == 7 / 4
    assert [value for _, value in found["velocity"].series] == [4, 2, 1, 0]
    # Slopes of all pairs: -2, -3/2, -4/3, -1, -1, -1.
    assert found["velocity_trend"].value == -(4 / 3 + 1) / 2


def test_weeks_before_the_project_are_no_weeks_without_merges() -> None:
    """A project of the third week's Monday has two weeks: one and no merges, 1/2 a week."""
    merges = [*[MONDAY] * 4, MONDAY + 2 * WEEK]
    rows = [pull(str(at), time - HOUR, time) for at, time in enumerate(merges)]
    rules = DeliveryRules(since=MONDAY + 2 * WEEK)
    found = figures({"pull_request": rows}, rules, Period(MONDAY + 4 * WEEK, 4))
    assert found["velocity"].value == 1 / 2
    assert found["velocity"].period == Period(MONDAY + 4 * WEEK, 2)
    assert found["velocity_trend"].value is None


def test_pull_requests_by_automata_are_told_apart() -> None:
    """They are left out with a note; Apache DevLake counts them."""
    rows = [
        pull("1", MONDAY, MONDAY + HOUR),
        pull("2", MONDAY, MONDAY + HOUR, author="renovate[bot]"),
        pull("3", MONDAY, MONDAY + HOUR, author="Builder"),
    ]
    rules = DeliveryRules(bots=frozenset({"builder"}))
    velocity = figures({"pull_request": rows}, rules)["velocity"]
    assert (velocity.n, velocity.notes) == (1, ("2 pull requests by automata are left out",))
    theirs = DeliveryRules(profile="devlake", bots=frozenset({"builder"}))
    assert figures({"pull_request": rows}, theirs)["velocity"].n == 3


def test_one_is_told_as_one() -> None:
    """The note agrees in number."""
    rows = [pull("1", MONDAY, MONDAY + HOUR), pull("2", MONDAY, None, author="renovate[bot]")]
    notes = figures({"pull_request": rows})["velocity"].notes
    assert notes == ("1 pull request by automata is left out",)


def test_reviewed_share_needs_reviews() -> None:
    """No review in any record says that reviews were not read, not that nobody looked."""
    bare = [pull("1", MONDAY, MONDAY + HOUR), pull("2", MONDAY, MONDAY + HOUR)]
    assert figures({"pull_request": bare})["pr_reviewed_share"].value is None
    seen = pull("3", MONDAY, MONDAY + HOUR, first_review=MONDAY + 60)
    assert figures({"pull_request": [*bare, seen]})["pr_reviewed_share"].value == 1 / 3


def test_without_pull_requests_nothing_is_made_up() -> None:
    """Every figure says why; velocity is left to the one that counts commits."""
    found = figures({})
    assert "velocity" not in found
    for name in ("pr_merge_time", "pr_reviewed_share", "pr_open"):
        assert found[name].value is None
        assert "maestro fetch" in found[name].notes[0]
