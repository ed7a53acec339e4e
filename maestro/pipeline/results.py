"""What the last build left on disk, for commands that ask."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro.errors import MaestroError

if TYPE_CHECKING:
    from maestro.schema import Finding

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
    skills: tuple[str, ...] = ()
    """Models that know more or less than before: ``duration 0.12 -> 0.18``, sorted."""


def compare(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Changes:
    """What changed between two builds' findings, given as plain data."""
    old = {_identity(row): row for row in before}
    new = {_identity(row): row for row in now}
    verdicts = [
        f"{row['kind']} {row['subject']}: {old[key]['label']} -> {row['label']}"
        for key, row in sorted(new.items())
        if row["kind"] in JUDGED and key in old and old[key]["label"] != row["label"]
    ]
    skills = [
        f"{row['subject']} {was} -> {is_now}"
        for key, row in sorted(new.items())
        if row["kind"] == "outcome_model" and key in old
        if (was := _skill(old[key])) != (is_now := _skill(row))
    ]
    gone = len(old.keys() - new.keys())
    return Changes(len(new.keys() - old.keys()), gone, tuple(verdicts), tuple(skills))


def _skill(row: dict[str, Any]) -> str:
    """How good a model is, held out, as it is said on a terminal."""
    value = (row.get("detail") or {}).get("skill")
    return "none" if value is None else f"{value:.2f}"


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    detail = row.get("detail") or {}
    names = ("name", "target", "dataset", "slice", "commit", "path", "asked", "named")
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


def known_of(root: Path, paths: Collection[str]) -> list[Finding]:
    """Impacts and near-duplicates of the records at ``paths``, where there is a finished build."""
    from maestro.schema import Finding

    names = {path.rsplit("/", 1)[-1].removesuffix(".yaml") for path in paths}
    found = []
    for row in find_findings(root) or []:
        if row["kind"] == "impact":
            wanted = row["subject"].partition("@")[0] in names
        else:
            pair = [one["ref"] for one in row["evidence"]] if row["kind"] == "duplicate" else []
            wanted = not set(paths).isdisjoint(pair)
        if wanted:
            found.append(Finding.model_validate(row))
    return found


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from disk; empty when there is none to read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
