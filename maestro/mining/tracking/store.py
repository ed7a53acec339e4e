"""Training runs on disk: sorted JSON lines, one file a project, the same bytes for the same runs.

``tracking/mlflow/<project>.jsonl`` below the data folder holds what ``maestro fetch`` took from a
server, and ``tracking/mlflow/<project>/state.json`` what is known of the fetching.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maestro.mining.base import Row
from maestro.schema.facts import columns

from .rows import sort_key

MOST_BYTES = 512 * 1024**2
"""A larger file is none of ours."""
_COLUMNS = columns("training_run")
_TIMES = ("created", "started", "finished", "updated")
_EMPTY: dict[str, Any] = {"params": {}, "metrics": {}, "quality": [], **dict.fromkeys(_TIMES)}


def runs_file(data: Path, project: str) -> Path:
    """The file of one project's runs."""
    return data / "tracking" / "mlflow" / f"{project}.jsonl"


def state_folder(data: Path, project: str) -> Path:
    """The folder with the state of its fetching."""
    return data / "tracking" / "mlflow" / project


def to_lines(rows: Iterable[Row]) -> bytes:
    """The rows as sorted JSON lines; columns that hold nothing are left out."""
    lines = []
    for row in sorted(rows, key=sort_key):
        record = {
            name: value
            for name, value in zip(_COLUMNS, row, strict=True)
            if value not in (None, "", [], {})
        }
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines).encode()


def from_lines(content: bytes) -> tuple[list[Row], int]:
    """The rows, and how many lines were none."""
    rows, bad = [], 0
    for line in content.split(b"\n"):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
            bad += 1
    unique = {(row[0], row[2]): row for row in rows}
    return sorted(unique.values(), key=sort_key), bad + len(rows) - len(unique)


def read_lines(path: Path) -> tuple[list[Row], int] | None:
    """Rows and damaged lines of a file; None when there is none."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        return from_lines(path.read_bytes())
    except OSError:
        return None


def _row(record: dict[str, Any]) -> Row:
    values = []
    for name in _COLUMNS:
        value = record.get(name, _EMPTY.get(name, ""))
        if name in _TIMES:
            _need(value is None or (_is_number(value) and math.isfinite(value)))
        elif name == "params":
            value = {str(key): str(one) for key, one in sorted(value.items())}
        elif name == "metrics":
            _need(all(_is_number(one) and math.isfinite(one) for one in value.values()))
            value = {str(key): float(one) for key, one in sorted(value.items())}
        elif name == "quality":
            value = sorted(map(str, value))
        else:
            _need(isinstance(value, str))
        values.append(value)
    _need(bool(values[2]))
    values[0] = values[0] or "mlflow"
    return tuple(values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _need(truth: bool) -> None:
    if not truth:
        raise ValueError
