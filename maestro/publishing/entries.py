"""Pages of artifacts: does it help, how to use it, what goes in and out, who stands on it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from urllib.parse import quote

from maestro.catalog import ladder
from maestro.catalog.load import Entry
from maestro.schema.artifact import Source

from . import stubs
from .behind import behind, other_versions, reuse_says
from .handling import handling, learning_projects
from .kept import Later
from .library import KINDS, Shelf, page_of
from .likeness import Likeness, doubles, like
from .neighbours import neighbours
from .pages import Context, Page, Site, fill
from .ports import Ports, ports
from .versions import history

MOST_COMPARED = 3
"""Records that the compare page shows side by side."""


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
        "project_lines": _project_lines(entry),
        "tables": _tables(entry),
        "project_learners": len(learning_projects(site.shelf, entry)),
        "other_versions": other_versions(site.shelf, entry),
        "behind": behind(site.shelf, site.shelf.one("impact", entry.reference)),
    }
    if entry.kind == "datasets":
        values |= handling(site.shelf, entry)
    return Page(
        stub,
        path,
        entry.title,
        entry.record.description,
        fill(stub, context, entry, values),
        tags=(KINDS[entry.kind][1], *entry.record.tags),
    )


def _project_lines(entry: Entry) -> str:
    """The lines of a project's record that say that it uses exactly this version."""
    lines = f"uses:\n  - artifact: {entry.reference}"
    return f"datasets:\n  - {entry.reference}\n{lines}" if entry.kind == "datasets" else lines


def tail(shelf: Shelf, context: Context, entry: Entry) -> dict[str, object]:
    """The values for the sections that artifacts and model cards share."""
    reuse = shelf.one("reuse", entry.name)
    alike = like(shelf, context, entry)
    folder = "models" if entry.kind == "model_cards" else "artifacts"
    return {
        "reuse": reuse,
        "reuse_says": reuse_says(reuse),
        "near": neighbours(shelf, context, entry),
        "past": history(shelf, context, entry),
        "rungs": ladder.rungs(entry),
        "next_step": ladder.next_step(entry),
        "earned": ladder.earned(entry),
        "likeness": alike,
        "compare": _compare(context, entry, alike),
        "doubles": doubles(shelf, context, entry),
        "yaml": shelf.source_text(entry.path),
        "api": context.url(f"api/v1/{folder}/{entry.name}.json"),
    }


def _compare(context: Context, entry: Entry, alike: Likeness) -> str:
    """Address of this entry beside those most like it; empty where there is no such page."""
    if "compare" not in stubs.STUBS or not alike.rows:
        return ""
    names = [entry.name, *(row.alike.name for row in alike.rows[: MOST_COMPARED - 1])]
    return f"{context.url('compare/index.html')}?entries={quote(','.join(names), safe=',')}"


def _tables(entry: Entry) -> list[Ports]:
    """What goes in, what comes out and the fields, where the record has them."""
    record = entry.record
    found = (
        ("Inputs", record.inputs, "input"),
        ("Outputs", record.outputs, "output"),
        ("Fields", getattr(record, "fields", ()), "field"),
    )
    return [ports(label, items, one) for label, items, one in found if items]


def fetch_lines(source: Source, name: str) -> str:
    """Shell lines that fetch the piece; every value of the record is quoted for the shell."""
    if source.git:
        lines = [f"git clone {shlex.quote(source.git)} {shlex.quote(name)}"]
        if source.ref:
            lines.append(f"git -C {shlex.quote(name)} checkout {shlex.quote(source.ref)} --")
        if source.path:
            lines.append(f"ls -- {shlex.quote(f'{name}/{source.path}')}")
    elif source.url:
        lines = [download(source.url)]
    else:
        lines = [f"ls -- {shlex.quote(source.path or '.')}"]
    if source.digest:
        lines.append(f"maestro verify {shlex.quote(name)}")
    return "\n".join(lines)


def download(url: str) -> str:
    """The shell line that fetches one file by https, s3 or gs."""
    quoted = shlex.quote(url)
    if url.startswith("s3://"):
        return f"aws s3 cp -- {quoted} ."
    if url.startswith("gs://"):
        return f"gcloud storage cp -- {quoted} ."
    return f"curl --fail --location --remote-name -- {quoted}"
