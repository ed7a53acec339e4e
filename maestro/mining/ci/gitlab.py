"""GitLab: pipelines, jobs, deployments and merge requests as the REST API writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import fields
from .reading import Reading
from .values import duration, head, ident, listed, text, times
from .words import GITLAB_STATUSES, state_of

Record = Mapping[str, Any]

_TIMES = {
    "created": "created_at",
    "started": "started_at",
    "finished": "finished_at",
    "updated": "updated_at",
}


def project_of(record: Record) -> str:
    """Path of the project from a record's address, or its number; empty when it does not say."""
    address = record.get("web_url")
    if isinstance(address, str) and "://" in address:
        path = text(address, 500).split("://", 1)[1].partition("/")[2]
        for mark in ("/-/", "/pipelines/", "/builds/", "/jobs/", "/merge_requests/", "/issues/"):
            if mark in path:
                return path.split(mark)[0]
    return ident(record.get("project_id"))


def read_pipeline(record: Record, where: str, reading: Reading) -> None:
    """One pipeline, from its own page or from a list (which gives no start and end)."""
    reading.count_unknown("pipeline", record.keys() - fields.GITLAB_PIPELINE)
    id_ = ident(record.get("id"))
    if not id_:
        reading.refuse(where, "no-id", "a pipeline without an id")
        return
    quality: list[str] = []
    status, result = state_of(reading, "pipeline", record.get("status"), GITLAB_STATUSES)
    values = {
        "provider": "gitlab",
        "project": project_of(record),
        "id": id_,
        "attempt": 1,
        "name": text(record.get("name")),
        "branch": text(record.get("ref")),
        "head": head(record.get("sha")),
        "event": text(record.get("source")),
        "status": status,
        "result": result,
        **times(record, _TIMES, quality),
        "seconds": duration(record.get("duration")),
        "quality": quality,
    }
    reading.add("run", values)


def read_job(record: Record, where: str, reading: Reading) -> None:
    """One job; retried ones are jobs of their own."""
    reading.count_unknown("job", record.keys() - fields.GITLAB_JOB)
    pipeline = record.get("pipeline")
    run_id = ident(pipeline.get("id")) if isinstance(pipeline, dict) else ""
    id_ = ident(record.get("id"))
    if not id_ or not run_id:
        reading.refuse(where, "no-id", "a job without its id or the id of its pipeline")
        return
    quality: list[str] = []
    status, result = state_of(reading, "job", record.get("status"), GITLAB_STATUSES)
    environment = record.get("environment")
    if isinstance(environment, dict):
        environment = environment.get("name")
    values = {
        "provider": "gitlab",
        "project": project_of(record) or project_of(pipeline or {}),
        "run_id": run_id,
        "attempt": 1,
        "id": id_,
        "name": text(record.get("name")),
        "labels": listed(record.get("tag_list")),
        "environment": text(environment),
        "status": status,
        "result": result,
        **times(record, _TIMES, quality),
        "seconds": duration(record.get("duration")),
        "quality": quality,
    }
    reading.add("job", values)


def read_deployment(record: Record, where: str, reading: Reading) -> None:
    """One deployment; the job that made it says when it ran."""
    reading.count_unknown("deployment", record.keys() - fields.GITLAB_DEPLOYMENT)
    id_ = ident(record.get("id"))
    if not id_:
        reading.refuse(where, "no-id", "a deployment without an id")
        return
    quality: list[str] = []
    status, result = state_of(reading, "deployment", record.get("status"), GITLAB_STATUSES)
    environment = record.get("environment")
    tier = environment.get("tier") if isinstance(environment, dict) else None
    job = record.get("deployable")
    job = job if isinstance(job, dict) else {}
    pipeline = job.get("pipeline")
    about = {**job, **{name: record.get(name) for name in ("created_at", "updated_at")}}
    if not result:
        about.pop("finished_at", None)
    values = {
        "provider": "gitlab",
        "project": project_of(job) or project_of(pipeline if isinstance(pipeline, dict) else {}),
        "id": id_,
        "run_id": ident(pipeline.get("id")) if isinstance(pipeline, dict) else "",
        "environment": text(environment.get("name")) if isinstance(environment, dict) else "",
        "production": tier == "production" if isinstance(tier, str) else None,
        "task": "deploy",
        "branch": text(record.get("ref")),
        "head": head(record.get("sha")),
        "status": status,
        "result": result,
        **times(about, _TIMES, quality),
        "quality": quality,
    }
    reading.add("deployment", values)
