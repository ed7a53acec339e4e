"""Facts: what machines logged. One model describes the columns of each kind of row.

Rows themselves travel and are stored as plain tuples in the order of the model's fields (a
model object per row would cost more than git itself); a store's head names the kind and the
columns, and is checked when it is opened.
"""

from __future__ import annotations

from pydantic import Field

from .base import Model

STORE_FORMAT = 1
"""Version of the stores' layout; a store of another version is mined again."""


class Commit(Model):
    """One commit. Identities are raw, as git has them; times are seconds since 1970, UTC."""

    id: str
    """Full object id."""
    parents: list[str]
    """Ids of its parents, first parent first."""
    authored: int | None
    """When it was written; None when the date is impossible."""
    committed: int | None
    """When it entered the history; None when the date is impossible."""
    author_name: str
    """Name of the author."""
    author_email: str
    """Address of the author, as written."""
    committer_name: str
    """Name of the committer."""
    committer_email: str
    """Address of the committer, as written."""
    subject: str
    """First line of the message, at most 200 characters."""
    coauthors: list[str]
    """Co-authored-by trailers, as ``name <address>``."""


class FileChange(Model):
    """One file in one non-merge commit."""

    commit: str
    """Id of the commit."""
    path: str
    """The path after the change; bytes that are not UTF-8 become U+FFFD."""
    old_path: str | None
    """The path before a rename."""
    added: int | None
    """Lines added; None for binary files."""
    deleted: int | None
    """Lines deleted; None for binary files."""


class Run(Model):
    """One attempt of one CI run. Times are seconds since 1970, UTC."""

    provider: str
    project: str
    id: str
    attempt: int
    name: str
    branch: str
    head: str
    event: str
    status: str
    result: str | None
    created: int | None
    started: int | None
    finished: int | None


class Job(Model):
    """One job of a CI run."""

    run_id: str
    attempt: int
    id: str
    name: str
    labels: list[str]
    status: str
    result: str | None
    created: int | None
    started: int | None
    finished: int | None


class TestSummary(Model):
    """Counts of one test report."""

    run_id: str
    suite: str
    passed: int
    failed: int
    errors: int
    skipped: int
    seconds: float | None


class Deployment(Model):
    """One deployment."""

    id: str
    environment: str
    result: str | None
    head: str
    started: int | None
    finished: int | None


class PullRequest(Model):
    """One pull or merge request."""

    id: str
    title: str
    author: str
    created: int | None
    merged: int | None
    closed: int | None
    merge_commit: str | None
    first_review: int | None


class Incident(Model):
    """One incident."""

    id: str
    title: str
    created: int | None
    resolved: int | None
    proxy: bool


class TrainingRun(Model):
    """One training run, as a tracking server logged it."""

    id: str
    experiment: str
    status: str
    started: int | None
    finished: int | None
    params: dict[str, str]
    metrics: dict[str, float]
    model: str | None


class CustomMetric(Model):
    """One line of a project's own evidence."""

    name: str
    time: int
    value: float
    unit: str
    source: str


class Approval(Model):
    """One review, as the git host recorded it."""

    change: str
    person: str
    state: str
    commit: str
    at: int | None


FACTS: dict[str, type[Model]] = {
    "commit": Commit,
    "file_change": FileChange,
    "run": Run,
    "job": Job,
    "test": TestSummary,
    "deployment": Deployment,
    "pull_request": PullRequest,
    "incident": Incident,
    "training_run": TrainingRun,
    "custom_metric": CustomMetric,
    "approval": Approval,
}
"""Kind of fact to the model of its columns."""


def columns(kind: str) -> tuple[str, ...]:
    """The columns of one kind of fact, in the order of its rows."""
    return tuple(FACTS[kind].model_fields)


class StoreHead(Model):
    """The first line of a store."""

    format: int = Field(default=STORE_FORMAT)
    """Version of the layout."""
    source: str
    """Where the facts come from."""
    key: str
    """Hash of everything that decides what mining gives: options, grafts, layout."""
    tables: dict[str, tuple[str, ...]]
    """Kind of fact to its columns."""
