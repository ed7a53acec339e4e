"""A made-up repository on a fake GitHub: the API's shapes, its pages, its caps."""

from __future__ import annotations

import bisect
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .serving import Query, Reply, page

START = 1_740_787_200
"""2025-03-01T00:00:00Z."""
STEP = 760
"""Seconds from one run to the next."""
REPO = "octo/app"
RESULTS = ("success", "success", "success", "failure", "cancelled", "success", "skipped")


def iso(seconds: float) -> str:
    """A time as GitHub writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(number: int, **more: Any) -> dict[str, Any]:
    """The run with this number."""
    created = START + number * STEP
    return {
        "id": 10_000 + number,
        "name": "Tests",
        "path": ".github/workflows/tests.yml",
        "head_branch": f"topic-{number % 40}",
        "head_sha": f"{number:040x}",
        "event": "pull_request",
        "status": "completed",
        "conclusion": RESULTS[number % len(RESULTS)],
        "workflow_id": 5,
        "run_number": number,
        "run_attempt": 1,
        "created_at": iso(created),
        "run_started_at": iso(created + 4),
        "updated_at": iso(created + 300),
        "actor": {"login": "ann", "email": "ann@example.org"},
        "head_commit": {"author": {"name": "Ann", "email": "ann@example.org"}},
        "pull_requests": [],
        "repository": {"full_name": REPO},
    } | more


def job(run_record: dict[str, Any], number: int, attempt: int) -> dict[str, Any]:
    """One job of a run's attempt."""
    return {
        "id": run_record["id"] * 1000 + attempt * 200 + number,
        "run_id": run_record["id"],
        "run_url": f"https://api.github.com/repos/{REPO}/actions/runs/{run_record['id']}",
        "run_attempt": attempt,
        "name": f"test ({number})",
        "labels": ["ubuntu-latest"],
        "status": "completed",
        "conclusion": "success",
        "created_at": run_record["created_at"],
        "started_at": run_record["run_started_at"],
        "completed_at": run_record["updated_at"],
        "steps": [],
    }


@dataclass
class FakeGitHub:
    """Answers for one repository; runs are in the order of their creation."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    jobs: int = 1
    """Jobs of each attempt."""
    many: dict[int, int] = field(default_factory=dict)
    """Jobs of single runs, by id."""

    def __call__(self, path: str, query: Query) -> Reply:
        """The answer to one question."""
        base = f"/api/v3/repos/{REPO}"
        if not path.startswith(base):
            return Reply(404, b'{"message": "Not Found"}')
        words = path[len(base) :].strip("/").split("/")
        if words[:2] == ["actions", "runs"]:
            return self.actions(words[2:], query)
        if words == ["pulls"]:
            return page(cut(newest(self.pulls), query))
        if words == ["issues"]:
            return self.listed_issues(query)
        if words == ["deployments"]:
            return page(cut(self.deployments[::-1], query))
        if words[0] == "deployments" and words[2:] == ["statuses"]:
            return page(cut(self.statuses.get(int(words[1]), []), query))
        return Reply(404, b'{"message": "Not Found"}')

    def actions(self, words: list[str], query: Query) -> Reply:
        """Lists of runs, a run, or the jobs of one."""
        if not words:
            return self.listed_runs(query)
        place = bisect.bisect_left(self.runs, int(words[0]), key=lambda one: one["id"])
        if place == len(self.runs) or self.runs[place]["id"] != int(words[0]):
            return Reply(404, b'{"message": "Not Found"}')
        found = self.runs[place]
        if words[1:2] == ["attempts"]:
            return page(found | {"run_attempt": int(words[2]), "conclusion": "failure"})
        if words[1:] != ["jobs"]:
            return page(found)
        number = self.many.get(found["id"], self.jobs)
        attempts = range(1, found["run_attempt"] + 1)
        if query.get("filter") != "all":
            attempts = range(found["run_attempt"], found["run_attempt"] + 1)
        jobs = [job(found, n, attempt) for attempt in attempts for n in range(number)]
        return page({"total_count": len(jobs), "jobs": cut(jobs, query)})

    def listed_runs(self, query: Query) -> Reply:
        """Newest first; 1,000 results when filtered, 422 beyond them and beyond 40,000."""
        found: Sequence[dict[str, Any]] = self.runs
        number, size = int(query.get("page", 1)), int(query.get("per_page", 30))
        cap = 40_000
        if created := query.get("created"):
            cap = 1000
            first, _, last = created.removeprefix(">=").partition("..")
            end = bisect.bisect_right(self.runs, last, key=_created) if last else len(self.runs)
            found = self.runs[bisect.bisect_left(self.runs, first, key=_created) : end]
        if (number - 1) * size >= cap:
            return Reply(422, b'{"message": "Validation Failed"}')
        shown = cut(found[::-1], query)
        return page({"total_count": len(found), "workflow_runs": shown})

    def listed_issues(self, query: Query) -> Reply:
        """Issues and pull requests together, as GitHub has them."""
        found = self.issues + [one | {"pull_request": {}, "labels": []} for one in self.pulls]
        if label := query.get("labels"):
            found = [one for one in found if label in [item["name"] for item in one["labels"]]]
        if since := query.get("since"):
            found = [one for one in found if one["updated_at"] >= since]
        return page(cut(newest(found), query))


def _created(record: dict[str, Any]) -> str:
    created: str = record["created_at"]
    return created


def newest(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Last changed first."""
    return sorted(records, key=lambda one: (one["updated_at"], one["number"]), reverse=True)


def cut(records: Sequence[Any], query: Query) -> list[Any]:
    """One page."""
    number, size = int(query.get("page", 1)), min(int(query.get("per_page", 30)), 100)
    return list(records[(number - 1) * size : number * size])


def pull(number: int, **more: Any) -> dict[str, Any]:
    """The pull request with this number."""
    at = START + number * 3600
    return {
        "number": number,
        "title": f"Change {number}",
        "state": "closed",
        "user": {"login": "ann"},
        "head": {"ref": f"topic-{number}", "sha": f"{number:040x}"},
        "base": {"ref": "main", "repo": {"full_name": REPO}},
        "created_at": iso(at),
        "updated_at": iso(at + 7200),
        "closed_at": iso(at + 7200),
        "merged_at": iso(at + 7200),
        "merge_commit_sha": f"{number + 7:040x}",
    } | more


def issue(number: int, *labels: str, **more: Any) -> dict[str, Any]:
    """The issue with this number."""
    at = START + number * 3600
    return {
        "number": number,
        "title": f"Broken {number}",
        "state": "closed",
        "labels": [{"name": label} for label in labels],
        "url": f"https://api.github.com/repos/{REPO}/issues/{number}",
        "created_at": iso(at),
        "updated_at": iso(at + 1800),
        "closed_at": iso(at + 1800),
    } | more


def deployment(number: int, **more: Any) -> dict[str, Any]:
    """The deployment with this number."""
    at = iso(START + number * 86400)
    return {
        "id": number,
        "sha": f"{number:040x}",
        "ref": "main",
        "task": "deploy",
        "environment": "production",
        "created_at": at,
        "updated_at": at,
        "url": f"https://api.github.com/repos/{REPO}/deployments/{number}",
    } | more


def status(number: int, state: str, after: int) -> dict[str, Any]:
    """A status of a deployment, so many seconds after it was asked for."""
    at = iso(START + number * 86400 + after)
    return {
        "id": number * 10 + after,
        "state": state,
        "environment": "production",
        "created_at": at,
        "updated_at": at,
        "deployment_url": f"https://api.github.com/repos/{REPO}/deployments/{number}",
    }


def lively(runs: int, *, jobs: int = 1) -> FakeGitHub:
    """A repository with everything in it."""
    fake = FakeGitHub([run(number) for number in range(runs)], jobs=jobs)
    fake.pulls = [pull(number) for number in range(1, 251, 2)]
    fake.issues = [issue(number, "incident", "p1") for number in range(2, 12, 2)]
    fake.issues.append(issue(300, "question"))
    fake.deployments = [deployment(number) for number in range(1, 6)]
    fake.statuses = {
        number: [status(number, "success", 90), status(number, "in_progress", 9)]
        for number in range(1, 6)
    }
    return fake


def text(document: Any) -> bytes:
    """A document as bytes."""
    return json.dumps(document).encode()
