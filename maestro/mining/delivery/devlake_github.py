"""Apache DevLake's rows for GitHub: runs, jobs and pull requests, from API records on.

Each step takes the rows of the step before, as in DevLake: API record, its own table of the
provider (``_tool_github_...``), table of the domain (``cicd_...``, ``pull_requests``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from .devlake_values import (
    Pattern,
    Patterns,
    Record,
    Scope,
    Table,
    domain_id,
    flag,
    inside,
    json_cell,
    last_of_each,
    millis,
    result_of,
    status_of,
    text,
    time_cell,
    whole,
    whole_seconds,
)

_SUCCESS = frozenset({"success"})
_FAILURE = frozenset({"failure", "cancelled", "timed_out", "startup_failure"})
_DONE = frozenset({"completed", *_SUCCESS, *_FAILURE})
_IN_PROGRESS = frozenset({"in_progress", "queued", "waiting", "pending"})

_RUN_TEXTS = (
    *("name", "node_id", "head_branch", "head_sha", "path", "event", "status", "conclusion"),
    *("check_suite_node_id", "display_title", "url", "html_url", "jobs_url", "logs_url"),
    *("check_suite_url", "artifacts_url", "cancel_url", "rerun_url", "workflow_url"),
)
_RUN_NUMBERS = ("id", "run_number", "workflow_id", "check_suite_id", "run_attempt")
_JOB_TEXTS = ("run_url", "node_id", "head_sha", "url", "html_url", "name", "check_run_url")


def github_runs(records: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``_tool_github_runs`` from records of the API; of each run the last record."""
    rows = []
    for record in records:
        name, branch = text(record.get("name")), text(record.get("head_branch"))
        row = {
            "connection_id": scope.connection,
            "repo_id": scope.id,
            **{column: text(record.get(column)) for column in _RUN_TEXTS},
            **{column: whole(record.get(column)) for column in _RUN_NUMBERS},
            "github_created_at": time_cell(record.get("created_at")),
            "github_updated_at": time_cell(record.get("updated_at")),
            "run_started_at": time_cell(record.get("run_started_at")),
            "type": patterns.type_of(name),
            "environment": patterns.environment_of(name, branch),
        }
        rows.append(row)
    return last_of_each(rows, "connection_id", "repo_id", "id")


def github_pipelines(runs: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``cicd_pipelines`` from rows of ``_tool_github_runs``."""
    return [
        {
            "id": _run_id(scope, run["id"]),
            "name": text(run.get("name")),
            "display_title": text(run.get("display_title")),
            "url": text(run.get("url")),
            **_state(run),
            "type": text(run.get("type")),
            "duration_sec": whole_seconds(
                millis(run.get("run_started_at")), millis(run.get("github_updated_at"))
            )
            or 0,
            "queued_duration_sec": None,
            "environment": text(run.get("environment")),
            "created_date": time_cell(run.get("github_created_at")),
            "queued_date": None,
            "started_date": time_cell(run.get("run_started_at")),
            "finished_date": time_cell(run.get("github_updated_at")),
            "cicd_scope_id": _repo_id(scope, scope.id),
            "is_child": 0,
        }
        for run in runs
    ]


def github_pipeline_commits(runs: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``cicd_pipeline_commits`` from rows of ``_tool_github_runs``."""
    return [
        {
            "pipeline_id": _run_id(scope, run["id"]),
            "commit_sha": text(run.get("head_sha")),
            "commit_msg": "",
            "display_title": text(run.get("display_title")),
            "url": text(run.get("html_url")),
            "branch": text(run.get("head_branch")),
            "repo_id": _repo_id(scope, scope.id),
            "repo_url": scope.url,
        }
        for run in runs
    ]


def github_jobs(records: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``_tool_github_jobs`` from records of the API; of each job the last record."""
    rows = []
    for record in records:
        name, run_id = text(record.get("name")), whole(record.get("run_id"))
        row = {
            "connection_id": scope.connection,
            "repo_id": scope.id,
            "id": whole(record.get("id")),
            "run_id": run_id,
            **{column: text(record.get(column)) for column in _JOB_TEXTS},
            "status": text(record.get("status")).upper(),
            "conclusion": text(record.get("conclusion")).upper(),
            "started_at": time_cell(record.get("started_at")),
            "completed_at": time_cell(record.get("completed_at")),
            "steps": json_cell(record.get("steps")),
            "labels": json_cell(record.get("labels")),
            # DevLake stores the run's number here.
            "runner_id": run_id,
            "runner_name": text(record.get("runner_name")),
            "runner_group_id": whole(record.get("runner_group_id")),
            "type": patterns.type_of(name),
            "environment": patterns.environment_of(name),
        }
        rows.append(row)
    return last_of_each(rows, "connection_id", "repo_id", "id")


def github_tasks(jobs: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``cicd_tasks`` from rows of ``_tool_github_jobs``; none for a job without a start."""
    rows = []
    for job in jobs:
        started, finished = millis(job.get("started_at")), millis(job.get("completed_at"))
        if started is None:
            continue
        row = {
            "id": domain_id("github:GithubJob", scope.connection, job["run_id"], job["id"]),
            "name": text(job.get("name")),
            "pipeline_id": _run_id(scope, job["run_id"]),
            **_state(job),
            "type": text(job.get("type")),
            "environment": text(job.get("environment")),
            "duration_sec": whole_seconds(started, finished) or 0,
            "queued_duration_sec": None,
            "created_date": time_cell(job.get("started_at")),
            "queued_date": None,
            "started_date": time_cell(job.get("started_at")),
            "finished_date": time_cell(job.get("completed_at")),
            "cicd_scope_id": _repo_id(scope, scope.id),
        }
        rows.append(row)
    return rows


def github_pull_requests(
    records: Iterable[Record],
    scope: Scope,
    *,
    type_label: Pattern | None = None,
    component_label: Pattern | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Table:
    """Rows of ``_tool_github_pull_requests`` from records of the API.

    The last label that matches ``type_label`` is the type, likewise the component. Pull
    requests of the authors in ``left_out`` (in lower case) are not taken.
    """
    labels = Patterns(type_label, component_label)
    rows = []
    for record in records:
        author = text(inside(record, "user", "login"))
        if not whole(record.get("id")) or author.casefold() in left_out:
            continue
        names = [text(label.get("name")) for label in record.get("labels") or ()]
        types = [name for name in names if labels.type_of(name)]
        components = [name for name in names if labels.marked_environment(name)]
        rows.append(
            {
                "connection_id": scope.connection,
                "github_id": whole(record.get("id")),
                "repo_id": scope.id,
                "head_repo_id": whole(inside(record, "head", "repo", "id")),
                **_pull_texts(record),
                **_pull_numbers(record),
                "author_name": author,
                "author_id": whole(inside(record, "user", "id")),
                "merged_by_name": text(inside(record, "merged_by", "login")),
                "merged_by_id": whole(inside(record, "merged_by", "id")),
                "type": types[-1] if types else "",
                "component": components[-1] if components else "",
            }
        )
    return last_of_each(rows, "connection_id", "github_id", "repo_id")


def _pull_texts(record: Record) -> dict[str, object]:
    # The body stays as it stands in the JSON, quoted: DevLake does not read it.
    body = json.dumps(record["body"], ensure_ascii=False) if "body" in record else ""
    return {
        **{name: text(record.get(name)) for name in ("state", "title", "merge_commit_sha")},
        "url": text(record.get("html_url")),
        "body": body,
        "base_ref": text(inside(record, "base", "ref")),
        "base_commit_sha": text(inside(record, "base", "sha")),
        "head_ref": text(inside(record, "head", "ref")),
        "head_commit_sha": text(inside(record, "head", "sha")),
        "github_created_at": time_cell(record.get("created_at")),
        "github_updated_at": time_cell(record.get("updated_at")),
        "closed_at": time_cell(record.get("closed_at")),
        "merged_at": time_cell(record.get("merged_at")),
    }


def _pull_numbers(record: Record) -> dict[str, object]:
    names = ("number", "additions", "deletions", "comments", "review_comments", "commits")
    return {
        **{name: whole(record.get(name)) for name in names},
        "merged": flag(record.get("merged")),
        "is_draft": flag(record.get("draft")),
    }


def github_domain_pull_requests(pulls: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``pull_requests`` from rows of ``_tool_github_pull_requests``."""
    account = "github:GithubAccount"
    return [
        {
            "id": domain_id("github:GithubPullRequest", scope.connection, pull["github_id"]),
            "base_repo_id": _repo_id(scope, pull["repo_id"]),
            "head_repo_id": _repo_id(scope, whole(pull.get("head_repo_id"))),
            "status": pull_status(pull.get("state"), pull.get("merged"), pull.get("merged_at")),
            "original_status": text(pull.get("state")),
            "title": text(pull.get("title")),
            "description": text(pull.get("body")),
            "url": text(pull.get("url")),
            "author_name": text(pull.get("author_name")),
            "author_id": domain_id(account, scope.connection, whole(pull.get("author_id"))),
            "merged_by_name": text(pull.get("merged_by_name")),
            "merged_by_id": domain_id(account, scope.connection, whole(pull.get("merged_by_id"))),
            "parent_pr_id": "",
            "pull_request_key": whole(pull.get("number")),
            "created_date": time_cell(pull.get("github_created_at")),
            "merged_date": time_cell(pull.get("merged_at")),
            "closed_date": time_cell(pull.get("closed_at")),
            **{name: text(pull.get(name)) for name in ("type", "component", "merge_commit_sha")},
            **{name: text(pull.get(name)) for name in ("head_ref", "base_ref")},
            **{name: text(pull.get(name)) for name in ("base_commit_sha", "head_commit_sha")},
            **{name: whole(pull.get(name)) for name in ("additions", "deletions")},
            "is_draft": flag(pull.get("is_draft")),
        }
        for pull in pulls
    ]


def pull_status(state: object, merged: object, merged_at: object) -> str:
    """OPEN, MERGED or CLOSED: a closed one is merged when it says so or has a time of merging."""
    word = text(state)
    if word in ("open", "OPEN"):
        return "OPEN"
    is_merged = word == "closed" and (flag(merged) or millis(merged_at) is not None)
    return "MERGED" if word == "MERGED" or is_merged else "CLOSED"


def _state(row: Record) -> dict[str, object]:
    return {
        "result": result_of(row.get("conclusion"), _SUCCESS, _FAILURE),
        "status": status_of(row.get("status"), _DONE, _IN_PROGRESS),
        "original_status": text(row.get("status")),
        "original_result": text(row.get("conclusion")),
    }


def _repo_id(scope: Scope, number: object) -> str:
    return domain_id("github:GithubRepo", scope.connection, number)


def _run_id(scope: Scope, number: object) -> str:
    return domain_id("github:GithubRun", scope.connection, scope.id, number)
