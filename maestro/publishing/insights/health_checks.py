"""The checks behind library health: each looks at records and findings and lists what it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from maestro.catalog.ladder import rungs
from maestro.catalog.lineage import Edge, Lineage
from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.captions import source_of
from maestro.publishing.library import KINDS, Shelf, page_of
from maestro.publishing.sources import state_of, worst_first
from maestro.schema import ARTIFACTS, Finding
from maestro.schema.details import HealthDetail
from maestro.schema.learned import DuplicateDetail, ReuseDetail

_BAD_STATES = ("failed", "stale", "missing")
_ROLES = ("uses", "schema", "learns from")
"""Roles in which an old version is worth a change."""
_RUNNING = ("planned", "active")


@dataclass(frozen=True, slots=True)
class Fault:
    """One record, or one source, with what is amiss and the next thing to do."""

    name: str
    page: str
    """Its page, relative to the site; empty when it has none."""
    kind: str
    """What sort of record it is, in words."""
    owner: str
    """The team that answers for it, in words; empty when nobody does."""
    what: str
    todo: str
    record: str = ""
    """The record's own name, where ``name`` is its title."""
    team: str = ""
    """The handle of the team."""

    @property
    def key(self) -> str:
        """What programs call the record."""
        return self.record or self.name


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check found, of how many records, or why it cannot say."""

    faults: Sequence[Fault]
    of: int
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One sort of fault."""

    key: str
    title: str
    short: str
    """As in ``3 unused``."""
    about: str
    """What is counted, in a sentence."""
    of: Literal["record", "entry", "entry or running project", "source", "file"]
    """What it looks at, for the count beside it."""
    look: Callable[[Shelf], Looked]


def _fault(shelf: Shelf, entry: Entry, what: str, todo: str) -> Fault:
    owner = str(entry.record.owner)
    known = shelf.owner_title(owner) if owner in shelf.catalog.owners.teams else ""
    page = page_of(entry.kind, entry.name)
    kind, said = KINDS[entry.kind][1], words.sentence(what)
    return Fault(entry.title, page, kind, known, said, todo, entry.name, owner if known else "")


def _owned(shelf: Shelf) -> list[Entry]:
    """Entries, cards and projects: whatever has an owner and a page."""
    return [*shelf.catalog.entries.values(), *shelf.catalog.projects.values()]


def _unowned(shelf: Shelf) -> Looked:
    records = _owned(shelf)
    if shelf.catalog.lacks("owners"):
        return Looked((), len(records), "owners.yaml has faults: run maestro check and mend them.")
    teams = shelf.catalog.owners.teams
    todo = "Write a team of catalog/owners.yaml under owner:, or add the team there."
    found = [
        _fault(shelf, entry, f'owner "{entry.record.owner}" is not a team', todo)
        for entry in records
        if entry.record.owner not in teams
    ]
    return Looked(found, len(records))


def _unused(shelf: Shelf) -> Looked:
    found, looked = [], 0
    for entry in shelf.catalog.entries.values():
        reuse = shelf.one("reuse", entry.name)
        if (
            entry.kind == "model_cards"
            or reuse is None
            or not isinstance(reuse.detail, ReuseDetail)
        ):
            continue
        looked += 1
        detail = reuse.detail
        if detail.projects or detail.entries or entry.record.status == "deprecated":
            continue
        since = f" since {words.day(detail.since)}, when it came" if detail.since else ""
        todo = "Tell the projects it was made for, or deprecate it with a reason."
        found.append(_fault(shelf, entry, f"no project or entry lists it{since}", todo))
    absent = "" if looked else "No entry was counted: this build made no finding of reuse."
    return Looked(found, looked, absent)


def _duplicates(shelf: Shelf) -> Looked:
    compared = [f for f in shelf.of_kind("similarity") if f.subject in shelf.catalog.entries]
    found = [
        _duplicate(shelf, entry, finding.detail)
        for finding in shelf.of_kind("duplicate")
        if isinstance(finding.detail, DuplicateDetail)
        and not finding.detail.reason
        and (entry := shelf.target(finding.subject)) is not None
    ]
    absent = "" if compared or found else "No entries were compared in this build."
    return Looked(found, len(compared), absent)


def _duplicate(shelf: Shelf, entry: Entry, detail: DuplicateDetail) -> Fault:
    other = shelf.target(detail.other.name)
    name = other.title if other else detail.other.name
    shared = f": {'; '.join(detail.other.shared)}" if detail.other.shared else ""
    todo = "Use the older one, or say under reason: why both stand there."
    return _fault(shelf, entry, f"nearly the same as {name}{shared}", todo)


def _order(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 1.10.0 comes after 1.9.0; empty for anything else."""
    pieces = version.partition("-")[0].split(".")
    return tuple(map(int, pieces)) if all(piece.isdigit() for piece in pieces) else ()


@lru_cache(maxsize=1)
def _edges(shelf: Shelf) -> tuple[tuple[Entry, Edge, Entry], ...]:
    """Who uses which entry: running projects and entries that are not deprecated themselves.

    Finished projects and model cards say what they were made of, for ever.
    """
    lineage = Lineage(shelf.catalog)
    found = []
    for edge in lineage.edges():
        user, used = lineage.entry(edge.user), shelf.catalog.entries.get(edge.used)
        if user is None or used is None or edge.role not in _ROLES or not _is_live(user):
            continue
        found.append((user, edge, used))
    return tuple(found)


def _is_live(user: Entry) -> bool:
    if user.kind == "projects":
        return user.record.status in _RUNNING
    return user.kind in ARTIFACTS and getattr(user.record, "status", "") != "deprecated"


def _users(shelf: Shelf) -> int:
    """Running projects and entries that are not deprecated: whoever could be behind."""
    return sum(_is_live(entry) for entry in _owned(shelf))


def _behind(shelf: Shelf) -> Looked:
    found = []
    for user, edge, used in _edges(shelf):
        pinned, newest = _order(edge.version), _order(used.version)
        if pinned and newest and pinned < newest:
            what = f"{edge.reference} is in use, {used.version} is there"
            todo = f"Read what changed in {used.title} and move to {used.reference}."
            found.append(_fault(shelf, user, what, todo))
    return Looked(found, _users(shelf))


def _deprecated(shelf: Shelf) -> Looked:
    found = []
    for user, edge, used in _edges(shelf):
        if used.record.status == "deprecated":
            instead = used.record.replaced_by
            todo = f"Move to {instead}." if instead else f"Ask the owner of {used.title} what next."
            found.append(_fault(shelf, user, f"{edge.reference} is deprecated", todo))
    return Looked(found, _users(shelf))


def _unlicensed(shelf: Shelf) -> Looked:
    entries = [*shelf.artifacts]
    if shelf.settings.license:
        return Looked((), len(entries))
    todo = "Add license: with an SPDX id, or a license: for all to settings.yaml."
    what = "no licence, and settings.yaml has none for all"
    found = [_fault(shelf, entry, what, todo) for entry in entries if not entry.record.license]
    return Looked(found, len(entries))


def _lacks(shelf: Shelf, fields: Iterable[str], what: str) -> Looked:
    """Entries that lack something the quality checklist asks of their kind."""
    wanted = set(fields)
    found, looked = [], 0
    for entry in shelf.artifacts:
        asked = [rung for rung in rungs(entry) if rung.field in wanted]
        missing = [rung for rung in asked if not rung.met]
        looked += bool(asked)
        if missing and entry.record.status != "deprecated":
            todo = words.sentence(" and ".join(rung.remedy for rung in missing))
            found.append(_fault(shelf, entry, what, todo))
    return Looked(found, looked)


def _untested(shelf: Shelf) -> Looked:
    return _lacks(shelf, ("tests",), "the record names no test")


def _without_ports(shelf: Shelf) -> Looked:
    ports = ("inputs", "outputs", "fields", "fields or format")
    return _lacks(shelf, ports, "what goes in or comes out is not said")


def _sources(shelf: Shelf) -> Looked:
    states = shelf.of_kind("source_health")
    bad = [f for f in worst_first(states) if state_of(f) in _BAD_STATES]
    absent = "" if states else "No source was read in this build."
    return Looked([_source(shelf, finding) for finding in bad], len(states), absent)


def _source(shelf: Shelf, finding: Finding) -> Fault:
    project = shelf.catalog.projects.get(finding.subject)
    detail = finding.detail
    reason = detail.reason if isinstance(detail, HealthDetail) else ""
    hint = detail.hint if isinstance(detail, HealthDetail) else ""
    what = words.sentence(f"{source_of(finding)}: {state_of(finding)}; {reason}".rstrip("; "))
    todo = words.sentence(hint or "read it again and look at the journal of the run")
    if project is None:
        return Fault(finding.subject, "operations/index.html", "source", "", what, todo)
    return Fault(
        project.title,
        page_of("projects", project.name),
        "project",
        shelf.owner_title(project.record.owner),
        what,
        todo,
        project.name,
        str(project.record.owner),
    )


def _broken(shelf: Shelf) -> Looked:
    found = [
        Fault(
            file.path,
            shelf.page_of_path(file.path),
            KINDS[file.kind][1] if file.kind in KINDS else file.kind,
            "",
            "It cannot be read as a record and is left out of every page and number.",
            "Run maestro check: it names each fault with its line.",
        )
        for file in shelf.catalog.broken
    ]
    return Looked(found, len(found) + len(shelf.catalog.everything()))


CHECKS: tuple[Check, ...] = (
    Check(
        "left-out", "Left out", "left out",
        "Files that hold no valid record: nothing of them is in any number.", "file", _broken,
    ),
    Check(
        "stale", "Stale sources", "stale sources",
        "Sources that are failed, stale or missing: their numbers stop.", "source", _sources,
    ),
    Check(
        "unowned", "Unowned", "unowned",
        "Records whose owner is not a team of owners.yaml: nobody answers for them.", "record",
        _unowned,
    ),
    Check(
        "deprecated", "Deprecated, still used", "deprecated and still used",
        "Uses of deprecated entries by running projects and by entries that are not deprecated.",
        "entry or running project", _deprecated,
    ),
    Check(
        "behind", "Behind", "behind",
        "Running projects and entries that are pinned to an older version than there is.",
        "entry or running project", _behind,
    ),
    Check(
        "duplicate", "Duplicates", "duplicates",
        "Entries that are nearly the same as an older one, with no reason given.", "entry",
        _duplicates,
    ),
    Check(
        "unused", "Unused", "unused",
        "Entries that no project and no other entry lists, deprecated ones aside.", "entry",
        _unused,
    ),
    Check(
        "unlicensed", "Without a licence", "without a licence",
        "Entries without a licence of their own in a library that has none for all.", "entry",
        _unlicensed,
    ),
    Check(
        "untested", "Without a test", "without a test",
        "Entries whose record names no test.", "entry", _untested,
    ),
    Check(
        "ports", "Without inputs or outputs", "without inputs or outputs",
        "Entries that do not say what goes in and what comes out, where their kind has it.",
        "entry", _without_ports,
    ),
)  # fmt: skip
"""Every check, what keeps a library from being trusted first."""


@lru_cache(maxsize=1)
def looked(shelf: Shelf) -> tuple[tuple[Check, Looked], ...]:
    """Every check with what it found, in their order; kept for the last shelf."""
    return tuple((check, check.look(shelf)) for check in CHECKS)


@lru_cache(maxsize=1)
def of_teams(shelf: Shelf) -> Mapping[tuple[str, str], Sequence[Fault]]:
    """The faults that a team is to mend, by the team's handle and the check's key.

    The pages of teams take stale sources, behind, duplicates and unused from here: with those of
    no team they add up to health.
    """
    found: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for check, seen in looked(shelf):
        for fault in seen.faults:
            if fault.team:
                found[fault.team, check.key].append(fault)
    return dict(found)


__all__ = ["CHECKS", "Check", "Fault", "Looked", "looked", "of_teams"]
