"""Pipelines, jobs, merge requests, deployments and issues of a fake GitLab."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fake_github import START, cut, iso
from .fetch import NOW, digests, facts, fetch, ids, state
from .serving import Query, Reply, page, serving

PROJECT = "team/sub/app"
BASE = "/api/v4/projects/team%2Fsub%2Fapp"


def pipeline(number: int, **more: Any) -> dict[str, Any]:
    """The pipeline with this number, as its own page has it."""
    at = START + number * 3600
    return {
        "id": number,
        "project_id": 7,
        "ref": "main",
        "sha": f"{number:040x}",
        "source": "push",
        "status": "success" if number % 3 else "failed",
        "created_at": iso(at),
        "started_at": iso(at + 10),
        "finished_at": iso(at + 310),
        "updated_at": iso(at + 311),
        "duration": 290,
        "web_url": f"https://gitlab.example.org/{PROJECT}/-/pipelines/{number}",
        "user": {"username": "ann", "public_email": "ann@example.org"},
    } | more


def job(one: dict[str, Any], number: int) -> dict[str, Any]:
    """One job of a pipeline."""
    return {
        "id": one["id"] * 1000 + number,
        "name": f"test {number}",
        "stage": "test",
        "status": "success",
        "created_at": one["created_at"],
        "started_at": one["started_at"],
        "finished_at": one["finished_at"],
        "duration": 100.5,
        "tag_list": ["docker"],
        "pipeline": {"id": one["id"], "project_id": 7},
        "web_url": f"https://gitlab.example.org/{PROJECT}/-/jobs/{number}",
    }


def merge(number: int) -> dict[str, Any]:
    """A merge request."""
    at = START + number * 7200
    return {
        "iid": number,
        "title": f"Change {number}",
        "state": "merged",
        "author": {"username": "ann"},
        "source_branch": f"topic-{number}",
        "target_branch": "main",
        "sha": f"{number:040x}",
        "merge_commit_sha": f"{number:040x}",
        "created_at": iso(at),
        "merged_at": iso(at + 900),
        "updated_at": iso(at + 900),
    }


@dataclass
class FakeGitLab:
    """Answers for one project."""

    pipelines: list[dict[str, Any]] = field(default_factory=list)
    merges: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    jobs: int = 2

    def __call__(self, path: str, query: Query) -> Reply:
        """The answer to one question."""
        if not path.startswith(BASE):
            return Reply(404, b'{"message": "404 Project Not Found"}')
        words = path[len(BASE) :].strip("/").split("/")
        if words == ["pipelines"]:
            hidden = ("started_at", "finished_at", "duration", "user")
            shown = [{k: v for k, v in p.items() if k not in hidden} for p in self.pipelines]
            return self.listed(shown, query)
        if words[0] == "pipelines":
            one = next(p for p in self.pipelines if str(p["id"]) == words[1])
            jobs = [job(one, number) for number in range(self.jobs)]
            return page(cut(jobs, query)) if words[2:] == ["jobs"] else page(one)
        lists = {
            "merge_requests": self.merges,
            "issues": self.issues,
            "deployments": self.deployments,
        }
        return self.listed(lists[words[0]], query)

    def listed(self, records: list[dict[str, Any]], query: Query) -> Reply:
        """Sorted and filtered as GitLab does."""
        assert (query["order_by"], query["sort"]) == ("updated_at", "desc")
        found = [one for one in records if one["updated_at"] >= query["updated_after"]]
        found.sort(key=lambda one: one["updated_at"], reverse=True)
        return page(cut(found, query), **{"RateLimit-Remaining": "1999", "RateLimit-Reset": "0"})


def lively(pipelines: int) -> FakeGitLab:
    """A project with everything in it."""
    fake = FakeGitLab([pipeline(number) for number in range(1, pipelines + 1)])
    fake.merges = [merge(number) for number in range(1, 131)]
    fake.issues = [
        {
            "iid": 3,
            "title": "Down",
            "state": "closed",
            "labels": ["incident"],
            "created_at": iso(START),
            "closed_at": iso(START + 60),
            "updated_at": iso(START + 60),
        }
    ]
    fake.deployments = [
        {
            "id": 5,
            "ref": "main",
            "sha": "a" * 40,
            "status": "success",
            "created_at": iso(START),
            "updated_at": iso(START + 90),
            "environment": {"name": "production", "tier": "production"},
            "deployable": {"started_at": iso(START), "finished_at": iso(START + 90)},
        }
    ]
    return fake


def take(data: Path, server: Any, **more: Any) -> Any:
    """A fetch of the project."""
    return fetch(data, server, provider="gitlab", project=PROJECT, **more)


def test_everything_and_then_nothing(tmp_path: Path) -> None:
    """Every kind comes, pipelines with start and end; a quiet day changes no byte."""
    fake = lively(230)
    with serving(fake) as server:
        done = take(tmp_path, server)
        assert (done.code, done.left, done.refused) == ("", "", 0)
        before = digests(tmp_path)
        again = take(tmp_path, server)
        assert (again.code, again.requests) == ("", 4)
        assert digests(tmp_path) == before
    runs = facts(tmp_path, "run")
    assert len(runs) == 230 and len(facts(tmp_path, "job")) == 460
    assert {run["finished"] - run["started"] for run in runs} == {300}
    assert {run["project"] for run in runs} == {PROJECT}
    assert len(ids(tmp_path, "pull_request")) == 130
    assert (ids(tmp_path, "incident"), ids(tmp_path, "deployment")) == (["3"], ["5"])
    assert b"@" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))


def test_a_pipeline_that_ends_or_is_run_again(tmp_path: Path) -> None:
    """One under way is read when it ends; one with jobs tried again is read anew."""
    fake = lively(20)
    fake.pipelines[4] |= {"status": "running", "finished_at": None, "duration": None}
    with serving(fake) as server:
        take(tmp_path, server)
        assert len({one["run_id"] for one in facts(tmp_path, "job")}) == 19
        late = {"status": "success", "finished_at": iso(NOW), "updated_at": iso(NOW)}
        fake.pipelines[4] |= late
        fake.pipelines[7] |= late
        fake.jobs = 3
        take(tmp_path, server)
    jobs = [one["run_id"] for one in facts(tmp_path, "job")]
    assert (len(jobs), jobs.count("5"), jobs.count("8")) == (42, 3, 3)
    runs = {run["id"]: run for run in facts(tmp_path, "run")}
    assert runs["5"]["finished"] == runs["8"]["finished"] == NOW
    assert state(tmp_path, "gitlab", "team__sub__app").cursor["again"] == []


def test_in_parts(tmp_path: Path) -> None:
    """Small budgets come to the same facts."""
    fake = lively(60)
    with serving(fake) as server:
        take(tmp_path / "whole", server)
        left = "all"
        while left:
            left = take(tmp_path / "parts", server, most=25).left
    parts, whole = digests(tmp_path / "parts"), digests(tmp_path / "whole")
    assert [p for p in parts if parts[p] != whole[p] and p.endswith("jsonl")] == []
    assert parts.keys() == whole.keys()


def test_merge_requests_that_are_switched_off(tmp_path: Path) -> None:
    """A part that may not be read is told; pipelines come all the same."""
    fake = lively(5)

    def answering(path: str, query: Query) -> Reply:
        return Reply(403, b"{}") if path.endswith("merge_requests") else fake(path, query)

    with serving(answering) as server:
        done = take(tmp_path, server)
    assert done.code == "C001" and "merge requests" in done.reason
    assert len(ids(tmp_path, "run")) == 5
