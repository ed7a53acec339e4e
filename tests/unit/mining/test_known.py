"""What a repository says of itself when figures are made: mailmap, attributes, tags, landing."""

from __future__ import annotations

from pathlib import Path

from maestro.mining.activity import WEEK
from maestro.mining.attributes import judge_of
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.heads import heads
from maestro.mining.process import Rules, process_findings
from maestro.schema.findings import Finding

from .making import DAY, MONDAY, Git

RULES = Rules(as_of=MONDAY, window_weeks=4)


def figures(git: Git, state: Path, **scope: tuple[str, ...]) -> dict[str, Finding]:
    """Figures of one scope by name."""
    places = Places(git.folder, state)
    found = process_findings(collect([Scope("p", path=".", **scope)], places).values(), RULES)
    return {getattr(one.detail, "name", "health"): one for one in found}


def test_the_mailmap_of_today_joins_people_of_before(tmp_path: Path) -> None:
    """A new line in .mailmap changes people at once, without mining anything again."""
    git = Git(tmp_path / "repo")
    for number, email in enumerate(("ada@old", "ADA@new", "bo@x")):
        message = f"m\n\nCo-authored-by: Bo B <bo-{number % 2}@home>"
        git.commit({"a": f"{number}\n"}, MONDAY - WEEK + number, email=email, message=message)
    before = figures(git, tmp_path / "state")
    assert before["unique_contributors"].value == 3
    assert before["unique_contributors_with_coauthors"].value == 5
    mailmap = "Ada <ada@new> <ada@old>\n<bo@x> <bo-0@home>\n<bo@x> <bo-1@home>\n"
    git.commit({".mailmap": mailmap}, MONDAY - WEEK + 9, email="bo@x")
    after = figures(git, tmp_path / "state")
    assert after["unique_contributors"].value == 2
    assert after["unique_contributors_with_coauthors"].value == 2


def test_odd_contacts_do_not_reach_the_mailmap(tmp_path: Path) -> None:
    """Trailers with brackets, tabs or no address neither stop the run nor shift people."""
    git = Git(tmp_path / "repo")
    message = "m\n\nCo-authored-by: <x <c@x>\nCo-authored-by: \ta\tb <d@x>\nCo-authored-by: none\n"
    git.commit({".mailmap": "Cy <cy@x> <c@x>\n"}, MONDAY - WEEK, message=message)
    found = figures(git, tmp_path / "state")
    assert found["unique_contributors_with_coauthors"].value == 2
    assert not any("mailmap" in note for note in found["unique_contributors"].quality)


def test_generated_files_are_what_the_repository_says(tmp_path: Path) -> None:
    """Marked files count nowhere, unmarked locks count, deeper files and later lines win."""
    git = Git(tmp_path / "repo")
    rules = "# c\n*.gen linguist-generated\n/ext/** linguist-vendored=true\n"
    rules += "uv.lock -linguist-generated\n"
    git.commit(
        {
            ".gitattributes": rules,
            "deep/.gitattributes": "mine.gen linguist-generated=false\n",
            "x.gen": "1\n" * 100,
            "deep/mine.gen": "1\n" * 5,
            "ext/lib/a.py": "1\n" * 100,
            "uv.lock": "1\n" * 7,
            "yarn.lock": "1\n" * 100,
        },
        MONDAY - WEEK,
    )
    found = figures(git, tmp_path / "state")
    assert found["churn_lines"].value == 4 + 1 + 5 + 7
    assert found["text_lines"].value == found["landed_churn_lines"].value == 4 + 1 + 5 + 7


def test_patterns_are_those_of_git_as_far_as_they_are_read() -> None:
    """Names match in any folder, paths from their own; classes, quotes and macros are left out."""
    judge = judge_of(
        {
            "sub/.gitattributes": b"a/*.x linguist-generated\nname linguist-vendored\n"
            b'"q x" linguist-generated\n[ab].y linguist-generated\ndir/ linguist-generated\n',
            ".gitattributes": b"*.t text\n*.off !linguist-generated\n\xff\n",
        }
    )
    made = ["sub/a/1.x", "sub/name", "sub/deep/name", "poetry.lock"]
    not_made = ["a/1.x", "name", "sub/a/b/1.x", "sub/a.y", "sub/dir/z", "x.t", "x.off"]
    assert [path for path in [*made, *not_made] if judge(path)] == made


def test_landed_figures_by_hand(tmp_path: Path) -> None:
    """Rate, size, velocity, its slope and the merge's hours follow from six changes."""
    git = Git(tmp_path / "repo")
    git.commit({"src/a": "1\n" * 100, "docs/b": "1\n" * 50}, MONDAY - 9 * WEEK)
    for week, times in ((3, 1), (2, 2), (1, 3)):
        for number in range(times):
            at = MONDAY - week * WEEK + number * DAY
            git.commit({"src/a": "1\n" * (100 + at % 7 + number + week)}, at)
    found = figures(git, tmp_path / "state")
    assert (found["velocity"].value, found["velocity"].n) == (6 / 4, 6)
    assert [value for _, value in found["velocity"].detail.series] == [0, 1, 2, 3]  # type: ignore[union-attr]
    trend = found["velocity_trend"]
    assert (trend.value, trend.lo, trend.hi, trend.level) == (1.0, 1.0, 1.0, 0.9)
    churn = found["landed_churn_lines"].value
    assert churn == found["churn_lines"].value
    assert found["code_churn_rate"].value == churn / 4 / 150  # type: ignore[operator]
    assert found["pr_merge_time_git"].value is None
    assert found["health"].detail.counts["unexplained_lines"] == 0  # type: ignore[union-attr]
    docs = figures(git, tmp_path / "state", include=("docs/**",))
    assert (docs["velocity"].value, docs["text_lines"].value) == (0, 50)


def test_a_new_tag_is_looked_at_again(tmp_path: Path) -> None:
    """A tag changes the mark of its source, since releases are told by tags; so does its move."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n"}, MONDAY - WEEK)
    scopes, places = [Scope("p", path=".")], Places(git.folder, tmp_path / "state")
    marks = [heads(scopes, places)]
    git("tag", "-a", "-m", "x", "deep/v1.0", at=MONDAY - WEEK)
    marks.append(heads(scopes, places))
    git("tag", "-f", "-a", "-m", "y", "deep/v1.0", at=MONDAY - DAY)
    marks.append(heads(scopes, places))
    assert len({str(mark) for mark in marks}) == 3
    assert figures(git, tmp_path / "state")["releases"].value == 1
