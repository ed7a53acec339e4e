"""GitHub Actions: runs by windows of time, their earlier attempts, jobs of finished attempts,
pull requests, issues and deployments, by the REST API.

A filtered list of runs ends at 1,000 results and an unfiltered one at about 40,000 (HTTP 422),
so runs are always asked for by windows of their creation, halved until each fits. All that
costs at most: a request for every 100 runs, two for every window, one for the jobs of every new
finished run, and one for every earlier attempt that came and went between two fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from maestro.mining.base import Tables
from maestro.mining.http import Answer, AnswerError

from . import walks
from .github_deployments import Deployments
from .known import KnownRun
from .source import ABSENT, DAY, FORGOTTEN, GIVEN_UP, OVERLAP, Task, count, in_path

CAP = 1000
"""Results at which a filtered list ends."""
_STEADY = 7 * DAY
_MOST_ATTEMPTS = 100


def api_of(url: str) -> str:
    """The REST API's address for a server's: GitHub's own, or that of one's own server."""
    plain = url.rstrip("/")
    if plain in ("", "https://github.com", "https://www.github.com", "https://api.github.com"):
        return "https://api.github.com"
    return plain if plain.endswith("/api/v3") else f"{plain}/api/v3"


class GitHub:
    """Fetches one repository; see :class:`maestro.mining.ci.fetching.source.Fetcher`."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.keeper, self.client = task.keeper, task.client
        self.path = f"/repos/{in_path(task.source.project)}"
        self._looked = False
        self._news = False
        self._seen: set[str] = set()

    def run(self) -> None:
        """Fetch everything that is new, the lists before the single records."""
        self._list_windows()
        if not self._looked:
            self._look()
            self._list_windows()
        if self.keeper.cursor.get("look") != self._start():
            # The next fetch looks from there: know that page already.
            self._look()
            self._list_windows()
        self._ask_unfinished()
        self._changes()
        self._part("deployments", Deployments(self.task, self.path).run)
        self._earlier()
        self._jobs()

    def left(self) -> str:
        """Windows of runs, earlier attempts, and runs without their jobs."""
        windows = len(walks.windows_of(self.keeper.cursor.get("windows")))
        parts = [count(windows, "part") + " of the list of runs"] if windows else []
        earlier = len(self._missing())
        parts += [count(earlier, "earlier attempt") + " of runs"] if earlier else []
        jobs = len(self._without_jobs())
        parts += [f"the jobs of {count(jobs, 'run')}"] if jobs else []
        return " and ".join(parts)

    # Runs

    def _page(self, created: str, page: int, seen: int = 0, etag: str = "") -> walks.Page:
        query: walks.Query = [("created", created), ("per_page", walks.PAGE), ("page", page)]
        ask = partial(self.client.get, f"{self.path}/actions/runs", query, etag=etag)
        return walks.turn(ask, seen, "workflow_runs")

    def _runs_in(self, page: walks.Page) -> Tables:
        tables = {"run": self.keeper.read({"workflow_runs": page.items}).get("run", [])}
        self._seen.update(row[2] for row in tables["run"])
        return tables

    def _look(self) -> None:
        """Ask for the newest runs; when there is news, plan the windows that are to be listed.

        A page that says nothing new ends it: nothing was started since.
        """
        cursor, planned, start = self.keeper.cursor, self._is_planned(), self._start()
        known = planned and cursor.get("look") == start and isinstance(cursor.get("etag"), str)
        page = self._page(f">={walks.stamp(start)}", 1, 0, cursor["etag"] if known else "")
        self._looked = True
        if page.answer.same:
            self._seen.update(self._newest(walks.PAGE, start))
            return
        tables = self._runs_in(page)
        fresh = self.keeper.known.note_all(tables)
        self._news |= fresh
        before = walks.windows_of(cursor.get("windows"))
        planning = ((fresh or not planned) and page.goes_on) or page.is_short
        # Up to the newest run of this page: what starts meanwhile cannot shift the pages.
        newest = self._newest_run() if page.items else None
        window = [start, max(int(newest or self.task.clock.now()), start), 1, 0]
        is_large = self._is_large(page.total, window)
        if planning:
            cursor["windows"] = before + (walks.halves(window) if is_large else [window])
            self.keeper.save()
        if fresh or not planned:
            self.keeper.keep(tables)
        if planning and page.goes_on and not is_large:
            cursor["windows"] = [*before, [*window[:2], 2, page.seen]]
        cursor |= {"look": start, "etag": "" if page.is_short else page.answer.etag}
        cursor["since"] = cursor["since"] if planned else int(self.task.since)
        self.keeper.save()

    def _newest_run(self) -> float | None:
        return self.keeper.known.newest(self.task.clock.now())

    def _is_planned(self) -> bool:
        """Whether the list was once planned as a whole, from the first moment of interest."""
        since = self.keeper.cursor.get("since")
        return type(since) is int and since <= self.task.since

    def _start(self) -> int:
        """The moment from which on runs are looked for: 35 days before the newest, or more.

        It stays for a week, so that the same question is asked again.
        """
        newest, since = self._newest_run(), int(self.task.since)
        if not self._is_planned() or newest is None:
            return since
        start, last = max(int(newest) - OVERLAP, since), self.keeper.cursor.get("look")
        return last if type(last) is int and start - _STEADY <= last <= start else start

    def _newest(self, most: int, start: float) -> list[str]:
        runs = self.keeper.known.runs
        found = [id_ for id_ in runs if runs[id_].created >= start]
        return sorted(found, key=lambda id_: (runs[id_].created, id_), reverse=True)[:most]

    def _is_large(self, total: int, window: Sequence[int]) -> bool:
        return total >= CAP and window[1] > window[0]

    def _list_windows(self) -> None:
        """List each planned window, page by page, newest first.

        One that ends before its own count is kept for the next fetch.
        """
        windows = walks.windows_of(self.keeper.cursor.get("windows"))
        cut: list[walks.Window] = []
        while windows:
            first, last, number, seen = window = windows[0]
            created = f"{walks.stamp(first)}..{walks.stamp(last)}"
            try:
                page = self._page(created, number, seen)
            except AnswerError as error:
                if error.status != 422 or last == first:
                    raise
                windows[:1] = walks.halves(window)
                continue
            if self._is_large(page.total, window):
                windows[:1] = walks.halves(window)
            else:
                self.keeper.keep(self._runs_in(page))
                if page.is_short:
                    self.keeper.short.add("runs")
                    # From its start: what is missing may stand on any page.
                    cut.append([first, last, 1, 0])
                if page.goes_on and page.seen < CAP:
                    window[2:] = number + 1, page.seen
                else:
                    windows.pop(0)
            self.keeper.cursor["windows"] = cut + windows
            self.keeper.save()

    def _ask_unfinished(self) -> None:
        """Runs that were under way, unless a list has just told how they are."""
        oldest = self.task.clock.now() - GIVEN_UP
        runs = self.keeper.known.runs
        waiting = [id_ for id_, run in runs.items() if not run.done and run.created >= oldest]
        for id_ in sorted(waiting, key=_by_number):
            if id_ in self._seen or not id_.isdecimal():
                continue
            try:
                answer = self.client.get(f"{self.path}/actions/runs/{id_}")
                self.keeper.keep(self.keeper.read({"workflow_runs": [answer.data]}))
            except AnswerError as error:
                if error.status not in ABSENT:
                    raise
            self._seen.add(id_)

    def _missing(self) -> list[tuple[str, int]]:
        """Earlier attempts of finished runs that no list has shown, the newest runs first.

        A list shows the newest attempt alone; whether the first one failed, it does not say.
        """
        known, gone = self.keeper.known, self._marked("gone")
        oldest = self.task.clock.now() - FORGOTTEN
        found = [
            (run.created, id_, attempt)
            for id_, run in known.runs.items()
            if run.done and run.attempt > 1 and run.created >= oldest and id_.isdecimal()
            for attempt in range(1, min(run.attempt, _MOST_ATTEMPTS))
            if (id_, attempt) not in known.attempts and f"{id_}/{attempt}" not in gone
        ]
        return [(id_, attempt) for _, id_, attempt in sorted(found, reverse=True)]

    def _earlier(self) -> None:
        """Ask for each of them once; one that is not there is remembered as gone."""
        for id_, attempt in self._missing():
            try:
                answer = self.client.get(f"{self.path}/actions/runs/{id_}/attempts/{attempt}")
                rows = self.keeper.read({"workflow_runs": [answer.data]}).get("run", [])
                self.keeper.keep({"run": [row for row in rows if row[2] == id_]})
            except AnswerError as error:
                if error.status not in ABSENT:
                    raise
            if (id_, attempt) not in self.keeper.known.attempts:
                self._mark("gone", f"{id_}/{attempt}")

    # Jobs

    def _marked(self, name: str) -> set[str]:
        found = self.keeper.cursor.get(name)
        return set(map(str, found)) if isinstance(found, list) else set()

    def _mark(self, name: str, id_: str) -> None:
        self.keeper.cursor[name] = sorted(self._marked(name) | {id_}, key=_by_number)
        self.keeper.save()

    def _without_jobs(self) -> list[tuple[str, KnownRun]]:
        """Finished runs whose newest attempt has no jobs here, newest first."""
        known, jobless = self.keeper.known, self._marked("jobless")
        oldest = self.task.clock.now() - FORGOTTEN
        found = [
            (id_, run)
            for id_, run in known.runs.items()
            if run.done
            and run.created >= oldest
            and id_.isdecimal()
            and (id_, run.attempt) not in known.with_jobs
            and f"{id_}/{run.attempt}" not in jobless
        ]
        return sorted(found, key=lambda one: (one[1].created, _by_number(one[0])), reverse=True)

    def _jobs(self) -> None:
        """Jobs of all attempts of each finished run that has none yet; kept run by run."""
        for id_, run in self._without_jobs():
            jobs = self._jobs_of(id_)
            if jobs is None:
                self.keeper.short.add("jobs")
                continue
            self.keeper.keep(jobs)
            if (id_, run.attempt) not in self.keeper.known.with_jobs:
                self._mark("jobless", f"{id_}/{run.attempt}")

    def _jobs_of(self, id_: str) -> Tables | None:
        def ask(page: int) -> Answer:
            """One page of the listing."""
            query: walks.Query = [("filter", "all"), ("per_page", walks.PAGE), ("page", page)]
            return self.client.get(f"{self.path}/actions/runs/{id_}/jobs", query)

        try:
            items = walks.whole(ask, "jobs")
        except AnswerError as error:
            if error.status in ABSENT:
                return {}
            raise
        if items is None:
            return None
        tables = self.keeper.read({"jobs": items})
        return {"job": [row for row in tables.get("job", []) if row[2] == id_]}

    # Pull requests, issues, deployments

    def _part(self, name: str, step: Callable[[], None]) -> None:
        """A list that a repository need not have: switched off, it is asked for on news only.

        One that may not be read is noted, and the rest goes on.
        """
        absent = self._marked("absent")
        if name in absent and not self._news:
            return
        absent.discard(name)
        try:
            self.task.tolerate(name, step)
        except AnswerError as error:
            if error.status not in ABSENT:
                raise
            absent.add(name)
        if absent != self._marked("absent"):
            self.keeper.cursor["absent"] = sorted(absent)
            self.keeper.save()

    def _changes(self) -> None:
        """Pull requests and incidents, when one question says that any of them changed."""
        mark = None if "issues" in self._marked("absent") else self._newest_change()
        before = set(self.keeper.short)
        if mark is None or mark != self.keeper.cursor.get("changes"):
            self._part("pull requests", self._pulls)
            for label in self.task.source.labels:
                self._part("issues", partial(self._issues, label))
            if self.keeper.short - before:
                return
        if mark is not None and mark != self.keeper.cursor.get("changes"):
            self.keeper.cursor["changes"] = mark
            self.keeper.save()

    def _newest_change(self) -> list[Any] | None:
        """Which issue or pull request changed last, and when; None when nobody says.

        GitHub lists pull requests among the issues: one page of one record tells of both.
        """
        query: walks.Query = [("state", "all"), ("sort", "updated"), ("direction", "desc")]
        query.append(("per_page", 1))
        kept, labels = self.keeper.cursor.get("changes"), list(self.task.source.labels)
        before: list[Any] = kept if isinstance(kept, list) and kept[3:] == [labels] else []
        try:
            answer = self.client.get(
                f"{self.path}/issues", query, etag=str(before[2]) if before else ""
            )
        except AnswerError as error:
            if error.status not in (403, *ABSENT):
                raise
            return None
        if answer.same:
            return before
        found = walks.items_of(answer.data)
        first = found[0] if found and isinstance(found[0], dict) else {}
        newest: list[Any] = [None, None]
        if first:
            newest = [str(first.get("number"))[:20], walks.time_of(first.get("updated_at"))]
        if before[:2] == newest:
            return before
        return [*newest, answer.etag, labels]

    def _pulls(self) -> None:
        def ask(page: int, until: float) -> tuple[str, walks.Query]:
            """One page of the listing."""
            query: walks.Query = [("state", "all"), ("sort", "updated")]
            query += [("direction", "desc"), ("per_page", walks.PAGE), ("page", page)]
            return f"{self.path}/pulls", query

        listed = walks.Listed("pulls", ask, self.task.since, marked=True)
        for items in walks.newest_first(self.client, self.keeper, listed):
            self.keeper.keep(self.keeper.read(items))

    def _issues(self, label: str) -> None:
        def ask(page: int, until: float) -> tuple[str, walks.Query]:
            """One page of the listing."""
            query: walks.Query = [("labels", label), ("state", "all")]
            query += [("sort", "updated"), ("direction", "desc"), ("since", walks.stamp(until))]
            return f"{self.path}/issues", [*query, ("per_page", walks.PAGE), ("page", page)]

        listed = walks.Listed(f"issues {label}", ask, self.task.since)
        for items in walks.newest_first(self.client, self.keeper, listed):
            issues = [item for item in items if "pull_request" not in item]
            self.keeper.keep(self.keeper.read(issues))


def _by_number(id_: str) -> tuple[int, str]:
    return len(id_), id_
