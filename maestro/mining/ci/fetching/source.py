"""One source as a fetch sees it: what is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from maestro.errors import MaestroError
from maestro.mining.http import AnswerError, Client, Clock

from .keeper import Keeper

DAY = 86400
OVERLAP = 35 * DAY
"""How far a listing reaches back before the newest run, seconds: a run may last 35 days, and a
new attempt takes the place of an old one."""
GIVEN_UP = 40 * DAY
"""Age from which on an unfinished run or deployment is asked for no more."""
ABSENT = (404, 410)
"""Statuses that say that there is no such thing."""
FORGOTTEN = 400 * DAY
"""Age from which on jobs are not asked for: GitHub archives checks after 400 days."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A project on a CI server."""

    provider: str
    """github, gitlab or jenkins."""
    project: str
    """Its name there: ``owner/name``, Jenkins ``folder/job``."""
    url: str = ""
    """Address of the server; empty for the provider's public one."""
    labels: tuple[str, ...] = ()
    """Labels of issues that are incidents."""

    @property
    def name(self) -> str:
        """The source in one word, for messages."""
        return f"{self.provider} {self.project}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch of one source came to."""

    source: Source
    code: str = ""
    """Code of the failure; empty when it went well."""
    reason: str = ""
    """Why it failed, or stopped early."""
    hint: str = ""
    """What to do about it."""
    taken: int = 0
    """Facts that came, new or again."""
    refused: int = 0
    """Records that the server sent and that are none."""
    requests: int = 0
    """Requests that were sent."""
    left: str = ""
    """What is still to be fetched, in words; empty when everything is there."""


@dataclass(slots=True)
class Task:
    """What a fetcher works with."""

    source: Source
    client: Client
    keeper: Keeper
    since: float
    """The first moment of interest, seconds since 1970."""
    clock: Clock
    soft: list[MaestroError] = field(default_factory=list)
    """What could not be had, although the rest could."""

    def tolerate(self, part: str, step: Callable[[], None]) -> None:
        """Do a part that others do not need: its refusal is noted, and the rest goes on.

        That there is no such list (404, 410) is for the caller to judge.
        """
        try:
            step()
        except MaestroError as error:
            is_absent = isinstance(error, AnswerError) and error.status in ABSENT
            if is_absent or error.code not in ("C001", "C003"):
                raise
            self.soft.append(MaestroError(error.code, f"{part}: {error.message}", error.hint))


class Fetcher(Protocol):
    """Fetches one source; raises PausedError or MaestroError, and can be asked to go on."""

    def run(self) -> None:
        """Fetch everything that is new."""

    def left(self) -> str:
        """What is still to be fetched, in words; empty when nothing is."""


def in_path(name: str) -> str:
    """A name with slashes as a part of a path: each of its parts quoted, none of them dots."""
    parts = name.strip("/").split("/")
    if not all(parts) or any(part in (".", "..") for part in parts):
        hint = "write project: below ci: as the server has it, like team/churn"
        raise MaestroError("C005", "the project's name is no path", hint)
    return "/".join(quote(part, safe="") for part in parts)


def count(number: int, what: str) -> str:
    """A number with its noun."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")
