"""From true success to what a project would have recorded: the score's formula, backwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from maestro.schema.settings import Success, SuccessPart

from .simulator import END, SimProject

BLOCK = Success(
    version=1,
    parts={
        "model_performance": SuccessPart(weight=0.4, kind="skill"),
        "business_impact": SuccessPart(
            weight=0.3, worst=1_000.0, best=1_000_000.0, scale="log", unit="EUR/year"
        ),
        # Its logs are made apart from its outcomes, and only the recorded ones hold the truth.
        "time_to_deployment": SuccessPart(
            weight=0.2, worst=180.0, best=14.0, scale="log", unit="days", facts="none"
        ),
        "compute_cost": SuccessPart(
            weight=0.1, worst=5_000.0, best=50.0, scale="log", unit="EUR", facts="none"
        ),
    },
    min_weight=0.5,
    require_any=["model_performance", "business_impact"],
)
"""How success is measured in the simulated library."""

MISSING = {
    "model_performance": 0.03,
    "business_impact": 0.2,
    "time_to_deployment": 0.1,
    "compute_cost": 0.15,
}
"""How often each part of a done project is not recorded."""
PART_SD = 8.0
"""How far the parts of one project scatter around its success, in points."""


@dataclass(frozen=True, slots=True)
class _Metric:
    """A metric of a problem class with its usual baseline and how far targets lie from it."""

    name: str
    baseline: tuple[float, float]
    step: tuple[float, float]
    relative: bool = False


_METRICS = {
    "tabular-classification": _Metric("auc", (0.58, 0.72), (0.1, 0.2)),
    "regression": _Metric("rmse", (12.0, 30.0), (-0.4, -0.2), relative=True),
    "forecasting": _Metric("mape", (0.2, 0.4), (-0.4, -0.2), relative=True),
    "text-classification": _Metric("f1", (0.5, 0.65), (0.12, 0.25)),
    "ranking": _Metric("ndcg", (0.3, 0.45), (0.08, 0.2)),
    "anomaly-detection": _Metric("average_precision", (0.2, 0.35), (0.15, 0.3)),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What models of a problem class are measured by, and how far targets lie from baselines."""

    metric: str
    baseline: float
    step: float
    """From a usual baseline to a usual target; negative where less is better."""


def goal_of(problem_class: str) -> Goal:
    """The middle of what projects of a problem class start from and aim at."""
    metric = _METRICS[problem_class]
    baseline, step = sum(metric.baseline) / 2, sum(metric.step) / 2
    return Goal(metric.name, baseline, step * baseline if metric.relative else step)


def outcomes(project: SimProject, random: np.random.Generator) -> dict[str, object]:
    """The ``outcomes`` block of a finished project's record.

    Every part scatters around the true success so that the weighted mean of all four equals
    it, before parts are clipped at 0 and 100, rounded, or not recorded.
    """
    if project.ended is None:
        raise ValueError(f"{project.name} has not ended")
    shares = _shares(project.success, random)
    abandoned = project.status == "abandoned"
    parts = {}
    for name, declared in BLOCK.parts.items():
        measured = _measured(name, declared, shares[name], project, random)
        lost = random.uniform() < MISSING[name]
        # An abandoned project never went live: only its model was measured, if anything.
        if abandoned:
            lost = name != "model_performance" and (name != "compute_cost" or lost)
        if not lost:
            parts[name] = measured
    record: dict[str, object] = {"parts": parts, "cost": project.cost}
    if abandoned:
        record["note"] = "Simulated: abandoned before it went live."
    record["recorded"] = min(project.ended + timedelta(days=7), END)
    return record


def _shares(success: float, random: np.random.Generator) -> dict[str, float]:
    weights = np.array([part.weight for part in BLOCK.parts.values()])
    scatter = PART_SD * random.normal(size=len(weights))
    scatter -= (weights * scatter).sum() / weights.sum()
    shares = np.clip((success + scatter) / 100, 0, 1)
    return dict(zip(BLOCK.parts, (float(share) for share in shares), strict=True))


def _measured(
    name: str,
    declared: SuccessPart,
    share: float,
    project: SimProject,
    random: np.random.Generator,
) -> dict[str, object]:
    if declared.kind == "range":
        return {"value": range_value(declared, share)}
    metric = _METRICS[project.problem_class]
    baseline = round(float(random.uniform(*metric.baseline)), 3)
    step = float(random.uniform(*metric.step)) * (baseline if metric.relative else 1)
    target = round(baseline + step, 3)
    value = round(baseline + share * (target - baseline), 4)
    return {"value": value, "metric": metric.name, "baseline": baseline, "target": target}


def range_value(declared: SuccessPart, share: float) -> float:
    """The value that lies ``share`` of the way from worst to best, to three digits."""
    worst, best = declared.worst, declared.best
    if worst is None or best is None:
        raise ValueError("a range part has worst and best")
    if declared.scale == "linear":
        value = worst + share * (best - worst)
    elif declared.scale == "log":
        value = math.exp(math.log(worst) + share * (math.log(best) - math.log(worst)))
    else:
        value = math.expm1(math.log1p(worst) + share * (math.log1p(best) - math.log1p(worst)))
    return float(f"{value:.3g}")


__all__ = ["BLOCK", "MISSING", "PART_SD", "Goal", "goal_of", "outcomes", "range_value"]
