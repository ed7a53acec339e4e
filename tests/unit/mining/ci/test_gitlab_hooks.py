"""Payloads of GitLab's webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from maestro.mining.ci.merge import merged
from maestro.schema.facts import columns

from .payloads import SHA, facts, only, read

TEN = 1709287200
"""2024-03-01T10:00:00Z."""
PROJECT = {
    "id": 3,
    "web_url": "https://gitlab.example/group/app",
    "path_with_namespace": "group/app",
}


def pipeline_hook(**more: Any) -> dict[str, Any]:
    """A finished pipeline with one job."""
    attributes = {
        "id": 31,
        "iid": 3,
        "ref": "main",
        "sha": SHA,
        "source": "push",
        "status": "failed",
        "stages": ["build"],
        "created_at": "2024-03-01 10:00:00 UTC",
        "finished_at": "2024-03-01 10:03:10 UTC",
        "duration": 63,
        "queued_duration": 10,
    }
    job = {
        "id": 380,
        "stage": "build",
        "name": "train",
        "status": "failed",
        "created_at": "2024-03-01 10:00:00 UTC",
        "started_at": "2024-03-01 10:00:20 UTC",
        "finished_at": "2024-03-01 10:02:00 UTC",
        "runner": {"id": 1, "tags": ["gpu"]},
        "when": "on_success",
        "environment": {"name": "production", "action": "start"},
    }
    return {
        "object_kind": "pipeline",
        "object_attributes": attributes,
        "project": PROJECT,
        "builds": [job],
    } | more


def test_a_pipeline_with_its_jobs() -> None:
    """A pipeline hook is a run and its jobs; the start is the creation and the time queued."""
    reading = read(pipeline_hook())
    assert (reading.refused, dict(reading.unknown)) == ([], {})
    (run,) = facts(reading, "run")
    assert (run["provider"], run["project"], run["id"]) == ("gitlab", "group/app", "31")
    assert (run["result"], run["branch"], run["head"]) == ("failure", "main", SHA)
    assert (run["created"], run["started"], run["finished"]) == (TEN, TEN + 10, TEN + 190)
    (job,) = facts(reading, "job")
    assert (job["run_id"], job["id"], job["labels"]) == ("31", "380", ["gpu"])
    assert (job["project"], job["environment"]) == ("group/app", "production")
    assert (job["started"], job["finished"]) == (TEN + 20, TEN + 120)


def test_a_job() -> None:
    """A job hook names its fields otherwise; it is the same job as the API's."""
    payload = {
        "object_kind": "build",
        "build_id": 380,
        "build_name": "train",
        "build_stage": "build",
        "build_status": "success",
        "build_created_at": "2024-03-01 10:00:00 UTC",
        "build_started_at": "2024-03-01 10:00:20 UTC",
        "build_finished_at": "2024-03-01 10:02:00 UTC",
        "build_duration": 100,
        "pipeline_id": 31,
        "project_id": 3,
        "project": PROJECT,
        "runner": {"tags": ["gpu"]},
        "environment": None,
        "zqx": 1,
    }
    job = only(payload, "job")
    assert (job["project"], job["run_id"], job["id"]) == ("group/app", "31", "380")
    assert (job["result"], job["labels"], job["seconds"]) == ("success", ["gpu"], 100)
    assert dict(read(payload).unknown) == {"webhook.zqx": 1}


@pytest.mark.parametrize(
    ("status", "result", "started", "finished"),
    [("running", None, TEN, None), ("success", "success", None, TEN)],
)
def test_a_deployment(status: str, result: str, started: int, finished: int) -> None:
    """A deployment hook tells of one change: its time is the start or the end by its status."""
    found = only(
        {
            "object_kind": "deployment",
            "status": status,
            "status_changed_at": "2024-03-01 12:00:00 +0200",
            "deployment_id": 15,
            "deployable_id": 796,
            "environment": "live",
            "environment_tier": "production",
            "project": PROJECT,
            "commit_url": f"https://gitlab.example/group/app/-/commit/{SHA}",
            "ref": "main",
        },
        "deployment",
    )
    assert (found["project"], found["id"], found["environment"]) == ("group/app", "15", "live")
    assert (found["production"], found["head"], found["result"]) == (True, SHA, result)
    assert (found["started"], found["finished"]) == (started, finished)


def test_a_merge_request() -> None:
    """The hook of a merge gives its time; that of an open request gives none."""
    attributes = {
        "id": 99,
        "iid": 7,
        "title": "Add features",
        "source_branch": "x",
        "target_branch": "main",
        "state": "merged",
        "action": "merge",
        "created_at": "2024-03-01 09:00:00 UTC",
        "updated_at": "2024-03-01T10:00:00Z",
        "last_commit": {"id": SHA},
        "merge_commit_sha": "b2" * 20,
    }
    payload = {
        "object_kind": "merge_request",
        "object_attributes": attributes,
        "project": PROJECT,
    }
    found = only(payload, "pull_request")
    assert (found["project"], found["id"], found["state"]) == ("group/app", "7", "merged")
    assert (found["merged"], found["head"], found["merge_commit"]) == (TEN, SHA, "b2" * 20)
    opened = attributes | {"state": "opened", "action": "open"}
    found = only(payload | {"object_attributes": opened}, "pull_request")
    assert (found["state"], found["merged"], found["merge_commit"]) == ("open", None, None)
    late = attributes | {"action": "update", "updated_at": "2024-03-02T10:00:00Z"}
    both = [payload, payload | {"object_attributes": late}]
    (row,) = merged(read(both).tables)["pull_request"]
    (row_,) = merged(read(both[::-1]).tables)["pull_request"]
    found = dict(zip(columns("pull_request"), row, strict=True))
    assert row == row_
    assert (found["state"], found["merged"]) == ("merged", TEN)


def test_an_issue() -> None:
    """An issue hook is an incident when it carries the label; closing gives its end."""
    attributes = {
        "iid": 4,
        "title": "Down",
        "state": "closed",
        "action": "close",
        "created_at": "2024-03-01 09:00:00 UTC",
        "updated_at": "2024-03-01 10:00:00 UTC",
        "labels": [{"title": "incident"}],
    }
    payload = {"object_kind": "issue", "object_attributes": attributes, "project": PROJECT}
    found = only(payload, "incident")
    assert (found["project"], found["labels"], found["resolved"]) == (
        "group/app",
        ["incident"],
        TEN,
    )


def test_other_hooks_are_named() -> None:
    """A hook of another kind, or one with nothing in it, is refused with the reason."""
    (refusal,) = read({"object_kind": "push", "ref": "refs/heads/main"}).refused
    assert refusal.code == "no-facts" and '"push"' in refusal.reason
    for kind in ("pipeline", "build", "deployment", "merge_request", "issue"):
        assert [one.code for one in read({"object_kind": kind}).refused] == ["no-id"]
    assert read({"object_kind": []}).refused[0].code == "no-facts"
    reading = read(pipeline_hook(builds=["x"]))
    assert [one.where for one in reading.refused] == ["builds[0]"]
