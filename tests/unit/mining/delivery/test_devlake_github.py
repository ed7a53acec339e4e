"""Apache DevLake's rows for GitHub, by its rules, on records made up for the tests."""

from __future__ import annotations

import json
import re

import pytest

from maestro.mining.delivery import devlake_github as github
from maestro.mining.delivery.devlake_records import (
    github_deployment_commits,
    github_deployments,
    recorded_deployments,
)
from maestro.mining.delivery.devlake_values import Patterns, Scope, raw_records

SCOPE = Scope(9, connection=3, url="https://github.com/team/churn")
RUN = {
    "id": 5,
    "name": "Ship",
    "head_branch": "main",
    "head_sha": "aa",
    "status": "completed",
    "conclusion": "success",
    "created_at": "2025-09-15T08:00:00Z",
    "run_started_at": "2025-09-15T10:00:01.900+02:00",
    "updated_at": "2025-09-15T08:01:01Z",
}


def test_a_run_becomes_a_pipeline_and_its_commit() -> None:
    """Seconds from start to last change are cut; times are UTC; ids name connection and repo."""
    runs = github.github_runs([RUN], SCOPE, Patterns(re.compile("Ship"), re.compile("main")))
    (pipeline,) = github.github_pipelines(runs, SCOPE)
    assert pipeline["id"] == "github:GithubRun:3:9:5"
    assert pipeline["cicd_scope_id"] == "github:GithubRepo:3:9"
    assert pipeline["duration_sec"] == 59
    assert pipeline["started_date"] == "2025-09-15T08:00:01.900+00:00"
    assert pipeline["finished_date"] == "2025-09-15T08:01:01.000+00:00"
    assert (pipeline["type"], pipeline["environment"]) == ("DEPLOYMENT", "PRODUCTION")
    (commit,) = github.github_pipeline_commits(runs, SCOPE)
    assert (commit["pipeline_id"], commit["commit_sha"]) == (pipeline["id"], "aa")
    assert commit["repo_url"] == SCOPE.url


@pytest.mark.parametrize(
    ("conclusion", "result"),
    [
        ("success", "SUCCESS"),
        ("failure", "FAILURE"),
        ("CANCELLED", "FAILURE"),
        ("timed_out", "FAILURE"),
        ("startup_failure", "FAILURE"),
        ("neutral", ""),
        (None, ""),
    ],
)
def test_cancelled_is_a_failure(conclusion: str | None, result: str) -> None:
    """Every other conclusion has no result."""
    runs = github.github_runs([{**RUN, "conclusion": conclusion}], SCOPE, Patterns())
    (pipeline,) = github.github_pipelines(runs, SCOPE)
    assert pipeline["result"] == result


@pytest.mark.parametrize(
    ("status", "expected"),
    [("queued", "IN_PROGRESS"), ("completed", "DONE"), ("requested", "OTHER"), (None, "OTHER")],
)
def test_a_status_has_three_words(status: str | None, expected: str) -> None:
    """In progress, done, or other."""
    runs = github.github_runs([{**RUN, "status": status}], SCOPE, Patterns())
    (pipeline,) = github.github_pipelines(runs, SCOPE)
    assert pipeline["status"] == expected


def test_without_a_production_pattern_everything_is_production() -> None:
    """And without a deployment pattern nothing is a deployment."""
    (run,) = github.github_runs([RUN], SCOPE, Patterns())
    assert (run["type"], run["environment"]) == ("", "PRODUCTION")
    (run,) = github.github_runs([RUN], SCOPE, Patterns(production=re.compile("live")))
    assert run["environment"] == ""


def test_the_last_record_of_a_run_is_kept() -> None:
    """As in a table with a primary key."""
    (run,) = github.github_runs([RUN, {**RUN, "run_attempt": 2}], SCOPE, Patterns())
    assert run["run_attempt"] == 2


def test_a_job_without_a_start_is_dropped() -> None:
    """One that has not ended has the duration 0."""
    base = {"run_id": 5, "name": "deploy", "status": "in_progress", "conclusion": None}
    records = [
        {**base, "id": 1, "started_at": "2025-09-15T08:00:00Z", "completed_at": None},
        {**base, "id": 2, "started_at": None},
    ]
    jobs = github.github_jobs(records, SCOPE, Patterns(re.compile("deploy")))
    assert [job["status"] for job in jobs] == ["IN_PROGRESS", "IN_PROGRESS"]
    (task,) = github.github_tasks(jobs, SCOPE)
    assert task["id"] == "github:GithubJob:3:5:1"
    assert (task["type"], task["duration_sec"], task["finished_date"]) == ("DEPLOYMENT", 0, None)
    assert task["created_date"] == task["started_date"]


@pytest.mark.parametrize(
    ("state", "merged_at", "expected"),
    [
        ("open", None, "OPEN"),
        ("closed", None, "CLOSED"),
        ("closed", "2025-09-15T08:00:00Z", "MERGED"),
    ],
)
def test_a_pull_request_is_merged_by_its_time(
    state: str, merged_at: str | None, expected: str
) -> None:
    """Closed is merged only with a time of merging."""
    record = {
        "id": 70,
        "number": 7,
        "state": state,
        "merged_at": merged_at,
        "body": 'a "word"',
        "user": {"login": "ada", "id": 4},
        "labels": [{"name": "type/bug"}, {"name": "type/docs"}],
        "created_at": "2025-09-14T08:00:00Z",
    }
    pulls = github.github_pull_requests([record], SCOPE, type_label=re.compile("^type/"))
    (row,) = github.github_domain_pull_requests(pulls, SCOPE)
    assert (row["status"], row["type"]) == (expected, "type/docs")
    assert row["author_id"] == "github:GithubAccount:3:4"
    assert row["description"] == r'"a \"word\""'
    left_out = frozenset({"ada"})
    assert github.github_pull_requests([record], SCOPE, left_out=left_out) == []


def test_a_replaced_deployment_was_a_success() -> None:
    """Without the time of a last status it ended when the record last changed."""
    record = {
        "Id": "D",
        "CommitOid": "aa",
        "Environment": "live",
        "State": "INACTIVE",
        "Statuses": {"nodes": [{"state": "IN_PROGRESS", "updatedAt": "2025-09-15T08:00:10Z"}]},
        "Repository": {"Url": "https://github.com/team/churn"},
        "CreatedAt": "2025-09-15T08:00:00Z",
        "UpdatedAt": "2025-09-15T08:00:30.500Z",
    }
    rows = github_deployments([record], SCOPE)
    (commit,) = github_deployment_commits(rows, SCOPE, re.compile("live"))
    assert (commit["result"], commit["status"]) == ("SUCCESS", "DONE")
    assert (commit["environment"], commit["original_environment"]) == ("PRODUCTION", "live")
    assert commit["duration_sec"] == 30.5
    (one,) = recorded_deployments([commit])
    assert one["id"] == commit["cicd_deployment_id"]
    assert "commit_sha" not in one


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((("SUCCESS", 10), ("SUCCESS", 12)), 12),
        ((("FAILURE", 10), ("SUCCESS", 12)), 12),
        ((("INACTIVE", 13),), 13),
        ((("SUCCESS", None), ("SUCCESS", 11)), 11),
        ((("INACTIVE", 13), ("SUCCESS", 12), ("QUEUED", 14)), 12),
    ],
)
def test_a_deployment_ended_with_its_last_success(
    statuses: tuple[tuple[str, int | None], ...], expected: int
) -> None:
    """Or else with the last status that ends one; a status without a time is passed over."""
    nodes = [
        {"state": word, "updatedAt": f"2025-09-15T{hour}:00:00Z" if hour else None}
        for word, hour in statuses
    ]
    (row,) = github_deployments([{"Id": "D", "Statuses": {"nodes": nodes}}], SCOPE)
    assert row["finished_date"] == f"2025-09-15T{expected}:00:00.000+00:00"


def test_raw_rows_are_taken_by_their_parameters() -> None:
    """A raw table holds several connections; records come in the order of their ids."""
    rows = [
        {"id": "2", "params": '{"ConnectionId":1}', "data": json.dumps({"id": 2}), "input": "null"},
        {"id": "10", "params": '{"ConnectionId":1}', "data": json.dumps({"id": 3}), "input": ""},
        {"id": "1", "params": '{"ConnectionId":2}', "data": json.dumps({"id": 1}), "input": "{}"},
    ]
    assert raw_records(rows, ConnectionId=1) == [({"id": 2}, None), ({"id": 3}, None)]
