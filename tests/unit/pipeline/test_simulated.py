"""When the truth of a simulated library is read, and when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.demo.library import TRUTH
from maestro.pipeline.simulated import PATH, held_against_truth, truth_mark
from maestro.schema import Settings
from maestro.schema.truth import TruthDetail

NOW = "2026-06-30T12:00:00Z"
REAL = Settings(title="Real", format=1)
SIMULATED = Settings(title="Simulated", format=1, simulated=True)


def test_the_simulators_file_is_the_one_that_is_read() -> None:
    """The name is the same on both sides."""
    assert PATH == TRUTH


def test_a_real_library_is_never_held_against_a_file(tmp_path: Path) -> None:
    """Whatever lies there, a library that does not say it is simulated has no truth."""
    (tmp_path / PATH).write_text('{"artifacts": {"a@1.0.0": 1.0}}', encoding="utf-8")
    assert held_against_truth(tmp_path, REAL, [], NOW) == []
    assert truth_mark(tmp_path, REAL) == ""
    assert truth_mark(tmp_path, SIMULATED) != ""


def test_a_simulated_library_without_the_file_says_nothing(tmp_path: Path) -> None:
    """No file, no finding."""
    assert held_against_truth(tmp_path, SIMULATED, [], NOW) == []
    assert truth_mark(tmp_path, SIMULATED) == ""


def test_true_effects_are_taken_by_reference(tmp_path: Path) -> None:
    """Each reference with its number; nothing else of the file is looked at."""
    (tmp_path / PATH).write_text('{"seed": "x", "artifacts": {"a@1.0.0": 1}}', encoding="utf-8")
    (found,) = held_against_truth(tmp_path, SIMULATED, [], NOW)
    assert isinstance(found.detail, TruthDetail)
    assert found.detail.known == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        '{"artifacts": []}',
        '{"artifacts": {"a": "1"}}',
        '{"artifacts": {"a": NaN}}',
        '{"artifacts": {"a": true}}',
        '{"artifacts": {"a": 1e999}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_truth_says_so(tmp_path: Path, text: str) -> None:
    """What cannot be read gives no number and no fault of the run."""
    (tmp_path / PATH).write_text(text, encoding="utf-8")
    found = held_against_truth(tmp_path, SIMULATED, [], NOW)
    assert [one.value for one in found] == ([None] if text else [])
    assert [one.quality for one in found] == (
        [[f"{PATH} does not hold the true effects of artifacts"]] if text else []
    )
