"""A project from its first prediction to its end."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from .repositories import commit_all


def findings(root: Path, kind: str) -> list[dict[str, Any]]:
    """Findings of one kind of the last build."""
    rows = json.loads((root / "build/findings.json").read_text("utf-8"))
    return [row for row in rows if row["kind"] == kind]


def days(root: Path, project: str) -> dict[str, Any]:
    """The prediction of how long a project takes."""
    rows = [row for row in findings(root, "prediction") if row["subject"] == project]
    return next(row for row in rows if row["detail"]["target"] == "duration")


def test_a_prediction_is_kept_and_held_against_the_end(tmp_path: Path, maestro) -> None:
    """Made while the project runs, stored once, unmoved by what comes later, scored at its end."""
    root = tmp_path / "tour"
    maestro("demo", root, "--projects", "24", "--no-histories")
    record = next(
        path
        for path in sorted(root.glob("projects/*/project.yaml"))
        if 'status: "active"' in path.read_text("utf-8")
    )
    name = record.parent.name
    commit_all(root, "Keep history", "2026-07-01")
    assert maestro("build", "-C", root).code == 0
    maestro("store", "-C", root)
    first = days(root, name)
    assert (first["detail"]["basis"], first["detail"]["inside"]) == ("now", None)

    text = record.read_text("utf-8").replace("complexity: ", "complexity: 1 # was ")
    record.write_text(text, encoding="utf-8")
    commit_all(root, "Easier than thought", "2026-07-10")
    maestro("build", "-C", root)
    maestro("store", "-C", root)
    kept = (root / "data/history/prediction.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(row)["subject"] for row in kept].count(f"{name}:duration") == 1

    text = re.sub('status: "active"', 'status: "done"\nended: 2026-08-31', text)
    record.write_text(text + '\noutcomes: {success: "reached"}\n', encoding="utf-8")
    commit_all(root, "Done", "2026-09-01")
    answer = maestro("build", "-C", root)
    last = days(root, name)
    assert (last["value"], last["lo"], last["hi"]) == (first["value"], first["lo"], first["hi"])
    detail = last["detail"]
    assert (detail["basis"], detail["made_at"]) == ("kept", "2026-07-01T12:00:00Z")
    assert detail["actual"] > 0
    assert detail["inside"] == (first["lo"] <= detail["actual"] <= first["hi"])
    models = {row["subject"]: row["detail"] for row in findings(root, "outcome_model")}
    assert {"basis": "kept", "n": 1}.items() <= models["duration"]["scored"][0].items()
    assert len(models["duration"]["earlier"]) >= 2
    assert "; skill of models: " in answer.err


def test_nothing_is_fitted_anew_when_no_project_changed(tmp_path: Path, maestro) -> None:
    """A commit that touches no project takes what was learned from before, with its own date."""
    root = tmp_path / "tour"
    maestro("demo", root, "--projects", "24", "--no-histories")
    commit_all(root, "Begin", "2026-07-01")
    assert maestro("build", "-C", root).code == 0
    before = findings(root, "outcome_model") + findings(root, "impact")
    assert not _learn_step(root)["cached"]
    site = _pages(root)
    shutil.rmtree(root / "build")
    maestro("build", "-C", root)
    assert _learn_step(root)["cached"]
    # No digit on a page depends on whether a number was remembered.
    assert _pages(root) == site

    (root / "NOTES.md").write_text("What the team talked about.\n", encoding="utf-8")
    commit_all(root, "Notes", "2026-07-02")
    maestro("build", "-C", root)
    assert _learn_step(root)["cached"]
    after = findings(root, "outcome_model") + findings(root, "impact")
    assert {row["as_of"] for row in before} == {"2026-07-01T12:00:00Z"}
    assert {row["as_of"] for row in after} == {"2026-07-02T12:00:00Z"}
    assert [row["value"] for row in after] == [row["value"] for row in before]


def _pages(root: Path) -> dict[str, bytes]:
    folder = root / "build/site"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.html"))
        if "operations" not in path.parts
    }


def _learn_step(root: Path) -> dict[str, Any]:
    steps = json.loads((root / "build/journal.json").read_text("utf-8"))["steps"]
    return next(step for step in steps if step["name"] == "learn")
