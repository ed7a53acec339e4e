"""Findings: what the engine concluded. One shape for all, a typed detail per kind.

A number stands here with the evidence it was computed from, its interval and the method that
made it, or there is no number and ``label`` and ``quality`` say why.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from .details import (
    ChangeDetail,
    Detail,
    HealthDetail,
    LineageDetail,
    MetricDetail,
    Published,
    SuccessDetail,
)
from .learned import (
    DuplicateDetail,
    ImpactDetail,
    ModelDetail,
    PredictionDetail,
    RecommendationDetail,
    RecommenderDetail,
    ReuseDetail,
    SimilarityDetail,
    UseImpactDetail,
)
from .truth import TruthDetail

Kind = Literal[
    "metric",
    "dora",
    "success",
    "impact",
    "use_impact",
    "reuse",
    "outcome_model",
    "prediction",
    "similarity",
    "duplicate",
    "recommendation",
    "recommender",
    "simulated_truth",
    "automl",
    "explanation",
    "ab",
    "drift",
    "change",
    "policy_result",
    "audit_event",
    "lineage",
    "source_health",
]


class Window(Published):
    """The time a finding looks at, as ISO dates; ``end`` is not part of it."""

    start: str
    """First day."""
    end: str
    """The day after the last one."""


class Evidence(Published):
    """One thing a number was computed from."""

    kind: Literal["record", "commit", "run", "file", "fact", "finding", "dataset"]
    """What it is."""
    ref: str
    """Its name: a record's path, a commit id, a file's path."""
    note: str = ""
    """What was taken from it."""


DETAILS: dict[str, type[Detail]] = {
    "metric": MetricDetail,
    "dora": MetricDetail,
    "success": SuccessDetail,
    "impact": ImpactDetail,
    "use_impact": UseImpactDetail,
    "reuse": ReuseDetail,
    "lineage": LineageDetail,
    "outcome_model": ModelDetail,
    "prediction": PredictionDetail,
    "similarity": SimilarityDetail,
    "duplicate": DuplicateDetail,
    "recommendation": RecommendationDetail,
    "recommender": RecommenderDetail,
    "simulated_truth": TruthDetail,
    "change": ChangeDetail,
    "source_health": HealthDetail,
}
"""Kind of finding to the model of its detail; later kinds add theirs here."""


class Finding(Published):
    """One conclusion."""

    kind: Kind
    """What sort of conclusion it is."""
    subject: str
    """The record it is about: its name, ``name@version``, or ``library``."""
    value: float | None = None
    """The number; None when there is none, never 0 for that."""
    unit: str = ""
    """The number's unit."""
    lo: float | None = None
    """Lower end of its interval."""
    hi: float | None = None
    """Upper end of its interval."""
    level: float | None = None
    """How sure the interval is, 0.9 for nine in ten."""
    n: int | None = None
    """How many observations it rests on."""
    window: Window | None = None
    """The time it looks at."""
    as_of: str
    """The moment it holds for: ISO time, UTC."""
    method: str
    """How it was computed; a page explains it."""
    method_version: str = "1"
    """Version of that computation."""
    label: str = ""
    """What to call it: a verdict, a grade, or why there is no number."""
    evidence: list[Evidence] = Field(default_factory=list)
    """What it was computed from."""
    quality: list[str] = Field(default_factory=list)
    """What a reader should know about its limits."""
    detail: Detail | None = None
    """What only this kind has."""

    @model_validator(mode="before")
    @classmethod
    def _typed_detail(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("detail"), dict):
            model = DETAILS.get(str(data.get("kind")), Detail)
            data = {**data, "detail": model.model_validate(data["detail"], strict=False)}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Finding:
        ends = (self.lo, self.hi)
        if (self.lo is None) != (self.hi is None):
            raise ValueError("an interval needs both ends")
        if self.value is not None and self.lo is not None and self.hi is not None:
            slack = 1e-9 * max(1.0, abs(self.value))
            if not self.lo - slack <= self.value <= self.hi + slack:
                raise ValueError(f"value {self.value} lies outside its interval {ends}")
        wanted = DETAILS.get(self.kind)
        if self.detail is not None and wanted and type(self.detail) is not wanted:
            raise ValueError(f"detail of {self.kind} must be {wanted.__name__}")
        return self

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data with its full detail; numbers with six significant digits."""
        data = self.model_dump(mode="json", exclude={"detail"})
        data["detail"] = self.detail.model_dump(mode="json") if self.detail else None
        rounded: dict[str, Any] = round_numbers(data)
        return rounded


_AS_IT_IS = frozenset({str, int, bool, type(None)})
"""Most values of a finding: told apart without a call each."""


def round_numbers(data: Any) -> Any:
    """``data`` with every float cut to six significant digits, as all published numbers are.

    The last digits of linear algebra belong to the processor; six agree everywhere.
    """
    if isinstance(data, float):
        return float(f"{data:.6g}")
    if isinstance(data, dict):
        return {k: v if type(v) in _AS_IT_IS else round_numbers(v) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return [v if type(v) in _AS_IT_IS else round_numbers(v) for v in data]
    return data
