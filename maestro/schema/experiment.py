"""Experiments: A/B tests of a project. (What MLflow calls a run is a training run, a fact.)"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Date, Extra, Line, Model, Prose, RepoPath, Sentence, Term


class Arm(Model):
    """One variant."""

    name: Term
    """Its name in the data."""
    share: float = Field(gt=0, le=1)
    """The share of units it gets; the shares add up to 1."""
    description: Line | None = None
    """What is different in it."""


class ExperimentMetric(Model):
    """One thing that is measured."""

    name: Line
    """Its column in the data."""
    type: Literal["binary", "mean", "ratio", "count"]
    """How it is summed up."""
    direction: Literal["increase", "decrease"]
    """Which way is better."""
    guardrail: bool = False
    """True when it only must not get worse."""


class Experiment(Model):
    """A planned comparison of variants."""

    project: Term
    """The project it belongs to."""
    hypothesis: Sentence
    """What is expected, in one sentence of 10 to 300 characters of plain text."""
    arms: list[Arm] = Field(min_length=2, max_length=10)
    """The variants; the first one is the control."""
    unit: Line
    """What is assigned to a variant: user, session, shop."""
    metrics: list[ExperimentMetric] = Field(min_length=1, max_length=20)
    """What is measured; the first one decides."""
    data: RepoPath
    """The file with one row per unit, in this repository."""
    title: Line | None = None
    """Its name for people."""
    started: Date | None = None
    """The first day."""
    ended: Date | None = None
    """The last day."""
    prior: Extra = Field(default_factory=dict)
    """What was believed before, for the Bayesian reading."""
    stopping_rule: Line | None = None
    """When it ends, decided before it starts, in one line of plain text."""
    exclusions: Prose | None = None
    """Units that are left out, and why, in Markdown."""
    decision: Prose | None = None
    """What was decided, and why, in Markdown."""
    extra: Extra = Field(default_factory=dict)
    """A free map for other tools."""
