"""Metrics whose ends are known: what they can be, what guessing reaches and which way is better."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .project import Measured
from .settings import SuccessPart

_INF = math.inf
_SLACK = 1e-9
"""What a computed value may lie beyond an end: sums of floats do."""


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """A metric that goes from ``low`` to ``high``, both reachable where they are finite."""

    low: float
    high: float
    best: float
    """What perfection reaches."""
    guess: float | None = None
    """What guessing reaches; None where that depends on the data."""

    @property
    def is_more_better(self) -> bool:
        """Whether a higher value is a better one."""
        return self.best == self.high

    @property
    def span(self) -> str:
        """Its range in words."""
        if self.low == -_INF:
            return f"of at most {self.high:g}"
        if self.high == _INF:
            return f"of at least {self.low:g}"
        return f"from {self.low:g} to {self.high:g}"

    def holds(self, value: float) -> bool:
        """Whether it can be ``value``."""
        return self.low - _SLACK <= value <= self.high + _SLACK


_SHARE = KnownMetric(0.0, 1.0, 1.0)
_RANKING = KnownMetric(0.0, 1.0, 1.0, 0.5)
_AGREEMENT = KnownMetric(-1.0, 1.0, 1.0, 0.0)
_ERROR = KnownMetric(0.0, _INF, 0.0)
KNOWN: dict[str, KnownMetric] = {
    "auc": _RANKING,
    "roc_auc": _RANKING,
    "auroc": _RANKING,
    "r2": KnownMetric(-_INF, 1.0, 1.0, 0.0),
    "kappa": _AGREEMENT,
    "cohen_kappa": _AGREEMENT,
    "mcc": _AGREEMENT,
    "accuracy": _SHARE,
    "balanced_accuracy": _SHARE,
    "f1": _SHARE,
    "precision": _SHARE,
    "recall": _SHARE,
    "average_precision": _SHARE,
    "mae": _ERROR,
    "mse": _ERROR,
    "rmse": _ERROR,
    "mape": _ERROR,
    "log_loss": _ERROR,
    # Up to 2 as Brier (1950) defined it, over all classes; 1 is the end of the form for two.
    "brier": KnownMetric(0.0, 2.0, 0.0),
}
"""Name in lower case to the metric."""


@dataclass(frozen=True, slots=True)
class MetricFault:
    """Why a measured part cannot be scored, and where that stands."""

    sort: Literal["range", "direction"]
    field: Literal["value", "baseline", "target"]
    message: str
    hint: str


def metric_key(name: str | None) -> str:
    """A metric's name as :data:`KNOWN` has it: ``ROC AUC`` is ``roc_auc``, ``R²`` is ``r2``."""
    plain = (name or "").strip().lower().replace("²", "2").replace("^", "")
    return plain.replace("-", "_").replace(" ", "_")


def metric_faults(declared: SuccessPart, measured: Measured) -> Iterator[MetricFault]:
    """What a known metric cannot be, and a target on the wrong side of the baseline.

    A part of kind range that is declared on another scale (percent) is left alone. The direction
    is looked at only where the numbers themselves are possible.
    """
    metric = KNOWN.get(metric_key(measured.metric))
    if metric is None:
        return
    numbers: dict[Literal["value", "baseline", "target"], float | None] = {"value": measured.value}
    if declared.kind == "skill":
        numbers |= {"baseline": measured.baseline, "target": measured.target}
    elif not all(end is None or metric.holds(end) for end in (declared.worst, declared.best)):
        return
    name, is_possible = metric_key(measured.metric), True
    for field, number in numbers.items():
        if number is not None and not metric.holds(number):
            is_possible = False
            message = f"{field} {number:g} is no {name}, which is a number {metric.span}"
            yield MetricFault("range", field, message, _remedy(metric, number))
    if is_possible and declared.kind == "skill":
        yield from _direction(metric, name, measured)


def _remedy(metric: KnownMetric, number: float) -> str:
    # From 2 on a share was meant as a percentage; 1.2 may be anything.
    if metric.high == 1.0 and 2.0 <= number <= 100.0:
        return f"write {number / 100:g}"
    return f"write a number {metric.span}, or name the metric that this is"


def _direction(metric: KnownMetric, name: str, measured: Measured) -> Iterator[MetricFault]:
    worst = metric.guess if measured.baseline is None else measured.baseline
    target = measured.target
    if worst is None or target is None or worst == target:
        return
    if (target > worst) != metric.is_more_better:
        before = "guessing" if measured.baseline is None else "baseline"
        better = "more" if metric.is_more_better else "less"
        message = (
            f"target {target:g} is worse than {before} {worst:g}: of {name} {better} is better"
        )
        yield MetricFault("direction", "target", message, "swap them, or fix one of them")


__all__ = ["KNOWN", "KnownMetric", "MetricFault", "metric_faults", "metric_key"]
