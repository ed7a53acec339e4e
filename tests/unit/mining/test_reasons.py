"""What is said beside figures: what their own days leave out, and why there is no number."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.mining.activity import WEEK
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.process import Rules, process_findings
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding

from .making import DAY, MONDAY, Git

LANDED = ("landed_churn_lines", "code_churn_rate", "text_lines", "velocity", "velocity_trend")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Ten weeks: people in two folders, an automaton ten, two and under one week ago."""
    git = Git(tmp_path / "repo")
    git.commit({"src/a": "1\n" * 10}, MONDAY - 10 * WEEK)
    git.commit({"src/a": "1\n" * 11}, MONDAY - 10 * WEEK + 1, name="x[bot]")
    git.commit({"src/a": "1\n" * 12, "docs/b": "1\n" * 3}, MONDAY - 2 * WEEK)
    git.commit({"src/a": "1\n" * 13}, MONDAY - 2 * WEEK + 1, name="x[bot]")
    git.commit({"src/a": "1\n" * 14}, MONDAY + DAY, name="x[bot]")
    return git


def found(git: Git, window: tuple[int, int] | None = None, **scope: object) -> dict[str, Finding]:
    """Findings of one scope by name."""
    places = Places(git.folder, git.folder.parent / "state")
    rules = Rules(MONDAY + 2 * DAY, window_weeks=4, window=window)
    one = Scope("p", path=".", **scope)  # type: ignore[arg-type]
    findings = process_findings(collect([one], places).values(), rules)
    return {one.method.removeprefix("git."): one for one in findings}


def automata(finding: Finding) -> list[str]:
    """How many commits a note says automata made."""
    return [note.split()[0] for note in finding.quality if "by automata" in note]


def test_automata_are_counted_in_each_figures_own_days(git: Git) -> None:
    """Four weeks leave one commit out, the whole history three, a named window two."""
    figures = found(git)
    for name in ("commits_per_week", "churn_lines", "bus_factor_commits", "velocity"):
        assert automata(figures[name]) == ["1"], name
    for name in ("all_contributors", "first_commit", "last_commit"):
        assert automata(figures[name]) == ["3"], name
    # Nothing that landed is left out of these, whoever wrote it.
    for name in ("landed_churn_lines", "text_lines", "releases"):
        assert automata(figures[name]) == [], name
    named = found(git, (MONDAY - 3 * WEEK, MONDAY + 2 * DAY))
    assert automata(named["churn_lines"]) == ["2"]
    assert automata(named["commits_per_week"]) == ["1"]


def test_a_scope_without_files_has_no_numbers(git: Git) -> None:
    """A pattern that no file matches gives no value and says so: never 0."""
    for scope in ({"include": ("nosuch/**",)}, {"include": ("/src/**",)}, {"exclude": ("**",)}):
        figures = {name: one for name, one in found(git, **scope).items() if name != "source"}
        assert len(figures) > 20
        for one in figures.values():
            assert (one.value, one.label) == (None, NOT_ENOUGH)
            assert one.quality[0].startswith("no file matches")


def test_a_name_without_a_star_is_a_folder_or_a_file(git: Git) -> None:
    """``docs`` counts what ``docs/**`` counts, and its files alone; releases stay whole."""
    git("tag", "v1.0", "HEAD~2")
    plain, starred = found(git, include=("docs",)), found(git, include=("docs/**",))
    assert {name: one.value for name, one in plain.items()} == {
        name: one.value for name, one in starred.items()
    }
    assert (plain["churn_lines"].value, plain["text_lines"].value) == (3, 3)
    assert (plain["text_lines"].n, found(git)["text_lines"].n) == (1, 2)
    assert found(git, exclude=("src",))["churn_lines"].value == 3
    note = "releases of the whole repository"
    assert plain["releases"].value == 1 and note in plain["releases"].quality
    assert note not in found(git)["releases"].quality


def test_nothing_landed_has_its_real_reason(git: Git, tmp_path: Path) -> None:
    """A window before the history, and a repository of this week, are told as what they are."""
    before = found(git, (MONDAY - 40 * WEEK, MONDAY - 30 * WEEK))
    young = Git(tmp_path / "young")
    young.commit({"a": "1\n"}, MONDAY + DAY)
    for figures, edge in ((before, "the window"), (found(young), "the last full week")):
        for name in LANDED:
            assert figures[name].value is None
            assert f"the history starts after {edge}" in figures[name].quality
            assert figures[name].quality == [f"the history starts after {edge}"]


def test_a_branch_younger_than_its_commits_has_landed_nothing(tmp_path: Path) -> None:
    """Authored in the window, committed after it: people worked, the branch had nothing yet."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n"}, MONDAY - WEEK, late=str(WEEK + DAY))
    figures = found(git)
    assert figures["churn_lines"].value == 1
    for name in LANDED:
        said = "nothing had landed on the branch by the end of the last full week"
        assert figures[name].value is None and said in figures[name].quality


def test_only_releases_of_the_branch_count(git: Git) -> None:
    """A tag on another branch is left out and told, in its window and not in others."""
    git("tag", "v1.0", "HEAD~2")
    git("checkout", "-q", "-b", "maintenance", "HEAD~3")
    git.commit({"m": "1\n"}, MONDAY - WEEK)
    git("tag", "v0.9.1")
    git("checkout", "-q", "main")
    releases = found(git)["releases"]
    assert (releases.value, releases.quality) == (1, ["1 release of other branches left out"])
    git("tag", "-d", "v1.0")
    releases = found(git)["releases"]
    assert releases.value is None
    assert releases.quality[0] == "no tag of the branch names a version"
    old = found(git, (MONDAY - 9 * WEEK, MONDAY - 5 * WEEK))["releases"]
    assert old.quality == ["no tag of the branch names a version"]


def test_a_date_ahead_of_time_lands_with_the_commit_before(tmp_path: Path) -> None:
    """Of 2099 inside the branch: no one's work in any week, but its lines landed, as is said."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n"}, MONDAY - 2 * WEEK)
    git.commit({"a": "1\n" * 4}, 4_070_908_800)
    git.commit({"b": "1\n"}, MONDAY - WEEK)
    figures = found(git)
    assert (figures["churn_lines"].value, figures["landed_churn_lines"].value) == (2, 5)
    left_out = "1 commit dated after 2025-09-17T00:00:00Z left out"
    landed = "1 commit dated after 2025-09-17T00:00:00Z landed with the commit before"
    assert left_out in figures["churn_lines"].quality
    assert landed in figures["landed_churn_lines"].quality
    assert left_out not in figures["landed_churn_lines"].quality
    assert dict(figures["landed_churn_lines"].detail.series)["2025-W36"] == 4  # type: ignore[union-attr]
