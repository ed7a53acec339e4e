"""Artifacts: the reusable pieces of the library, six kinds with one common head."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import (
    Count,
    DataUrl,
    Date,
    Digest,
    Extra,
    GitRef,
    GitUrl,
    Line,
    Link,
    Model,
    Name,
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


class Source(Model):
    """Where the piece itself lies: in git, at a path of this repository, or behind an address."""

    git: GitUrl | None = None
    """Repository that holds it, by https."""
    path: RepoPath | None = None
    """File or folder, in ``git`` or in this repository."""
    ref: GitRef | None = None
    """Branch, tag or commit id in ``git``."""
    url: DataUrl | None = None
    """Address of a single file: https, s3 or gs. Needs a digest."""
    digest: Digest | None = None
    """SHA-256 of the content; ``maestro verify`` compares it."""

    @model_validator(mode="after")
    def _one_way(self) -> Source:
        if self.url and (self.git or self.path or self.ref):
            raise _bad("V014", "source has url beside git or path", "keep one of them")
        if not (self.url or self.git or self.path):
            raise _bad("V014", "source names no place", "write path:, git: or url: with digest:")
        if self.url and not self.digest:
            raise _bad("V014", "source url has no digest", "add digest: sha256:...")
        if self.ref and not self.git:
            raise _bad("V014", "source has a ref but no git", "add git:, or drop ref:")
        return self


class Port(Model):
    """One thing that goes in or comes out: a column, a table, a file, a value."""

    name: Line
    """Its name, as the code uses it."""
    type: Line | None = None
    """Its type: int, float, text, date, table, image, ..."""
    schema_: Reference | None = Field(default=None, alias="schema")
    """The schema entry that describes it."""
    description: Line | None = None
    """What it means, in one line of plain text."""
    optional: bool = False
    """True when it may be left out."""
    pii: bool = False
    """True when it holds personal data."""


class HistoryEntry(Model):
    """An earlier version."""

    version: Version
    """The version that was current then."""
    date: Date
    """The day it was published."""
    note: Line | None = None
    """What changed, in one line of plain text."""
    digest: Digest | None = None
    """SHA-256 of its content."""


class Artifact(Model):
    """A reusable piece: four fields are required, the rest has a default or is asked for later."""

    version: Version
    """The current version, three parts."""
    description: Sentence
    """What it does, in one sentence of 10 to 300 characters of plain text."""
    owner: Term
    """The team that answers for it, from owners.yaml."""
    source: Source
    """Where the piece itself lies."""
    title: Line | None = None
    """Its name for people; made from the file's name when missing."""
    license: Line | None = None
    """SPDX id or expression; the library's default when missing."""
    tags: list[Term] = Field(default_factory=list, max_length=20)
    """Words of the taxonomy to find it by."""
    status: Status = "experimental"
    """How far it has come: experimental, beta, stable or deprecated."""
    inputs: list[Port] = Field(default_factory=list, max_length=500)
    """What it needs."""
    outputs: list[Port] = Field(default_factory=list, max_length=500)
    """What it gives."""
    uses: list[Reference] = Field(default_factory=list, max_length=200)
    """Other entries it is built on."""
    usage: Prose | None = None
    """How to use it, in Markdown: the lines to copy."""
    tests: Line | None = None
    """The command or CI job that tests it."""
    maintainers: list[Term] = Field(default_factory=list, max_length=20)
    """People who look after it."""
    personas: list[Term] = Field(default_factory=list, max_length=20)
    """Whom it is for, from the taxonomy."""
    replaced_by: Reference | None = None
    """What to use instead, once it is deprecated."""
    reason: Line | None = None
    """Why it is deprecated, or why it stands beside something similar; plain text."""
    history: list[HistoryEntry] = Field(default_factory=list, max_length=500)
    """Earlier versions, newest first."""
    links: list[Link] = Field(default_factory=list, max_length=20)
    """Addresses worth knowing."""
    extra: Extra = Field(default_factory=dict)
    """A free map for other tools."""


class Parameter(Model):
    """One parameter of a model template."""

    name: Line
    """Its name in the code."""
    type: Literal["int", "float", "text", "bool", "choice"]
    """Its type."""
    default: int | float | str | bool | None = None
    """The value it has when nothing is said."""
    low: Number | None = None
    """The smallest sensible value."""
    high: Number | None = None
    """The largest sensible value."""
    choices: list[Line] = Field(default_factory=list, max_length=50)
    """The values a choice may have."""
    description: Line | None = None
    """What it does."""


class Column(Model):
    """One field of a data set or schema."""

    name: Line
    """The column's name."""
    type: Line
    """Its type: int, float, text, date, ..."""
    description: Line | None = None
    """What it means, and its unit."""
    pii: bool = False
    """True when it holds personal data."""


class FeaturePipeline(Artifact):
    """Turns raw data into features."""

    entity: Line | None = None
    """What one row stands for: a customer, a machine, a day."""
    schedule: Line | None = None
    """How often it runs, in words or as a cron line."""


class ModelTemplate(Artifact):
    """A model ready to be trained."""

    task: Term | None = None
    """The kind of task, from the taxonomy's problem classes."""
    framework: Line | None = None
    """The library it is written with."""
    params: list[Parameter] = Field(default_factory=list, max_length=100)
    """What can be set, with sensible ranges."""


class Schema(Artifact):
    """The agreed shape of a table or message."""

    format: Literal["json_schema", "avro", "sql", "pandera"] | None = None
    """How the source is written."""
    fields: list[Column] = Field(default_factory=list, max_length=1000)
    """Its fields."""


class Notebook(Artifact):
    """A notebook worth starting from."""

    kernel: Line | None = None
    """The kernel it runs on."""
    runtime_minutes: Positive | None = None
    """How long a full run takes, in minutes."""


class Dataset(Artifact):
    """Data that projects may train on."""

    fields: list[Column] = Field(default_factory=list, max_length=1000)
    """Its columns."""
    rows: Count | None = None
    """How many rows it has."""
    sensitivity: Literal["public", "internal", "personal", "special"] | None = None
    """How it must be handled."""
    collected: Prose | None = None
    """When and how it was collected, in Markdown."""
    limits: Prose | None = None
    """What it must not be used for, and where it misleads, in Markdown."""


class Pipeline(Artifact):
    """Several pieces joined into one run."""


ARTIFACTS: dict[str, type[Artifact]] = {
    "feature_pipelines": FeaturePipeline,
    "model_templates": ModelTemplate,
    "schemas": Schema,
    "notebooks": Notebook,
    "datasets": Dataset,
    "pipelines": Pipeline,
}
"""The folder of each kind of artifact below ``catalog/``."""

__all__ = [
    "ARTIFACTS",
    "Artifact",
    "Column",
    "Dataset",
    "FeaturePipeline",
    "HistoryEntry",
    "ModelTemplate",
    "Name",
    "Notebook",
    "Parameter",
    "Pipeline",
    "Port",
    "Schema",
    "Source",
]
