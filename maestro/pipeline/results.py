"""What the last build left on disk, for commands that ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError

BUILD = "build"
"""Folder of what a build makes."""
JUDGED = ("impact", "outcome_model", "policy_result", "success")
"""Kinds of findings whose label is a verdict."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How the findings of one build differ from those of the one before."""

    new: int
    """Findings that were not there before."""
    gone: int
    """Findings that are no longer there."""
    verdicts: tuple[str, ...]
    """Verdicts that changed: ``kind subject: before -> now``, sorted."""


def compare(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Changes:
    """What changed between two builds' findings, given as plain data."""
    old = {_identity(row): row for row in before}
    new = {_identity(row): row for row in now}
    verdicts = [
        f"{row['kind']} {row['subject']}: {old[key]['label']} -> {row['label']}"
        for key, row in sorted(new.items())
        if row["kind"] in JUDGED and key in old and old[key]["label"] != row["label"]
    ]
    return Changes(len(new.keys() - old.keys()), len(old.keys() - new.keys()), tuple(verdicts))


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    detail = row.get("detail") or {}
    names = ("name", "target", "dataset", "slice", "commit", "path")
    return (row["kind"], row["subject"], *(str(detail.get(name, "")) for name in names))


def read_findings(root: Path) -> list[dict[str, Any]]:
    """The findings of the last build, as plain data, sorted by kind and subject.

    Raises MaestroError when there is no finished build.
    """
    data = find_findings(root)
    if data is None:
        raise MaestroError("M006", "there is no finished build here", "run maestro build")
    return data


def find_findings(root: Path) -> list[dict[str, Any]] | None:
    """The same, or None when there is no finished build."""
    try:
        data = json.loads((root / BUILD / "findings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    return data if isinstance(data, list) else None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from disk; empty when there is none to read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
