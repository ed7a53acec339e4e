"""What an entry is built on and what is built on it: for the lists and the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing.draw import lineage
from maestro.publishing.library import KINDS, Shelf, own
from maestro.publishing.pages import Context
from maestro.publishing.words import plural
from maestro.schema import Finding
from maestro.schema.details import LineageDetail
from maestro.schema.learned import ReuseDetail

MOST_ROWS = 12
"""Users shown at once; the rest is folded."""
MOST_FOLDED = 200
"""Users and further records on a page; the data has them all."""


@dataclass(frozen=True, slots=True)
class UsedRow:
    """One record that an entry is built on."""

    reference: str
    title: str
    kind: str
    role: str
    """What it is to the entry: built from it, trained on it, ..."""
    href: str
    newest: str
    """Its current version where the reference names another one; else empty."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """One record that uses an entry."""

    name: str
    title: str
    kind: str
    href: str
    version: str
    success: Finding | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The neighbours of one entry, one step each way, with what stands further away."""

    uses: tuple[UsedRow, ...]
    entries: tuple[UserRow, ...]
    projects: tuple[UserRow, ...]
    """Those with an outcome first, the most successful on top."""
    up: tuple[str, ...]
    """Names further up than one step."""
    down: tuple[str, ...]
    is_whole: bool
    """Whether this build worked out what stands further away."""
    drawing: Markup
    """Empty when there is no neighbour."""

    @property
    def shown(self) -> tuple[UserRow, ...]:
        """Projects shown at once."""
        return self.projects[:MOST_ROWS]

    @property
    def folded(self) -> tuple[UserRow, ...]:
        """Projects that are folded below them."""
        return self.projects[MOST_ROWS:MOST_FOLDED]

    @property
    def left(self) -> int:
        """Projects that only the data has."""
        return max(0, len(self.projects) - MOST_FOLDED)


def neighbours(shelf: Shelf, context: Context, entry: Entry) -> Neighbours:
    """Everything about an entry's place in the lineage, by its record and its findings."""
    uses = tuple(_used(shelf, context, entry))
    entries, projects = _users(shelf, context, entry)
    found = shelf.one("lineage", entry.name)
    detail = found.detail if found and isinstance(found.detail, LineageDetail) else None
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    if detail:
        near = {row.reference.partition("@")[0] for row in uses}
        up = tuple(name for name in detail.upstream if name not in near)
        below = {row.name for row in (*entries, *projects)} | {_name(n) for n in detail.used_by}
        down = tuple(name for name in detail.downstream if _name(name) not in below)
    drawing = _drawn(entry, uses, (*entries, *projects), (len(up), len(down)))
    return Neighbours(uses, entries, projects, up, down, detail is not None, drawing)


def _name(node: str) -> str:
    """A project called like an entry has its folder before its name."""
    return node.removeprefix("projects/")


def _drawn(
    entry: Entry,
    uses: tuple[UsedRow, ...],
    users: tuple[UserRow, ...],
    further: tuple[int, int],
) -> Markup:
    if not uses and not users:
        return Markup("")
    left = [lineage.Node(row.title, row.href, _under(row)) for row in uses]
    right = [
        lineage.Node(
            row.title, row.href, f"{row.kind}{f', uses {row.version}' * bool(row.version)}"
        )
        for row in users
    ]
    kind = f"{KINDS[entry.kind][1]} {entry.version}"
    return lineage.lineage(
        lineage.Node(entry.title, "", kind),
        lineage.Side(left, further[0], "#uses", "#further"),
        lineage.Side(right, further[1], "#used-by", "#further"),
    )


def _under(row: UsedRow) -> str:
    version = row.reference.partition("@")[2]
    return f"{row.kind} {version}".strip()


def _used(shelf: Shelf, context: Context, entry: Entry) -> Iterator[UsedRow]:
    roles: dict[str, list[str]] = {}
    for role, reference in _references(entry.record):
        known = roles.setdefault(reference, [])
        if role not in known:
            known.append(role)
    for reference, said in roles.items():
        name, _, version = reference.partition("@")
        target = shelf.target(reference)
        yield UsedRow(
            reference,
            target.title if target else name,
            KINDS[target.kind][1] if target else _absent(context.reference(reference)),
            " and ".join(said),
            context.reference(reference),
            target.version if target and version and version != target.version else "",
        )
    if made_by := own(entry.record, "project"):
        project = shelf.catalog.projects.get(made_by)
        title = project.title if project else made_by
        kind = "project" if project else _absent("")
        href = context.project(made_by)
        yield UsedRow(made_by, title, kind, "the project that made it", href, "")


def _absent(href: str) -> str:
    """Why a record that is named cannot be shown: one with faults has a page that says so."""
    return "its record has faults" if href else "not in the library"


def _references(record: Any) -> Iterator[tuple[str, str]]:
    """What a record says it is built on, with what each is to it."""
    for reference in record.uses:
        yield "built from it", reference
    for reference in own(record, "trained_on") or ():
        yield "learned from", reference
    if base := own(record, "base_model"):
        yield "the model it was made from", base
    for words, ports in (("in", own(record, "inputs")), ("out", own(record, "outputs"))):
        for port in ports or ():
            if port.schema_:
                yield f"the shape of what goes {words}", port.schema_


def _users(
    shelf: Shelf, context: Context, entry: Entry
) -> tuple[tuple[UserRow, ...], tuple[UserRow, ...]]:
    reuse = shelf.one("reuse", entry.name)
    if reuse is None or not isinstance(reuse.detail, ReuseDetail):
        return (), ()
    entries = []
    for name in reuse.detail.entries:
        found = shelf.target(name)
        title, kind = (found.title, KINDS[found.kind][1]) if found else (name, "entry")
        version = _used_version(found, entry.name) if found else ""
        entries.append(UserRow(name, title, kind, context.reference(name), version, None))
    projects = []
    for name in reuse.detail.projects:
        project = shelf.catalog.projects.get(name)
        projects.append(
            UserRow(
                name,
                project.title if project else name,
                "project",
                context.project(name),
                _used_version(project, entry.name) if project else "",
                shelf.one("success", name),
            )
        )
    projects.sort(key=lambda row: (-_score(row.success), row.name))
    return tuple(entries), tuple(projects)


def _score(success: Finding | None) -> float:
    return success.value if success is not None and success.value is not None else -1.0


def _used_version(user: Entry, name: str) -> str:
    record = user.record
    if user.kind == "projects":
        references = [use.artifact for use in record.uses] + list(record.datasets)
    else:
        references = [reference for _, reference in _references(record)]
    found = next((r for r in references if r.partition("@")[0] == name), "")
    return found.partition("@")[2]


def movers(shelf: Shelf, near: Neighbours) -> list[UserRow]:
    """Who should leave a deprecated entry: projects that have not ended, and what is built on it.

    What has ended is left as it was, and what is deprecated itself has its own way out.
    """
    projects = [row for row in near.projects if _is_open(shelf, row.name)]
    entries = [row for row in near.entries if not _is_over(shelf, row.name)]
    return [*sorted(projects, key=lambda row: row.name), *entries]


def _is_open(shelf: Shelf, name: str) -> bool:
    project = shelf.catalog.projects.get(name)
    return project is not None and project.record.status in ("planned", "active")


def _is_over(shelf: Shelf, name: str) -> bool:
    entry = shelf.target(name)
    return entry is not None and entry.record.status == "deprecated"


def moving(entry: Entry, still: Sequence[UserRow]) -> str:
    """The next step of a deprecated entry: where to move whom, or that nobody is left."""
    to = entry.record.replaced_by
    if not to and not entry.record.reason:
        return "Next best step: add replaced_by: or reason:, so that its users know what to do."
    if not still:
        return "Next best step: none; nothing that is planned, active or current uses it."
    whom = f"its {plural(len(still), 'user')}"
    return f"Next best step: move {whom} to {to or 'something else (add replaced_by:)'}."


__all__ = [
    "MOST_FOLDED",
    "MOST_ROWS",
    "Neighbours",
    "UsedRow",
    "UserRow",
    "movers",
    "moving",
    "neighbours",
]
