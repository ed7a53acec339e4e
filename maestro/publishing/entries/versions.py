"""The history of an entry: its versions, and apart from them the changes of its record."""

from __future__ import annotations

from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing.library import Shelf, own
from maestro.publishing.pages import Context
from maestro.publishing.words import parse_time
from maestro.schema import Finding
from maestro.schema.details import ChangeDetail

MOST_ROWS = 15
"""Rows of a history shown at once; the rest is folded."""
MOST_FOLDED = 200
"""Rows of a history on a page; the data has them all."""
_ACTIONS = {"added": "Record added", "changed": "Record changed", "removed": "Record removed"}


@dataclass(frozen=True, slots=True)
class Step:
    """One version of an entry."""

    version: str
    at: str
    """ISO day; empty for a version whose day is not recorded."""
    is_latest: bool
    """Whether it may have begun before that day: an older change of the record is not known."""
    what: str
    """The version's note; empty without one."""
    digest: str
    commit: str
    """The first one known to have the version; empty when none is."""
    href: str
    """Where the commit can be read; empty when that is not known."""
    impact: Finding | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an entry's record."""

    version: str
    """That the record had then; empty when it is not known."""
    at: str
    """ISO day."""
    what: str
    commit: str
    href: str
    is_first: bool
    """Whether the record was added by it; not known at the edge of a shallow clone."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an entry's past."""

    steps: tuple[Step, ...]
    """Versions, the current one first, then by day."""
    changes: tuple[Change, ...]
    """Changes of the record that brought no version, newest first, at most MOST_FOLDED."""
    unlisted: int
    """Changes that only the data has."""
    unknown: str
    """What is not known, in one sentence or more."""
    has_impact: bool
    """Whether the effect of any version is a number."""

    @property
    def current(self) -> Step:
        """The current version."""
        return next(step for step in self.steps if step.is_current)

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
    """Versions of a record, the days that only its changes tell among them, and its changes."""
    changes = _changes(shelf, context, entry)
    steps = _versions(shelf, entry, changes)
    # Sorted twice, since both are stable: days fall, the current version leads all.
    steps.sort(key=lambda step: step.at, reverse=True)
    steps.sort(key=lambda step: not step.is_current)
    told = {step.commit for step in steps}
    others = [change for change in changes if change.commit not in told]
    return History(
        tuple(steps),
        tuple(others[:MOST_FOLDED]),
        max(0, len(others) - MOST_FOLDED),
        _unknown(changes, bool(shelf.of("audit_event", entry.name))),
        any(step.impact is not None and step.impact.value is not None for step in steps),
    )


def _versions(shelf: Shelf, entry: Entry, changes: list[Change]) -> list[Step]:
    source = own(entry.record, "source") or own(entry.record, "model_file")
    digest = (source.digest if source else None) or ""
    known = {item.version: item for item in entry.record.history}
    current = known.pop(entry.version, None)
    rows = [(entry.version, current, (current.digest if current else None) or digest)]
    rows += [(version, item, item.digest or "") for version, item in known.items()]
    told = dict.fromkeys(change.version for change in changes if change.version)
    rows += [(version, None, "") for version in told if version not in {row[0] for row in rows}]
    made = []
    for version, item, found in rows:
        brought, is_first = _brought(changes, version, version == entry.version)
        step = Step(
            version=version,
            at=item.date.isoformat() if item else brought.at if brought else "",
            is_latest=item is None and not is_first,
            what=(item.note or "") if item else "",
            digest=found,
            commit=brought.commit if brought else "",
            href=brought.href if brought else "",
            impact=shelf.one("impact", f"{entry.name}@{version}"),
            is_current=version == entry.version,
        )
        made.append(step)
    return made


def _brought(changes: list[Change], version: str, is_current: bool) -> tuple[Change | None, bool]:
    """The oldest known change with this version, and whether it is the one that brought it.

    It is, when the record was added by it, or had another version before.
    """
    own = [place for place, change in enumerate(changes) if change.version == version]
    if not own and is_current and changes and not changes[0].version:
        # A change that does not name its version: the record has stood as it is since the last.
        return changes[0], len(changes) == 1 and changes[0].is_first
    if not own:
        return None, False
    oldest = own[-1]
    before = changes[oldest + 1].version if oldest + 1 < len(changes) else ""
    return changes[oldest], changes[oldest].is_first or bool(before)


def _changes(shelf: Shelf, context: Context, entry: Entry) -> list[Change]:
    """Changes of the record's own file, newest first."""
    return [
        Change(
            version=detail.version,
            at=_iso(detail.at),
            what=_ACTIONS[detail.action],
            commit=detail.commit,
            href=context.commit(detail.commit),
            is_first=detail.action == "added" and not notes,
        )
        for detail, notes in _details(shelf, entry)
    ]


def _details(shelf: Shelf, entry: Entry) -> list[tuple[ChangeDetail, list[str]]]:
    """Details of the changes, newest first, with what limits them."""
    found = [
        (detail, finding.quality)
        for finding in shelf.of("change", entry.name)
        if isinstance(detail := finding.detail, ChangeDetail) and detail.path == entry.path
    ]
    return sorted(found, key=lambda one: (one[0].at, one[0].commit), reverse=True)


def last_commit(shelf: Shelf, entry: Entry) -> str:
    """The commit that has the record as it is: that of its last change, or the library's own.

    Empty when none has it, for the last change left another version: this one is not committed.
    """
    last = next((detail for detail, _ in _details(shelf, entry)), None)
    if last is None:
        return shelf.library.commit
    return last.commit if last.version in ("", getattr(entry.record, "version", "")) else ""


def _iso(moment: str) -> str:
    found = parse_time(moment)
    return found.date().isoformat() if found else moment


def _unknown(changes: list[Change], has_audit: bool) -> str:
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


__all__ = ["MOST_ROWS", "Change", "History", "Step", "history", "last_commit"]
