"""Apache DevLake's DORA tables, from rows of its domain tables.

A ``mapping`` is its table ``project_mapping`` (project_name, table, row_id); without one all
rows belong to the project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from .chain import Link, Times, first_with, last_before, parts, previous_of
from .devlake_values import (
    DEPLOYMENT,
    FAILURE,
    PRODUCTION,
    STAGING,
    SUCCESS,
    TESTING,
    Record,
    Table,
    last_of_each,
    millis,
    number,
    stamp,
    text,
    time_cell,
)

_ISSUE_TIMES = ("created_date", "updated_date", "resolution_date")
_Row = TypeVar("_Row", bound=Record)

_SHARED = (
    *("cicd_scope_id", "name", "display_title", "url", "result", "status"),
    *("original_status", "original_result"),
)


def deployments(
    pipelines: Iterable[Record],
    tasks: Iterable[Record],
    mapping: Sequence[Record] | None = None,
    project: str = "",
) -> Table:
    """Rows of ``cicd_deployments``: pipelines of the project that ended and deployed."""
    return [
        {
            "id": pipeline["id"],
            **{name: text(pipeline.get(name)) for name in _SHARED},
            "environment": environment,
            "original_environment": "",
            **_times(pipeline, ("created_date", "queued_date", "started_date", "finished_date")),
            "duration_sec": number(pipeline.get("duration_sec")) or 0,
            "queued_duration_sec": number(pipeline.get("queued_duration_sec")),
            "subtask_name": "dora.generateDeployments",
        }
        for pipeline, environment in _deployed(pipelines, tasks, mapping, project)
    ]


def deployment_commits(
    pipelines: Iterable[Record],
    commits: Iterable[Record],
    tasks: Iterable[Record],
    mapping: Sequence[Record] | None = None,
    project: str = "",
) -> Table:
    """Rows of ``cicd_deployment_commits``: one for each commit of a pipeline that deployed.

    A start that is not known is the end less the duration's whole seconds.
    """
    known = {one["id"]: (one, env) for one, env in _deployed(pipelines, tasks, mapping, project)}
    rows = []
    for commit in commits:
        if commit["pipeline_id"] not in known:
            continue
        pipeline, environment = known[commit["pipeline_id"]]
        row = {
            "id": f"{pipeline['id']}:{text(commit.get('repo_url'))}",
            "cicd_deployment_id": pipeline["id"],
            **{name: text(pipeline.get(name)) for name in _SHARED},
            "display_title": text(commit.get("display_title")),
            "url": text(commit.get("url")),
            "environment": environment,
            "original_environment": "",
            **_times(pipeline, ("created_date", "finished_date")),
            "queued_date": None,
            "started_date": stamp(_started(pipeline)),
            "duration_sec": number(pipeline.get("duration_sec")),
            "queued_duration_sec": number(pipeline.get("queued_duration_sec")),
            "commit_sha": text(commit.get("commit_sha")),
            "commit_msg": "",
            "ref_name": text(commit.get("branch")),
            "repo_id": text(commit.get("repo_id")),
            "repo_url": text(commit.get("repo_url")),
            "prev_success_deployment_commit_id": "",
            "subtask_name": "dora.generateDeploymentCommits",
        }
        rows.append(row)
    return last_of_each(rows, "id", "commit_sha")


def _deployed(
    pipelines: Iterable[Record],
    tasks: Iterable[Record],
    mapping: Sequence[Record] | None,
    project: str,
) -> list[tuple[Record, str]]:
    """The pipelines that ended and deployed, with their environment."""
    scopes = _members(mapping, project, "cicd_scopes")
    deploying: set[str] = set()
    environments: defaultdict[str, set[str]] = defaultdict(set)
    for task in tasks:
        if task.get("result") in (SUCCESS, FAILURE):
            environments[task["pipeline_id"]].add(text(task.get("environment")))
            if task.get("type") == DEPLOYMENT:
                deploying.add(task["pipeline_id"])
    found = []
    for pipeline in pipelines:
        is_ours = scopes is None or pipeline.get("cicd_scope_id") in scopes
        deploys = pipeline.get("type") == DEPLOYMENT or pipeline["id"] in deploying
        if is_ours and deploys and pipeline.get("result") in (SUCCESS, FAILURE):
            own = text(pipeline.get("environment"))
            among = environments[pipeline["id"]]
            found.append((pipeline, own or first_environment(among)))
    return found


def first_environment(among: Iterable[str]) -> str:
    """The first of production, staging and testing that is there; empty when none is."""
    known = set(among)
    return next((one for one in (PRODUCTION, STAGING, TESTING) if one in known), "")


def _started(pipeline: Record) -> int | None:
    started, finished = millis(pipeline.get("started_date")), millis(pipeline.get("finished_date"))
    seconds = number(pipeline.get("duration_sec"))
    if started is None and finished is not None and seconds is not None:
        return finished - int(seconds) * 1000
    return started


def _times(row: Record, names: Iterable[str]) -> dict[str, str | None]:
    return {name: time_cell(row.get(name)) for name in names}


def with_previous(
    commits: Iterable[Record], mapping: Sequence[Record] | None = None, project: str = ""
) -> Table:
    """The rows of ``cicd_deployment_commits``, those of the project with their predecessor.

    Only successes with an end, an environment and a repository have and are predecessors.
    """
    rows = [dict(row) for row in commits]
    ours = [row for row in _of_project(rows, mapping, project) if _counts(row)]
    previous = previous_of(_link(row) for row in ours)
    for row in ours:
        row["prev_success_deployment_commit_id"] = previous.get(row["id"], "")
    return rows


def _counts(row: Record) -> bool:
    is_named = bool(row.get("environment")) and bool(row.get("repo_url"))
    return is_named and row.get("result") == SUCCESS


def _link(row: Record) -> Link:
    return Link(
        id=text(row["id"]),
        group=(row.get("cicd_scope_id"), row.get("repo_url"), row.get("environment")),
        started=millis(row.get("started_date")),
        finished=millis(row.get("finished_date")),
        commit=text(row.get("commit_sha")),
    )


def pr_metrics(
    tables: Mapping[str, Sequence[Record]],
    mapping: Sequence[Record] | None = None,
    project: str = "",
) -> Table:
    """Rows of ``project_pr_metrics``: the way of each merged pull request, in whole minutes.

    ``tables`` are DevLake's by name: ``pull_requests``, ``pull_request_commits``,
    ``pull_request_comments``, ``cicd_deployment_commits`` (with predecessors) and
    ``commits_diffs`` (commit_sha is new in new_commit_sha since old_commit_sha).
    """
    repos = _members(mapping, project, "repos")
    pulls = [
        pull
        for pull in tables["pull_requests"]
        if (repos is None or pull.get("base_repo_id") in repos)
        if millis(pull.get("merged_date")) is not None
    ]
    authors = {pull["id"]: text(pull.get("author_id")) for pull in pulls}
    written = _earliest(tables["pull_request_commits"], "commit_authored_date", "commit_sha")
    others = (one for one in tables["pull_request_comments"] if _by_another(one, authors))
    reviewed = _earliest(others, "created_date", "id")
    ours = _of_project(tables["cicd_deployment_commits"], mapping, project)
    commits = {
        text(row["id"]): text(row.get("commit_sha")) for row in tables["cicd_deployment_commits"]
    }
    first = _first_deployment(ours, commits, tables["commits_diffs"])
    rows = [
        {
            "id": pull["id"],
            "project_name": project,
            **_pr_cells(
                pull,
                written.get(pull["id"], {}),
                reviewed.get(pull["id"], {}),
                first.get(text(pull.get("merge_commit_sha"))),
            ),
        }
        for pull in pulls
    ]
    return last_of_each(rows, "id", "project_name")


def _by_another(comment: Record, authors: dict[str, str]) -> bool:
    author = authors.get(comment["pull_request_id"], "")
    person = comment.get("account_id")
    return not author or (person is not None and person != author)


def _earliest(rows: Iterable[Record], time: str, key: str) -> dict[str, Record]:
    """Pull request to its earliest row; of several at once the one with the least key."""
    dated = [(millis(row.get(time)), text(row.get(key)), row) for row in rows]
    found: dict[str, Record] = {}
    for _, _, row in sorted((one for one in dated if one[0] is not None), key=lambda one: one[:2]):
        found.setdefault(row["pull_request_id"], row)
    return found


def _first_deployment(
    deployed: Iterable[Record], commits: Mapping[str, str], diffs: Iterable[Record]
) -> dict[str, Link]:
    """Commit to the first production deployment that brought it; a first one brings nothing.

    ``commits`` has the commit of every deployment, also of those of other projects.
    """
    new: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for diff in diffs:
        pair = text(diff.get("new_commit_sha")), text(diff.get("old_commit_sha"))
        new[pair].append(text(diff.get("commit_sha")))
    links, brought = [], {}
    for row in deployed:
        previous = text(row.get("prev_success_deployment_commit_id"))
        if previous and row.get("result") == SUCCESS and row.get("environment") == PRODUCTION:
            link = _link(row)
            links.append(link)
            brought[link.id] = new.get((link.commit, commits.get(previous, "")), [])
    return first_with(links, brought)


def _pr_cells(
    pull: Record, commit: Record, review: Record, deployment: Link | None
) -> dict[str, object]:
    ended = None if deployment is None else deployment.finished
    written, created = commit.get("commit_authored_date"), pull.get("created_date")
    reviewed, merged = review.get("created_date"), pull.get("merged_date")
    moments = millis(written), millis(created), millis(reviewed), millis(merged)
    span = parts(Times(*moments, ended), up=True)
    return {
        "first_commit_sha": text(commit.get("commit_sha")),
        "first_commit_authored_date": time_cell(written),
        "pr_coding_time": span.coding,
        "first_review_id": text(review.get("id")),
        "first_comment_date": time_cell(reviewed),
        "pr_pickup_time": span.pickup,
        "pr_review_time": span.review,
        "deployment_commit_id": "" if deployment is None or ended is None else deployment.id,
        "pr_deploy_time": span.deploy,
        "pr_cycle_time": span.total,
        "pr_created_date": time_cell(created),
        "pr_merged_date": time_cell(merged),
        "pr_deployed_date": stamp(ended),
    }


def incident_deployments(
    incidents: Iterable[Record],
    commits: Iterable[Record],
    mapping: Sequence[Record] | None = None,
    project: str = "",
) -> Table:
    """Rows of ``project_incident_deployment_relationships``.

    An incident belongs to the successful production deployment that ended last before it.
    """
    links = [
        Link(text(row.get("cicd_deployment_id")), "", None, millis(row.get("finished_date")))
        for row in _of_project(commits, mapping, project)
        if row.get("result") == SUCCESS and row.get("environment") == PRODUCTION
    ]
    moments = {}
    for incident in incidents:
        ours = _members(mapping, project, text(incident.get("table")))
        created = millis(incident.get("created_date"))
        if created is not None and (ours is None or incident.get("scope_id") in ours):
            moments[text(incident["id"])] = created
    return [
        {"id": id_, "project_name": project, "deployment_id": link.id}
        for id_, link in last_before(links, moments).items()
        if link.id
    ]


def incidents_from_issues(
    issues: Iterable[Record],
    board_issues: Iterable[Record],
    mapping: Sequence[Record] | None = None,
    project: str = "",
) -> Table:
    """Rows of ``incidents``: issues of type INCIDENT on a board of the project."""
    boards = _members(mapping, project, "boards")
    of_type = {one["id"]: one for one in issues if one.get("type") == "INCIDENT"}
    rows = [
        {
            **{name: time_cell(of_type[one["issue_id"]].get(name)) for name in _ISSUE_TIMES},
            "id": one["issue_id"],
            "table": "boards",
            "scope_id": one["board_id"],
        }
        for one in board_issues
        if one["issue_id"] in of_type and (boards is None or one["board_id"] in boards)
    ]
    return last_of_each(rows, "id")


def _members(mapping: Sequence[Record] | None, project: str, table: str) -> set[str] | None:
    """Ids of a project's rows of a table; None when all rows are its."""
    if mapping is None:
        return None
    return {
        one["row_id"] for one in mapping if one["project_name"] == project and one["table"] == table
    }


def _of_project(rows: Iterable[_Row], mapping: Sequence[Record] | None, project: str) -> list[_Row]:
    scopes = _members(mapping, project, "cicd_scopes")
    return [row for row in rows if scopes is None or row.get("cicd_scope_id") in scopes]
