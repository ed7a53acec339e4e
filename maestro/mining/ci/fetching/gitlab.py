"""GitLab: pipelines with their jobs, merge requests, deployments and issues, by the REST API."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from maestro.mining.http import Answer, AnswerError

from . import walks
from .known import KnownRun
from .source import ABSENT, Task, count, in_path

_LISTS: dict[str, tuple[str, walks.Query]] = {
    "merge requests": ("merge_requests", [("state", "all"), ("scope", "all")]),
    "deployments": ("deployments", []),
}


def api_of(url: str) -> str:
    """The REST API's address for a server's."""
    plain = url.rstrip("/") or "https://gitlab.com"
    return plain if plain.endswith("/api/v4") else f"{plain}/api/v4"


class GitLab:
    """Fetches one project; see :class:`maestro.mining.ci.fetching.source.Fetcher`."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.keeper, self.client = task.keeper, task.client
        in_path(task.source.project)
        self.path = f"/projects/{quote(task.source.project.strip('/'), safe='')}"

    def run(self) -> None:
        """Fetch everything that is new, the lists before the single pipelines."""
        self._pipelines()
        for name, (path, more) in _LISTS.items():
            self._part(name, partial(self._walk, name, path, more))
        for label in self.task.source.labels:
            query: walks.Query = [("labels", label), ("state", "all"), ("scope", "all")]
            name = f"issues {label}"
            self._part("issues", partial(self._walk, name, "issues", query))
        self._details()

    def _part(self, name: str, step: Callable[[], None]) -> None:
        """A list that a project need not have; one that may not be read is noted."""
        try:
            self.task.tolerate(name, step)
        except AnswerError as error:
            if error.status not in ABSENT:
                raise

    def left(self) -> str:
        """Pipelines without their jobs."""
        jobs = len(self._unread())
        return f"the jobs of {count(jobs, 'pipeline')}" if jobs else ""

    def _pages(self, name: str, path: str, more: walks.Query) -> Any:
        """Pages of a list, the last changed records first.

        The other order would lose a record whenever one before it changes between two pages.
        """

        def ask(page: int, until: float) -> tuple[str, walks.Query]:
            """One page of the listing."""
            query: walks.Query = [("updated_after", walks.stamp(until))]
            query += [("order_by", "updated_at"), ("sort", "desc"), *more]
            return f"{self.path}/{path}", [*query, ("per_page", walks.PAGE), ("page", page)]

        listed = walks.Listed(name, ask, self.task.since)
        return walks.newest_first(self.client, self.keeper, listed)

    def _walk(self, name: str, path: str, more: walks.Query) -> None:
        for items in self._pages(name, path, more):
            self.keeper.keep(self.keeper.read(items))

    def _pipelines(self) -> None:
        """The list, which gives no start and no end; pipelines that changed are read again."""
        for items in self._pages("pipelines", "pipelines", []):
            tables = {"run": self.keeper.read(items).get("run", [])}
            before = dict(self.keeper.known.runs)
            self.keeper.known.note_all(tables)
            changed = {
                row[2]
                for row in tables["run"]
                if row[2] in before and before[row[2]] != self.keeper.known.runs[row[2]]
            }
            self._put("again", self._marked("again") | changed)
            self.keeper.keep(tables)

    def _marked(self, name: str) -> set[str]:
        found = self.keeper.cursor.get(name)
        return set(map(str, found)) if isinstance(found, list) else set()

    def _put(self, name: str, marks: set[str]) -> None:
        self.keeper.cursor[name] = sorted(marks)
        self.keeper.save()

    def _unread(self) -> list[tuple[str, KnownRun]]:
        """Finished pipelines whose jobs are not here or have changed, newest first."""
        known, again, jobless = self.keeper.known, self._marked("again"), self._marked("jobless")
        found = [
            (id_, run)
            for id_, run in known.runs.items()
            if run.done
            and id_.isdecimal()
            and (id_ in again or ((id_, 1) not in known.with_jobs and id_ not in jobless))
        ]
        return sorted(found, key=lambda one: (one[1].created, one[0]), reverse=True)

    def _details(self) -> None:
        """Start, end and jobs of each finished pipeline; kept pipeline by pipeline."""
        for id_, _ in self._unread():
            path = f"{self.path}/pipelines/{id_}"
            try:
                tables = self.keeper.read([self.client.get(path).data])
                tables = {"run": [row for row in tables.get("run", []) if row[2] == id_]}
                items = self._jobs_of(path)
                if items is None:
                    self.keeper.short.add("jobs")
                    continue
                jobs = self.keeper.read(items).get("job", [])
            except AnswerError as error:
                if error.status not in ABSENT:
                    raise
                tables, jobs = {}, []
            self.keeper.keep(tables | {"job": [row for row in jobs if row[2] == id_]})
            if not jobs:
                self._put("jobless", self._marked("jobless") | {id_})
            if id_ in self._marked("again"):
                self._put("again", self._marked("again") - {id_})

    def _jobs_of(self, path: str) -> list[Any] | None:
        def ask(page: int) -> Answer:
            """One page of the listing."""
            query: walks.Query = [("include_retried", "true"), ("per_page", walks.PAGE)]
            return self.client.get(f"{path}/jobs", [*query, ("page", page)])

        return walks.whole(ask)
