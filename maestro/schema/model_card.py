"""Model cards: what a trained model is for, on what it learned, how good it is and how to tell."""

from __future__ import annotations

from pydantic import Field, model_validator

from .artifact import HistoryEntry
from .base import (
    Count,
    Digest,
    Extra,
    Line,
    Link,
    Model,
    Number,
    Positive,
    Prose,
    Reference,
    RepoPath,
    Sentence,
    Status,
    Term,
    Version,
    _bad,
)


class Interval(Model):
    """A range and how sure it is."""

    lo: Number
    """Lower end."""
    hi: Number
    """Upper end."""
    level: float = Field(default=0.9, gt=0, lt=1)
    """How sure, 0.9 for nine in ten."""


class CardMetric(Model):
    """One metric on one data set: a typed value, or a file of predictions to compute it from."""

    dataset: Reference
    """The data set it was measured on."""
    metric: Line
    """Its name: accuracy, auc, mae, ..."""
    value: Number | None = None
    """The value, when it was measured elsewhere."""
    predictions: RepoPath | None = None
    """A CSV file with columns actual and predicted; the build computes value and interval."""
    interval: Interval | None = None
    """The range of a typed value."""
    slice: Line | None = None
    """The part of the data it holds for; all of it when missing."""
    evidence: RepoPath | None = None
    """The file, report or run behind a typed value."""
    digest: Digest | None = None
    """SHA-256 of the data it was measured on."""

    @model_validator(mode="after")
    def _one_origin(self) -> CardMetric:
        if (self.value is None) == (self.predictions is None):
            raise _bad("V014", "metric needs value or predictions", "write one of the two")
        return self


class Risk(Model):
    """Something that may go wrong, and what is done about it."""

    risk: Line
    """What may go wrong, for whom."""
    mitigation: Line | None = None
    """What is done about it."""


class ModelFile(Model):
    """The trained model itself. It is never opened, only hashed."""

    path: RepoPath | None = None
    """File in this repository."""
    url: Link | None = None
    """Address of the file."""
    digest: Digest
    """SHA-256 of its content."""
    size_bytes: Count | None = None
    """Its size."""


class ModelCard(Model):
    """The card of one trained model."""

    version: Version
    """The model's version, three parts."""
    description: Sentence
    """What it does, in one sentence of 10 to 300 characters of plain text."""
    owner: Term
    """The team that answers for it, from owners.yaml."""
    task: Term
    """The kind of task, from the taxonomy's problem classes."""
    trained_on: list[Reference] = Field(min_length=1, max_length=50)
    """The data sets it learned from."""
    intended_use: Prose
    """What it is for, and who is to use it, in Markdown."""
    metrics: list[CardMetric] = Field(min_length=1, max_length=200)
    """How good it is, with the data it was measured on."""
    title: Line | None = None
    """Its name for people; made from the file's name when missing."""
    status: Status = "experimental"
    """How far it has come."""
    license: Line | None = None
    """SPDX id or expression; the library's default when missing."""
    tags: list[Term] = Field(default_factory=list, max_length=20)
    """Words of the taxonomy to find it by."""
    project: Term | None = None
    """The project that made it."""
    uses: list[Reference] = Field(default_factory=list, max_length=200)
    """The pieces of the library it is built from."""
    base_model: Reference | None = None
    """The model it was made from."""
    out_of_scope: Prose | None = None
    """What it must not be used for, in Markdown."""
    limitations: Prose | None = None
    """Where it fails, in Markdown."""
    risks: list[Risk] = Field(default_factory=list, max_length=50)
    """What may go wrong."""
    oversight: Prose | None = None
    """Who watches over it and may stop it, in Markdown."""
    monitoring: Link | None = None
    """Where its behaviour is watched."""
    hyperparameters: Extra = Field(default_factory=dict)
    """The settings it was trained with."""
    co2: Positive | None = None
    """Emissions of the training, in grams of CO2 equivalent."""
    model_file: ModelFile | None = None
    """The trained model itself."""
    approvals_needed: list[Term] = Field(default_factory=list, max_length=10)
    """Roles that must agree before it goes live."""
    replaced_by: Reference | None = None
    """What to use instead, once it is deprecated."""
    reason: Line | None = None
    """Why it is deprecated."""
    history: list[HistoryEntry] = Field(default_factory=list, max_length=500)
    """Earlier versions, newest first."""
    links: list[Link] = Field(default_factory=list, max_length=20)
    """Addresses worth knowing."""
    extra: Extra = Field(default_factory=dict)
    """A free map for other tools."""
