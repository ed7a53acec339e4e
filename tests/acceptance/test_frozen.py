"""``check --base``: what was merged stays what it was."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree
from .repositories import commit_all

ENTRY = "catalog/feature_pipelines/churn-features.yaml"


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A healthy library with one commit on main."""
    write_tree(tmp_path, HEALTHY)
    commit_all(tmp_path)
    return tmp_path


def _edit(root: Path, old: str, new: str) -> None:
    path = root / ENTRY
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _found(root: Path, maestro) -> list[str]:
    answer = maestro("check", "-C", root, "--base", "main", "--format", "json")
    problems = json.loads(answer.out)["problems"]
    return [f"{p['path']}:{p['line']}:{p['column']}: {p['code']}" for p in problems]


def test_an_unchanged_tree_is_silent(merged: Path, maestro) -> None:
    """Comparing a tree with itself finds nothing."""
    assert _found(merged, maestro) == []


def test_wording_may_change_at_any_time(merged: Path, maestro) -> None:
    """Descriptions, tags and status are free: they are not what a version gives."""
    _edit(merged, "Monthly churn", "Weekly churn")
    assert _found(merged, maestro) == []


def test_a_merged_source_is_frozen(merged: Path, maestro) -> None:
    """Another source under the same version is an error at the source."""
    _edit(merged, "path: churn.py", "path: other.py")
    assert _found(merged, maestro) == [f"{ENTRY}:4:9: B001"]


def test_a_new_version_may_change_everything(merged: Path, maestro) -> None:
    """With a higher version, and the old one in the history, the source may change."""
    _edit(merged, "version: 1.0.0", "version: 1.1.0")
    _edit(merged, "path: churn.py", "path: other.py")
    _edit(merged, "uses:", "history:\n  - {version: 1.0.0, date: 2025-03-01}\nuses:")
    assert _found(merged, maestro) == []


def test_a_merged_version_stays_known(merged: Path, maestro) -> None:
    """A version that others may refer to does not vanish without a trace."""
    _edit(merged, "version: 1.0.0", "version: 1.1.0")
    found = _found(merged, maestro)
    assert f"{ENTRY}:1:10: B002" in found
    assert "projects/churn-2025/project.yaml:9:15: L002" in found


def test_versions_only_go_up(merged: Path, maestro) -> None:
    """A lower version than the merged one is an error."""
    _edit(merged, "version: 1.0.0", "version: 0.9.0")
    assert f"{ENTRY}:1:10: B003" in _found(merged, maestro)


def test_without_base_no_git_is_needed(tmp_path: Path, maestro) -> None:
    """``check`` alone reads no git; ``--base`` without a repository says so and exits with 3."""
    write_tree(tmp_path, HEALTHY)
    assert maestro("check", "-C", tmp_path).code == 0
    answer = maestro("check", "-C", tmp_path, "--base", "main")
    assert answer.code == 3
    assert "repository" in answer.err
    assert "Traceback" not in answer.err


def test_an_unknown_base_is_named(merged: Path, maestro) -> None:
    """A base that git does not know, or that tries to be an option, is refused in one line."""
    for base in ("no-such-branch", "--output=x", "main..main"):
        answer = maestro("check", "-C", merged, f"--base={base}")
        assert answer.code == 3, answer
        assert "is not a branch" in answer.err or "is no branch" in answer.err
        assert not (merged / "x").exists()


def test_the_report_tells_what_is_known_of_what_changed(merged: Path, maestro) -> None:
    """In Markdown: faults, and the impact of changed entries that the last build here knows."""
    row = {
        "kind": "impact",
        "subject": "churn-features@1.0.0",
        "value": 4.1,
        "lo": 1.2,
        "hi": 7.0,
        "level": 0.9,
        "as_of": "2025-03-01T12:00:00Z",
        "method": "adjusted plus-minus",
        "label": "helps",
        "evidence": [],
        "detail": {
            "users": [f"churn-{year}" for year in range(2014, 2025)],
            "teams": 4,
            "naive_mean": 71,
            "others_mean": 58,
            "grade": "moderate",
            "verdict": "helps",
        },
    }
    other = {**row, "subject": "churn-model@1.0.0"}
    (merged / "build").mkdir()
    (merged / "build/findings.json").write_text(json.dumps([row, other]), encoding="utf-8")
    unchanged = maestro("check", "-C", merged, "--base", "main", "--format", "markdown")
    assert unchanged.out.strip().startswith("### No problems in ")
    assert "What is known" not in unchanged.out

    _edit(merged, "Monthly churn", "Weekly churn")
    answer = maestro("check", "-C", merged, "--base", "main", "--format", "markdown")
    known = [line for line in answer.out.splitlines() if line.startswith("**What is known:**")]
    assert len(known) == 1
    said = html.unescape(known[0]).replace("\u2060", "")
    assert "churn-features@1.0.0: +4.1 points of success (90\u00a0%: +1.2 to +7.0)" in said
    assert "11 projects, 4 teams, moderate evidence" in known[0]
