"""Apache DevLake's rows for Jenkins, by its rules, on records made up for the tests."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maestro.mining.delivery import devlake_jenkins as jenkins
from maestro.mining.delivery.devlake_values import Patterns, Scope

SCOPE = Scope("team/churn", job="churn", path="job/team/", url="https://ci.example.org/churn/")


def _builds(**values: Any) -> list[dict[str, Any]]:
    record = {
        "number": 4,
        "result": "SUCCESS",
        "timestamp": 1_757_894_400_900,
        "duration": 1_500,
        "building": False,
        "actions": [
            {},
            {
                "lastBuiltRevision": {"SHA1": "aa", "branch": [{"name": "origin/main"}]},
                "remoteUrls": ["https://example.org/churn.git", ""],
            },
        ],
    }
    return [record | values]


def _pipeline(**values: Any) -> dict[str, Any]:
    builds = jenkins.jenkins_builds([(one, None) for one in _builds(**values)], SCOPE)
    (row,) = jenkins.jenkins_pipelines(builds, SCOPE, Patterns(re.compile("churn#")))
    return row


def test_a_build_starts_on_a_whole_second() -> None:
    """Its end is that start and its milliseconds; its duration keeps them too."""
    row = _pipeline()
    assert row["id"] == "jenkins:JenkinsBuild:1:team/churn#4"
    assert row["started_date"] == "2025-09-15T00:00:00.000+00:00"
    assert row["finished_date"] == "2025-09-15T00:00:01.500+00:00"
    assert (row["duration_sec"], row["type"]) == (1.5, "DEPLOYMENT")
    assert _pipeline(duration=-5)["duration_sec"] == 0


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("SUCCESS", "SUCCESS"),
        ("FAILURE", "FAILURE"),
        ("ABORTED", "FAILURE"),
        ("UNSTABLE", ""),
        ("NOT_BUILT", ""),
        (None, ""),
    ],
)
def test_an_aborted_build_failed(word: str | None, result: str) -> None:
    """Unstable and not built have no result."""
    assert _pipeline(result=word)["result"] == result


def test_a_running_build_has_no_result_and_no_end() -> None:
    """Whatever its record claims."""
    row = _pipeline(building=True)
    assert (row["status"], row["result"], row["finished_date"]) == ("IN_PROGRESS", "", None)
    assert row["original_result"] == "SUCCESS"


def test_a_build_without_stages_is_its_own_task() -> None:
    """With stages its stages are the tasks."""
    builds = jenkins.jenkins_builds([(one, None) for one in _builds()], SCOPE)
    (task,) = jenkins.jenkins_build_tasks(builds, SCOPE, Patterns())
    assert (task["id"], task["name"]) == (task["pipeline_id"], "team/churn")
    stage = {"connection_id": 1, "build_name": "team/churn#4"}
    marked = jenkins.jenkins_builds_with_stages(builds, [stage], SCOPE)
    assert jenkins.jenkins_build_tasks(marked, SCOPE, Patterns()) == []


def test_a_commit_of_each_remote() -> None:
    """Remotes without an address are none; the address of the build is job and number."""
    records = [(one, None) for one in _builds()]
    builds = jenkins.jenkins_builds(records, SCOPE)
    commits = jenkins.jenkins_build_commits(records, SCOPE)
    (row,) = jenkins.jenkins_pipeline_commits(commits, builds, SCOPE)
    assert (row["commit_sha"], row["branch"]) == ("aa", "origin/main")
    assert row["url"] == "https://ci.example.org/churn/4"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("SUCCESS", ("FAILURE", "DONE")),
        ("FAILED", ("FAILURE", "OTHER")),
        ("NOT_EXECUTED", ("", "OTHER")),
        (None, ("FAILURE", "OTHER")),
    ],
)
def test_a_stage_has_its_builds_result(status: str | None, expected: tuple[str, str]) -> None:
    """It is done only when it succeeded itself; start and duration are cut, the end is not."""
    builds = jenkins.jenkins_builds([(one, None) for one in _builds(result="FAILURE")], SCOPE)
    record = {
        "id": "8",
        "name": "deploy",
        "status": status,
        "startTimeMillis": 1_757_894_400_900,
        "durationMillis": 1_900,
    }
    stages = jenkins.jenkins_stages([(record, {"FullName": "team/churn#4"})], SCOPE)
    (task,) = jenkins.jenkins_stage_tasks(stages, builds, SCOPE, Patterns())
    assert (task["result"], task["status"]) == expected
    assert task["id"] == "jenkins:JenkinsStage:1:team/churn#4:8"
    assert task["started_date"] == "2025-09-15T00:00:00.000+00:00"
    assert task["finished_date"] == "2025-09-15T00:00:02.800+00:00"
    assert task["duration_sec"] == 1


def test_a_stage_without_name_or_build_is_no_task() -> None:
    """Its build has to belong to the job."""
    builds = jenkins.jenkins_builds([(one, None) for one in _builds()], SCOPE)
    records = [
        ({"id": "1", "name": ""}, {"FullName": "team/churn#4"}),
        ({"id": "2", "name": "deploy"}, {"FullName": "team/other#4"}),
    ]
    stages = jenkins.jenkins_stages(records, SCOPE)
    assert jenkins.jenkins_stage_tasks(stages, builds, SCOPE, Patterns()) == []


def test_a_multibranch_build_belongs_to_the_job_it_was_asked_with() -> None:
    """Its name is that job's, and the project is its scope."""
    scope = Scope("team/churn", multibranch=True)
    asked = {
        "Class": "org.jenkinsci.plugins.workflow.job.WorkflowJob",
        "Name": "main",
        "Path": "/job/main/",
        "FullName": "team/churn/main",
    }
    builds = jenkins.jenkins_builds([(one, asked) for one in _builds()], scope)
    (row,) = jenkins.jenkins_pipelines(builds, scope, Patterns())
    assert row["name"] == "team/churn/main#4"
    assert row["cicd_scope_id"] == "jenkins:JenkinsJob:1:team/churn"
