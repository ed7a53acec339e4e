"""Builds and stages of a fake Jenkins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fake_github import START
from .fetch import NOW, digests, facts, fetch, ids
from .serving import Query, Reply, page, serving

PIPELINE = "org.jenkinsci.plugins.workflow.job.WorkflowRun"


def build(number: int, **more: Any) -> dict[str, Any]:
    """The build with this number."""
    return {
        "_class": PIPELINE,
        "number": number,
        "url": f"https://elsewhere.example.org/job/other/{number}/",
        "fullDisplayName": f"app #{number}",
        "timestamp": (START + number * 3600) * 1000,
        "duration": 61_000,
        "result": "SUCCESS" if number % 4 else "FAILURE",
        "building": False,
        "actions": [{"causes": [{"_class": "hudson.model.Cause$UserIdCause"}]}, {}],
    } | more


@dataclass
class FakeJenkins:
    """Answers for jobs by their path; a folder lists its jobs."""

    jobs: dict[str, list[dict[str, Any]]]
    folders: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, path: str, query: Query) -> Reply:
        """The answer to one question."""
        match = re.fullmatch(r"((?:/job/[^/]+)+)(?:/(\d+))?/(api/json|wfapi/describe)", path)
        assert match, path
        name = "/".join(match[1].split("/job/")[1:])
        if name in self.folders:
            return page({"_class": "Folder", "jobs": [{"name": n} for n in self.folders[name]]})
        if name not in self.jobs:
            return Reply(404, b"<html>")
        if match[2]:
            return page({"id": match[2], "stages": [stage(int(match[2]), n) for n in (6, 11)]})
        wanted = re.search(r"\{(\d+),(\d+)\}", query["tree"])
        if not wanted:
            return page({"_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob"})
        newest_first = sorted(self.jobs[name], key=lambda one: -int(one["number"]))
        return page({"allBuilds": newest_first[int(wanted[1]) : int(wanted[2])]})


def stage(number: int, id_: int) -> dict[str, Any]:
    """One stage of a build."""
    return {
        "id": str(id_),
        "name": f"stage {id_}",
        "status": "SUCCESS",
        "startTimeMillis": (START + number * 3600 + id_) * 1000,
        "durationMillis": 20_000,
    }


def take(data: Path, server: Any, **more: Any) -> Any:
    """A fetch of the job."""
    return fetch(data, server, provider="jenkins", project="team/app", **more)


def test_builds_stages_and_then_nothing(tmp_path: Path) -> None:
    """All builds in ranges of a hundred, their stages, and two questions on a quiet day."""
    fake = FakeJenkins({"team/app": [build(number) for number in range(1, 251)]})
    with serving(fake) as server:
        done = take(tmp_path, server)
        assert (done.code, done.left, done.refused) == ("", "", 0)
        before = digests(tmp_path)
        assert take(tmp_path, server).requests == 2
        assert digests(tmp_path) == before
    runs = facts(tmp_path, "run")
    assert [one["id"] for one in runs] == [f"team/app#{number}" for number in range(1, 251)]
    assert {(one["project"], one["event"], one["seconds"]) for one in runs} == {
        ("team/app", "user", 61.0)
    }
    assert len(facts(tmp_path, "job")) == 500


def test_a_build_under_way_is_read_when_it_ends(tmp_path: Path) -> None:
    """It is looked for again, however many builds came since; its stages come then."""
    fake = FakeJenkins({"team/app": [build(number) for number in range(1, 6)]})
    fake.jobs["team/app"][2] |= {"building": True, "result": None}
    with serving(fake) as server:
        take(tmp_path, server)
        assert len(facts(tmp_path, "job")) == 8
        fake.jobs["team/app"][2] |= {"building": False, "result": "ABORTED"}
        fake.jobs["team/app"] += [build(number) for number in range(6, 160)]
        take(tmp_path, server)
    assert facts(tmp_path, "run")[2]["result"] == "cancelled"
    assert (len(ids(tmp_path, "run")), len(facts(tmp_path, "job"))) == (159, 318)


def test_branches_of_a_folder(tmp_path: Path) -> None:
    """A folder's jobs are fetched one by one under the folder's name; odd names are left out."""
    fake = FakeJenkins(
        {"team/app/main": [build(1)], "team/app/feature%252Fx": [build(1)]},
        {"team/app": ["main", "feature%2Fx", "..", "a/b"]},
    )
    with serving(fake) as server:
        done = take(tmp_path, server)
    assert done.code == ""
    assert ids(tmp_path, "run") == ["team/app/feature%2Fx#1", "team/app/main#1"]
    assert {one["project"] for one in facts(tmp_path, "run")} == {"team/app"}


def test_free_style_builds_have_no_stages(tmp_path: Path) -> None:
    """Builds that are no pipelines are not asked for stages."""
    plain = [build(number, _class="hudson.model.FreeStyleBuild") for number in (1, 2)]
    with serving(FakeJenkins({"team/app": plain})) as server:
        assert take(tmp_path, server).requests == 2
    assert len(ids(tmp_path, "run")) == 2


def test_in_parts(tmp_path: Path) -> None:
    """Small budgets come to the same files."""
    fake = FakeJenkins({"team/app": [build(number) for number in range(1, 131)]})
    with serving(fake) as server:
        take(tmp_path / "whole", server)
        for _ in range(8):
            take(tmp_path / "parts", server, most=40)
    assert digests(tmp_path / "whole") == digests(tmp_path / "parts")


def test_the_past_is_left_out(tmp_path: Path) -> None:
    """Builds before the first day of interest end the list."""
    fake = FakeJenkins({"team/app": [build(number) for number in range(1, 2001)]})
    with serving(fake) as server:
        take(tmp_path, server, since=NOW)
    assert len(ids(tmp_path, "run")) <= 100
