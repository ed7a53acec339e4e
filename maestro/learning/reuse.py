"""Reuse: who uses an entry, and what share of those that could have used it do.

The count is of distinct projects and distinct entries. The rate is the share, among the projects
of the entry's problem classes that began once it was there, of those that use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import ReuseDetail

METHOD = "distinct users in records"


@dataclass(frozen=True, slots=True)
class Offer:
    """Since when an entry has been there, and for whom."""

    since: date | None = None
    """The day of its first version; None when nobody knows."""
    classes: tuple[str, ...] = ()
    """The problem classes it is declared for; empty: those of the projects that use it."""
    source: str = ""
    """Where the day is from, in words."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One project that has begun."""

    day: date
    problem_class: str


@dataclass(frozen=True, slots=True)
class Chances:
    """Who could have used which entry."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    """Entry to its offer."""
    begun: Mapping[str, Begun] = field(default_factory=dict)
    """Projects that have begun, running or over; planned ones had no chance yet."""


def reuse_findings(
    users: Mapping[str, Iterable[str]],
    uses: Mapping[str, Iterable[str]],
    *,
    as_of: str,
    chances: Chances | None = None,
) -> list[Finding]:
    """One finding of kind ``reuse`` per entry, sorted by name; its value counts projects.

    ``users`` maps an entry's name to all that use it (projects, entries and cards); ``uses``
    maps a project's name to its references (``name@version`` or ``name``).
    """
    versions: dict[str, Counter[str]] = {name: Counter() for name in users}
    for references in uses.values():
        for reference in sorted(set(references)):
            name, _, version = reference.partition("@")
            if name in versions:
                versions[name][version] += 1
    found = []
    for name in sorted(users):
        projects = sorted({user for user in users[name] if user in uses})
        entries = sorted({user for user in users[name] if user not in uses})
        detail = ReuseDetail(
            projects=projects, entries=entries, versions=dict(sorted(versions[name].items()))
        )
        rated, notes = _rated(name, detail, chances or Chances())
        found.append(_finding(name, rated, notes, as_of))
    return found


def _rated(name: str, detail: ReuseDetail, chances: Chances) -> tuple[ReuseDetail, list[str]]:
    """The detail with the rate, where it can be told, and what it is of."""
    offer = chances.offers.get(name, Offer())
    if offer.since is None:
        return detail, ["no reuse rate: the day of its first version is not known"]
    since = offer.since
    detail = detail.model_copy(update={"since": since.isoformat()})
    known = {project: chances.begun[project] for project in detail.projects
             if project in chances.begun}  # fmt: skip
    classes = set(offer.classes) or {one.problem_class for one in known.values()}
    if not classes:
        return detail, ["no reuse rate: it declares no problem class, and no project uses it"]
    could = {
        project
        for project, one in chances.begun.items()
        if one.problem_class in classes and one.day >= since
    }
    using = could & known.keys()
    whose = "as it declares" if offer.classes else "those of its users"
    notes = [f"its problem classes: {', '.join(sorted(classes))} ({whose})"]
    if offer.source:
        notes.append(f"there since {since.isoformat()}: {offer.source}")
    if before := sum(one.day < since for one in known.values()):
        had = "project that uses it had" if before == 1 else "projects that use it had"
        notes.append(f"{before} {had} begun before, not in the rate")
    if other := len(known) - before - len(using):
        is_ = "project that uses it is" if other == 1 else "projects that use it are"
        notes.append(f"{other} {is_} of another class, not in the rate")
    rate = len(using) / len(could) if could else None
    return detail.model_copy(update={"could": len(could), "rate": rate}), notes


def _finding(name: str, detail: ReuseDetail, notes: list[str], as_of: str) -> Finding:
    return Finding(
        kind="reuse",
        subject=name,
        value=float(len(detail.projects)),
        unit="projects",
        n=len(detail.projects),
        as_of=as_of,
        method=METHOD,
        evidence=[
            Evidence(kind="record", ref=f"projects/{project}/project.yaml")
            for project in detail.projects
        ],
        quality=notes,
        detail=detail,
    )


__all__ = ["METHOD", "Begun", "Chances", "Offer", "reuse_findings"]
