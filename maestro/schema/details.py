"""What only one kind of finding has: its typed detail, one model per kind."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from .base import Model

NOT_ENOUGH = "not enough evidence"
"""The label of a finding without a number to stand on."""


class Published(Model):
    """A part of a finding: frozen, strict, and no NaN or infinity in it."""

    model_config = ConfigDict(allow_inf_nan=False)


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


class LineageDetail(Detail):
    """What an entry is built on and what is built on it, one hop each way and in full."""

    uses: list[str]
    used_by: list[str]
    upstream: list[str]
    downstream: list[str]


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
