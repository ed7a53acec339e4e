"""Metrics with known ends: what cannot be, or runs the wrong way, has no score."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from maestro.learning.success import score_success
from maestro.schema.details import SuccessDetail, SuccessPartDetail
from maestro.schema.known_metrics import KNOWN, metric_faults
from maestro.schema.project import Measured
from maestro.schema.settings import DEFAULT_SUCCESS, Success, SuccessPart

from .rows import AS_OF, project

SKILL = SuccessPart(weight=1, kind="skill")


def faults(part: SuccessPart = SKILL, **measured: float | str) -> list[tuple[str, str]]:
    """Field and remedy of each fault."""
    found = metric_faults(part, Measured.model_validate(measured))
    return [(fault.field, fault.hint) for fault in found]


def performance(**measured: float | str) -> SuccessPartDetail:
    """The part of skill of a project that recorded also what a score needs besides."""
    parts = {"model_performance": measured, "business_impact": {"value": 250_000}}
    parts["time_to_deployment"] = {"value": 14}
    found = score_success(project(parts=parts), DEFAULT_SUCCESS, name="n", path="", as_of=AS_OF)
    # What is left of the parts is at its best, so a part that is left out costs nothing.
    assert isinstance(found.detail, SuccessDetail)
    part = found.detail.parts[0]
    assert part.score is not None or (found.value == 100 and part.source in found.quality[0])
    return part


def test_an_impossible_value_has_no_score() -> None:
    """An AUC of 93 is not 100 points: the part is left out, and the reason stands there."""
    part = performance(metric="auc", value=93, baseline=0.7, target=0.9)
    assert (part.score, part.value) == (None, 93)
    assert part.source == "value 93 is no auc, which is a number from 0 to 1"


def test_a_target_below_the_baseline_has_no_score() -> None:
    """An AUC of 0.95 is not 0 points because 0.7 was set as target beside a baseline of 0.8."""
    part = performance(metric="auc", value=0.95, baseline=0.8, target=0.7)
    assert part.score is None
    assert part.source == "target 0.7 is worse than baseline 0.8: of auc more is better"
    right = performance(metric="auc", value=0.75, baseline=0.7, target=0.8)
    assert right.score == pytest.approx(50)


@pytest.mark.parametrize(
    ("metric", "fine", "impossible"),
    [
        ("auc", (0, 0.3, 1), (-0.1, 1.1)),
        ("Balanced accuracy", (0, 1), (-0.5, 1.01)),
        ("f1", (0, 1), (-0.5, 100)),
        ("r2", (-40, 0, 1), (1.2,)),
        ("MCC", (-1, 1), (-1.5, 2)),
        ("rmse", (0, 1e9), (-1,)),
        ("log-loss", (0, 12), (-0.1,)),
        ("brier", (0, 2), (-0.1, 2.1)),
        ("of our own", (-1e9, 1e9), ()),
    ],
)
def test_what_metrics_can_be(
    metric: str, fine: tuple[float, ...], impossible: tuple[float, ...]
) -> None:
    """The ends themselves are possible, what lies beyond is not; others may be anything."""
    assert [value for value in fine if faults(metric=metric, value=value)] == []
    assert [value for value in impossible if not faults(metric=metric, value=value)] == []


def test_the_remedy_is_the_share() -> None:
    """What looks like a percentage is written as a share; what does not is left to the author."""
    assert faults(metric="auc", value=93) == [("value", "write 0.93")]
    assert faults(metric="accuracy", value=0.8, baseline=70, target=90.5) == [
        ("baseline", "write 0.7"),
        ("target", "write 0.905"),
    ]
    ((_, hint),) = faults(metric="auc", value=1.2)
    assert hint == "write a number from 0 to 1, or name the metric that this is"


def test_the_last_digits_of_a_computed_value_do_not_matter() -> None:
    """Sums of floats end a little beyond 1 or 0."""
    assert faults(metric="auc", value=0.1 + 0.2 + 0.7 + 1e-15) == []
    assert faults(metric="mae", value=-1e-17) == []


@pytest.mark.parametrize("metric", sorted(KNOWN))
def test_each_metric_runs_one_way(metric: str) -> None:
    """Errors and losses are to fall, all others to rise; the other way is a fault."""
    falls = metric in {"mae", "mse", "rmse", "mape", "log_loss", "brier"}
    worse, better = (0.9, 0.6) if falls else (0.6, 0.9)
    assert faults(metric=metric, value=0.7, baseline=worse, target=better) == []
    assert faults(metric=metric, value=0.7, baseline=better, target=worse) == [
        ("target", "swap them, or fix one of them")
    ]


def test_a_target_worse_than_guessing_is_one_too() -> None:
    """Without a baseline an AUC is measured from 0.5: a target of 0.4 lies behind it."""
    assert [field for field, _ in faults(metric="auc", value=0.7, target=0.4)] == ["target"]
    assert faults(metric="auc", value=0.7, target=0.6) == []
    assert faults(metric="accuracy", value=0.7, target=0.4) == []


def test_a_part_on_another_scale_is_left_alone() -> None:
    """Precision from 0.2 to 0.9 cannot be 45; a part from 20 to 90 counts percent."""
    shares = SuccessPart(weight=1, worst=0.2, best=0.9)
    percent = SuccessPart(weight=1, worst=20, best=90)
    assert faults(shares, metric="precision", value=45) == [("value", "write 0.45")]
    assert faults(percent, metric="precision", value=45) == []
    # Baseline and target of such a part count for nothing.
    assert faults(shares, metric="precision", value=0.4, baseline=0.8, target=0.7) == []


def test_a_custom_metric_is_held_to_it_as_well() -> None:
    """What the project's own files say instead of the record is no better for being logged."""
    parts = {"model_performance": {"metric": "auc", "value": 0.8, "baseline": 0.6, "target": 0.9}}
    facts = {"model_performance": (80.0, "own.csv:2", "own.csv")}
    found = score_success(
        project(parts=parts), DEFAULT_SUCCESS, name="n", path="", as_of=AS_OF, facts=facts
    )
    assert found.value is None
    assert "value 80 is no auc" in found.quality[0]


def test_required_parts_are_parts() -> None:
    """A misspelt requirement would never be missed, so it is a fault that names the parts."""
    parts = {"lead_time": {"weight": 1, "worst": 26, "best": 2}}
    with pytest.raises(ValidationError) as caught:
        Success.model_validate({"parts": parts, "require_any": ["lead_tme"]})
    (fault,) = caught.value.errors()
    assert (fault["type"], fault["loc"]) == ("V014", ("require_any",))
    assert fault["msg"] == 'require_any names "lead_tme", which is no part'
    assert fault["ctx"]["hint"] == "did you mean lead_time?  parts are lead_time"
    assert Success.model_validate({"parts": parts, "require_any": ["lead_time"]}).require_any
