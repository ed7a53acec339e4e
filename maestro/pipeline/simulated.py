"""The truth of a simulated library: read when all estimates are done, never for a real one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path

from maestro.errors import MaestroError
from maestro.schema import Settings
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Finding
from maestro.source.digest import digest_bytes, read_inside

PATH = "simulated-truth.json"
"""The file that the simulator leaves beside its records."""
MAX_BYTES = 8 << 20


def truth_mark(root: Path, settings: Settings) -> str:
    """A mark of the truth's content; empty for a real library and where there is none."""
    data = _data(root, settings)
    return digest_bytes(data) if data else ""


def held_against_truth(
    root: Path, settings: Settings, findings: Iterable[Finding], as_of: str
) -> list[Finding]:
    """One finding on how near the impacts are to the truth; none without a known truth.

    A file that cannot be read gives a finding without a number that says so.
    """
    from maestro.learning.simulated import METHOD, truth_findings

    data = _data(root, settings)
    if not data:
        return []
    try:
        effects = _effects(json.loads(data))
    except (ValueError, RecursionError):
        reason = f"{PATH} does not hold the true effects of artifacts"
        return [
            Finding(
                kind="simulated_truth",
                subject="library",
                as_of=as_of,
                method=METHOD,
                label=NOT_ENOUGH,
                quality=[reason],
            )
        ]
    margin = settings.impact_margin
    return truth_findings(findings, effects, path=PATH, as_of=as_of, margin=margin)


def _data(root: Path, settings: Settings) -> bytes:
    if not settings.simulated:
        return b""
    try:
        return read_inside(root, PATH, MAX_BYTES)
    except MaestroError:
        return b""


def _effects(data: object) -> dict[str, float]:
    """Reference to true effect; ValueError when it is anything else."""
    found = data.get("artifacts") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise ValueError("no artifacts")
    effects = {}
    for name, effect in found.items():
        if isinstance(effect, bool) or not isinstance(effect, (int, float)):
            raise ValueError(name)
        if not math.isfinite(effect):
            raise ValueError(name)
        effects[str(name)] = float(effect)
    return effects


__all__ = ["PATH", "held_against_truth", "truth_mark"]
