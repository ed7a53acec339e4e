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
    """One attempt of one CI run: an Actions run, a GitLab pipeline, a Jenkins build.

    Times are seconds since 1970, UTC, with a fraction only where the source has one. A time
    outside the years 2000 to 2099 is None, and so is an end before its start.
    """

    provider: str
    """Who logged it: github, gitlab, jenkins, or what a table says; empty when not known."""
    project: str
    """The repository (``owner/name``) or Jenkins job (``folder/job``); empty when not known."""
    id: str
    """The provider's number for it; Jenkins: ``project#number``, as numbers repeat there."""
    attempt: int
    """Which attempt this is, from 1; 1 where the record names none."""
    name: str
    """Name of the workflow, pipeline or build."""
    workflow: str
    """Path of the workflow's file in the repository; empty when the record has none."""
    branch: str
    """The branch or tag it ran for."""
    head: str
    """Id of the commit it ran for."""
    event: str
    """What set it off, in the provider's words: push, schedule, pull_request, user."""
    status: str
    """How far it is: completed, in_progress, queued, waiting, or the provider's own word."""
    result: str | None
    """How it ended: success, failure, cancelled, timed_out, startup_failure, action_required,
    neutral, skipped, stale, unstable, not_built; None while it runs or when not known."""
    created: int | float | None
    """When the run was asked for; later attempts keep the time of the first. None where nobody
    says: Jenkins without its Metrics plugin."""
    started: int | float | None
    """When this attempt started; None where the record does not say (older ones do not): a
    duration then counts from ``created`` and has to be flagged."""
    finished: int | float | None
    """When it ended; GitHub: the time of the finished record's last change."""
    updated: int | float | None
    """When the record last changed: of two with the same key the newer is kept."""
    seconds: float | None
    """The duration that the source itself states, in seconds; None where it states none."""
    quality: list[str]
    """What to know before using it: ``ends-before-start``, ``time-out-of-range``,
    ``time-not-read``, ``no-number``; sorted."""


class Job(Model):
    """One job (GitLab: job, Jenkins: stage) of a CI run. Times as in :class:`Run`."""

    provider: str
    """Who logged it, as in the run."""
    project: str
    """The repository or Jenkins job, as in the run."""
    run_id: str
    """Id of its run."""
    attempt: int
    """Attempt of the run that it belongs to, from 1; 1 where the record names none."""
    id: str
    """The provider's number for it; Jenkins: the build's id, a slash and the stage's number."""
    name: str
    """Name of the job, with its matrix values."""
    labels: list[str]
    """Labels of the runner it asked for, in the record's order; decides vCPU, GPU and price."""
    environment: str
    """The deployment environment it names; empty when it names none."""
    status: str
    """How far it is, as in the run."""
    result: str | None
    """How it ended, as in the run; Jenkins: of the stage itself, not of its build."""
    created: int | float | None
    """When it was queued; None in older records."""
    started: int | float | None
    """When a runner took it; None while it waits, whatever the record then claims."""
    finished: int | float | None
    """When it ended."""
    seconds: float | None
    """The duration that the source itself states, in seconds; None where it states none."""
    quality: list[str]
    """What to know before using it, as in the run; sorted."""


class TestSummary(Model):
    """Counts of one test suite of one report; nested suites have rows of their own."""

    provider: str
    """Who ran it, as in the run; empty when the report does not say."""
    project: str
    """The repository or Jenkins job, as in the run; empty when the report does not say."""
    run_id: str
    """Id of the run that wrote the report; empty when the report does not say."""
    suite: str
    """Name of the suite, with its package; empty when it has none."""
    at: int | float | None
    """When it ran, seconds since 1970 (a time without a zone is taken as UTC)."""
    passed: int
    """Test cases that passed, flaky ones too."""
    failed: int
    """Test cases that failed; one with a failure and an error counts once, here."""
    errors: int
    """Test cases (or suites without cases) that could not be run."""
    skipped: int
    """Test cases that were skipped."""
    flaky: int
    """Test cases that failed and then passed when run again."""
    reruns: int
    """How often test cases were run again."""
    seconds: float | None
    """What the suite took: its own time, else the sum of its cases; None when nobody says."""
    digest: str
    """Mark of its cases and their results, to know the same suite when it comes twice."""
    quality: list[str]
    """``bad-duration``, ``declared-counts`` (a suite that lists no cases), ``time-...``."""


class Deployment(Model):
    """One deployment, as the git host recorded it. Times as in :class:`Run`."""

    provider: str
    """Who logged it."""
    project: str
    """The repository."""
    id: str
    """The provider's number for it."""
    run_id: str
    """Id of the run that deployed; empty when the record does not say."""
    environment: str
    """Name of the environment."""
    production: bool | None
    """Whether the record calls it production; None when it does not say. GitHub says false
    for every environment that nobody marked, so a name pattern still has to decide."""
    task: str
    """What was done: deploy, or the provider's word."""
    branch: str
    """The branch or tag that was deployed."""
    head: str
    """Id of the commit that was deployed."""
    status: str
    """How far it is, as in the run; ``inactive`` when a later one took its place."""
    result: str | None
    """success, failure or cancelled; None while it runs or when not known."""
    created: int | float | None
    """When it was asked for."""
    started: int | float | None
    """When it started; None when the record does not say."""
    finished: int | float | None
    """When it reached its result."""
    updated: int | float | None
    """When the record last changed."""
    quality: list[str]
    """What to know before using it, as in the run; sorted."""


class PullRequest(Model):
    """One pull or merge request. Times as in :class:`Run`."""

    provider: str
    """Who logged it."""
    project: str
    """The repository that it asks to change."""
    id: str
    """Its number in the repository."""
    title: str
    """Its title, at most 200 characters."""
    author: str
    """Login of its author."""
    state: str
    """merged, closed or open; merged whenever it has a time of merging."""
    draft: bool
    """Whether it is a draft."""
    branch: str
    """The branch that it comes from."""
    base: str
    """The branch that it goes to."""
    head: str
    """Id of its last commit."""
    created: int | float | None
    """When it was opened."""
    merged: int | float | None
    """When it was merged."""
    closed: int | float | None
    """When it was closed or merged."""
    updated: int | float | None
    """When the record last changed."""
    merge_commit: str | None
    """Id of the commit that merged it; None unless it was merged."""
    first_review: int | float | None
    """When somebody other than the author first commented or reviewed; None when not known."""
    quality: list[str]
    """What to know before using it, as in the run; sorted."""


class Incident(Model):
    """One incident, or an issue that may be one. Times as in :class:`Run`."""

    provider: str
    """Who logged it."""
    project: str
    """The repository or tracker."""
    id: str
    """Its number."""
    title: str
    """Its title, at most 200 characters."""
    labels: list[str]
    """Its labels, sorted; the project's incident label decides whether an issue counts."""
    created: int | float | None
    """When it began."""
    resolved: int | float | None
    """When it was over."""
    updated: int | float | None
    """When the record last changed."""
    proxy: bool
    """True when nobody declared it: it was guessed from reverts and hotfixes."""
    quality: list[str]
    """What to know before using it, as in the run; sorted."""


class TrainingRun(Model):
    """One training run, as a tracking server or DVC logged it. Times as in :class:`Run`."""

    provider: str
    """Who logged it: mlflow or dvc."""
    project: str
    """The experiment's name (MLflow) or the folder of ``dvc.yaml`` (DVC)."""
    id: str
    """The run's id there."""
    name: str
    """Its name for people; empty when it has none."""
    parent: str
    """Id of the run that it is a trial of; empty when it stands alone."""
    status: str
    """How far it is: finished, failed, killed, pruned, running, scheduled."""
    created: int | float | None
    """When it was asked for; MLflow: when it started."""
    started: int | float | None
    """When it started."""
    finished: int | float | None
    """When it ended."""
    updated: int | float | None
    """When the record last changed."""
    params: dict[str, str]
    """Its parameters, names sorted, values as text."""
    metrics: dict[str, float]
    """The last value of each metric, names sorted; infinite ones and NaN are left out."""
    model: str
    """``name/version`` of the registered model that came of it; empty when none did."""
    commit: str
    """Id of the commit that it ran; empty when not known."""
    quality: list[str]
    """What to know before using it, as in the run; sorted."""


class CustomMetric(Model):
    """One line of a project's own evidence."""

    name: str
    """The metric's name."""
    time: int
    """When it was measured, seconds since 1970, UTC."""
    value: float
    """The number; finite."""
    unit: str
    """Its unit; empty when none is given."""
    source: str
    """Who or what measured it; empty when not given."""
    path: str
    """The file it stands in, from the catalog's root."""
    line: int
    """Its line there, from 1."""


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
