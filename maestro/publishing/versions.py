"""The history of an entry: its versions, and the changes of its record, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.details import ChangeDetail

from .library import Shelf
from .pages import Context
from .words import parse_time

MOST_ROWS = 15
"""Rows of a history shown at once; the rest is folded."""
MOST_FOLDED = 200
"""Rows of a history on a page; the data has them all."""
_ACTIONS = {"added": "Record added", "changed": "Record changed", "removed": "Record removed"}


@dataclass(frozen=True, slots=True)
class Step:
    """One version of an entry, or one change of its record."""

    version: str
    """Empty for a change of which the version is not known."""
    at: str
    """ISO day; empty for a version whose day is not recorded."""
    what: str
    """The version's note, or what happened to the record; empty without a note."""
    digest: str
    commit: str
    """Empty for a version."""
    href: str
    """Where the commit can be read; empty when that is not known."""
    impact: Finding | None
    is_current: bool
    is_change: bool


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an entry's past."""

    steps: tuple[Step, ...]
    since: str
    """Day of the current version; empty when no record says it."""
    changed: str
    """Day of the last change of the record; empty when no change is known."""
    unknown: str
    """What is not known, in one sentence or more."""
    has_impact: bool
    """Whether the effect of any version is a number."""

    @property
    def shown(self) -> tuple[Step, ...]:
        """Rows shown at once."""
        return self.steps[:MOST_ROWS]

    @property
    def folded(self) -> tuple[Step, ...]:
        """Rows that are folded below them."""
        return self.steps[MOST_ROWS:MOST_FOLDED]

    @property
    def left(self) -> int:
        """Rows that only the data has."""
        return max(0, len(self.steps) - MOST_FOLDED)


def history(shelf: Shelf, context: Context, entry: Entry) -> History:
    """Versions and changes of a record in one list; what has no date stands on top."""
    versions = _versions(shelf, entry)
    changes = _changes(shelf, context, entry)
    steps = [*versions, *changes]
    # Sorted twice, since both are stable: the current version leads its day, days fall.
    steps.sort(key=lambda step: (not step.is_current, step.is_change))
    steps.sort(key=lambda step: step.at or "9999", reverse=True)
    since = next((step.at for step in versions if step.is_current), "")
    return History(
        tuple(steps),
        since,
        changes[0].at if changes else "",
        _unknown(changes, bool(shelf.of("audit_event", entry.name))),
        any(step.impact is not None and step.impact.value is not None for step in versions),
    )


def _versions(shelf: Shelf, entry: Entry) -> list[Step]:
    source = getattr(entry.record, "source", None) or getattr(entry.record, "model_file", None)
    digest = (source.digest if source else None) or ""
    known = {item.version: item for item in entry.record.history}
    current = known.pop(entry.version, None)
    rows = [(entry.version, current, (current.digest if current else None) or digest)]
    rows += [(version, item, item.digest or "") for version, item in known.items()]
    return [
        Step(
            version=version,
            at=item.date.isoformat() if item else "",
            what=(item.note or "") if item else "",
            digest=found,
            commit="",
            href="",
            impact=shelf.one("impact", f"{entry.name}@{version}"),
            is_current=version == entry.version,
            is_change=False,
        )
        for version, item, found in rows
    ]


def _changes(shelf: Shelf, context: Context, entry: Entry) -> list[Step]:
    """Changes of the record's own file, newest first."""
    found = [
        Step(
            version=detail.version,
            at=_iso(detail.at),
            what=_ACTIONS[detail.action],
            digest="",
            commit=detail.commit,
            href=context.commit(detail.commit),
            impact=None,
            is_current=False,
            is_change=True,
        )
        for finding in shelf.of("change", entry.name)
        if isinstance(detail := finding.detail, ChangeDetail) and detail.path == entry.path
    ]
    return sorted(found, key=lambda step: (step.at, step.commit), reverse=True)


def _iso(moment: str) -> str:
    found = parse_time(moment)
    return found.date().isoformat() if found else moment


def _unknown(changes: list[Step], has_audit: bool) -> str:
    said = []
    if changes:
        said.append("Who made a change is told by its commit, not by this page.")
    else:
        said.append(
            "Changes of the record are not known: this build found none in the history of the "
            "catalog's repository."
        )
    if not has_audit:
        said.append("Who approved what is not known: no approvals are recorded in this build.")
    return " ".join(said)


__all__ = ["MOST_ROWS", "History", "Step", "history"]
