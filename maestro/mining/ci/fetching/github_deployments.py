"""GitHub's deployments: what was deployed, and from its statuses what became of it."""

from __future__ import annotations

from typing import Any

from maestro.mining.http import Answer, AnswerError

from . import walks
from .keeper import dated
from .source import ABSENT, GIVEN_UP, Task


class Deployments:
    """Fetches the deployments of one repository, newest first; its list names no result."""

    def __init__(self, task: Task, path: str) -> None:
        self.task = task
        self.keeper = task.keeper
        self.path = f"{path}/deployments"

    def run(self) -> None:
        """New deployments, then the statuses of all that have no result yet."""

        def ask(page: int, until: float) -> tuple[str, walks.Query]:
            """One page of the listing."""
            return self.path, [("per_page", walks.PAGE), ("page", page)]

        since = self.task.since
        listed = walks.Listed("deployments", ask, since, field="created_at", marked=True)
        for items in walks.newest_first(self.task.client, self.keeper, listed):
            self.keeper.keep(self.keeper.read(items))
        self._statuses()

    def _statuses(self) -> None:
        found = self.keeper.cursor.get("statusless")
        statusless = set(map(str, found)) if isinstance(found, list) else set()
        known = self.keeper.known.deployments
        waiting = [
            id_
            for id_, one in known.items()
            if not one.done and id_ not in statusless and id_.isdecimal()
        ]
        for id_ in sorted(waiting, key=lambda id_: (known[id_].created, id_), reverse=True):
            statuses = self._statuses_of(id_)
            if statuses is None:
                self.keeper.short.add("statuses of deployments")
                continue
            read = self.keeper.read(statuses)
            # A status does not say when its deployment was asked for, which files it.
            tables = dated(read, "deployment", known[id_].created or None)
            rows = [row for row in tables.get("deployment", []) if row[2] == id_]
            self.keeper.keep({"deployment": rows})
            old = known[id_].created < self.task.clock.now() - GIVEN_UP
            if old and not known[id_].done:
                statusless.add(id_)
                self.keeper.cursor["statusless"] = sorted(statusless)
                self.keeper.save()

    def _statuses_of(self, id_: str) -> list[Any] | None:
        def ask(page: int) -> Answer:
            """One page of the listing."""
            query: walks.Query = [("per_page", walks.PAGE), ("page", page)]
            return self.task.client.get(f"{self.path}/{id_}/statuses", query)

        try:
            return walks.whole(ask)
        except AnswerError as error:
            if error.status in ABSENT:
                return []
            raise
