"""Incidents: what people declared, and what reverts and hotfixes suggest where nobody did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maestro.mining.base import Tables

from .chain import Link, first_with, last_before, previous_of
from .deployments import Deployment, Fact, facts
from .history import CommitFacts, History
from .rules import DeliveryRules

_HOSTS = frozenset({"github", "gitlab"})
_MENDING = re.compile(
    # At the beginning, after a ticket or "fix:" at most; "Revert "Revert ..." brings it back.
    r"(?:\[?[a-z]+-\d+\]?:?\s+|fix(?:\([^)]*\))?!?:\s*)?"
    r"\W*(?:revert(?![\w-]|\W*revert\b)|hot[ -]?fix(?:es)?(?![\w-]))",
    re.IGNORECASE,
)
SOON = 48 * 3600
"""Seconds after a deployment in which a revert or hotfix is taken for its failure; the limit
is a convention, not a measurement."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One incident with the deployment that it followed; times in seconds since 1970."""

    deployment: Deployment
    created: float
    resolved: float | None


def declared(tables: Tables, rules: DeliveryRules) -> list[Fact]:
    """The incidents that people declared: issues with the label, and entries of a file."""
    label = rules.incident_label.casefold()
    found = []
    for one in facts(tables, "incident"):
        labelled = any(name.casefold() == label for name in one["labels"])
        listed = not one["labels"] and one["provider"] not in _HOSTS
        if not one["proxy"] and (labelled or listed):
            found.append(one)
    return sorted(found, key=lambda one: (one["created"] or 0, one["id"]))


def failures(incidents: Sequence[Fact], production: Sequence[Deployment]) -> list[Failure]:
    """Each incident with the successful production deployment that ended last before it."""
    moments = {
        str(at): float(one["created"])
        for at, one in enumerate(incidents)
        if one["created"] is not None
    }
    return [
        Failure(deployment, moments[at], incidents[int(at)]["resolved"])
        for at, deployment in _before(moments, production).items()
    ]


def suspected(history: History, production: Sequence[Deployment]) -> list[Failure]:
    """A guess: reverts and hotfixes that entered the history soon after a deployment.

    A commit of a topic enters with its merge. Such a failure is over when the first production
    deployment that holds the commit ends.
    """
    landings = history.landings()
    landed = {
        one.id: float(landing.committed)
        for one in history.commits()
        if is_mending(one) and (landing := landings.get(one.id))
        if landing.committed is not None
    }
    found = _before(landed, production)
    brought = delivered_by(history, production)
    guessed = []
    for id_, began in landed.items():
        broken = found.get(id_)
        if broken and broken.finished is not None and began - broken.finished <= SOON:
            mended = brought.get(id_)
            guessed.append(Failure(broken, began, mended.finished if mended else None))
    return guessed


def is_mending(commit: CommitFacts) -> bool:
    """True for reverts and hotfixes, by the first line of the message; not for merges."""
    return len(commit.parents) < 2 and bool(_MENDING.match(commit.subject))


def delivered_by(history: History, production: Sequence[Deployment]) -> dict[str, Deployment]:
    """Commit to the first production deployment that brought it.

    Deployments follow each other within one project; the first of a project brings nothing,
    since nobody knows what ran before it.
    """
    links, named = _links(production)
    previous = previous_of(links)
    brought = {
        id_: history.new_in(named[id_].head, named[before].head) or []
        for id_, before in previous.items()
        if before
    }
    first = first_with([link for link in links if link.id in brought], brought)
    return {commit: named[link.id] for commit, link in first.items()}


def _before(moments: dict[str, float], production: Sequence[Deployment]) -> dict[str, Deployment]:
    links, named = _links(production)
    in_millis = {name: round(moment * 1000) for name, moment in moments.items()}
    return {name: named[link.id] for name, link in last_before(links, in_millis).items()}


def _links(production: Sequence[Deployment]) -> tuple[list[Link], dict[str, Deployment]]:
    links, named = [], {}
    for one in production:
        id_ = f"{one.provider}:{one.project}:{one.id}"
        named[id_] = one
        links.append(
            Link(id_, (one.provider, one.project), _ms(one.started), _ms(one.finished), one.head)
        )
    return links, named


def _ms(time: float | None) -> int | None:
    return None if time is None else round(time * 1000)
