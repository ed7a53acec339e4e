"""The history of our own findings: JSON lines in the data folder, appended by a store job."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from maestro.engine.cache import digest, write_atomic
from maestro.errors import MaestroError
from maestro.learning import moved
from maestro.learning.moved import EarlierImpact
from maestro.learning.past import KeptPrediction
from maestro.schema.learned import EarlierModel

_ALWAYS = ("value", "lo", "hi", "n", "label", "method")


_MOST = 1e300
"""No outcome is larger; JSON may hold more than a float can."""
_ONE = ("subject", "model_version", "success_version", "unit")
"""What tells one prediction from another: whose, by which model, and of which outcome."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one kind of finding."""

    marked: tuple[str, ...] = ()
    """Fields of its detail whose change makes a new line, besides value, interval and label."""
    beside: tuple[str, ...] = ()
    """Fields of the finding or of its detail that stand on a line and make none."""
    is_once: bool = False
    """Whether only the first is kept of each project, outcome and model version."""


KEPT: dict[str, Kept] = {
    "impact": Kept(beside=moved.KEPT),
    "success": Kept(marked=("version",)),
    "outcome_model": Kept(marked=("skill", "coverage", "p")),
    "prediction": Kept(
        beside=("level", "unit", "made_at", "model_version", "success_version", "inputs"),
        is_once=True,
    ),
}
"""Kinds of findings that are kept."""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a history file, oldest first; lines that are no JSON object are left out."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    rows = []
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows


def read_runs(data: Path | None) -> list[dict[str, Any]]:
    """Earlier runs, oldest first; empty when no history is kept."""
    return read_lines(data / "history" / "runs.jsonl") if data else []


def kept_predictions(data: Path | None) -> tuple[KeptPrediction, ...]:
    """Predictions that earlier runs made, in the order they were kept.

    Lines that hold no whole prediction are left out: the folder is written by machines, and what
    they write is checked like everything that comes from outside.
    """
    rows = read_lines(data / "history" / "prediction.jsonl") if data else []
    return tuple(found for row in rows if (found := _prediction(row)) is not None)


def _prediction(row: Mapping[str, Any]) -> KeptPrediction | None:
    project, _, target = str(row.get("subject", "")).partition(":")
    value, lo, hi = (_number(row.get(name)) for name in ("value", "lo", "hi"))
    if value is None or (lo is None) != (hi is None) or not _is_moment(row.get("made_at")):
        return None
    if lo is not None and hi is not None and not lo <= value <= hi:
        return None
    n, version = row.get("n"), row.get("success_version")
    return KeptPrediction(
        project=project,
        target=target,
        value=value,
        lo=lo,
        hi=hi,
        level=_number(row.get("level")),
        n=n if isinstance(n, int) else None,
        made_at=str(row["made_at"]),
        success_version=version if isinstance(version, int) else None,
        **{name: str(row.get(name, "")) for name in ("unit", "label", "method", "model_version")},
    )


def earlier_models(data: Path | None) -> dict[str, tuple[EarlierModel, ...]]:
    """Target to how good its model was in earlier runs, oldest first."""
    found: dict[str, tuple[EarlierModel, ...]] = {}
    for row in read_lines(data / "history" / "outcome_model.jsonl") if data else []:
        target = str(row.get("subject", "")).rpartition(":")[2]
        given = {name: row.get(name) for name in EarlierModel.model_fields}
        try:
            one = EarlierModel.model_validate(given)
        except ValidationError:
            continue
        found[target] = (*found.get(target, ()), one)
    return found


def earlier_impacts(data: Path | None) -> dict[str, tuple[EarlierImpact, ...]]:
    """Reference to what earlier runs said of its impact, oldest first."""
    found: dict[str, list[EarlierImpact]] = {}
    for row in read_lines(data / "history" / "impact.jsonl") if data else []:
        given = {name: row[name] for name in EarlierImpact.model_fields if name in row}
        try:
            one = EarlierImpact.model_validate(given)
        except ValidationError:
            continue
        if _is_moment(one.at):
            found.setdefault(str(row.get("subject", "")), []).append(one)
    return {subject: tuple(rows) for subject, rows in found.items()}


def _number(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > _MOST:
        return None
    return None if math.isnan(value) else float(value)


def _is_moment(value: Any) -> bool:
    try:
        datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def append_run(
    data: Path,
    journal: dict[str, Any],
    findings: list[dict[str, Any]],
    *,
    dry_run: bool = False,
) -> list[str]:
    """Append a build's run and the findings that changed; the paths that were written.

    A finding is kept when its value, interval, label or what :data:`KEPT` marks differ from what
    the history last knew of its subject. A prediction is kept once: the first that has a number,
    for each project, outcome and model version, made while the project was planned or active.
    Appending the same build twice changes nothing; ``dry_run`` only says what would be written.
    Raises MaestroError when the journal is of no finished build, or of one whose records were
    changed and not committed: its lines would be dated by a commit that knows nothing of them.
    """
    run = journal.get("run")
    if not isinstance(run, dict):
        raise MaestroError("M006", "there is no finished build to store", "run maestro build")
    if not journal.get("is_committed", True):
        raise MaestroError(
            "M006",
            "the last build read records that are not committed: its findings are of no commit",
            "commit the records, then maestro build and maestro store",
        )
    folder = data / "history"
    written = []
    if run not in read_runs(data)[-1:]:
        written.append(_append(folder / "runs.jsonl", [run], dry_run))
    for kind, kept in KEPT.items():
        path = folder / f"{kind}.jsonl"
        rows = [_row(finding, run, kept) for finding in findings if _is_kept(finding, kind, kept)]
        fresh = _fresh(rows, read_lines(path), kept)
        if fresh:
            written.append(
                _append(path, sorted(fresh, key=lambda row: str(row["subject"])), dry_run)
            )
    return written


def _is_kept(finding: dict[str, Any], kind: str, kept: Kept) -> bool:
    if finding["kind"] != kind or not kept.is_once:
        return bool(finding["kind"] == kind)
    # What was kept before, or is estimated after the fact, is not made now.
    return finding["value"] is not None and (finding["detail"] or {}).get("basis") == "now"


def _fresh(
    rows: list[dict[str, Any]], before: list[dict[str, Any]], kept: Kept
) -> list[dict[str, Any]]:
    """The rows that the history does not know yet."""
    if kept.is_once:
        known = {tuple(row.get(name) for name in _ONE) for row in before}
        return [row for row in rows if tuple(row[name] for name in _ONE) not in known]
    last = {row.get("subject"): row.get("mark") for row in before}
    return [row for row in rows if last.get(row["subject"]) != row["mark"]]


def _row(finding: dict[str, Any], run: dict[str, Any], kept: Kept) -> dict[str, Any]:
    detail = finding.get("detail") or {}
    target = detail.get("target", "")
    subject = f"{finding['subject']}:{target}" if target else finding["subject"]
    marked = {name: finding[name] for name in _ALWAYS}
    marked |= {name: detail.get(name) for name in kept.marked}
    beside = {name: detail.get(name, finding.get(name)) for name in kept.beside}
    return {
        "at": run["at"],
        "commit": run["commit"],
        "subject": subject,
        "mark": digest(marked)[:16],
        **marked,
        **beside,
    }


def _append(path: Path, rows: list[dict[str, Any]], dry_run: bool) -> str:
    if dry_run:
        return str(path)
    before = path.read_bytes() if path.exists() else b""
    if before and not before.endswith(b"\n"):
        before = before[: before.rfind(b"\n") + 1]
    lines = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
    write_atomic(path, before + lines.encode())
    return str(path)
