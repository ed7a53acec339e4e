"""``maestro spec``: the draft holds only known keys and passes the check once it is complete."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.catalog.draft import check_draft

from .cases import HEALTHY, write_tree

BRIEF = """# Who "leaves": {now}

We find customers who leave: churn prediction in telecom with churn-features@1.0.0. Team of 3.

Start: 2026-02-01
Budget: EUR 12,000
"""


def test_a_draft_completed_passes_the_check(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """With the missing fields added, the record has no fault; the title is quoted safely."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / "brief.md").write_text(BRIEF, encoding="utf-8")
    answer = maestro("spec", tmp_path / "brief.md", "-C", tmp_path, "--draft")
    assert answer.code == 0, answer.err
    text = answer.out + "owner: growth\ncomplexity: 3\nstatus: planned\n"
    found = check_draft(tmp_path, "projects/new-churn/project.yaml", text)
    assert [one for one in found if one.severity == "error"] == []


def test_json_has_fields_and_draft(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """One document with each field's sentence, what is missing and the draft."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / "brief.md").write_text(BRIEF, encoding="utf-8")
    said = json.loads(
        maestro("spec", tmp_path / "brief.md", "-C", tmp_path, "--format", "json").out
    )
    assert said["draft"]["budget"] == 12000 and said["draft"]["team"] == {"size": 3}
    assert said["draft"]["problem_class"] == "tabular-classification"
    assert said["missing"] == ["owner", "complexity", "status"]


def test_wrong_files(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """A missing file and a folder are wrong use; bytes that are no text are the file's fault."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\x00")
    assert maestro("spec", tmp_path / "no.md", "-C", tmp_path).code == 2
    assert maestro("spec", tmp_path, "-C", tmp_path).code == 2
    assert maestro("spec", tmp_path / "b.md", "-C", tmp_path).code == 1


def test_csv_has_a_row_per_field(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """Value, confidence and sentence stand in columns; an open field has its alternatives."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / "b.md").write_text("Team: 4-6\nBudget: EUR 84,500.5\n", encoding="utf-8")
    answer = maestro("spec", tmp_path / "b.md", "-C", tmp_path, "--format", "csv")
    rows = {row["field"]: row for row in csv.DictReader(io.StringIO(answer.out))}
    assert rows["budget"]["value"] == "EUR 84500.5" and rows["budget"]["confidence"] == "high"
    assert rows["team_size"]["value"] == "" and rows["team_size"]["alternatives"] == "4; 6"
    assert rows["team_size"]["sentence"] == "Team: 4-6"
    text = maestro("spec", tmp_path / "b.md", "-C", tmp_path).out
    assert "EUR 84,500.50" in text and "4 or 6 people" in text


def test_standard_input_is_a_brief(
    tmp_path: Path, maestro: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-`` reads the brief from standard input; what is too long or no text is refused."""
    write_tree(tmp_path, HEALTHY)
    for data, code in ((b"Team: 5\n", 0), (b"\xff\xfe\x00", 1), (b"a" * 262_145, 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        answer = maestro("spec", "-", "-C", tmp_path, "--draft")
        assert answer.code == code
        assert ("size: 5" in answer.out) == (code == 0)
