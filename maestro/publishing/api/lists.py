"""Lists of the static API: one document of columns per kind of record, and what search knows.

All columns of a list are equally long; the n-th value of each belongs to the n-th record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from maestro.catalog.load import Entry
from maestro.publishing.library import Shelf, page_of
from maestro.schema import ARTIFACTS, Finding
from maestro.schema.findings import round_numbers

ENTRY_KINDS = (*ARTIFACTS, "model_cards")
"""Kinds that stand in the catalog, too."""
LISTED = (*ENTRY_KINDS, "projects", "experiments", "channels", "policies")
"""Every kind with a list of its own, in the order of the flow."""
Columns = dict[str, list[Any]]

_OWN: Mapping[str, tuple[str, ...]] = {
    "datasets": ("rows", "sensitivity"),
    "feature_pipelines": ("entity", "schedule"),
    "model_templates": ("framework", "task"),
    "model_cards": ("project", "task", "trained_on"),
    "projects": (
        *("budget", "complexity", "data_rows", "deadline", "description", "domain", "ended"),
        *("owner", "problem_class", "started", "status", "tags"),
    ),
    "experiments": ("decision", "ended", "hypothesis", "project", "started", "unit"),
    "channels": ("emergency", "expires", "reason", "share", "version"),
    "policies": ("description", "severity", "starts"),
}
"""Kind to the fields of its records that its list shows."""


def list_of(shelf: Shelf, kind: str, catalog: Columns) -> Columns:
    """The columns of one kind; those of ``catalog`` for what stands there, and its own."""
    if kind in ENTRY_KINDS:
        places = [n for n, found in enumerate(catalog["kind"]) if found == kind]
        made = {name: [column[n] for n in places] for name, column in catalog.items()}
        entries = [shelf.catalog.entries[name] for name in made["name"]]
    else:
        entries = list(_group(shelf, kind).values())
        made = {
            "name": [entry.name for entry in entries],
            "title": [entry.title for entry in entries],
        }
        if kind in ("projects", "experiments"):
            made["page"] = [page_of(kind, entry.name) for entry in entries]
    made |= _own(kind, entries)
    if kind == "projects":
        made |= _of_projects(shelf, entries)
    return dict(sorted(made.items()))


def _group(shelf: Shelf, kind: str) -> Mapping[str, Entry]:
    groups: Mapping[str, Mapping[str, Entry]] = {
        "projects": shelf.catalog.projects,
        "experiments": shelf.catalog.experiments,
        "channels": shelf.catalog.channels,
        "policies": shelf.catalog.policies,
    }
    return groups[kind]


def _own(kind: str, entries: Iterable[Entry]) -> Columns:
    names = _OWN.get(kind, ())
    rows = [entry.record.model_dump(mode="json", include=set(names)) for entry in entries]
    return {name: [row.get(name) for row in rows] for name in names}


def _of_projects(shelf: Shelf, entries: list[Entry]) -> Columns:
    """What projects used, how many people they have, and their success with its interval."""
    found: list[Finding | None] = [shelf.one("success", entry.name) for entry in entries]
    made: Columns = {
        "team_size": [entry.record.team.size for entry in entries],
        "uses": [[use.artifact for use in entry.record.uses] for entry in entries],
        "success_label": [one.label if one else "not measured" for one in found],
    }
    for column, field in (("success", "value"), ("success_lo", "lo"), ("success_hi", "hi")):
        made[column] = round_numbers([getattr(one, field) if one else None for one in found])
    return made


def search_columns(shelf: Shelf) -> Columns:
    """What search knows of every record with a page: title, one sentence, tags, and where."""
    records = (
        *shelf.catalog.entries.values(),
        *shelf.catalog.projects.values(),
        *shelf.catalog.experiments.values(),
    )
    return {
        "kind": [entry.kind for entry in records],
        "name": [entry.name for entry in records],
        "page": [page_of(entry.kind, entry.name) for entry in records],
        "tags": [list(getattr(entry.record, "tags", ())) for entry in records],
        "text": [_sentence(entry) for entry in records],
        "title": [entry.title for entry in records],
    }


def _sentence(entry: Entry) -> str:
    found = getattr(entry.record, "description", None) or getattr(entry.record, "hypothesis", "")
    return str(found)
