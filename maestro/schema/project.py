"""Projects: what a team set out to do, what it reused, and how it ended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import (
    Count,
    Date,
    Extra,
    GitRef,
    GitUrl,
    Glob,
    Line,
    Link,
    Model,
    Number,
    Positive,
    Reference,
    RepoPath,
    Sentence,
    Term,
    _bad,
)


class Use(Model):
    """One piece of the library that the project uses."""

    artifact: Reference
    """``name@1.2.0``, or the name alone when the version is not known."""
    role: Line | None = None
    """What it is used for."""
    since: Date | None = None
    """The day it was adopted."""


class Role(Model):
    """How many people of one role."""

    role: Term
    """A persona of the taxonomy: data-scientist, ml-engineer, ..."""
    people: int = Field(ge=1, le=1000)
    """How many."""


class Team(Model):
    """Who works on it."""

    size: int = Field(ge=1, le=1000)
    """People working on it, on average."""
    roles: list[Role] = Field(default_factory=list, max_length=20)
    """Who they are."""


class Repository(Model):
    """Where the project's code and its history lie."""

    url: GitUrl | None = None
    """A git repository by https; ``maestro fetch`` clones it."""
    path: Line | None = None
    """A git repository on this machine, inside this one or under ``local_roots``."""
    ref: GitRef | None = None
    """The branch to read; HEAD when missing."""
    include: list[Glob] = Field(default_factory=list, max_length=50)
    """Count only files that match one of these patterns; a name without a star is that file, or
    everything in that folder."""
    exclude: list[Glob] = Field(default_factory=list, max_length=50)
    """Leave out files that match one of these patterns, read in the same way."""

    @model_validator(mode="after")
    def _one_place(self) -> Repository:
        if bool(self.url) == bool(self.path):
            raise _bad("V014", "repository needs url or path", "write one of the two")
        return self


class Ci(Model):
    """Where its automated runs are recorded."""

    provider: Literal["github_actions", "gitlab", "jenkins"]
    """The system that runs them."""
    project: Line | None = None
    """The project's name there, for example team/churn; Jenkins: folder/job. Taken from the
    repository's address when missing."""
    url: Link | None = None
    """Address of the server; the provider's public one when missing. Jenkins needs it."""
    workflow: Line | None = None
    """The workflow, pipeline or job to read; all when missing."""
    deployment_pattern: Line | None = None
    """Names that mark a deployment; the library's default when missing."""
    production_pattern: Line | None = None
    """Names that mark production; the library's default when missing."""
    incident_label: Line | None = None
    """The label of issues that are incidents."""


class Tracking(Model):
    """Where its training runs are recorded."""

    mlflow: Line | None = None
    """Tracking address, mlruns folder or SQLite store."""
    experiment: Line | None = None
    """The experiment's name in MLflow."""
    dvc: RepoPath | None = None
    """Folder with dvc.yaml."""
    metric: Line | None = None
    """The metric that says which run is best."""
    direction: Literal["max", "min"] = "max"
    """Whether more or less of the metric is better."""


class Measured(Model):
    """One measured part of the success score."""

    value: Number
    """What was reached."""
    metric: Line | None = None
    """What was measured: auc, mae, EUR/year, ..."""
    baseline: Number | None = None
    """What the previous system, or a naive one, reaches."""
    target: Number | None = None
    """What the project set out to reach."""
    evidence: RepoPath | None = None
    """The file the value was computed from."""


class Outcomes(Model):
    """How it ended, in numbers."""

    parts: dict[Term, Measured] = Field(default_factory=dict)
    """Values for the parts of the success score that settings.yaml declares."""
    success: Literal["reached", "partly", "missed"] | None = None
    """The team's own plain verdict on its goal."""
    cost: Positive | None = None
    """What it cost, in the library's currency."""
    note: Line | None = None
    """What a reader should know about these numbers, in one line of plain text."""
    recorded: Date | None = None
    """The day they were written down."""


class Project(Model):
    """One project of the organisation."""

    description: Sentence
    """What it is to achieve, in one sentence of 10 to 300 characters of plain text."""
    owner: Term
    """The team that answers for it, from owners.yaml."""
    problem_class: Term
    """The kind of problem, from the taxonomy."""
    complexity: int = Field(ge=1, le=10)
    """1 (a known recipe) to 10 (research), by the written rubric."""
    team: Team
    """Who works on it."""
    started: Date
    """The first day of work."""
    status: Literal["planned", "active", "done", "abandoned"]
    """Where it stands."""
    title: Line | None = None
    """Its name for people; made from the folder's name when missing."""
    uses: list[Use] = Field(default_factory=list, max_length=200)
    """What it reuses from the library."""
    ended: Date | None = None
    """The last day of work."""
    repository: Repository | None = None
    """Where its code lies; its history is mined from there."""
    ci: Ci | None = None
    """Where its automated runs are recorded."""
    tracking: Tracking | None = None
    """Where its training runs are recorded."""
    outcomes: Outcomes | None = None
    """How it ended."""
    domain: Term | None = None
    """The field of business, from the taxonomy."""
    data_rows: Count | None = None
    """How many rows of data it learns from."""
    budget: Positive | None = None
    """What it may cost, in the library's currency."""
    deadline: Date | None = None
    """The day it must be done."""
    datasets: list[Reference] = Field(default_factory=list, max_length=50)
    """The data sets it learns from."""
    automl: Extra = Field(default_factory=dict)
    """Settings of the model search."""
    explain: Extra = Field(default_factory=dict)
    """Settings of the explanation report."""
    monitors: Extra = Field(default_factory=dict)
    """Settings of the drift report."""
    tags: list[Term] = Field(default_factory=list, max_length=20)
    """Words of the taxonomy to find it by."""
    extra: Extra = Field(default_factory=dict)
    """A free map for other tools."""
