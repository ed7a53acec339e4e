"""Apache DevLake's rows for GitLab: pipelines, jobs and merge requests.

Each step takes the rows of the step before, as in DevLake: API record, its own table of the
provider (``_tool_gitlab_...``), table of the domain (``cicd_...``, ``pull_requests``).
"""

from __future__ import annotations

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
    last_of_each,
    number,
    result_of,
    status_of,
    text,
    time_cell,
    whole,
)

SUCCESS_WORDS = frozenset({"success", "completed"})
FAILURE_WORDS = frozenset({"failed", "canceled"})
_WAITING = frozenset({"running", "waiting_for_resource", "preparing", "pending"})
_MERGE_STATES = {"opened": "OPEN", "merged": "MERGED", "closed": "CLOSED", "locked": "CLOSED"}


def gitlab_pipeline_projects(records: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``_tool_gitlab_pipeline_projects`` from records of the list of pipelines."""
    rows = [
        {
            "connection_id": scope.connection,
            "pipeline_id": whole(record.get("id")),
            "project_id": scope.id,
            **{name: text(record.get(name)) for name in ("ref", "sha", "web_url", "source")},
            "gitlab_created_at": time_cell(record.get("created_at")),
            "gitlab_updated_at": time_cell(record.get("updated_at")),
        }
        for record in records
    ]
    return last_of_each(rows, "connection_id", "pipeline_id", "project_id")


def gitlab_pipelines(records: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``_tool_gitlab_pipelines`` from records of single pipelines; the ref is matched."""
    rows = [
        {
            "connection_id": scope.connection,
            "gitlab_id": whole(record.get("id")),
            "project_id": scope.id,
            **{name: text(record.get(name)) for name in ("status", "ref", "sha", "web_url")},
            "source": text(record.get("source")),
            "gitlab_created_at": time_cell(record.get("created_at")),
            "gitlab_updated_at": time_cell(record.get("updated_at")),
            "started_at": time_cell(record.get("started_at")),
            "finished_at": time_cell(record.get("finished_at")),
            "duration": whole(record.get("duration")),
            "queued_duration": number(record.get("queued_duration")),
            # DevLake has the column and does not fill it.
            "coverage": "",
            "type": patterns.type_of(text(record.get("ref"))),
            "environment": patterns.marked_environment(text(record.get("ref"))),
        }
        for record in records
    ]
    return last_of_each(rows, "connection_id", "gitlab_id")


def gitlab_domain_pipelines(pipelines: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``cicd_pipelines`` from rows of ``_tool_gitlab_pipelines``."""
    return [
        {
            "id": _pipeline_id(scope, pipeline["gitlab_id"]),
            "name": _pipeline_id(scope, pipeline["gitlab_id"]),
            "display_title": "",
            "url": text(pipeline.get("web_url")),
            "result": result_of(pipeline.get("status"), SUCCESS_WORDS, FAILURE_WORDS),
            "status": status_of(pipeline.get("status"), SUCCESS_WORDS | FAILURE_WORDS, _WAITING),
            "original_status": text(pipeline.get("status")),
            "original_result": "",
            "type": text(pipeline.get("type")),
            "duration_sec": number(pipeline.get("duration")) or 0,
            "queued_duration_sec": number(pipeline.get("queued_duration")),
            "environment": text(pipeline.get("environment")),
            "created_date": time_cell(pipeline.get("gitlab_created_at")),
            "queued_date": None,
            "started_date": time_cell(pipeline.get("started_at")),
            "finished_date": time_cell(pipeline.get("finished_at")),
            "cicd_scope_id": _project_id(scope, pipeline["project_id"]),
            "is_child": int(text(pipeline.get("source")) == "parent_pipeline"),
        }
        for pipeline in pipelines
    ]


def gitlab_pipeline_commits(pipelines: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``cicd_pipeline_commits`` from rows of ``_tool_gitlab_pipeline_projects``."""
    return [
        {
            "pipeline_id": _pipeline_id(scope, pipeline["pipeline_id"]),
            "commit_sha": text(pipeline.get("sha")),
            "commit_msg": "",
            "display_title": "",
            "url": text(pipeline.get("web_url")),
            "branch": text(pipeline.get("ref")),
            "repo_id": _project_id(scope, pipeline["project_id"]),
            "repo_url": scope.url,
        }
        for pipeline in pipelines
    ]


def gitlab_trigger_jobs(records: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``_tool_gitlab_jobs`` for jobs that start other pipelines, with fewer cells."""
    left_out = {"web_url", "tag", "allow_failure", "queued_duration"}
    kept = ({k: v for k, v in one.items() if k not in left_out} for one in records)
    return gitlab_jobs(kept, scope)


def gitlab_jobs(records: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``_tool_gitlab_jobs`` from records of the API."""
    rows = [
        {
            "connection_id": scope.connection,
            "gitlab_id": whole(record.get("id")),
            "project_id": scope.id,
            "pipeline_id": whole(inside(record, "pipeline", "id")),
            **{name: text(record.get(name)) for name in ("status", "stage", "name", "ref")},
            "web_url": text(record.get("web_url")),
            "tag": flag(record.get("tag")),
            "allow_failure": flag(record.get("allow_failure")),
            "duration": number(record.get("duration")) or 0,
            "queued_duration": number(record.get("queued_duration")) or 0,
            "gitlab_created_at": time_cell(record.get("created_at")),
            "started_at": time_cell(record.get("started_at")),
            "finished_at": time_cell(record.get("finished_at")),
        }
        for record in records
    ]
    return last_of_each(rows, "connection_id", "gitlab_id")


def gitlab_tasks(jobs: Iterable[Record], scope: Scope, patterns: Patterns) -> Table:
    """Rows of ``cicd_tasks`` from rows of ``_tool_gitlab_jobs``.

    A cancelled job is a failure, and its status is OTHER: only pipelines count it as done.
    """
    done = SUCCESS_WORDS | {"failed"}
    return [
        {
            "id": domain_id("gitlab:GitlabJob", scope.connection, job["gitlab_id"]),
            "name": text(job.get("name")),
            "pipeline_id": _pipeline_id(scope, job["pipeline_id"]),
            "result": result_of(job.get("status"), SUCCESS_WORDS, FAILURE_WORDS),
            "status": status_of(job.get("status"), done, _WAITING),
            "original_status": text(job.get("status")),
            "original_result": "",
            "type": patterns.type_of(text(job.get("name"))),
            "environment": patterns.environment_of(text(job.get("name"))),
            "duration_sec": number(job.get("duration")) or 0,
            "queued_duration_sec": number(job.get("queued_duration")) or 0,
            "created_date": time_cell(job.get("gitlab_created_at")),
            "queued_date": None,
            "started_date": time_cell(job.get("started_at")),
            "finished_date": time_cell(job.get("finished_at")),
            "cicd_scope_id": _project_id(scope, job["project_id"]),
        }
        for job in jobs
    ]


def gitlab_merge_requests(
    records: Iterable[Record],
    scope: Scope,
    *,
    type_label: Pattern | None = None,
    component_label: Pattern | None = None,
    details: bool = False,
) -> Table:
    """Rows of ``_tool_gitlab_merge_requests`` from records of the API.

    ``details`` says that each record is the merge request's own page, not one of a list.
    """
    labels = Patterns(type_label, component_label)
    rows = []
    for record in records:
        names = [text(name) for name in record.get("labels") or ()]
        types = [name for name in names if labels.type_of(name)]
        components = [name for name in names if labels.marked_environment(name)]
        needs_details = details or not {"merged_at", "closed_at"} & record.keys()
        rows.append(
            {
                "connection_id": scope.connection,
                "gitlab_id": whole(record.get("id")),
                **_merge_texts(record),
                **_merge_numbers(record),
                "is_detail_required": int(needs_details),
                "type": types[-1] if types else "",
                "component": components[-1] if components else "",
                "first_comment_time": None,
                "review_rounds": 0,
            }
        )
    return last_of_each(rows, "connection_id", "gitlab_id")


def _merge_texts(record: Record) -> dict[str, object]:
    names = ("state", "title", "description", "web_url", "source_branch", "target_branch")
    return {
        **{name: text(record.get(name)) for name in names},
        **{name: text(record.get(name)) for name in ("merge_commit_sha", "squash_commit_sha")},
        "diff_head_sha": text(record.get("sha")),
        "merged_at": time_cell(record.get("merged_at")),
        "closed_at": time_cell(record.get("closed_at")),
        "gitlab_created_at": time_cell(record.get("created_at")),
        "gitlab_updated_at": time_cell(record.get("updated_at")),
        "merged_by_username": text(inside(record, "merged_by", "username")),
        "author_username": text(inside(record, "author", "username")),
    }


def _merge_numbers(record: Record) -> dict[str, object]:
    names = ("iid", "project_id", "source_project_id", "target_project_id", "user_notes_count")
    return {
        **{name: whole(record.get(name)) for name in names},
        "work_in_progress": flag(record.get("work_in_progress")),
        "author_user_id": whole(inside(record, "author", "id")),
    }


def gitlab_domain_pull_requests(merges: Iterable[Record], scope: Scope) -> Table:
    """Rows of ``pull_requests`` from rows of ``_tool_gitlab_merge_requests``.

    The commit is the merge, else the squashed one, else the branch's last.
    """
    shas = ("merge_commit_sha", "squash_commit_sha", "diff_head_sha")
    return [
        {
            "id": domain_id("gitlab:GitlabMergeRequest", scope.connection, merge["gitlab_id"]),
            "base_repo_id": _project_id(scope, whole(merge.get("target_project_id"))),
            "head_repo_id": _project_id(scope, whole(merge.get("source_project_id"))),
            "status": _MERGE_STATES.get(text(merge.get("state")), text(merge.get("state"))),
            "original_status": text(merge.get("state")),
            "title": text(merge.get("title")),
            "description": text(merge.get("description")),
            "url": text(merge.get("web_url")),
            "author_name": text(merge.get("author_username")),
            "author_id": domain_id(
                "gitlab:GitlabAccount", scope.connection, whole(merge.get("author_user_id"))
            ),
            "merged_by_name": "",
            "merged_by_id": "",
            "parent_pr_id": "",
            "pull_request_key": whole(merge.get("iid")),
            "created_date": time_cell(merge.get("gitlab_created_at")),
            "merged_date": time_cell(merge.get("merged_at")),
            "closed_date": time_cell(merge.get("closed_at")),
            "type": text(merge.get("type")),
            "component": text(merge.get("component")),
            "merge_commit_sha": next((text(merge[sha]) for sha in shas if merge.get(sha)), ""),
            "head_ref": text(merge.get("source_branch")),
            "base_ref": text(merge.get("target_branch")),
            "base_commit_sha": "",
            "head_commit_sha": "",
            "additions": 0,
            "deletions": 0,
            "is_draft": 0,
        }
        for merge in merges
    ]


def _pipeline_id(scope: Scope, number: object) -> str:
    return domain_id("gitlab:GitlabPipeline", scope.connection, number)


def _project_id(scope: Scope, number: object) -> str:
    return domain_id("gitlab:GitlabProject", scope.connection, number)
