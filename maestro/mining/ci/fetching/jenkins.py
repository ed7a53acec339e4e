"""Jenkins: builds by ``api/json`` in ranges, and the stages of pipelines by ``wfapi``."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from maestro.errors import MaestroError
from maestro.mining.base import Tables
from maestro.mining.http import AnswerError

from . import walks
from .source import Task, count

_FIELDS = (
    "number,url,timestamp,duration,result,building,fullDisplayName,"
    "actions[_class,lastBuiltRevision[SHA1,branch[name]],causes[_class],queuingDurationMillis]"
)
_PIPELINE = "org.jenkinsci.plugins.workflow.job.WorkflowRun"
_MOST_BRANCHES = 500


def api_of(url: str) -> str:
    """The server's own address. Raises MaestroError C005 when the record names none."""
    if not url:
        hint = "write the server's address as url: below ci: in the record"
        raise MaestroError("C005", "Jenkins has no public server, and ci: names none", hint)
    return url.rstrip("/")


class Jenkins:
    """Fetches one job, or the branches of one; see :class:`..source.Fetcher`."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.keeper, self.client = task.keeper, task.client

    def run(self) -> None:
        """Fetch the builds that are new or were under way, and their stages."""
        project = self.task.source.project.strip("/")
        for job in self._jobs(project):
            self._builds(job)

    def left(self) -> str:
        """Jobs whose builds are not listed to the end."""
        places = self.keeper.cursor.get("jobs")
        places = places if isinstance(places, dict) else {}
        waiting = sum(isinstance(one, dict) and bool(one.get("from")) for one in places.values())
        return f"older builds of {count(waiting, 'job')}" if waiting else ""

    def _jobs(self, project: str) -> list[str]:
        """The job itself, or the jobs right below it when it is a folder of branches."""
        answer = self.client.get(f"{_path(project)}/api/json", [("tree", "_class,jobs[name]")])
        document = answer.data if isinstance(answer.data, dict) else {}
        inner = document.get("jobs")
        if not isinstance(inner, list):
            return [project]
        names = [one.get("name") for one in inner if isinstance(one, dict)]
        good = sorted({name for name in names if isinstance(name, str) and _is_name(name)})
        return [f"{project}/{name}" for name in good[:_MOST_BRANCHES]]

    def _builds(self, job: str) -> None:
        """Builds of one job, newest first, down to the oldest that is not known as finished."""
        places = self.keeper.cursor.setdefault("jobs", {})
        if not isinstance(places, dict):
            places = self.keeper.cursor["jobs"] = {}
        place = _place(places.get(job))
        while True:
            page = self._page(job, place["from"])
            builds = [one for one in page.items if _is_build(one)]
            place["top"] = max([place["top"], *(one["number"] for one in builds)])
            for build in builds:
                if build["number"] >= place["down"] and not self._is_whole(job, build):
                    self.keeper.keep(self._facts(job, build))
            last = min((one["number"] for one in builds), default=0)
            old = min((walks.time_of(b.get("timestamp")) for b in builds), default=0.0)
            ended = not page.goes_on or last <= place["down"] or old < self.task.since
            if not ended:
                place["from"] += walks.PAGE
            else:
                place = {"from": 0, "top": 0, "down": self._down(job, place)}
            places[job] = dict(place)
            self.keeper.save()
            if ended:
                return

    def _down(self, job: str, place: dict[str, int]) -> int:
        """The number down to which the next fetch looks: of the oldest that is under way."""
        runs, prefix = self.keeper.known.runs, f"{job}#"
        waiting = [id_ for id_, run in runs.items() if not run.done and id_.startswith(prefix)]
        numbers = [int(n) for id_ in waiting if (n := id_.removeprefix(prefix)).isdecimal()]
        return min([*numbers, max(place["top"], place["down"])])

    def _page(self, job: str, start: int) -> walks.Page:
        tree = f"allBuilds[_class,{_FIELDS}]{{{start},{start + walks.PAGE}}}"
        ask = partial(self.client.get, f"{_path(job)}/api/json", [("tree", tree)])
        return walks.turn(ask, start, "allBuilds")

    def _is_whole(self, job: str, build: dict[str, Any]) -> bool:
        run = self.keeper.known.runs.get(f"{job}#{build['number']}")
        return run is not None and run.done

    def _facts(self, job: str, build: dict[str, Any]) -> Tables:
        """A build and, once it has ended, its stages; under the job's own name."""
        number = build["number"]
        build = build | {"url": f"{self.client.base}{_path(job)}/{number}/"}
        document: list[Any] = [{k: v for k, v in build.items() if k != "stages"}]
        if build.get("_class") == _PIPELINE and not build.get("building"):
            document = [document[0] | {"stages": self._stages(job, number)}]
        return self.keeper.read(document)

    def _stages(self, job: str, number: int) -> list[Any]:
        try:
            answer = self.client.get(f"{_path(job)}/{number}/wfapi/describe")
        except AnswerError as error:
            if error.status == 404:
                return []
            raise
        found = answer.data.get("stages") if isinstance(answer.data, dict) else None
        return found if isinstance(found, list) else []


def _path(job: str) -> str:
    return "".join(f"/job/{quote(part, safe='')}" for part in job.split("/"))


def _is_build(item: Any) -> bool:
    return isinstance(item, dict) and type(item.get("number")) is int


def _is_name(name: str) -> bool:
    # Jenkins gives branches with a slash quoted; a name of its own has none.
    return bool(name) and "/" not in name and name not in (".", "..")


def _place(value: Any) -> dict[str, int]:
    found = value if isinstance(value, dict) else {}
    names = ("from", "top", "down")
    return {n: found[n] if type(found.get(n)) is int and found[n] >= 0 else 0 for n in names}
