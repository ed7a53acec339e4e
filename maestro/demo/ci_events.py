"""What people of a simulated project did that its CI saw: pull requests and deployments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from .history import Commit
from .object_ids import commit_ids
from .practice import Practice
from .simulator import END, SimProject

MINUTE, HOUR, DAY = 60, 3600, 86_400
NOW = int(datetime(END.year, END.month, END.day, 12, tzinfo=UTC).timestamp())
"""Nothing is logged after it: noon of the simulation's last day."""
_FIRST_DAY = 3
_MOST_HOURS = 3
_OPEN = 2


@dataclass(frozen=True, slots=True)
class Past:
    """A project's history as its CI knows it."""

    commits: Sequence[Commit]
    ids: Sequence[str]
    main: tuple[int, ...]
    """Positions of the commits that were once the tip of ``main``, oldest first."""

    @classmethod
    def of(cls, commits: Sequence[Commit]) -> Past:
        """The past that ends with the last commit; there is at least one."""
        place, main = len(commits) - 1, [len(commits) - 1]
        while commits[place].parents:
            place = commits[place].parents[0]
            main.append(place)
        return cls(commits, commit_ids(commits), tuple(reversed(main)))

    def tip(self, at: float) -> str:
        """Id of the newest commit of ``main`` at a time; empty before the first one."""
        seen = [place for place in self.main if self.commits[place].at <= at]
        return self.ids[seen[-1]] if seen else ""

    def branch(self, place: int) -> list[int]:
        """Positions of the commits that the merge at ``place`` brought in, newest first."""
        known, found = set(self.main), []
        for parent in self.commits[place].parents[1:]:
            while parent not in known:
                found.append(parent)
                parent = self.commits[parent].parents[0]
        return found


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull request; times in seconds since 1970, None for what did not happen."""

    author: str
    branch: str
    head: str
    opened: int
    merged: int | None
    closed: int | None
    commit: str
    """Id of the commit that merged it; empty when none did."""
    review: int | None


@dataclass(frozen=True, slots=True)
class Rollout:
    """One deployment to staging and production, and the incident that came of it, if any."""

    at: int
    head: str
    took: int
    """Seconds from its start to its end."""
    waited: int
    """Seconds before its start."""
    success: bool
    incident: int | None
    recovered: int | None
    """When the service was well again; may lie after the simulation's end."""

    @property
    def finished(self) -> int:
        """When it ended."""
        return self.at + self.waited + self.took


def pulls_of(
    past: Past, practice: Practice, random: np.random.Generator, *, ended: bool
) -> list[Pull]:
    """A pull request for every merge and for about half of the other commits on ``main``.

    The others were squashed: the commit on ``main`` is the one that merged it, and its branch
    is gone. One in twelve was closed without being merged, and a project that goes on has two
    open ones. Sorted by time of opening.
    """
    found = [] if ended else list(_open_pulls(past, random))
    for place in past.main[1:]:
        commit, inside = past.commits[place], past.branch(place)
        squashed, lost = random.uniform() < 0.5, random.uniform() < 1 / 12
        open_for = practice.merge_hours * HOUR * np.exp(0.6 * random.normal())
        reviewed, when = random.uniform() < practice.reviewed, random.uniform(0.05, 0.9)
        if not inside and not squashed:
            continue
        begun = past.commits[inside[-1]].at if inside else past.commits[0].at
        opened = int(commit.at - max(5 * MINUTE, open_for))
        if not inside and opened < begun:
            continue
        opened = min(max(opened, begun + MINUTE), commit.at - MINUTE) if inside else opened
        merged = None if lost and not inside else commit.at
        found.append(
            Pull(
                author=commit.author.email.partition("@")[0].replace(".", "-"),
                branch=f"step-{place}",
                head=past.ids[inside[0]] if inside else made_up_id(past.ids[place]),
                opened=opened,
                merged=merged,
                closed=commit.at,
                commit=past.ids[place] if merged else "",
                review=int(opened + when * (commit.at - opened)) if reviewed else None,
            )
        )
    return sorted(found, key=lambda pull: (pull.opened, pull.head))


def _open_pulls(past: Past, random: np.random.Generator) -> Iterator[Pull]:
    for number in range(1, _OPEN + 1):
        opened = int(past.commits[-1].at - random.uniform(1, 48) * HOUR)
        branch, head = f"open-{number}", made_up_id(f"{past.ids[-1]} {number}")
        yield Pull("sim-newcomer", branch, head, opened, None, None, "", None)


def rollouts_of(
    project: SimProject, past: Past, practice: Practice, random: np.random.Generator
) -> list[Rollout]:
    """At most one deployment on each working day of the project, oldest first."""
    found = []
    last = project.ended or END - timedelta(days=1)
    for offset in range(_FIRST_DAY, (last - project.started).days + 1):
        day = project.started + timedelta(days=offset)
        tried = random.uniform() < practice.deploy_chance
        at = _midnight(day) + int(random.uniform(9, 17) * HOUR)
        head = past.tip(at)
        if day.weekday() < 5 and tried and head:
            found.append(_rollout(at, head, project, practice, random))
    return found


def _rollout(
    at: int, head: str, project: SimProject, practice: Practice, random: np.random.Generator
) -> Rollout:
    took, waited = timing(at, project, practice, random)
    success = bool(random.uniform() < practice.success_rate)
    failed = random.uniform() < practice.change_failure_rate
    recovery = int(practice.recovery_hours * HOUR * np.exp(0.5 * random.normal()))
    # Before the service is well again, and before the next day's deployment.
    noticed = min(int(random.uniform(0.2, 8) * HOUR), recovery // 2)
    finished = at + waited + took
    incident = finished + max(MINUTE, noticed) if success and failed else None
    recovered = finished + max(5 * MINUTE, recovery) if incident else None
    return Rollout(at, head, took, waited, success, incident, recovered)


def timing(
    at: int, project: SimProject, practice: Practice, random: np.random.Generator
) -> tuple[int, int]:
    """Seconds that an attempt at ``at`` takes, and seconds that it waits before."""
    quarters = (at - _midnight(project.started)) / (13 * 7 * DAY)
    usual = practice.minutes * MINUTE * np.exp(practice.drift * quarters)
    took = min(usual * np.exp(0.3 * random.normal()), _MOST_HOURS * HOUR)
    waited = practice.queue_minutes * MINUTE * np.exp(0.5 * random.normal())
    return max(10, round(took)), max(1, round(min(waited, HOUR)))


def made_up_id(text: str) -> str:
    """The id of a commit that is in no history any more."""
    return hashlib.sha1(f"gone {text}".encode(), usedforsecurity=False).hexdigest()


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


__all__ = ["DAY", "HOUR", "MINUTE", "NOW", "Past", "Pull", "Rollout", "pulls_of", "rollouts_of"]
