"""Fetching CI records: which sources, in which order, with how many requests each.

Every source gets an equal share of the requests; what one does not need goes to those that are
not done. A source that fails is reported and kept as failed beside its facts; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maestro.errors import MaestroError
from maestro.mining.base import Report
from maestro.mining.http import Budget, Client, Clock, Key, PausedError
from maestro.source.hosts import Hosts, Resolver, look_up

from . import github, gitlab, jenkins, walks
from .keeper import Keeper
from .source import Fetched, Fetcher, Source, Task, in_path

__all__ = ["Fetched", "Reach", "Source", "fetch_ci"]

_GITHUB_WEB = ("github.com", 443)
_GITHUB_API = ("api.github.com", 443)
_ACCEPT = {"github": "application/vnd.github+json"}
_FETCHERS: dict[str, tuple[Callable[[str], str], Callable[[Task], Fetcher]]] = {
    "github": (github.api_of, github.GitHub),
    "gitlab": (gitlab.api_of, gitlab.GitLab),
    "jenkins": (jenkins.api_of, jenkins.Jenkins),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fetch may go."""

    hosts: Hosts = field(default_factory=Hosts)
    """Servers that may be asked besides public ones by https."""
    keys: Sequence[Key] = ()
    """Tokens, each with the one server that it is for."""
    max_requests: int = 800
    """The most requests of one fetch, for all sources together."""
    since: float = 0.0
    """The first moment of interest, seconds since 1970."""
    clock: Clock = field(default_factory=Clock)
    resolve: Resolver = look_up


class _Work:
    """One source under way."""

    def __init__(self, source: Source, data: Path, reach: Reach, budget: Budget) -> None:
        self.source, self.reach, self.budget = source, reach, budget
        in_path(source.project)
        self.keeper = Keeper(data, source.provider, source.project)
        self.sent = 0
        self.fault: MaestroError | None = None
        self.paused: PausedError | None = None
        self._made: tuple[Task, Fetcher] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether more requests would bring it further."""
        return self.fault is None and self.paused is not None and not self.paused.by_server

    def go(self) -> None:
        """Fetch as far as the share of requests goes, and keep what came."""
        before = self.budget.sent
        self.paused = None
        self.keeper.short.clear()
        try:
            try:
                task, fetcher = self._made = self._made or self._make()
                fetcher.run()
                if not self.keeper.short:
                    self.keeper.state.fetched = walks.day(self.reach.clock.now())
                self.fault = task.soft[0] if task.soft else None
            except PausedError as pause:
                self.paused = pause
            finally:
                self.sent += self.budget.sent - before
                self._fold()
        except MaestroError as error:
            self.fault = error
        self._remember()

    def _fold(self) -> None:
        try:
            self.keeper.fold()
        except KeyboardInterrupt:
            # Whoever stops a fetch gets a folder that is whole, then the end.
            self.keeper.fold()
            raise

    def _make(self) -> tuple[Task, Fetcher]:
        api, fetcher = _FETCHERS[self.source.provider]
        base = api(self.source.url)
        client = Client(
            base,
            self.reach.hosts,
            self.budget,
            key=_key_for(self.reach, base),
            clock=self.reach.clock,
            resolve=self.reach.resolve,
            accept=_ACCEPT.get(self.source.provider, "application/json"),
        )
        task = Task(self.source, client, self.keeper, self.reach.since, self.reach.clock)
        return task, fetcher(task)

    def _remember(self) -> None:
        state, fault = self.keeper.state, self.fault
        state.code = fault.code if fault else ""
        state.reason = fault.message if fault else ""
        state.hint = fault.hint if fault else ""
        state.left = self.left()
        self.keeper.tell()

    def left(self) -> str:
        """What is still to be fetched, in words; empty when everything is there."""
        if self._made is None:
            return self.keeper.state.left
        found = self._made[1].left() or ("the rest of its lists" if self.paused else "")
        if not self.keeper.short:
            return found
        named = ", ".join(sorted(self.keeper.short))
        cut = f"what the server counts but did not send ({named})"
        return f"{found} and {cut}" if found else cut

    def done(self) -> Fetched:
        """What came of it."""
        if self._made:
            self._made[0].client.close()
        fault, keeper = self.fault, self.keeper
        return Fetched(
            self.source,
            fault.code if fault else "",
            fault.message if fault else self.paused.reason if self.paused else "",
            fault.hint if fault else "",
            keeper.taken,
            keeper.refused,
            self.sent,
            self.left(),
        )


def fetch_ci(
    sources: Iterable[Source], data: Path, reach: Reach, *, report: Report | None = None
) -> list[Fetched]:
    """Fetch what is new of each source into ``data``; one entry each, sorted.

    A failure of one, also of the disk, is an entry with a code and does not stop the others.
    """
    budget = Budget(reach.max_requests)
    works: list[_Work] = []
    done: list[Fetched] = []
    for source in sorted(set(sources)):
        try:
            works.append(_Work(source, data, reach, budget))
        except MaestroError as error:
            done.append(Fetched(source, error.code, error.message, error.hint))
        except OSError as error:
            done.append(_unwritten(source, error))
    waiting = works
    while waiting and budget.left > 0:
        for number, work in enumerate(waiting):
            # What the ones before did not need is shared among those that follow.
            budget.share = max(budget.left // (len(waiting) - number), 1)
            if report:
                report(f"fetching CI records of {work.source.name}")
            try:
                work.go()
            except OSError as error:
                failed = _unwritten(work.source, error)
                work.fault = MaestroError(failed.code, failed.reason, failed.hint)
        waiting = [work for work in waiting if work.is_waiting]
    return sorted(done + [work.done() for work in works], key=lambda one: one.source)


def _unwritten(source: Source, error: OSError) -> Fetched:
    reason = f"the facts cannot be written: {error.strerror}"
    return Fetched(source, "M004", reason, "free some space, and see who may write the data folder")


def _key_for(reach: Reach, base: str) -> Key | None:
    """The token that is for a server; GitHub's API is a host of its own, and takes GitHub's."""
    place = reach.hosts.check_url(base)
    places = [place, _GITHUB_WEB] if place == _GITHUB_API else [place]
    return next((k for p in places for k in reach.keys if k.login.covers(*p)), None)
