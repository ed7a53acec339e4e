"""The history of our own findings: JSON lines in the data folder, appended by a store job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from maestro.engine.cache import digest, write_atomic
from maestro.errors import MaestroError

KEPT = ("impact", "success", "outcome_model", "prediction")
"""Kinds of findings whose changes are kept."""


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


def append_run(
    data: Path,
    journal: dict[str, Any],
    findings: list[dict[str, Any]],
    *,
    dry_run: bool = False,
) -> list[str]:
    """Append a build's run and the findings that changed; the paths that were written.

    A finding is kept when its value, interval or label differ from what the history last knew
    of its subject. Appending the same build twice changes nothing; ``dry_run`` only says what
    would be written. Raises MaestroError when
    the journal is of no finished build.
    """
    run = journal.get("run")
    if not isinstance(run, dict):
        raise MaestroError("M006", "there is no finished build to store", "run maestro build")
    folder = data / "history"
    written = []
    if run not in read_runs(data)[-1:]:
        written.append(_append(folder / "runs.jsonl", [run], dry_run))
    for kind in KEPT:
        path = folder / f"{kind}.jsonl"
        last = {row.get("subject"): row.get("mark") for row in read_lines(path)}
        fresh = [_row(finding, run) for finding in findings if finding["kind"] == kind]
        fresh = [row for row in fresh if last.get(row["subject"]) != row["mark"]]
        if fresh:
            written.append(
                _append(path, sorted(fresh, key=lambda row: str(row["subject"])), dry_run)
            )
    return written


def _row(finding: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    target = (finding.get("detail") or {}).get("target", "")
    subject = f"{finding['subject']}:{target}" if target else finding["subject"]
    kept = {name: finding[name] for name in ("value", "lo", "hi", "n", "label", "method")}
    return {
        "at": run["at"],
        "commit": run["commit"],
        "subject": subject,
        "mark": digest(kept)[:16],
        **kept,
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
