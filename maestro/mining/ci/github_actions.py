"""GitHub Actions: runs, jobs and deployments as the API and the webhooks write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import fields
from .reading import Reading
from .values import attempt, head, ident, listed, moment, short_name, text, times
from .words import (
    COMPLETED,
    DEPLOYMENT_STATES,
    GITHUB_RESULTS,
    GITHUB_STATUSES,
    result_of,
    state_of,
)

Record = Mapping[str, Any]

_WAITING = frozenset({"queued", "waiting", "requested", "pending"})
_RUN_TIMES = {"created": "created_at", "started": "run_started_at", "updated": "updated_at"}
_WAIT_TIMES = {"created": "created_at", "finished": "completed_at"}
_JOB_TIMES = {"started": "started_at", **_WAIT_TIMES}
_PROJECT = re.compile(
    r"https?://[^/\s]{1,200}/(?:api/v3/)?(?:repos/)?([\w.-]{1,100}/[\w.-]{1,100})"
    r"/(?:actions|deployments|runs|pull|pulls|issues|check-runs|commit)/"
)
_RUN_IN_URL = re.compile(r"/actions/runs/([0-9]{1,18})(?:/|\Z)")
_DEPLOYMENT_IN_URL = re.compile(r"/deployments/([0-9]{1,18})(?:/|\Z)")


def project_of(record: Record, around: Record | None = None) -> str:
    """``owner/name`` of the repository that a record belongs to; empty when it does not say."""
    for whole in (record, around or {}):
        repository = whole.get("repository")
        if isinstance(repository, dict):
            name = text(repository.get("full_name"))
            if name:
                return name
    for field in ("url", "html_url", "run_url", "repository_url", "deployment_url"):
        value = record.get(field)
        match = _PROJECT.match(value + "/") if isinstance(value, str) else None
        if match:
            return match[1]
    return ""


def read_run(record: Record, where: str, reading: Reading, around: Record | None = None) -> None:
    """One run, as the API or a webhook's ``workflow_run`` gives it.

    ``around`` is the webhook payload, which may know the workflow's name and the repository.
    """
    reading.count_unknown("workflow_run", record.keys() - fields.GITHUB_RUN)
    id_ = ident(record.get("id"))
    if not id_:
        reading.refuse(where, "no-id", "a run without an id")
        return
    quality: list[str] = []
    status, result = _state(reading, "workflow_run", record)
    # A finished run last changes when it ends.
    end = {"finished": "updated_at"} if result or status == COMPLETED else {}
    workflow = (around or {}).get("workflow")
    name = text(record.get("name"))
    if not name and isinstance(workflow, dict):
        name = text(workflow.get("name"))
    values = {
        "provider": "github",
        "project": project_of(record, around),
        "id": id_,
        "attempt": attempt(record.get("run_attempt")),
        "name": name,
        "workflow": short_name(record.get("path")),
        "branch": text(record.get("head_branch")),
        "head": head(record.get("head_sha")),
        "event": text(record.get("event")),
        "status": status,
        "result": result,
        **times(record, {**_RUN_TIMES, **end}, quality),
        "quality": quality,
    }
    reading.add("run", values)


def _state(reading: Reading, kind: str, record: Record) -> tuple[str, str | None]:
    result = result_of(reading, kind, record.get("conclusion"), GITHUB_RESULTS)
    status = text(record.get("status"), 40)
    if status and status not in GITHUB_STATUSES:
        reading.count_word(kind, "status", status)
    return status or (COMPLETED if result else ""), result


def read_job(record: Record, where: str, reading: Reading, around: Record | None = None) -> None:
    """One job, as the API or a webhook's ``workflow_job`` gives it."""
    reading.count_unknown("workflow_job", record.keys() - fields.GITHUB_JOB)
    id_, run_id = ident(record.get("id")), ident(record.get("run_id"))
    if not id_ or not run_id:
        reading.refuse(where, "no-id", "a job without its id or the id of its run")
        return
    quality: list[str] = []
    status, result = _state(reading, "workflow_job", record)
    # While it waits the record gives the time of queueing as its start.
    columns = _WAIT_TIMES if status in _WAITING else _JOB_TIMES
    environment = record.get("environment") or ((around or {}).get("deployment") or {})
    if isinstance(environment, dict):
        environment = environment.get("environment")
    values = {
        "provider": "github",
        "project": project_of(record, around),
        "run_id": run_id,
        "attempt": attempt(record.get("run_attempt")),
        "id": id_,
        "name": text(record.get("name")),
        "labels": listed(record.get("labels")),
        "environment": text(environment),
        "status": status,
        "result": result,
        **times(record, columns, quality),
        "quality": quality,
    }
    reading.add("job", values)


def read_deployment(
    record: Record, where: str, reading: Reading, around: Record | None = None
) -> None:
    """One deployment; its result comes with its statuses, not with itself."""
    reading.count_unknown("deployment", record.keys() - fields.GITHUB_DEPLOYMENT)
    id_ = ident(record.get("id"))
    if not id_:
        reading.refuse(where, "no-id", "a deployment without an id")
        return
    quality: list[str] = []
    production = record.get("production_environment")
    run = (around or {}).get("workflow_run")
    values = {
        "provider": "github",
        "project": project_of(record, around),
        "id": id_,
        "run_id": ident(run.get("id")) if isinstance(run, dict) else "",
        "environment": text(record.get("environment")),
        "production": production if isinstance(production, bool) else None,
        "task": text(record.get("task")),
        "branch": text(record.get("ref")),
        "head": head(record.get("sha")),
        "created": moment(record.get("created_at"), quality),
        "updated": moment(record.get("updated_at"), quality),
        "quality": quality,
    }
    reading.add("deployment", values)


def read_deployment_status(
    record: Record, where: str, reading: Reading, around: Record | None = None
) -> None:
    """One status of a deployment: how far it was at a time. Joins the deployment by its id."""
    reading.count_unknown("deployment_status", record.keys() - fields.GITHUB_STATUS)
    deployment = (around or {}).get("deployment")
    id_ = ident(deployment.get("id")) if isinstance(deployment, dict) else ""
    if not id_:
        match = _DEPLOYMENT_IN_URL.search(text(record.get("deployment_url"), 300))
        id_ = match[1] if match else ""
    if not id_:
        reading.refuse(where, "no-id", "a status that does not name its deployment")
        return
    quality: list[str] = []
    status, result = state_of(reading, "deployment", record.get("state"), DEPLOYMENT_STATES)
    at = moment(record.get("created_at"), quality)
    match = _RUN_IN_URL.search(text(record.get("log_url") or record.get("target_url"), 300))
    values = {
        "provider": "github",
        "project": project_of(record, around),
        "id": id_,
        "run_id": match[1] if match else "",
        "environment": text(record.get("environment")),
        "status": status,
        "result": result,
        "started": at if status == "in_progress" else None,
        "finished": at if result else None,
        "updated": moment(record.get("updated_at"), quality) or at,
        "quality": quality,
    }
    reading.add("deployment", values)


def read_webhook(payload: Record, where: str, reading: Reading) -> None:
    """The payload of a webhook: every record in it that is a fact."""
    readers = (
        ("workflow_run", read_run),
        ("workflow_job", read_job),
        ("deployment", read_deployment),
        ("deployment_status", read_deployment_status),
    )
    for field, reader in readers:
        record = payload.get(field)
        if isinstance(record, dict):
            inside = f"{where}.{field}" if where else field
            reader(record, inside, reading, payload)
    reading.count_unknown("webhook", payload.keys() - fields.GITHUB_HOOK)


CLI_FIELDS = {
    "databaseId": "id",
    "workflowName": "name",
    "headBranch": "head_branch",
    "headSha": "head_sha",
    "attempt": "run_attempt",
    "createdAt": "created_at",
    "startedAt": "run_started_at",
    "updatedAt": "updated_at",
    "workflowDatabaseId": "workflow_id",
    "displayTitle": "display_title",
    "number": "run_number",
}
"""Fields of ``gh run list --json`` to those of the API."""


def read_cli_run(record: Record, where: str, reading: Reading) -> None:
    """One run as ``gh run list --json`` or ``gh run view --json`` writes it."""
    renamed = {CLI_FIELDS.get(name, name): value for name, value in record.items()}
    if "workflowName" in record:
        renamed["name"] = record["workflowName"]
    jobs = renamed.pop("jobs", None)
    read_run(renamed, where, reading)
    for number, job in enumerate(jobs if isinstance(jobs, list) else []):
        if isinstance(job, dict):
            inner = {
                "id": job.get("databaseId"),
                "run_id": renamed.get("id"),
                "run_attempt": renamed.get("run_attempt"),
                "started_at": job.get("startedAt"),
                "completed_at": job.get("completedAt"),
                **{name: job.get(name) for name in ("name", "status", "conclusion", "url")},
            }
            read_job(inner, f"{where}.jobs[{number}]", reading)
