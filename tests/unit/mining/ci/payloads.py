"""Small records of the documented shapes, made up for the tests."""

from __future__ import annotations

import json
from typing import Any

from maestro.mining.ci.detect import Options, read_bytes
from maestro.mining.ci.reading import Reading
from maestro.schema.facts import columns

SHA = "a1" * 20


def facts(reading: Reading, kind: str) -> list[dict[str, Any]]:
    """The rows of one kind as columns to values."""
    return [dict(zip(columns(kind), row, strict=True)) for row in reading.tables.get(kind, [])]


def read(data: Any, path: str = "", options: Options | None = None) -> Reading:
    """What is understood of bytes, a text, or an object written as JSON."""
    if isinstance(data, str):
        data = data.encode()
    elif not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return read_bytes(data, path, options)


def only(data: Any, kind: str, path: str = "") -> dict[str, Any]:
    """The single fact of a file that is read without a refusal."""
    reading = read(data, path)
    assert reading.refused == []
    (found,) = facts(reading, kind)
    return found


def run(**more: Any) -> dict[str, Any]:
    """A run as the Actions API gives it."""
    return {
        "id": 71,
        "name": "Tests",
        "path": ".github/workflows/tests.yml",
        "head_branch": "main",
        "head_sha": SHA,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "workflow_id": 5,
        "run_number": 9,
        "run_attempt": 2,
        "created_at": "2024-03-01T10:00:00Z",
        "run_started_at": "2024-03-01T11:00:00Z",
        "updated_at": "2024-03-01T11:07:30Z",
        "repository": {"full_name": "octo/app"},
    } | more


def job(**more: Any) -> dict[str, Any]:
    """A job as the Actions API gives it."""
    return {
        "id": 810,
        "run_id": 71,
        "run_attempt": 2,
        "run_url": "https://api.github.example/repos/octo/app/actions/runs/71",
        "name": "test (3.12)",
        "labels": ["ubuntu-latest", "gpu"],
        "status": "completed",
        "conclusion": "failure",
        "created_at": "2024-03-01T11:00:01Z",
        "started_at": "2024-03-01T11:00:20Z",
        "completed_at": "2024-03-01T11:05:20Z",
        "steps": [],
    } | more


def pipeline(**more: Any) -> dict[str, Any]:
    """A pipeline as GitLab's page of one gives it."""
    return {
        "id": 500,
        "iid": 4,
        "project_id": 3,
        "ref": "main",
        "sha": SHA,
        "status": "failed",
        "source": "push",
        "created_at": "2024-03-01T10:00:00.250Z",
        "started_at": "2024-03-01T10:00:10.000Z",
        "finished_at": "2024-03-01T10:03:10.500Z",
        "updated_at": "2024-03-01T10:03:11.000Z",
        "duration": 170,
        "web_url": "https://gitlab.example/group/sub/app/-/pipelines/500",
    } | more


def build(**more: Any) -> dict[str, Any]:
    """A build as Jenkins' ``api/json`` gives it."""
    return {
        "_class": "hudson.model.FreeStyleBuild",
        "number": 12,
        "url": "https://ci.example/job/team/job/train%20all/12/",
        "timestamp": 1709287200123,
        "duration": 61500,
        "result": "UNSTABLE",
        "building": False,
        "actions": [],
    } | more
