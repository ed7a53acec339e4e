"""Apache DevLake's DORA tables, by its rules, on rows made up for the tests."""

from __future__ import annotations

import random
from typing import Any

import pytest

from maestro.mining.delivery import devlake_dora as dora
from maestro.mining.delivery.devlake_values import millis, number, stamp, whole

PIPELINE = {"id": "p", "result": "SUCCESS", "type": "DEPLOYMENT", "cicd_scope_id": "s"}
MAPPING = [
    {"project_name": "one", "table": "cicd_scopes", "row_id": "s"},
    {"project_name": "one", "table": "repos", "row_id": "r"},
    {"project_name": "two", "table": "cicd_scopes", "row_id": "t"},
]


def _task(environment: str, result: str = "SUCCESS", type_: str = "") -> dict[str, Any]:
    return {"pipeline_id": "p", "environment": environment, "result": result, "type": type_}


@pytest.mark.parametrize(
    ("pipeline", "tasks", "environment"),
    [
        ({}, [], ""),
        ({}, [_task("TESTING"), _task("PRODUCTION", "FAILURE")], "PRODUCTION"),
        ({}, [_task("TESTING"), _task("STAGING")], "STAGING"),
        ({}, [_task("PRODUCTION", "")], ""),
        ({"environment": "STAGING"}, [_task("PRODUCTION")], "STAGING"),
        ({"type": ""}, [_task("TESTING", "SUCCESS", "DEPLOYMENT")], "TESTING"),
        ({"type": ""}, [_task("TESTING", "", "DEPLOYMENT")], None),
        ({"result": ""}, [], None),
        ({"cicd_scope_id": "t"}, [], None),
    ],
)
def test_which_pipelines_deployed_where(
    pipeline: dict[str, Any], tasks: list[dict[str, Any]], environment: str | None
) -> None:
    """Marked itself or by a task that ended; the first environment of its tasks counts."""
    rows = dora.deployments([PIPELINE | pipeline], tasks, MAPPING, "one")
    assert [row["environment"] for row in rows] == ([] if environment is None else [environment])


def test_a_missing_start_is_the_end_less_whole_seconds() -> None:
    """A duration of 90.9 seconds takes off 90."""
    pipeline = {**PIPELINE, "finished_date": "2025-09-15 8:01:30", "duration_sec": "90.9"}
    commit = {"pipeline_id": "p", "repo_url": "u", "commit_sha": "aa", "branch": "main"}
    (row,) = dora.deployment_commits([pipeline], [commit], [])
    assert row["started_date"] == "2025-09-15T08:00:00.000+00:00"
    assert (row["id"], row["ref_name"], row["cicd_deployment_id"]) == ("p:u", "main", "p")


def _deployed(id_: str, day: int, **values: Any) -> dict[str, Any]:
    base = {
        "id": id_,
        "commit_sha": f"c{id_}",
        "cicd_deployment_id": f"d{id_}",
        "cicd_scope_id": "s",
        "repo_url": "u",
        "environment": "PRODUCTION",
        "result": "SUCCESS",
        "started_date": f"2025-09-{day:02d}T08:00:00Z",
        "finished_date": f"2025-09-{day:02d}T09:00:00Z",
    }
    return base | values


def test_the_one_before_is_the_last_success_of_the_same_place() -> None:
    """By the end, within scope, repository and environment; failures are passed over."""
    rows = [
        _deployed("3", 3),
        _deployed("1", 1),
        _deployed("2", 2, result="FAILURE"),
        _deployed("4", 4, environment="STAGING"),
        _deployed("5", 5, environment=""),
        _deployed("6", 6, cicd_scope_id="t"),
        _deployed("7", 7, finished_date=""),
    ]
    random.Random(1).shuffle(rows)
    found = dora.with_previous(rows, MAPPING, "one")
    previous = {row["id"]: row.get("prev_success_deployment_commit_id", "") for row in found}
    assert previous == {"1": "", "2": "", "3": "1", "4": "", "5": "", "6": "", "7": ""}


def _metric(**pull: Any) -> dict[str, Any]:
    """The way of one pull request: authored 8:00, opened 9:00, reviewed 9:30:30, merged 10:00."""
    day = "2025-09-02T"
    base = {
        "id": "x",
        "base_repo_id": "r",
        "author_id": "ada",
        "merge_commit_sha": "m",
        "created_date": f"{day}09:00:00Z",
        "merged_date": f"{day}10:00:00Z",
    }
    comments = [
        {"id": "1", "created_date": f"{day}09:10:00Z", "account_id": "ada"},
        {"id": "3", "created_date": f"{day}09:30:30Z", "account_id": "bob"},
        {"id": "2", "created_date": f"{day}09:30:30Z", "account_id": "cid"},
        {"id": "0", "created_date": f"{day}09:01:00Z", "account_id": None},
    ]
    commits = [
        {"commit_sha": "b", "commit_authored_date": f"{day}08:30:00Z"},
        {"commit_sha": "a", "commit_authored_date": f"{day}08:00:00Z"},
    ]
    tables = {
        "pull_requests": [base | pull],
        "pull_request_commits": [{**one, "pull_request_id": "x"} for one in commits],
        "pull_request_comments": [{**one, "pull_request_id": "x"} for one in comments],
        "cicd_deployment_commits": dora.with_previous([_deployed("1", 1), _deployed("2", 3)]),
        "commits_diffs": [
            {"commit_sha": "m", "new_commit_sha": "c2", "old_commit_sha": "c1"},
            {"commit_sha": "n", "new_commit_sha": "c1", "old_commit_sha": ""},
        ],
    }
    (row,) = dora.pr_metrics(tables, MAPPING, "one")
    return row


def test_the_way_of_a_pull_request() -> None:
    """Minutes are rounded up; the author's own comments are no review."""
    row = _metric()
    assert (row["first_commit_sha"], row["pr_coding_time"]) == ("a", 60)
    assert (row["first_review_id"], row["pr_pickup_time"], row["pr_review_time"]) == ("2", 31, 30)
    assert (row["deployment_commit_id"], row["pr_deploy_time"]) == ("2", 23 * 60)
    assert row["pr_cycle_time"] == 60 + 60 + 23 * 60
    assert row["pr_deployed_date"] == "2025-09-03T09:00:00.000+00:00"


def test_a_negative_part_is_left_out_but_not_one_of_seconds() -> None:
    """Opened before it was written: null. Less than a minute backwards rounds up to 0."""
    row = _metric(created_date="2025-09-02T07:00:00Z")
    assert row["pr_coding_time"] is None
    assert row["pr_cycle_time"] == 180 + 23 * 60
    assert _metric(created_date="2025-09-02T07:59:30Z")["pr_coding_time"] == 0


def test_the_first_deployment_explains_nothing() -> None:
    """A commit that only the first one brought was never deployed, as far as one knows."""
    row = _metric(merge_commit_sha="n")
    assert (row["deployment_commit_id"], row["pr_deploy_time"]) == ("", None)
    assert row["pr_cycle_time"] == 120


def test_a_review_without_an_author_to_tell_from_is_one() -> None:
    """Of a pull request without an author every comment counts."""
    assert _metric(author_id="")["first_review_id"] == "0"


def test_an_incident_belongs_to_what_ended_before_it() -> None:
    """Strictly before, successful, in production, and of the same project."""
    commits = [
        _deployed("1", 1),
        _deployed("2", 2),
        _deployed("3", 2, result="FAILURE", finished_date="2025-09-02T09:30:00Z"),
        _deployed("4", 2, cicd_scope_id="t", finished_date="2025-09-02T09:40:00Z"),
    ]
    times = {"a": "02T10:00:00", "b": "02T09:00:00", "c": "01T09:00:00", "d": "02T10:00:00"}
    incidents = [
        {"id": id_, "created_date": f"2025-09-{at}Z", "table": "repos", "scope_id": "r"}
        for id_, at in times.items()
    ]
    incidents[3]["scope_id"] = "elsewhere"
    rows = dora.incident_deployments(incidents, commits, MAPPING, "one")
    found = {row["id"]: row["deployment_id"] for row in rows}
    assert found == {"a": "d2", "b": "d1"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-9-15 8:00:01", "2025-09-15T08:00:01.000+00:00"),
        ("2025-09-15T10:00:01.9+02:00", "2025-09-15T08:00:01.900+00:00"),
        ("2025-09-15T08:00:01.123456Z", "2025-09-15T08:00:01.123+00:00"),
        ("2025-09-15", "2025-09-15T00:00:00.000+00:00"),
        ("2025-13-15T08:00:00Z", None),
        ("soon", None),
        ("", None),
        (None, None),
        (1_757_923_201, "2025-09-15T08:00:01.000+00:00"),
    ],
)
def test_times_of_any_spelling(text: Any, expected: str | None) -> None:
    """Every cell leaves as UTC with milliseconds; what is no time is null."""
    assert stamp(millis(text)) == expected


def test_issues_of_one_type_on_a_board_are_incidents() -> None:
    """Those on boards of other projects are not."""
    issues = [
        {"id": "1", "type": "INCIDENT", "created_date": "2025-9-1 8:00:00"},
        {"id": "2", "type": "INCIDENT"},
        {"id": "3", "type": "BUG"},
    ]
    boards = [{"board_id": f"b{one}", "issue_id": one} for one in "123"]
    mapping = [{"project_name": "one", "table": "boards", "row_id": row} for row in ("b1", "b3")]
    (row,) = dora.incidents_from_issues(issues, boards, mapping, "one")
    assert (row["id"], row["table"], row["scope_id"]) == ("1", "boards", "b1")
    assert row["created_date"] == "2025-09-01T08:00:00.000+00:00"


@pytest.mark.parametrize("cell", [float("nan"), 1e300, -1, "2025-09-15T08:00:00+99:99", "9" * 5000])
def test_impossible_times_are_null(cell: Any) -> None:
    """A table takes no time that no calendar has."""
    assert stamp(millis(cell)) is None


def test_impossible_numbers_are_null() -> None:
    """Neither infinity nor a word is a number."""
    assert [number(cell) for cell in ("1e999", "x", None, "2.5")] == [None, None, None, 2.5]
    assert [whole(cell) for cell in (float("inf"), "x", None, "2.5")] == [0, 0, 0, 2]
