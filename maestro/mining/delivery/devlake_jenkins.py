"""Apache DevLake's rows for Jenkins: builds, their commits and their stages.

Each step takes the rows of the step before, as in DevLake: API record, its own table of the
provider (``_tool_jenkins_...``), table of the domain (``cicd_...``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .devlake_values import (
    DONE,
    IN_PROGRESS,
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
    stamp,
    status_of,
    text,
    whole,
)

Asked = tuple[Record, Any]
"""A record of the API and what it was asked with: the job or build as DevLake names it."""

_SUCCESS = frozenset({"success"})
_BUILD_FAILURE = frozenset({"failure", "aborted"})
_STAGE_FAILURE = frozenset({"failed", "failure", "aborted"})
_WORKFLOW_JOB = "org.jenkinsci.plugins.workflow.job.WorkflowJob"


def jenkins_builds(records: Iterable[Asked], scope: Scope) -> Table:
    """Rows of ``_tool_jenkins_builds``; starts are cut to whole seconds.

    In a multibranch project the job is the one that the record was asked with.
    """
    rows = []
    for record, asked in records:
        job, path, full_name = _job(asked, scope)
        timestamp = whole(record.get("timestamp"))
        row = {
            "connection_id": scope.connection,
            "full_name": f"{full_name}#{whole(record.get('number'))}",
            "job_name": job,
            "job_path": path,
            "duration": number(record.get("duration")) or 0,
            "estimated_duration": number(record.get("estimatedDuration")) or 0,
            "number": whole(record.get("number")),
            "result": text(record.get("result")),
            "timestamp": timestamp,
            "start_time": stamp(_cut(timestamp)),
            "class": text(record.get("_class")).rpartition(".")[2],
            "building": flag(record.get("building")),
            "triggered_by": _cause(record),
            "has_stages": 0,
        }
        rows.append(row)
    return last_of_each(rows, "connection_id", "full_name")


def jenkins_build_commits(records: Iterable[Asked], scope: Scope) -> Table:
    """Rows of ``_tool_jenkins_build_commits``: one for each remote of a checkout."""
    rows = []
    for record, asked in records:
        build = f"{_job(asked, scope)[2]}#{whole(record.get('number'))}"
        for action in record.get("actions") or ():
            revision = inside(action or {}, "lastBuiltRevision")
            if revision is None:
                continue
            sha = text(action.get("mercurialRevisionNumber")) or text(inside(revision, "SHA1"))
            branches = inside(revision, "branch") or [{}]
            rows += [
                {
                    "connection_id": scope.connection,
                    "build_name": build,
                    "commit_sha": sha,
                    "branch": text(branches[0].get("name")),
                    "repo_url": address,
                    "number": whole(record.get("number")),
                }
                for address in action.get("remoteUrls") or ()
                if address
            ]
    return last_of_each(rows, "connection_id", "build_name", "repo_url")


def jenkins_stages(records: Iterable[Asked], scope: Scope) -> Table:
    """Rows of ``_tool_jenkins_stages``; a stage was asked with the full name of its build."""
    rows = [
        {
            "connection_id": scope.connection,
            "id": text(record.get("id")),
            "build_name": text(inside(asked, "FullName")),
            "name": text(record.get("name")),
            "exec_node": text(record.get("execNode")),
            "status": text(record.get("status")),
            "start_time_millis": whole(record.get("startTimeMillis")),
            "duration_millis": whole(record.get("durationMillis")),
            "pause_duration_millis": whole(record.get("pauseDurationMillis")),
            "type": "",
        }
        for record, asked in records
    ]
    return last_of_each(rows, "connection_id", "build_name", "id")


def jenkins_builds_with_stages(
    builds: Iterable[Record], stages: Iterable[Record], scope: Scope
) -> Table:
    """The builds, those of the scope marked that have a stage."""
    known = {(whole(one["connection_id"]), one["build_name"]) for one in stages}
    return [
        {**build, "has_stages": 1}
        if _belongs(build, scope) and (scope.connection, build["full_name"]) in known
        else dict(build)
        for build in builds
    ]


def jenkins_pipelines(builds: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``cicd_pipelines`` from rows of ``_tool_jenkins_builds``."""
    return [
        {
            "id": _build_id(scope, build["full_name"]),
            "name": text(build["full_name"]),
            **_build_cells(build, scope, patterns),
            "is_child": 0,
        }
        for build in builds
        if _belongs(build, scope)
    ]


def jenkins_build_tasks(builds: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``cicd_tasks`` for builds without stages: such a build is its own task."""
    return [
        {
            "id": _build_id(scope, build["full_name"]),
            "name": text(scope.id),
            "pipeline_id": _build_id(scope, build["full_name"]),
            **_build_cells(build, scope, patterns),
        }
        for build in builds
        if _belongs(build, scope) and not flag(build.get("has_stages"))
    ]


def jenkins_pipeline_commits(
    commits: Iterable[Record], builds: Iterable[Record], scope: Scope
) -> Table:
    """Rows of ``cicd_pipeline_commits`` from rows of ``_tool_jenkins_build_commits``."""
    known = {build["full_name"]: build for build in builds if _belongs(build, scope)}
    rows = []
    for commit in commits:
        name = commit["build_name"]
        if name in known:
            count = commit.get("number") or text(name).rpartition("#")[2]
            row = {
                "pipeline_id": _build_id(scope, name),
                "commit_sha": text(commit.get("commit_sha")),
                "commit_msg": "",
                "display_title": text(name),
                "url": f"{scope.url}{count}",
                "branch": text(commit.get("branch")),
                "repo_id": "",
                "repo_url": text(commit.get("repo_url")),
            }
            rows.append(row)
    return last_of_each(rows, "pipeline_id", "commit_sha")


def jenkins_stage_tasks(
    stages: Iterable[Record], builds: Iterable[Record], scope: Scope, patterns: Patterns
) -> Table:
    """Rows of ``cicd_tasks`` from rows of ``_tool_jenkins_stages``.

    A stage's result is its build's; it is done only when its own status is SUCCESS. Start and
    duration are cut to whole seconds, the end keeps its milliseconds.
    """
    known = {build["full_name"]: build for build in builds if _belongs(build, scope)}
    rows = []
    for stage in stages:
        build, name = known.get(stage["build_name"]), text(stage.get("name"))
        if build is None or not name:
            continue
        started, lasted = whole(stage["start_time_millis"]), _not_negative(stage["duration_millis"])
        status, result = text(stage.get("status")), text(build.get("result"))
        not_run = status == "NOT_EXECUTED"
        row = {
            "id": domain_id(
                "jenkins:JenkinsStage", scope.connection, stage["build_name"], stage["id"]
            ),
            "name": name,
            "pipeline_id": _build_id(scope, stage["build_name"]),
            "result": "" if not_run else result_of(result, _SUCCESS, _STAGE_FAILURE),
            "status": status_of(status, _SUCCESS, ()),
            "original_result": result,
            "original_status": status,
            "type": patterns.type_of(name),
            "environment": patterns.environment_of(name),
            "duration_sec": lasted // 1000,
            "queued_duration_sec": None,
            "created_date": stamp(_cut(started)),
            "queued_date": None,
            "started_date": stamp(_cut(started)),
            "finished_date": stamp(started + lasted),
            "cicd_scope_id": _job_id(scope),
        }
        rows.append(row)
    return rows


def _build_cells(build: Record, scope: Scope, patterns: Patterns) -> dict[str, object]:
    """What a build's pipeline and its task share."""
    name, result = text(build["full_name"]), text(build.get("result"))
    started, lasted = millis(build.get("start_time")) or 0, _not_negative(build.get("duration"))
    is_building = bool(flag(build.get("building")))
    return {
        "result": "" if is_building else result_of(result, _SUCCESS, _BUILD_FAILURE),
        "status": IN_PROGRESS if is_building else DONE,
        "original_result": result,
        "original_status": text(is_building),
        "type": patterns.type_of(name),
        "environment": patterns.environment_of(name),
        "duration_sec": max(number(build.get("duration")) or 0, 0) / 1000,
        "queued_duration_sec": None,
        "created_date": stamp(started),
        "queued_date": None,
        "started_date": stamp(started),
        "finished_date": None if is_building else stamp(started + lasted),
        "cicd_scope_id": _job_id(scope),
    }


def _job(asked: Any, scope: Scope) -> tuple[str, str, str]:
    """Name, folders and full name of a record's job."""
    if isinstance(asked, Mapping):
        known = {text(key).casefold(): text(value) for key, value in asked.items()}
        if _WORKFLOW_JOB in (known.get("class"), known.get("_class")):
            names = ("name", "path", "full_name" if "full_name" in known else "fullname")
            job, path, full_name = (known.get(name, "") for name in names)
            return job, path, full_name
    return scope.job, scope.path, text(scope.id)


def _cause(record: Record) -> str:
    causes = [
        one
        for action in record.get("actions") or ()
        for one in (action or {}).get("causes") or ()
        if one.get("upstreamProject")
    ]
    return (
        f"{causes[-1]['upstreamProject']} #{whole(causes[-1].get('upstreamBuild'))}"
        if causes
        else ""
    )


def _belongs(build: Record, scope: Scope) -> bool:
    if whole(build.get("connection_id", scope.connection)) != scope.connection:
        return False
    if scope.multibranch:
        return text(build["full_name"]).startswith(text(scope.id))
    return (text(build.get("job_path")), text(build.get("job_name"))) == (scope.path, scope.job)


def _not_negative(value: Any) -> int:
    return max(whole(value), 0)


def _cut(moment: int) -> int:
    return moment // 1000 * 1000


def _build_id(scope: Scope, name: Any) -> str:
    return domain_id("jenkins:JenkinsBuild", scope.connection, name)


def _job_id(scope: Scope) -> str:
    return domain_id("jenkins:JenkinsJob", scope.connection, scope.id)
