"""Apache DevLake's rows for the deployments that GitHub and GitLab themselves record."""

from __future__ import annotations

from collections.abc import Iterable

from .devlake_gitlab import FAILURE_WORDS, SUCCESS_WORDS
from .devlake_values import (
    PRODUCTION,
    Pattern,
    Patterns,
    Record,
    Scope,
    Table,
    domain_id,
    flag,
    inside,
    last_of_each,
    millis,
    number,
    result_of,
    status_of,
    text,
    time_cell,
    whole,
)

_GITHUB_SUCCESS = frozenset({"success", "inactive", "active"})
_GITHUB_FAILURE = frozenset({"error", "failure"})
_GITHUB_IN_PROGRESS = frozenset({"in_progress", "queued", "waiting", "pending"})
_EMPTY = ("original_result", "commit_msg", "prev_success_deployment_commit_id", "subtask_name")
_COMMIT_CELLS = "author_email author_name created_at id message short_id title"
_USER_CELLS = "id name username state avatar_url web_url"
_ABOUT_CELLS = "created_at public_email skype linkedin twitter website_url organization"


def github_deployments(records: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``_tool_github_deployments`` from records of GitHub's GraphQL interface."""
    rows = []
    for record in records:
        home = text(inside(record, "Repository", "Url"))
        environment = text(record.get("Environment"))
        row = {
            "connection_id": scope.connection,
            "id": text(record.get("Id")),
            "github_id": scope.id,
            "display_title": text(inside(record, "Commit", "Message")).partition("\n")[0],
            "url": f"{home}/deployments/{environment}",
            "database_id": whole(record.get("DatabaseId")),
            "commit_oid": text(record.get("CommitOid")),
            "description": text(record.get("Description")),
            "environment": environment,
            "state": text(record.get("State")),
            "latest_status_state": text(inside(record, "LatestStatus", "State")),
            "latest_updated_date": time_cell(_latest(record)),
            "repository_id": text(inside(record, "Repository", "Id")),
            "repository_name": text(inside(record, "Repository", "Name")),
            "repository_url": home,
            "ref_name": text(inside(record, "Ref", "Name")),
            "payload": text(record.get("Payload")),
            "created_date": time_cell(record.get("CreatedAt")),
            "updated_date": time_cell(record.get("UpdatedAt")),
            "finished_date": _finished(record),
        }
        rows.append(row)
    return last_of_each(rows, "connection_id", "id")


def _latest(record: Record) -> object:
    status = record.get("LatestStatus") or {}
    return status.get("updatedAt") or status.get("UpdatedAt")


def _finished(record: Record) -> str | None:
    """Time of the last success; without one, of the last status that ends a deployment."""
    ended: dict[bool, list[object]] = {True: [], False: []}
    for status in inside(record, "Statuses", "nodes") or ():
        word, moment = text(status.get("state")).casefold(), status.get("updatedAt")
        if word in _GITHUB_SUCCESS | _GITHUB_FAILURE and millis(moment) is not None:
            ended[word == "success"].append(moment)
    last = max(ended[True] or ended[False], key=lambda moment: millis(moment) or 0, default=None)
    return time_cell(last)


def github_deployment_commits(
    deployments: Iterable[Record], scope: Scope, environment: Pattern | None = None
) -> Table:
    """Rows of ``cicd_deployment_commits`` from rows of ``_tool_github_deployments``.

    One that a later one replaced (inactive) was a success; without a time of its end it ended
    when the record last changed.
    """
    repo = domain_id("github:GithubRepo", scope.connection, scope.id)
    done = _GITHUB_SUCCESS | _GITHUB_FAILURE
    rows = []
    for one in deployments:
        created = millis(one.get("created_date"))
        ended = millis(one.get("finished_date") or one.get("updated_date"))
        id_ = domain_id("github:GithubDeployment", scope.connection, one["id"])
        row = {
            "id": id_,
            "cicd_deployment_id": id_,
            "cicd_scope_id": repo,
            "repo_id": repo,
            "name": text(one.get("commit_oid")),
            "result": result_of(one.get("state"), _GITHUB_SUCCESS, _GITHUB_FAILURE),
            "status": status_of(one.get("state"), done, _GITHUB_IN_PROGRESS),
            "original_status": text(one.get("state")),
            **_environment(text(one.get("environment")), environment),
            "created_date": time_cell(one.get("created_date")),
            "queued_date": None,
            "started_date": time_cell(one.get("created_date")),
            "finished_date": time_cell(one.get("finished_date") or one.get("updated_date")),
            "duration_sec": None if None in (created, ended) else (ended - created) / 1000,  # type: ignore[operator]
            "queued_duration_sec": None,
            "commit_sha": text(one.get("commit_oid")),
            "ref_name": text(one.get("ref_name")),
            "repo_url": text(one.get("repository_url")),
            "display_title": text(one.get("display_title")),
            "url": text(one.get("url")),
            **dict.fromkeys(_EMPTY, ""),
        }
        rows.append(row)
    return rows


def gitlab_deployments(records: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``_tool_gitlab_deployments``: what GitLab tells of each."""
    rows = []
    for record in records:
        job = record.get("deployable") or {}
        row = {
            "connection_id": scope.connection,
            "gitlab_id": scope.id,
            "deployment_id": whole(record.get("id")),
            "iid": whole(record.get("iid")),
            **{name: text(record.get(name)) for name in ("status", "ref", "sha")},
            "environment": text(inside(record, "environment", "name")),
            "name": text(job.get("name")),
            "created_date": time_cell(record.get("created_at")),
            "updated_date": time_cell(record.get("updated_at")),
            "deployable_id": whole(job.get("id")),
            "deployable_tag": flag(job.get("tag")),
            **_cells(job, "deployable", "name ref stage status"),
            **_nested(job, "deployable_commit", _COMMIT_CELLS),
            **_nested(job, "deployable_user", f"{_USER_CELLS} {_ABOUT_CELLS}"),
            **_nested(
                job, "deployable_pipeline", "created_at id ref sha status updated_at web_url"
            ),
            **_cells(record.get("user") or {}, "user", _USER_CELLS),
            "deployable_created_at": time_cell(job.get("created_at")),
            "deployable_started_at": time_cell(job.get("started_at")),
            "deployable_finished_at": time_cell(job.get("finished_at")),
            "deployable_duration": number(job.get("duration")),
            "queued_duration": number(job.get("queued_duration")),
        }
        rows.append(row)
    return last_of_each(rows, "connection_id", "gitlab_id", "deployment_id")


def _nested(record: Record, prefix: str, names: str) -> dict[str, object]:
    """Cells of the object that the last word of the prefix names."""
    return _cells(record.get(prefix.rpartition("_")[2]) or {}, prefix, names)


def _cells(record: Record, prefix: str, names: str) -> dict[str, object]:
    return {
        f"{prefix}_{name}": time_cell(record.get(name))
        if name.endswith("_at")
        else text(record.get(name))
        for name in names.split()
    }


def gitlab_deployment_commits(
    deployments: Iterable[Record], scope: Scope, environment: Pattern | None = None
) -> Table:
    """Rows of ``cicd_deployment_commits`` from rows of ``_tool_gitlab_deployments``."""
    project = domain_id("gitlab:GitlabProject", scope.connection, scope.id)
    rows = []
    for one in deployments:
        count, status = one["deployment_id"], one.get("status")
        id_ = domain_id("gitlab:GitlabDeployment", scope.connection, scope.id, count)
        row = {
            "id": id_,
            "cicd_deployment_id": id_,
            "cicd_scope_id": project,
            "repo_id": project,
            "name": f"{text(one.get('name'))}:{count}",
            "result": result_of(status, SUCCESS_WORDS, FAILURE_WORDS),
            "status": status_of(status, SUCCESS_WORDS | FAILURE_WORDS, {"running"}),
            "original_status": text(status),
            **_environment(text(one.get("environment")), environment),
            "created_date": time_cell(one.get("deployable_created_at")),
            "queued_date": None,
            "started_date": time_cell(one.get("deployable_started_at")),
            "finished_date": time_cell(one.get("deployable_finished_at")),
            "duration_sec": number(one.get("deployable_duration")),
            "queued_duration_sec": number(one.get("queued_duration")),
            "commit_sha": text(one.get("sha")),
            "ref_name": text(one.get("ref")),
            "repo_url": scope.url,
            "display_title": text(one.get("deployable_commit_title")),
            "url": f"{scope.url}/environments",
            **dict.fromkeys(_EMPTY, ""),
        }
        rows.append(row)
    return rows


def recorded_deployments(commits: Iterable[Record]) -> Table:
    """Rows of ``cicd_deployments`` from rows of ``cicd_deployment_commits``."""
    left_out = {"cicd_deployment_id", "commit_sha", "commit_msg", "ref_name", "repo_id", "repo_url"}
    left_out |= {"prev_success_deployment_commit_id"}
    return [
        {
            **{name: value for name, value in commit.items() if name not in left_out},
            "id": commit["cicd_deployment_id"],
        }
        for commit in commits
    ]


def _environment(name: str, pattern: Pattern | None) -> dict[str, str]:
    is_production = bool(Patterns(production=pattern).marked_environment(name))
    return {"environment": PRODUCTION if is_production else name, "original_environment": name}
