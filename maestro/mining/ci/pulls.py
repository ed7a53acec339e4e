"""Pull requests, merge requests and issues, as the forges' APIs write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import fields
from .github_actions import project_of as github_project
from .gitlab import project_of as gitlab_project
from .reading import Reading
from .values import head, ident, moment, text

Record = Mapping[str, Any]


def _part(record: Record, *path: str) -> Any:
    found: Any = record
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _labels(value: Any) -> list[str]:
    # A label's name is its title in GitLab's webhooks.
    names = [
        one.get("name", one.get("title")) if isinstance(one, dict) else one for one in value or []
    ]
    return sorted({word for word in (text(name, 100) for name in names[:100]) if word})


def read_github_pull(record: Record, where: str, reading: Reading) -> None:
    """One pull request of the GitHub API, listed or alone, or of a webhook."""
    reading.count_unknown("pull_request", record.keys() - fields.GITHUB_PULL)
    id_ = ident(record.get("number"))
    if not id_:
        reading.refuse(where, "no-id", "a pull request without a number")
        return
    quality: list[str] = []
    merged = moment(record.get("merged_at"), quality)
    values = {
        "provider": "github",
        "project": text(_part(record, "base", "repo", "full_name")) or github_project(record),
        "id": id_,
        "title": text(record.get("title")),
        "author": text(_part(record, "user", "login"), 100),
        "state": _state(merged, record.get("state")),
        "draft": record.get("draft") is True,
        "branch": text(_part(record, "head", "ref")),
        "base": text(_part(record, "base", "ref")),
        "head": head(_part(record, "head", "sha")),
        "created": moment(record.get("created_at"), quality),
        "merged": merged,
        "closed": moment(record.get("closed_at"), quality),
        "updated": moment(record.get("updated_at"), quality),
        # Before a merge this field names a trial merge that never enters the history.
        "merge_commit": head(record.get("merge_commit_sha")) or None if merged else None,
        "quality": quality,
    }
    reading.add("pull_request", values)


def _state(merged: float | None, state: Any) -> str:
    if merged is not None:
        return "merged"
    return "closed" if state in ("closed", "merged", "locked") else "open"


def read_gitlab_merge(record: Record, where: str, reading: Reading) -> None:
    """One merge request of the GitLab API."""
    reading.count_unknown("merge_request", record.keys() - fields.GITLAB_MERGE)
    id_ = ident(record.get("iid"))
    if not id_:
        reading.refuse(where, "no-id", "a merge request without a number")
        return
    quality: list[str] = []
    merged = moment(record.get("merged_at"), quality)
    commit = record.get("merge_commit_sha") or record.get("squash_commit_sha")
    values = {
        "provider": "gitlab",
        "project": gitlab_project(record),
        "id": id_,
        "title": text(record.get("title")),
        "author": text(_part(record, "author", "username"), 100),
        "state": _state(merged, record.get("state")),
        "draft": record.get("draft") is True,
        "branch": text(record.get("source_branch")),
        "base": text(record.get("target_branch")),
        "head": head(record.get("sha")),
        "created": moment(record.get("created_at"), quality),
        "merged": merged,
        "closed": moment(record.get("closed_at"), quality) or merged,
        "updated": moment(record.get("updated_at"), quality),
        "merge_commit": head(commit) or None if merged else None,
        "quality": quality,
    }
    reading.add("pull_request", values)


def read_issue(record: Record, where: str, reading: Reading) -> None:
    """One issue of GitHub or GitLab: an incident when it carries the project's label."""
    reading.count_unknown("issue", record.keys() - fields.ISSUE)
    gitlab = "iid" in record
    id_ = ident(record.get("iid" if gitlab else "number"))
    if not id_:
        reading.refuse(where, "no-id", "an issue without a number")
        return
    quality: list[str] = []
    labels = record.get("labels")
    values = {
        "provider": "gitlab" if gitlab else "github",
        "project": gitlab_project(record) if gitlab else github_project(record),
        "id": id_,
        "title": text(record.get("title")),
        "labels": _labels(labels if isinstance(labels, list) else []),
        "created": moment(record.get("created_at"), quality),
        "resolved": moment(record.get("closed_at"), quality),
        "updated": moment(record.get("updated_at"), quality),
        "quality": quality,
    }
    reading.add("incident", values)
