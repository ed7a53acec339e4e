"""GitHub Actions: API pages, gh output, webhooks, deployments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from maestro.mining.ci.merge import merged
from maestro.mining.ci.reading import Reading
from maestro.mining.ci.words import GITHUB_RESULTS

from .payloads import SHA, facts, job, only, read, run

ELEVEN = 1709290800
"""2024-03-01T11:00:00Z."""


def test_a_run() -> None:
    """Every column of a run comes from the field that the API documents for it."""
    assert only(run(), "run") == {
        "provider": "github",
        "project": "octo/app",
        "id": "71",
        "attempt": 2,
        "name": "Tests",
        "workflow": ".github/workflows/tests.yml",
        "branch": "main",
        "head": SHA,
        "event": "push",
        "status": "completed",
        "result": "success",
        "created": ELEVEN - 3600,
        "started": ELEVEN,
        "finished": ELEVEN + 450,
        "updated": ELEVEN + 450,
        "seconds": None,
        "quality": [],
    }


def test_a_job() -> None:
    """A job keeps its run, labels and times; the project comes from its address."""
    found = only(job(), "job")
    assert (found["run_id"], found["attempt"], found["id"]) == ("71", 2, "810")
    assert found["project"] == "octo/app"
    assert found["labels"] == ["ubuntu-latest", "gpu"]
    assert found["finished"] - found["started"] == 300
    assert found["result"] == "failure"


def test_older_records_say_less() -> None:
    """Without attempt and start, the attempt is 1 and the start is not invented."""
    old = run()
    del old["run_attempt"], old["run_started_at"]
    found = only(old, "run")
    assert found["attempt"] == 1
    assert found["started"] is None
    assert found["created"] == ELEVEN - 3600


@pytest.mark.parametrize("status", ["queued", "waiting", "requested", "pending"])
def test_a_waiting_job_has_not_started(status: str) -> None:
    """The start that a waiting job claims is the time of queueing, and is left out."""
    found = only(job(status=status, conclusion=None, completed_at=None), "job")
    assert found["started"] is None
    assert found["status"] == status
    assert found["result"] is None


def test_a_running_run_has_no_end() -> None:
    """The last change of a run that is not over is no end."""
    found = only(run(status="in_progress", conclusion=None), "run")
    assert found["finished"] is None
    assert found["updated"] == ELEVEN + 450


@pytest.mark.parametrize("word", GITHUB_RESULTS)
def test_conclusions_stay_what_they_are(word: str) -> None:
    """Each conclusion of the API is a result of its own."""
    assert only(run(conclusion=word), "run")["result"] == word
    assert len(GITHUB_RESULTS) == 9


def test_an_unknown_conclusion_is_counted() -> None:
    """A word of no known meaning gives no result and shows in the counts."""
    reading = read(run(conclusion="exploded", status="melting"))
    assert facts(reading, "run")[0]["result"] is None
    assert reading.unknown == {
        "workflow_run.result=exploded": 1,
        "workflow_run.status=melting": 1,
    }


def test_unknown_fields_are_counted() -> None:
    """Fields that no list knows are counted by kind and name."""
    page = {"total_count": 2, "workflow_runs": [run(mood=1), run(id=72, mood=2, hat=3)], "odd": 1}
    assert read(page).unknown == {
        "workflow_run.mood": 2,
        "workflow_run.hat": 1,
        "page.odd": 1,
    }


def runs_of(reading: Reading) -> list[str]:
    """Ids of the runs in their order."""
    return [row["id"] for row in facts(reading, "run")]


PAGES: dict[str, str] = {
    "page": json.dumps({"total_count": 9, "workflow_runs": [run(id=1), run(id=2)]}),
    "array": json.dumps([run(id=1), run(id=2)]),
    "slurped": json.dumps([{"workflow_runs": [run(id=1)]}, {"workflow_runs": [run(id=2)]}]),
    "paginated": json.dumps({"workflow_runs": [run(id=1)]})
    + json.dumps({"workflow_runs": [run(id=2)]}),
    "arrays behind each other": json.dumps([run(id=1)]) + json.dumps([run(id=2)]),
    "lines": json.dumps(run(id=1)) + "\n" + json.dumps(run(id=2)) + "\n",
    "indented": json.dumps([run(id=1), run(id=2)], indent=2),
    "with a mark": "\ufeff" + json.dumps([run(id=1), run(id=2)]),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_any_packing(name: str) -> None:
    """Pages, arrays, concatenated and slurped pages and lines give the same runs."""
    reading = read(PAGES[name])
    assert runs_of(reading) == ["1", "2"]
    assert reading.refused == []


def test_powershell_writes_utf_16() -> None:
    """A file that a shell redirected as UTF-16 is read like any other."""
    assert runs_of(read(PAGES["page"].encode("utf-16"))) == ["1", "2"]


def test_an_empty_page_is_understood() -> None:
    """A page without runs gives no facts and no refusal, whatever its total claims."""
    reading = read({"total_count": 1000000, "workflow_runs": []})
    assert reading.tables == {} and reading.refused == []


def test_webhooks() -> None:
    """A webhook's run takes its name and repository from around it when it lacks them."""
    bare = run(name="")
    del bare["repository"]
    payload = {
        "action": "completed",
        "workflow_run": bare,
        "workflow": {"name": "Nightly"},
        "repository": {"full_name": "octo/app"},
        "sender": {},
    }
    found = only(payload, "run")
    assert (found["name"], found["project"]) == ("Nightly", "octo/app")


def test_a_job_webhook_names_its_environment() -> None:
    """The deployment in a job's webhook is a fact too, and the job's environment."""
    payload = {
        "action": "waiting",
        "workflow_job": job(status="waiting", conclusion=None),
        "deployment": deployment(),
        "repository": {"full_name": "octo/app"},
    }
    reading = read(payload)
    assert facts(reading, "job")[0]["environment"] == "production"
    assert facts(reading, "deployment")[0]["id"] == "31"


def deployment(**more: Any) -> dict[str, Any]:
    """A deployment as the API gives it."""
    return {
        "id": 31,
        "sha": SHA,
        "ref": "v1",
        "task": "deploy",
        "environment": "production",
        "production_environment": True,
        "created_at": "2024-03-01T11:00:00Z",
        "updated_at": "2024-03-01T11:00:00Z",
        "repository_url": "https://api.github.example/repos/octo/app",
        "statuses_url": "https://api.github.example/repos/octo/app/deployments/31/statuses",
        "url": "https://api.github.example/repos/octo/app/deployments/31",
    } | more


def status(state: str, at: str) -> dict[str, Any]:
    """A status of that deployment."""
    return {
        "id": 1,
        "state": state,
        "environment": "production",
        "created_at": at,
        "updated_at": at,
        "deployment_url": "https://api.github.example/repos/octo/app/deployments/31",
        "log_url": "https://github.example/octo/app/actions/runs/71/job/5",
    }


def test_statuses_complete_a_deployment() -> None:
    """Deployment and statuses become one row: start, end, result and run; replaced ones stay."""
    records = [
        status("inactive", "2024-03-05T00:00:00Z"),
        status("success", "2024-03-01T11:04:00Z"),
        status("in_progress", "2024-03-01T11:01:00Z"),
        deployment(),
    ]
    reading = read(records)
    assert reading.refused == []
    reading.tables = merged(reading.tables)
    (found,) = facts(reading, "deployment")
    assert (found["status"], found["result"]) == ("inactive", "success")
    assert (found["started"], found["finished"]) == (ELEVEN + 60, ELEVEN + 240)
    assert (found["run_id"], found["head"], found["production"]) == ("71", SHA, True)
    assert found["created"] == ELEVEN


def test_output_of_gh() -> None:
    """What ``gh run list --json`` writes is read as the API's fields."""
    found = only(
        [
            {
                "databaseId": 71,
                "workflowName": "Tests",
                "name": "Tests",
                "headBranch": "main",
                "headSha": SHA,
                "attempt": 1,
                "status": "in_progress",
                "conclusion": "",
                "createdAt": "2024-03-01T10:00:00Z",
                "startedAt": "2024-03-01T11:00:00Z",
                "updatedAt": "2024-03-01T11:00:00Z",
                "url": "https://github.example/octo/app/actions/runs/71",
            }
        ],
        "run",
    )
    assert (found["id"], found["name"], found["project"]) == ("71", "Tests", "octo/app")
    assert found["result"] is None and found["finished"] is None


def test_recorded_answers() -> None:
    """A recording with its body is read; one without says so."""
    recording = {"request": {"url": "/x"}, "response": {"status": 200, "jsonBody": [run()]}}
    assert only(recording, "run")["id"] == "71"
    recording["response"] = {"status": 200, "body": json.dumps(run())}
    assert only(recording, "run")["id"] == "71"
    for response, words in (
        ({"status": 200, "bodyFileName": "x.json"}, "headers of a recorded answer"),
        ({"status": 403}, "status 403"),
        ({"status": 200, "body": "<html>"}, "no JSON"),
    ):
        (refusal,) = read({"request": {}, "response": response}).refused
        assert words in refusal.reason


def test_a_record_without_an_id_is_refused_by_place() -> None:
    """The other records of the page are read; the place of the bad one is named."""
    reading = read({"workflow_runs": [run(id=None), run()]})
    assert runs_of(reading) == ["71"]
    assert [(one.where, one.code) for one in reading.refused] == [("workflow_runs[0]", "no-id")]


def test_other_answers_are_named() -> None:
    """Artifacts, workflows and errors of the API are refused by what they are."""
    for document, words in (
        ({"total_count": 1, "artifacts": []}, "a list of artifacts"),
        ({"message": "Bad credentials", "documentation_url": "x"}, "an error of the API"),
        ({"total_count": 0, "workflows": []}, "a list of workflows"),
    ):
        (refusal,) = read(document).refused
        assert refusal.code == "no-facts" and refusal.reason.startswith(words)


def test_pull_requests_and_issues() -> None:
    """Pull requests keep their times and merge commit; issues become candidates of incidents."""
    pull = {
        "number": 5,
        "title": "Add",
        "state": "closed",
        "user": {"login": "ann"},
        "created_at": "2024-03-01T10:00:00Z",
        "merged_at": "2024-03-01T11:00:00Z",
        "closed_at": "2024-03-01T11:00:00Z",
        "merge_commit_sha": SHA,
        "head": {"ref": "add", "sha": "b2" * 20},
        "base": {"ref": "main", "repo": {"full_name": "octo/app"}},
    }
    found = only([pull], "pull_request")
    assert (found["state"], found["merged"], found["merge_commit"]) == ("merged", ELEVEN, SHA)
    assert (found["author"], found["base"], found["project"]) == ("ann", "main", "octo/app")
    hook = {"action": "closed", "number": 5, "pull_request": pull | {"zqx": 1}, "sender": {}}
    assert only(hook, "pull_request") == found
    assert dict(read(hook).unknown) == {"pull_request.zqx": 1}
    assert only([pull | {"merged_at": None}], "pull_request")["merge_commit"] is None
    issue = {
        "number": 6,
        "title": "Down",
        "state": "closed",
        "labels": [{"name": "incident"}],
        "created_at": "2024-03-01T10:00:00Z",
        "closed_at": "2024-03-01T11:00:00Z",
        "url": "https://api.github.example/repos/octo/app/issues/6",
    }
    found = only([issue], "incident")
    assert only({"action": "closed", "issue": issue}, "incident") == found
    assert (found["labels"], found["resolved"]) == (["incident"], ELEVEN)
    assert (found["project"], found["proxy"]) == ("octo/app", False)
