"""Impact in the history: what a store job keeps of it, and what is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maestro.pipeline.history import append_run, earlier_impacts, read_lines

RUN = {"run": {"at": "2026-01-05T12:00:00Z", "commit": "c0ffee"}}


def impact(**detail: Any) -> dict[str, Any]:
    """One impact finding as a build leaves it on disk."""
    known = {"grade": "weak", "teams": 3, "margin": 1.0, "success_version": 2, "projects": 60}
    return {
        "kind": "impact",
        "subject": "piece@1.0.0",
        "value": 2.5,
        "lo": -0.5,
        "hi": 5.5,
        "n": 6,
        "label": "no clear effect",
        "method": "adjusted plus-minus",
        "method_version": "3",
        "detail": {**known, **detail},
    }


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    """Value, interval, verdict and what the verdict was computed from survive a round trip."""
    append_run(tmp_path, RUN, [impact(naive_mean=61.5)])
    (line,) = earlier_impacts(tmp_path)["piece@1.0.0"]
    assert (line.at, line.commit, line.value, line.lo, line.hi) == (
        "2026-01-05T12:00:00Z", "c0ffee", 2.5, -0.5, 5.5,
    )  # fmt: skip
    assert (line.n, line.label, line.grade, line.teams) == (6, "no clear effect", "weak", 3)
    assert (line.method_version, line.margin, line.success_version) == ("3", 1.0, 2)
    assert (line.projects, line.naive_mean, line.others_mean) == (60, 61.5, None)


def test_its_own_history_makes_no_line(tmp_path: Path) -> None:
    """A finding that differs in its history only is not stored again, nor is any side fact."""
    append_run(tmp_path, RUN, [impact()])
    later = {"run": {"at": "2026-02-05T12:00:00Z", "commit": "decade"}}
    written = append_run(tmp_path, later, [impact(history=[{"at": "x"}], clean=3.5)])
    assert [Path(path).name for path in written] == ["runs.jsonl"]
    assert len(read_lines(tmp_path / "history" / "impact.jsonl")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"value": "2.5"},
        {"n": 2.5},
        {"at": "yesterday"},
        {"label": None},
        {"value": float("nan")},
        {"teams": [3]},
        {"commit": 7},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_lines_that_are_no_impact_are_left_out(tmp_path: Path, fault: dict[str, Any]) -> None:
    """A line of a wrong shape is passed over; older lines, with less on them, are read."""
    old = {
        "at": "2025-01-05T12:00:00Z", "commit": "a", "subject": "piece@1.0.0", "value": None,
        "lo": None, "hi": None, "n": 1, "label": "not enough evidence", "method": "older",
    }  # fmt: skip
    path = tmp_path / "history" / "impact.jsonl"
    path.parent.mkdir()
    path.write_text("\n".join([json.dumps(old), json.dumps({**old, **fault}), "[]", "{}"]))
    (line,) = earlier_impacts(tmp_path)["piece@1.0.0"]
    assert (line.method, line.projects, line.method_version) == ("older", None, None)


def test_without_a_data_folder_there_is_none() -> None:
    """No folder, no history."""
    assert earlier_impacts(None) == {}
