"""Pages of artifacts: does it help, how to use it, what goes in and out, who stands on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from maestro.catalog import ladder
from maestro.catalog.load import Entry
from maestro.publishing.assembly import stubs
from maestro.publishing.assembly.memory import Later
from maestro.publishing.library import KINDS, Shelf, own, page_of
from maestro.publishing.pages import Context, Page, Site, fill

from .evidence import behind, other_versions, reuse_says
from .getting import Place, fetch_lines
from .handling import handling, learning_projects
from .likeness import Likeness, doubles, like
from .measured import measured, project_lines
from .neighbours import movers, moving, neighbours
from .ports import Ports, ports
from .versions import history, last_commit

_CRON = re.compile(r"(?:@[a-z]+|[0-9*][0-9*,/-]*(?: +[0-9A-Z*?][0-9A-Z*?,/#-]*){4})\Z")
MOST_REPLACED = 20
"""Replaced entries that a page names."""
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
    values = tail(site.shelf, context, entry)
    others = other_versions(site.shelf, entry)
    steps = values["past"].steps
    values |= {
        "kind": KINDS[entry.kind],
        "impact": site.shelf.one("impact", entry.reference),
        "fetch": fetch_lines(entry.record.source, entry.name, place(site.shelf, entry)),
        "measured": measured(entry, others, steps, site.shelf.settings),
        "project_lines": project_lines(entry, entry.reference),
        "tables": _tables(entry),
        "schedule": cadence(own(entry.record, "schedule") or ""),
        "project_learners": len(learning_projects(site.shelf, entry)),
        "other_versions": others,
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


def cadence(schedule: str) -> str:
    """When a piece runs, in words; five fields of cron, or one of its names, are called that."""
    return f"on the schedule {schedule} (cron)" if _CRON.match(schedule) else schedule


def place(shelf: Shelf, entry: Entry) -> Place:
    """Where the catalog's repository holds what the record names.

    The commit is that of the record's last change, when its digest was written down: it stays
    the same until the record changes, while the library's own moves with every other record.
    """
    return Place(shelf.settings, last_commit(shelf, entry))


def tail(shelf: Shelf, context: Context, entry: Entry) -> dict[str, Any]:
    """The values for the sections that artifacts and model cards share."""
    reuse = shelf.one("reuse", entry.name)
    alike = like(shelf, context, entry)
    near = neighbours(shelf, context, entry)
    is_over = entry.record.status == "deprecated"
    still = movers(shelf, near) if is_over else []
    folder = "models" if entry.kind == "model_cards" else "artifacts"
    return {
        "reuse": reuse,
        "reuse_says": reuse_says(reuse),
        "near": near,
        "past": history(shelf, context, entry),
        "rungs": ladder.rungs(entry),
        "replaces": shelf.replaces.get(entry.name, [])[:MOST_REPLACED],
        "movers": still if is_over else [],
        "next_step": moving(entry, still) if is_over else ladder.next_step(entry),
        "earned": ladder.earned(entry),
        "likeness": alike,
        "compare": _compare(context, entry, alike),
        "doubles": doubles(shelf, context, entry),
        "at": place(shelf, entry).commit,
        "yaml": shelf.source_text(entry.path),
        "api": context.url(f"api/v1/{folder}/{entry.name}.json"),
    }


def _compare(context: Context, entry: Entry, alike: Likeness) -> str:
    """Address of this entry beside what replaces it and those most like it; or empty."""
    instead = (entry.record.replaced_by or "").partition("@")[0]
    others = [instead] if instead in context.shelf.catalog.entries else []
    others += [row.alike.name for row in alike.rows if row.alike.name != instead]
    if "compare" not in stubs.STUBS or not others:
        return ""
    names = [entry.name, *others[: MOST_COMPARED - 1]]
    return f"{context.url('compare/index.html')}?entries={quote(','.join(names), safe=',')}"


def _tables(entry: Entry) -> list[Ports]:
    """What goes in, what comes out and the fields, where the record has them."""
    record = entry.record
    found = (
        ("Inputs", record.inputs, "input"),
        ("Outputs", record.outputs, "output"),
        ("Fields", own(record, "fields"), "field"),
    )
    return [ports(label, items, one) for label, items, one in found if items]
