"""Apache DevLake's rows for GitLab, by its rules, on records made up for the tests."""

from __future__ import annotations

import re

import pytest

from maestro.mining.delivery import devlake_gitlab as gitlab
from maestro.mining.delivery.devlake_records import gitlab_deployment_commits, gitlab_deployments
from maestro.mining.delivery.devlake_values import Patterns, Scope

SCOPE = Scope(44, url="https://gitlab.com/team/churn")


@pytest.mark.parametrize(
    ("word", "pipeline", "job"),
    [
        ("success", ("SUCCESS", "DONE"), ("SUCCESS", "DONE")),
        ("completed", ("SUCCESS", "DONE"), ("SUCCESS", "DONE")),
        ("failed", ("FAILURE", "DONE"), ("FAILURE", "DONE")),
        ("canceled", ("FAILURE", "DONE"), ("FAILURE", "OTHER")),
        ("running", ("", "IN_PROGRESS"), ("", "IN_PROGRESS")),
        ("preparing", ("", "IN_PROGRESS"), ("", "IN_PROGRESS")),
        ("manual", ("", "OTHER"), ("", "OTHER")),
    ],
)
def test_a_cancelled_job_failed_and_is_not_done(
    word: str, pipeline: tuple[str, str], job: tuple[str, str]
) -> None:
    """Pipelines count a cancelled one as done, jobs do not."""
    record = {"id": 1, "status": word, "name": "deploy", "pipeline": {"id": 2}, "duration": 1.5}
    rows = gitlab.gitlab_pipelines([record], SCOPE, Patterns())
    (one,) = gitlab.gitlab_domain_pipelines(rows, SCOPE)
    assert (one["result"], one["status"]) == pipeline
    patterns = Patterns(re.compile("(?i)DEPLOY"))
    (task,) = gitlab.gitlab_tasks(gitlab.gitlab_jobs([record], SCOPE), SCOPE, patterns)
    assert (task["result"], task["status"]) == job
    assert task["pipeline_id"] == "gitlab:GitlabPipeline:1:2"
    assert (task["type"], task["environment"]) == ("DEPLOYMENT", "PRODUCTION")
    assert task["duration_sec"] == 1.5


def test_a_pipeline_is_known_by_its_ref() -> None:
    """Without a production pattern no pipeline is production: unlike a job."""
    record = {"id": 1, "ref": "release-1", "status": "success", "source": "parent_pipeline"}
    pattern = re.compile("release")
    (row,) = gitlab.gitlab_pipelines([record], SCOPE, Patterns(pattern))
    assert (row["type"], row["environment"]) == ("DEPLOYMENT", "")
    (row,) = gitlab.gitlab_pipelines([record], SCOPE, Patterns(pattern, pattern))
    assert row["environment"] == "PRODUCTION"
    (one,) = gitlab.gitlab_domain_pipelines([row], SCOPE)
    assert (one["name"], one["is_child"]) == (one["id"], 1)


def test_a_merge_request_has_the_commit_that_is_left() -> None:
    """The merge, else the squashed one, else the branch's last; locked counts as closed."""
    base = {"id": 1, "iid": 3, "state": "locked", "target_project_id": 44}
    for record, sha in (
        ({**base, "merge_commit_sha": "m", "squash_commit_sha": "s", "sha": "h"}, "m"),
        ({**base, "merge_commit_sha": None, "squash_commit_sha": "s", "sha": "h"}, "s"),
        ({**base, "sha": "h"}, "h"),
    ):
        rows = gitlab.gitlab_merge_requests([record], SCOPE)
        (one,) = gitlab.gitlab_domain_pull_requests(rows, SCOPE)
        assert (one["merge_commit_sha"], one["status"]) == (sha, "CLOSED")
        assert one["base_repo_id"] == "gitlab:GitlabProject:1:44"


def test_a_recorded_deployment_has_the_times_of_its_job() -> None:
    """Its own time of creation does not count; blocked has no result."""
    record = {
        "id": 6,
        "status": "canceled",
        "sha": "aa",
        "created_at": "2025-09-15T07:00:00Z",
        "environment": {"name": "live/eu"},
        "deployable": {
            "name": "deploy",
            "created_at": "2025-09-15T08:00:00Z",
            "started_at": "2025-09-15T08:00:05Z",
            "finished_at": "2025-09-15T08:00:15Z",
            "duration": 10.25,
        },
    }
    rows = gitlab_deployments([record], SCOPE)
    (one,) = gitlab_deployment_commits(rows, SCOPE, re.compile("^live"))
    assert (one["result"], one["status"], one["name"]) == ("FAILURE", "DONE", "deploy:6")
    assert one["created_date"] == "2025-09-15T08:00:00.000+00:00"
    assert (one["environment"], one["duration_sec"]) == ("PRODUCTION", 10.25)
    assert one["id"] == "gitlab:GitlabDeployment:1:44:6"
