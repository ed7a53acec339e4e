"""Named windows, and several windows of one repository from one arrangement."""

from __future__ import annotations

from pathlib import Path

from maestro.mining.activity import WEEK, Period
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.lines import read_lines
from maestro.mining.process import Rules, process_findings
from maestro.repository import Repository

from .making import DAY, MONDAY, Git


def tangled(folder: Path) -> Git:
    """Texts, a picture that becomes text and back, a rename, a deletion, a merged branch."""
    git = Git(folder)
    git.commit({"a": "1\n" * 9, "b.bin": b"\0", "odd\tname": "1\n"}, MONDAY - 20 * WEEK)
    git.commit({"a": "1\n" * 7, "b.bin": "now\ntext\n"}, MONDAY - 16 * WEEK)
    git("checkout", "-q", "-b", "side")
    git.commit({"s": "1\n" * 4}, MONDAY - 15 * WEEK, email="bo@x")
    git("checkout", "-q", "main")
    git.commit({"b.bin": b"\0\1"}, MONDAY - 12 * WEEK)
    git("merge", "-q", "--no-ff", "-m", "m", "side", at=MONDAY - 11 * WEEK)
    git("mv", "a", "c")
    git("rm", "-q", "s")
    git.commit({"c": "1\n" * 8, "empty": ""}, MONDAY - 6 * WEEK)
    git.commit({"c": "no end"}, MONDAY - 2 * WEEK)
    return git


def test_full_weeks_lie_inside_the_days() -> None:
    """Tuesday to Tuesday three weeks on: two full weeks; Monday to Monday: all of them."""
    now = MONDAY + 3 * DAY
    odd = Period.between(MONDAY - 3 * WEEK + DAY, MONDAY + DAY, now)
    assert (odd.weeks, odd.start, odd.end) == (2, MONDAY - 2 * WEEK, MONDAY)
    assert odd.all_weeks() == [MONDAY + n * WEEK for n in (-3, -2, -1, 0)]
    assert [odd.holds(MONDAY - 3 * WEEK + n * DAY) for n in (0, 1, 21, 22)] == [0, 1, 1, 0]
    even = Period.between(MONDAY - 2 * WEEK, MONDAY, now)
    assert (even.weeks, even.start, even.end) == (2, even.opening, even.closing)
    assert even.all_weeks() == list(even.full_weeks())


def test_a_week_that_is_not_over_is_never_full() -> None:
    """On a Sunday the week still runs, whatever last day is named; a few days hold no week."""
    sunday = MONDAY + 6 * DAY + 5
    period = Period.between(MONDAY - WEEK, MONDAY + 50 * WEEK, sunday)
    assert (period.weeks, period.closing) == (1, MONDAY + WEEK)
    assert Period.between(MONDAY + DAY, MONDAY + 3 * DAY, sunday).weeks == 0


def test_lines_from_changes_are_the_lines_counted_whole(tmp_path: Path) -> None:
    """At every commit of the branch, whatever turned binary, text, empty, renamed or deleted."""
    git = tangled(tmp_path / "repo")
    repository = Repository.open(git.folder)
    commits = git("rev-list", "--first-parent", "--reverse", "HEAD").split()
    found = read_lines(repository, commits)
    for commit in commits:
        assert found.at(commit) == repository.text_lines(commit)
    assert read_lines(repository, ()).commits == ()


def test_projects_that_ended_on_different_days_are_counted_as_if_alone(tmp_path: Path) -> None:
    """One arrangement for ten periods gives byte for byte what ten arrangements give."""
    git = tangled(tmp_path / "repo")
    scopes = [
        Scope(f"p{n}", path=".", until=MONDAY - n * 2 * WEEK - n * DAY if n else None)
        for n in range(10)
    ]
    places, rules = Places(git.folder, tmp_path / "state"), Rules(MONDAY, window_weeks=4)
    together = process_findings(collect(scopes, places).values(), rules)
    alone = [
        finding
        for scope in scopes
        for finding in process_findings(collect([scope], places).values(), rules)
    ]
    shown = [sorted(one.model_dump_json() for one in several) for several in (together, alone)]
    assert shown[0] == shown[1]
