"""Findings: what the engine concluded. One shape for all, a typed detail per kind.

A number stands here with the evidence it was computed from, its interval and the method that
made it, or there is no number and ``label`` and ``quality`` say why.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from .base import Model

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

NOT_ENOUGH = "not enough evidence"
"""The label of a finding without a number to stand on."""


class Published(Model):
    """A part of a finding: frozen, strict, and no NaN or infinity in it."""

    model_config = ConfigDict(allow_inf_nan=False)


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


class Detail(Published):
    """The part of a finding that only its kind has."""


class SuccessPartDetail(Published):
    """One part of a success score."""

    name: str
    value: float | None
    score: float | None
    """0 to 100, or None when the part is missing."""
    weight: float
    contribution: float
    """Points of success it brings."""
    source: str
    """Where the value is from: record, facts, or why it is missing."""
    baseline: float | None = None
    target: float | None = None
    unit: str = ""


class SuccessDetail(Detail):
    """How a project's success is made up."""

    version: int
    """Version of the success block in settings.yaml."""
    parts: list[SuccessPartDetail]
    completeness: float
    """Share of the weights that the project has values for, 0 to 1."""
    status: str
    capped: bool = False
    """True when the score was cut because the project was abandoned."""


class ImpactDetail(Detail):
    """What stands behind an impact score."""

    users: list[str]
    """Finished projects that used it."""
    teams: int
    naive_mean: float | None
    """Mean success of its users, not adjusted."""
    others_mean: float | None
    """Mean success of all others, not adjusted."""
    grade: Literal["strong", "moderate", "weak", "insufficient"] = "insufficient"
    verdict: str = NOT_ENOUGH
    p_helps: float | None = None
    """Probability that the effect is more than the margin above zero."""
    p_hurts: float | None = None
    """Probability that it is more than the margin below zero."""
    clean: float | None = None
    """How many fair comparisons of with and without the evidence is worth."""
    separable: float | None = None
    """0 (cannot be told from other columns) to 1 (not confounded)."""
    together: list[str] = Field(default_factory=list)
    """References that nearly the same projects used, itself among them."""
    joint: float | None = None
    """Effect of using all of these together."""
    joint_lo: float | None = None
    joint_hi: float | None = None


class UseStep(Published):
    """One step from the start to a project's score, in points of success."""

    name: str
    kind: Literal["start", "covariates", "class", "team", "quarter", "artifact", "unexplained"]
    points: float
    lo: float | None = None
    hi: float | None = None


class UseImpactDetail(Detail):
    """What a project's score is made of in the model; the steps add up to it."""

    steps: list[UseStep]


class ReuseDetail(Detail):
    """Who uses an entry."""

    projects: list[str]
    """Projects that use it, any version."""
    entries: list[str]
    """Entries and cards that use it."""
    versions: dict[str, int]
    """Version to the number of projects on it; "" when not known."""


class LineageDetail(Detail):
    """What an entry is built on and what is built on it, one hop each way and in full."""

    uses: list[str]
    used_by: list[str]
    upstream: list[str]
    downstream: list[str]


class ModelDetail(Detail):
    """How a model of outcomes was fitted and how well it does."""

    target: str
    projects: int
    needed: int
    skill: float | None = None
    """1 - error / error of the median, each project held out once; of chances, Brier scores."""
    coverage: float | None = None
    """Share of actual values inside the interval, each project held out once."""
    parameters: dict[str, float] = Field(default_factory=dict)
    p: float | None = None
    """Share of shuffled outcomes that are predicted as well: at most 0.05 is some evidence."""
    error: float | None = None
    """Typical error, held out: a factor for durations and costs (1.5: half as much again or two
    thirds), points for success."""
    base_rate: float | None = None
    """Share of successes among finished projects, (successes + 1) / (projects + 2)."""
    brier: float | None = None
    """Mean squared error of the chance, held out."""
    brier_base: float | None = None
    """The same of the base rate."""


class Driver(Published):
    """One thing that moves a prediction away from the typical project."""

    name: str
    """What it is: a field of the record, or a reused piece."""
    effect: float
    """By how much, in the unit of the outcome; differences between projects, not causes."""


class PredictionDetail(Detail):
    """One predicted outcome of one project."""

    target: str
    model_version: str
    made_at: str
    actual: float | None = None
    similar: list[str] = Field(default_factory=list)
    typical: float | None = None
    """What the drivers start from; None where they are not shown."""
    drivers: list[Driver] = Field(default_factory=list)
    """Largest first; empty without enough evidence."""


class Alike(Published):
    """One record that is like another, and in what."""

    name: str
    kind: str
    """What it is: projects, datasets, feature_pipelines, ..."""
    version: str
    """Its version; empty for a project."""
    score: float
    """0 (nothing shared) to 1 (the same content)."""
    parts: dict[str, float]
    """Part that both have (class, outputs, text, ...) to how alike they are in it, 0 to 1."""
    shared: list[str]
    """What they share, in words, what weighs most first: ``4 of 6 outputs (a, b, c, d)``."""


class SimilarityDetail(Detail):
    """The finished projects, or the entries, that are most like a record."""

    path: str
    """The record it is about."""
    compared: int
    """How many records it was compared with."""
    alike: list[Alike]
    """Up to five, most alike first."""


class DuplicateDetail(Detail):
    """An older entry of the same kind that is nearly the same."""

    path: str
    """The record of the other one."""
    other: Alike
    """The other one, and what they share."""
    reason: str = ""
    """Why both stand there, as one of the two records says."""


class ChangeDetail(Detail):
    """One change of one record."""

    action: Literal["added", "changed", "removed"]
    record_kind: str
    path: str
    commit: str
    at: str
    """Time of the commit, UTC."""
    version: str = ""


class HealthDetail(Detail):
    """The state of one source."""

    source: str
    state: Literal["fresh", "stale", "failed", "missing", "skipped"]
    reason: str = ""
    hint: str = ""
    commit: str = ""
    last_good: str = ""
    counts: dict[str, int] = Field(default_factory=dict)


class MetricDetail(Detail):
    """A figure over time or about one data set."""

    name: str
    source: str = ""
    """Where it comes from: git, ci, pull_requests, dora, tracking, dvc, custom, or a file."""
    series: list[tuple[str, float]] = Field(default_factory=list)
    """Week or day and value, oldest first."""
    dataset: str = ""
    slice: str = ""
    band: Literal["", "elite", "high", "medium", "low"] = ""
    """The band of DORA's report that the value lies in; empty when there is none for it."""
    standard: str = ""
    """The report that the band comes from, with its year: ``DORA 2023``."""


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


def round_numbers(data: Any) -> Any:
    """``data`` with every float cut to six significant digits, as all published numbers are.

    The last digits of linear algebra belong to the processor; six agree everywhere.
    """
    if isinstance(data, float):
        return float(f"{data:.6g}")
    if isinstance(data, dict):
        return {key: round_numbers(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [round_numbers(value) for value in data]
    return data
