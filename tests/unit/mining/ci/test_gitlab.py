"""GitLab: pipelines, jobs, deployments, merge requests."""

from __future__ import annotations

import pytest

from .payloads import SHA, facts, only, pipeline, read

TEN = 1709287200
"""2024-03-01T10:00:00Z."""


def test_a_pipeline() -> None:
    """A pipeline is a run; its project is the path in its address, its times keep milliseconds."""
    found = only(pipeline(), "run")
    assert (found["provider"], found["project"]) == ("gitlab", "group/sub/app")
    assert (found["status"], found["result"]) == ("completed", "failure")
    assert (found["created"], found["started"]) == (TEN + 0.25, TEN + 10)
    assert (found["finished"], found["seconds"]) == (TEN + 190.5, 170.0)
    assert (found["head"], found["branch"], found["event"]) == (SHA, "main", "push")


@pytest.mark.parametrize(
    ("word", "status", "result"),
    [
        ("success", "completed", "success"),
        ("canceled", "completed", "cancelled"),
        ("skipped", "completed", "skipped"),
        ("running", "in_progress", None),
        ("pending", "pending", None),
        ("manual", "manual", None),
        ("created", "created", None),
    ],
)
def test_statuses(word: str, status: str, result: str | None) -> None:
    """GitLab has one word for how far and how well; here they are two."""
    found = only(pipeline(status=word), "run")
    assert (found["status"], found["result"]) == (status, result)


def test_jobs_and_deployments() -> None:
    """Jobs name their pipeline and tags; deployments take their times from their job."""
    job = {
        "id": 9,
        "name": "deploy",
        "stage": "deploy",
        "status": "success",
        "created_at": "2024-03-01T10:00:00Z",
        "started_at": "2024-03-01T10:00:30Z",
        "finished_at": "2024-03-01T10:01:00Z",
        "duration": 29.75,
        "tag_list": ["gpu"],
        "pipeline": {"id": 500, "project_id": 3},
        "web_url": "https://gitlab.example/group/app/-/jobs/9",
        "speed": 1,
    }
    reading = read([job])
    (found,) = facts(reading, "job")
    assert (found["run_id"], found["labels"], found["seconds"]) == ("500", ["gpu"], 29.75)
    assert found["project"] == "group/app"
    assert reading.unknown == {"job.speed": 1}
    deployment = {
        "id": 2,
        "ref": "main",
        "sha": SHA,
        "status": "success",
        "created_at": "2024-03-01T10:00:00Z",
        "environment": {"name": "live", "tier": "production"},
        "deployable": job,
    }
    found = only([deployment], "deployment")
    assert (found["environment"], found["production"]) == ("live", True)
    assert (found["run_id"], found["finished"], found["result"]) == ("500", TEN + 60, "success")


def test_merge_requests() -> None:
    """A merge request is a pull request; a squashed one is merged by its squash commit."""
    request = {
        "id": 77,
        "iid": 4,
        "title": "Add",
        "state": "merged",
        "created_at": "2024-03-01T09:00:00Z",
        "merged_at": "2024-03-01T10:00:00Z",
        "closed_at": None,
        "source_branch": "add",
        "target_branch": "main",
        "author": {"username": "ann"},
        "sha": "b2" * 20,
        "merge_commit_sha": None,
        "squash_commit_sha": SHA,
        "web_url": "https://gitlab.example/group/app/-/merge_requests/4",
    }
    found = only([request], "pull_request")
    assert (found["id"], found["state"], found["merge_commit"]) == ("4", "merged", SHA)
    assert (found["project"], found["closed"]) == ("group/app", TEN)


def test_records_without_ids_are_refused() -> None:
    """A pipeline or job without what names it gives no fact."""
    bad = [pipeline(id=None), {"id": 1, "stage": "x", "status": "failed", "pipeline": {}}]
    reading = read(bad)
    assert reading.tables == {}
    assert [one.where for one in reading.refused] == ["[0]", "[1]"]
