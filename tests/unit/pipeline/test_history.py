"""What of a build's findings is kept, and what is never written again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maestro.errors import MaestroError
from maestro.pipeline.history import append_run, earlier_models, kept_predictions, read_lines

FIRST, LATER = "2026-01-05T12:00:00Z", "2026-02-05T12:00:00Z"


def finding(kind: str, subject: str, value: float | None, **detail: Any) -> dict[str, Any]:
    """One finding as a build leaves it on disk."""
    return {
        "kind": kind,
        "subject": subject,
        "value": value,
        "lo": None,
        "hi": None,
        "level": None,
        "unit": "days",
        "n": 9,
        "label": "some evidence",
        "method": "ridge",
        "detail": detail,
    }


def prediction(value: float | None, *, version: str = "3", basis: str = "now") -> dict[str, Any]:
    """A prediction of the duration of the project ``new``."""
    return finding(
        "prediction",
        "new",
        value,
        target="duration",
        basis=basis,
        made_at=FIRST,
        model_version=version,
        success_version=None,
        inputs={"team_size": 4.0},
    )


def store(data: Path, at: str, *findings: dict[str, Any]) -> list[str]:
    """Store a build of these findings; the names of the files that were written."""
    journal = {"run": {"at": at, "commit": "c0ffee"}}
    return [Path(path).name for path in append_run(data, journal, list(findings))]


def kept(data: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of one kind."""
    return read_lines(data / "history" / f"{kind}.jsonl")


def test_the_first_prediction_stays(tmp_path: Path) -> None:
    """A later prediction of the same project by the same model version is not written."""
    store(tmp_path, FIRST, prediction(40.0))
    assert store(tmp_path, LATER, prediction(55.0)) == ["runs.jsonl"]
    (line,) = kept(tmp_path, "prediction")
    assert (line["subject"], line["value"], line["at"]) == ("new:duration", 40.0, FIRST)
    assert (line["made_at"], line["unit"], line["inputs"]) == (FIRST, "days", {"team_size": 4.0})


def test_another_model_version_makes_another_prediction(tmp_path: Path) -> None:
    """Each version is kept once, behind the one before."""
    store(tmp_path, FIRST, prediction(40.0))
    store(tmp_path, LATER, prediction(55.0, version="4"))
    store(tmp_path, LATER, prediction(60.0, version="3"))
    assert [line["value"] for line in kept(tmp_path, "prediction")] == [40.0, 55.0]


@pytest.mark.parametrize("basis", ["kept", "past only"])
def test_only_what_is_made_now_is_kept(tmp_path: Path, basis: str) -> None:
    """What was kept before or is estimated after the fact does not enter the history."""
    store(tmp_path, FIRST, prediction(40.0, basis=basis))
    assert kept(tmp_path, "prediction") == []


def test_without_a_number_nothing_was_predicted(tmp_path: Path) -> None:
    """Too few finished projects: the first prediction with a number is the one that is kept."""
    store(tmp_path, FIRST, prediction(None))
    store(tmp_path, LATER, prediction(55.0))
    assert [line["value"] for line in kept(tmp_path, "prediction")] == [55.0]


def test_a_model_is_kept_when_its_skill_has_changed(tmp_path: Path) -> None:
    """The same median with another skill is a new line; the same in all is none."""

    def model(skill: float) -> dict[str, Any]:
        """The model of durations with this skill."""
        return finding(
            "outcome_model", "duration", 60.0, target="duration", skill=skill, coverage=0.9, p=0.2
        )

    store(tmp_path, FIRST, model(0.1))
    store(tmp_path, LATER, model(0.1))
    store(tmp_path, LATER, model(0.2))
    assert [line["skill"] for line in kept(tmp_path, "outcome_model")] == [0.1, 0.2]


def test_a_broken_line_is_passed_over(tmp_path: Path) -> None:
    """A line that was cut off is neither read nor a reason to write a prediction twice."""
    store(tmp_path, FIRST, prediction(40.0))
    path = tmp_path / "history" / "prediction.jsonl"
    path.write_text(path.read_text() + '{"subject": "ne')
    assert store(tmp_path, LATER, prediction(55.0)) == ["runs.jsonl"]
    assert len(kept(tmp_path, "prediction")) == 1


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It names the files that would be written."""
    journal = {"run": {"at": FIRST, "commit": "c0ffee"}}
    named = append_run(tmp_path, journal, [prediction(40.0)], dry_run=True)
    assert [Path(path).name for path in named] == ["runs.jsonl", "prediction.jsonl"]
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_never_ended_is_not_stored(tmp_path: Path) -> None:
    """Without a finished run in the journal it is refused."""
    with pytest.raises(MaestroError, match="no finished build"):
        append_run(tmp_path, {}, [])


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    """A stored prediction comes back whole; without a data folder there is none."""
    store(tmp_path, FIRST, {**prediction(40.0), "lo": 20.0, "hi": 90.0, "level": 0.9})
    (one,) = kept_predictions(tmp_path)
    assert (one.project, one.target, one.value, one.lo, one.hi) == ("new", "duration", 40, 20, 90)
    assert (one.made_at, one.model_version, one.unit, one.n) == (FIRST, "3", "days", 9)
    assert kept_predictions(None) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None},
        {"value": "40"},
        {"value": True},
        {"value": 10**400},
        {"value": float("nan")},
        {"lo": 50.0, "hi": 60.0},
        {"lo": 20.0},
        {"made_at": "yesterday"},
        {"made_at": None},
    ],
)
def test_what_is_no_prediction_is_left_out(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Lines with a number that is none, an interval beside it, or no moment, are not believed."""
    line = {"subject": "new:duration", "value": 40.0, "made_at": FIRST, "unit": "days"}
    path = tmp_path / "history" / "prediction.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(one) + "\n" for one in (line, {**line, **fields})))
    assert len(kept_predictions(tmp_path)) == 1


def test_earlier_models_are_read_by_target(tmp_path: Path) -> None:
    """Oldest first, each target by itself; a line of another shape is left out."""
    for at, skill in ((FIRST, 0.1), (LATER, 0.2)):
        rows = [
            finding("outcome_model", name, 60.0, target=name, skill=skill, coverage=0.9, p=0.2)
            for name in ("cost", "duration")
        ]
        store(tmp_path, at, *rows)
    path = tmp_path / "history" / "outcome_model.jsonl"
    path.write_text(path.read_text() + '{"subject": "cost:cost", "skill": "high"}\n')
    found = earlier_models(tmp_path)
    assert sorted(found) == ["cost", "duration"]
    assert [(one.at, one.skill) for one in found["cost"]] == [(FIRST, 0.1), (LATER, 0.2)]
    assert earlier_models(None) == {}


def test_a_score_is_kept_with_the_version_of_its_block(tmp_path: Path) -> None:
    """The same number by another block is another score: a line of its own, with its version."""
    for version in (1, 1, 2):
        store(tmp_path, FIRST, finding("success", "churn", 60.0, version=version))
    rows = read_lines(tmp_path / "history" / "success.jsonl")
    assert [(row["value"], row["version"]) for row in rows] == [(60.0, 1), (60.0, 2)]
