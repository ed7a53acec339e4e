"""What landed: merges as one change, lines that add up, and dates that cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.mining.activity import WEEK, Period
from maestro.mining.base import Facts, Row
from maestro.mining.commits import Commits, arrange
from maestro.mining.git import GitMiner
from maestro.mining.landing import Landing, landing_times, read_branch
from maestro.mining.people import Identities
from maestro.repository import Repository

from .making import DAY, MONDAY, Git


def landed(git: Git, as_of: int, weeks: int = 4) -> Landing | None:
    """What landed in the weeks before a moment; None when git cannot say."""
    repository, period = Repository.open(git.folder), Period(as_of, weeks)
    found = GitMiner(repository).mine("")
    commits = arrange(Facts(found.cursor, found.tables), Identities())
    return read_branch(repository, commits, [period]).landing(period)


def landing_of(git: Git, as_of: int, weeks: int = 4) -> Landing:
    """The same where git can say."""
    found = landed(git, as_of, weeks)
    assert found is not None
    return found


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Main with ten lines; a branch of two commits that undo each other in part, merged."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n" * 10, "b.bin": "text\n"}, MONDAY - 9 * WEEK)
    git("checkout", "-q", "-b", "side")
    git.commit({"n": "x\n" * 20}, MONDAY - 3 * WEEK)
    git.commit({"n": "x\n" * 5}, MONDAY - 3 * WEEK + DAY)
    git("checkout", "-q", "main")
    git.commit({"a": "1\n" * 12}, MONDAY - 2 * WEEK)
    git("merge", "-q", "--no-ff", "-m", "Merge pull request #1 from x", "side", at=MONDAY - WEEK)
    return git


def test_a_merge_lands_what_it_changed_on_the_branch(git: Git) -> None:
    """Authored churn of the branch is 20 + 15, but only 5 lines landed, when it was merged."""
    landing = landing_of(git, MONDAY)
    rows = [(one.time, one.path, one.added, one.deleted) for one in landing.changes]
    assert rows == [(MONDAY - WEEK, "n", 5, 0), (MONDAY - 2 * WEEK, "a", 2, 0)]
    assert [time for _, time in landing.commits] == [MONDAY - 2 * WEEK, MONDAY - WEEK]
    assert landing.before == {"a": 10, "b.bin": 1}
    assert landing.after == {"a": 12, "b.bin": 1, "n": 5}
    assert landing.unexplained() == 0


def test_landed_lines_explain_every_text_line(git: Git) -> None:
    """Renames, a text that turns binary and back, odd names, merges by hand: nothing is left."""
    git("mv", "a", "deep name")
    git.commit({"b.bin": b"\0\1\2", "é\n": "1\n2\n"}, MONDAY - 5 * DAY)
    git("mv", "b.bin", "c.bin")
    git.commit({}, MONDAY - 4 * DAY)
    git.commit({"c.bin": "now\ntext\n"}, MONDAY - 4 * DAY + 1)
    git("checkout", "-q", "-b", "other", "HEAD~3")
    git.commit({"z": "1\n" * 7}, MONDAY - 3 * DAY)
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "--no-commit", "other", at=MONDAY - DAY)
    git.commit({"evil": "only in the merge\n"}, MONDAY - DAY)
    for weeks in (1, 4, 50):
        assert landing_of(git, MONDAY, weeks).unexplained() == 0
    lines = git("grep", "-I", "-c", "", "HEAD").splitlines()
    counted = sum(int(line.rpartition(":")[2]) for line in lines)
    assert sum(n or 0 for n in landing_of(git, MONDAY, 4).after.values()) == counted


def test_lines_that_are_missing_are_told(git: Git) -> None:
    """When a landed change were lost, the sum would say by how many lines."""
    landing = landing_of(git, MONDAY)
    less = Landing(landing.commits, landing.changes[1:], landing.before, landing.after)
    assert less.unexplained() == 5


def test_nothing_before_the_end_is_no_landing(git: Git) -> None:
    """A branch that starts after the window has landed nothing; a quiet one has no changes."""
    assert landed(git, MONDAY - 20 * WEEK) is None
    quiet = landing_of(git, MONDAY + 40 * WEEK)
    assert (quiet.commits, quiet.changes) == ((), ())
    assert quiet.before == quiet.after


def chain(dates: list[int | None]) -> Commits:
    """Commits one upon the other, with these commit dates."""
    rows: list[Row] = [
        (f"{n:040x}", [f"{n - 1:040x}"] if n else [], date, date, "A", "a@x", "C", "c@x", "s", [])
        for n, date in enumerate(dates)
    ]
    facts = Facts(f"{len(dates) - 1:040x}", {"commit": rows[::-1], "file_change": []})
    return arrange(facts, Identities())


def test_dates_that_cannot_be_right_follow_what_they_stand_on() -> None:
    """1970, 2106, none, and earlier than the parent: each lands when its parent did."""
    dates = [100, MONDAY - 9, 0, 4_294_967_296, None, MONDAY - 50, MONDAY - 3]
    commits = chain(dates)
    times = landing_times(commits, commits.chain(), MONDAY)
    late = MONDAY - 9
    assert [time for _, time in times] == [0, late, late, late, late, late, MONDAY - 3]
    commits = chain([MONDAY - 9, MONDAY + 1, MONDAY + 2])
    ends = landing_times(commits, commits.chain(), MONDAY)
    assert [time for _, time in ends] == [MONDAY - 9]
