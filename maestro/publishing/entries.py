"""Pages of artifacts: does it help, how to use it, what goes in and out, who stands on it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from maestro.catalog import ladder
from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.artifact import Source
from maestro.schema.details import LineageDetail
from maestro.schema.learned import ReuseDetail

from . import graph
from .behind import behind, other_versions, reuse_says
from .kept import Later
from .library import KINDS, Shelf, page_of
from .likeness import doubles, like
from .pages import Context, Page, Site, fill


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
class VersionRow:
    """One version of an entry with what is known about it."""

    version: str
    date: str
    note: str
    digest: str
    impact: Finding | None
    is_current: bool


def pages(site: Site) -> Iterator[Page | Later]:
    """One page per artifact, and one per record that could not be read."""
    for entry in site.shelf.artifacts:
        yield Later(page_of(entry.kind, entry.name), entry, _entry)
    for broken in site.shelf.broken:
        path = page_of(broken.kind, broken.name)
        title = broken.name
        yield Page(
            "broken",
            path,
            title,
            "This record has faults and is left out.",
            fill("broken", site.context(path), broken, {}),
            is_searchable=False,
        )


def _entry(site: Site, entry: Entry) -> Page:
    stub = "dataset" if entry.kind == "datasets" else "entry"
    path = page_of(entry.kind, entry.name)
    context = site.context(path)
    values = tail(site.shelf, context, entry) | {
        "kind": KINDS[entry.kind],
        "impact": site.shelf.one("impact", entry.reference),
        "fetch": fetch_lines(entry.record.source, entry.name),
        "project_lines": f"uses:\n  - artifact: {entry.reference}",
        "project_learners": len(_learning_projects(site.shelf, entry)),
        "shelf_learners": site.shelf.learners.get(entry.name, []),
        "other_versions": other_versions(site.shelf, entry),
        "behind": behind(site.shelf, site.shelf.one("impact", entry.reference)),
    }
    return Page(
        stub,
        path,
        entry.title,
        entry.record.description,
        fill(stub, context, entry, values),
        tags=(KINDS[entry.kind][1], *entry.record.tags),
    )


def _learning_projects(shelf: Shelf, entry: Entry) -> set[str]:
    """Names of the projects that list the data set under ``datasets``."""
    return {user.name for _, user in shelf.learners.get(entry.name, []) if user.kind == "projects"}


def tail(shelf: Shelf, context: Context, entry: Entry) -> dict[str, object]:
    """The values for the sections that artifacts and model cards share."""
    reuse = shelf.one("reuse", entry.name)
    lineage = shelf.one("lineage", entry.name)
    users = _users(shelf, context, entry, reuse)
    detail = lineage.detail if lineage and isinstance(lineage.detail, LineageDetail) else None
    return {
        "reuse": reuse,
        "lineage_finding": lineage,
        "lineage_detail": detail,
        "users": users,
        "drawing": _drawing(context, entry, users),
        "versions_known": _versions(shelf, entry),
        "rungs": ladder.rungs(entry),
        "next_step": ladder.next_step(entry),
        "earned": ladder.earned(entry),
        "likeness": like(shelf, context, entry),
        "doubles": doubles(shelf, context, entry),
        "reuse_says": reuse_says(reuse),
        "yaml": shelf.source_text(entry.path),
        "api": context.url(
            f"api/v1/{'models' if entry.kind == 'model_cards' else 'artifacts'}/{entry.name}.json"
        ),
    }


def _users(shelf: Shelf, context: Context, entry: Entry, reuse: Finding | None) -> list[UserRow]:
    if reuse is None or not isinstance(reuse.detail, ReuseDetail):
        return []
    rows = []
    for name in reuse.detail.entries:
        found = shelf.target(name)
        title, kind = (found.title, KINDS[found.kind][1]) if found else (name, "entry")
        version = _used_version(found, entry.name) if found else ""
        rows.append(UserRow(name, title, kind, context.reference(name), version, None))
    for name in reuse.detail.projects:
        project = shelf.catalog.projects.get(name)
        rows.append(
            UserRow(
                name,
                project.title if project else name,
                "project",
                context.project(name),
                _used_version(project, entry.name) if project else "",
                shelf.one("success", name),
            )
        )
    return rows


def _used_version(user: Entry, name: str) -> str:
    record = user.record
    if user.kind == "projects":
        references = [use.artifact for use in record.uses] + list(record.datasets)
    else:
        references = list(record.uses) + list(getattr(record, "trained_on", []))
    found = next((r for r in references if r.partition("@")[0] == name), "")
    return found.partition("@")[2]


def _drawing(context: Context, entry: Entry, users: list[UserRow]) -> object:
    references = list(entry.record.uses) + list(getattr(entry.record, "trained_on", []))
    uses = [graph.Node(reference, context.reference(reference)) for reference in references]
    used_by = [graph.Node(row.title, row.href) for row in users]
    return graph.lineage(entry.reference, uses, used_by) if uses or used_by else ""


def _versions(shelf: Shelf, entry: Entry) -> list[VersionRow]:
    def impact(version: str) -> Finding | None:
        """The impact finding of one version, if there is any."""
        return shelf.one("impact", f"{entry.name}@{version}")

    source = getattr(entry.record, "source", None)
    digest = (source.digest if source else None) or ""
    rows = [VersionRow(entry.version, "", "", digest, impact(entry.version), is_current=True)]
    for item in entry.record.history:
        row = VersionRow(
            version=item.version,
            date=item.date.isoformat(),
            note=item.note or "",
            digest=item.digest or "",
            impact=impact(item.version),
            is_current=False,
        )
        if item.version == entry.version:
            rows[0] = replace(row, digest=digest or row.digest, is_current=True)
        else:
            rows.append(row)
    return rows


def fetch_lines(source: Source, name: str) -> str:
    """Shell lines that fetch the piece; every value of the record is quoted for the shell."""
    if source.git:
        lines = [f"git clone {shlex.quote(source.git)} {shlex.quote(name)}"]
        if source.ref:
            lines.append(f"git -C {shlex.quote(name)} checkout {shlex.quote(source.ref)} --")
        if source.path:
            lines.append(f"ls -- {shlex.quote(f'{name}/{source.path}')}")
    elif source.url:
        lines = [_download(source.url)]
    else:
        lines = [f"ls -- {shlex.quote(source.path or '.')}"]
    if source.digest:
        lines.append(f"maestro verify {shlex.quote(name)}")
    return "\n".join(lines)


def _download(url: str) -> str:
    quoted = shlex.quote(url)
    if url.startswith("s3://"):
        return f"aws s3 cp -- {quoted} ."
    if url.startswith("gs://"):
        return f"gcloud storage cp -- {quoted} ."
    return f"curl --fail --location --remote-name -- {quoted}"
