"""GitLab's webhooks: turned into the records of its API, and read as those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import fields, gitlab, pulls
from .reading import Reading
from .values import duration, head, ident, moment, text

Record = Mapping[str, Any]


def read_hook(payload: Record, where: str, reading: Reading) -> None:
    """Every fact in a payload: of a pipeline its jobs too."""
    kind = payload.get("object_kind")
    reader = _KINDS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        reason = f'a GitLab webhook of the kind "{text(kind, 40)}", which is no CI record'
        reading.refuse(where, "no-facts", reason)
        return
    reader(payload, where, reading)


def _part(record: Record, name: str) -> Record:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _address(payload: Record, kind: str, id_: Any) -> str:
    """The page of a pipeline, job or request, from the address of its project."""
    project = _part(payload, "project").get("web_url") or _part(payload, "repository").get(
        "homepage"
    )
    return f"{project}/-/{kind}/{ident(id_)}" if isinstance(project, str) and project else ""


def _pipeline(payload: Record, where: str, reading: Reading) -> None:
    about = _part(payload, "object_attributes")
    reading.count_unknown("webhook", payload.keys() - fields.GITLAB_HOOK)
    record = {
        **about,
        "web_url": _address(payload, "pipelines", about.get("id")),
        "project_id": _part(payload, "project").get("id"),
    }
    if "started_at" not in record:
        record["started_at"] = _begun(about)
    gitlab.read_pipeline(record, _inside(where, "object_attributes"), reading)
    builds = payload.get("builds")
    for number, build in enumerate(builds if isinstance(builds, list) else []):
        place = _inside(where, f"builds[{number}]")
        if not isinstance(build, dict):
            reading.refuse(place, "no-record", "a job that is no object")
            continue
        job = {
            **build,
            "pipeline": {"id": about.get("id"), "project_id": record["project_id"]},
            "tag_list": _part(build, "runner").get("tags"),
            "web_url": _address(payload, "jobs", build.get("id")),
        }
        gitlab.read_job(job, place, reading)


def _begun(about: Record) -> float | None:
    # GitLab counts queued_duration from the creation to the start, and gives no start.
    created, waited = moment(about.get("created_at"), []), duration(about.get("queued_duration"))
    return None if created is None or waited is None else created + waited


def _build(payload: Record, where: str, reading: Reading) -> None:
    own = ("id", "name", "status", "created_at", "started_at", "finished_at", "duration")
    named = {f"build_{name}": name for name in own}
    reading.count_unknown("webhook", payload.keys() - fields.GITLAB_JOB_HOOK - named.keys())
    record = {name: payload.get(field) for field, name in named.items()}
    number = payload.get("project_id") or _part(payload, "project").get("id")
    record["pipeline"] = {"id": payload.get("pipeline_id"), "project_id": number}
    record["tag_list"] = _part(payload, "runner").get("tags")
    record["environment"] = payload.get("environment")
    record["web_url"] = _address(payload, "jobs", record["id"])
    gitlab.read_job(record, where, reading)


def _deployment(payload: Record, where: str, reading: Reading) -> None:
    reading.count_unknown("webhook", payload.keys() - fields.GITLAB_DEPLOYMENT_HOOK)
    at = payload.get("status_changed_at")
    commit = payload.get("commit_url")
    running = payload.get("status") == "running"
    record = {
        "id": payload.get("deployment_id"),
        "ref": payload.get("ref"),
        "sha": head(commit.rpartition("/")[2]) if isinstance(commit, str) else "",
        "status": payload.get("status"),
        "updated_at": at,
        "created_at": at if payload.get("status") == "created" else None,
        "environment": {
            "name": payload.get("environment"),
            "tier": payload.get("environment_tier"),
        },
        "deployable": {
            "web_url": _address(payload, "jobs", payload.get("deployable_id")),
            "project_id": _part(payload, "project").get("id"),
            "started_at": at if running else None,
            "finished_at": None if running else at,
        },
    }
    gitlab.read_deployment(record, where, reading)


def _merge(payload: Record, where: str, reading: Reading) -> None:
    about = _part(payload, "object_attributes")
    reading.count_unknown("webhook", payload.keys() - fields.GITLAB_HOOK)
    merged = about.get("state") == "merged" and about.get("action") in (None, "merge")
    record = {
        **about,
        "web_url": _address(payload, "merge_requests", about.get("iid")),
        "project_id": about.get("target_project_id"),
        "sha": _part(about, "last_commit").get("id"),
        "draft": about.get("draft", about.get("work_in_progress")),
        # The hook gives no time of merging: it is sent by the change that merged.
        "merged_at": about.get("updated_at") if merged else None,
    }
    pulls.read_gitlab_merge(record, _inside(where, "object_attributes"), reading)


def _issue(payload: Record, where: str, reading: Reading) -> None:
    about = _part(payload, "object_attributes")
    reading.count_unknown("webhook", payload.keys() - fields.GITLAB_HOOK)
    closed = about.get("state") == "closed" and about.get("action") == "close"
    record = {
        **about,
        "web_url": _address(payload, "issues", about.get("iid")),
        "project_id": _part(payload, "project").get("id"),
        "labels": about.get("labels") or payload.get("labels"),
        "closed_at": about.get("closed_at") or (about.get("updated_at") if closed else None),
    }
    pulls.read_issue(record, _inside(where, "object_attributes"), reading)


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


_KINDS: dict[str, Callable[[Record, str, Reading], None]] = {
    "pipeline": _pipeline,
    "build": _build,
    "deployment": _deployment,
    "merge_request": _merge,
    "issue": _issue,
    "incident": _issue,
}
