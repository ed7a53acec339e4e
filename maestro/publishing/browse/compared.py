"""What Compare says of an entry: a label and its texts, or why there are none, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.captions import term_title
from maestro.publishing.columns import Row
from maestro.publishing.entries.models import live
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.text import flat, prose
from maestro.schema.artifact import Column, Port

MOST_ITEMS = 40
"""Items of one list, such as columns or projects; the entry's page has them all."""
MOST_PROSE = 400
"""Characters of a free text; the entry's page has it all."""

Said = str | tuple[str, str]
"""A text, or a text with the site-relative page that it leads to."""
Line = tuple[str, Sequence[Said]]


def lines(row: Row) -> list[Line]:
    """Label and texts of each line, in the order of the page; a text that is missing says so."""
    entry, shelf = row.entry, row.shelf
    record = entry.record
    used = "not counted" if row.used_by is None else words.plural(row.used_by, "project")
    found: list[Line] = [
        ("Kind", [KINDS[entry.kind][1]]),
        ("Version", [entry.version]),
        ("What it does", [record.description]),
        ("Status", [record.status]),
        ("Owner", _owner(shelf, record.owner)),
        ("Licence", [row.license or "not stated"]),
        ("Used by", [used]),
        ("Problem classes", _classes(row) or ["none is named, and no project uses it"]),
        ("Last change", [words.day(row.changed) if row.changed else "not known"]),
        ("Versions", _versions(entry)),
        ("Tags", list(record.tags) or ["none"]),
        ("Built on", _references(shelf, record.uses) or ["nothing of the library"]),
    ]
    if entry.kind == "model_cards":
        return found + _of_model(shelf, entry)
    found.append(("For whom", _personas(row) or ["not stated"]))
    if entry.kind in ("datasets", "schemas"):
        found += _of_table(entry)
        if not (record.inputs or record.outputs):
            return found
    return [
        *found,
        ("What goes in", _ports(record.inputs)),
        ("What comes out", _ports(record.outputs)),
    ]


def _of_model(shelf: Shelf, entry: Entry) -> list[Line]:
    record = entry.record
    channels = [f"{channel} {file.record.version}" for channel, file in live(shelf, entry)]
    return [
        ("Task", [term_title(shelf.catalog.taxonomy.problem_classes, record.task)]),
        ("Intended use", [_prose(record.intended_use)]),
        ("Out of scope", [_prose(record.out_of_scope) or "not stated"]),
        ("Limitations", [_prose(record.limitations) or "not stated"]),
        ("Risks", [one.risk for one in record.risks[:MOST_ITEMS]] or ["none is named"]),
        ("Oversight", [_prose(record.oversight) or "not stated"]),
        ("Learned from", _references(shelf, record.trained_on)),
        ("Live in", channels or ["no channel"]),
    ]


def _of_table(entry: Entry) -> list[Line]:
    """What a data set or a schema holds, and how it must be handled."""
    record = entry.record
    marked = [field.name for field in record.fields if field.pii]
    none = "no field is marked" if record.fields else "not known: no fields are listed"
    found: list[Line] = [("Fields", _ports(record.fields, "none is listed"))]
    found.append(("Personal data", _some(marked) or [none]))
    if entry.kind == "schemas":
        return [*found, ("Format", [record.format or "not stated"])]
    rows = "not stated" if record.rows is None else f"{record.rows:,}, as declared"
    return [
        *found,
        ("Sensitivity", [record.sensitivity or "not stated"]),
        ("Limits", [record.limits or "not stated"]),
        ("Rows", [rows]),
        ("Collected", [record.collected or "not stated"]),
    ]


def _owner(shelf: Shelf, team: str) -> list[Said]:
    """The team with its page, and how to reach it."""
    title, page = shelf.owner_title(team), shelf.team_page(team)
    contact = shelf.owner_contact(team) or "no contact in owners.yaml"
    return [(title, page) if page else title, contact]


def _references(shelf: Shelf, references: Sequence[str]) -> list[Said]:
    """References with the page of each one that has one."""
    shown = [(reference, shelf.page(reference)) for reference in references[:MOST_ITEMS]]
    return [(reference, page) if page else reference for reference, page in shown]


def _classes(row: Row) -> list[str]:
    terms = row.shelf.catalog.taxonomy.problem_classes
    return [term_title(terms, name) for name in row.classes]


def _personas(row: Row) -> list[str]:
    terms = row.shelf.catalog.taxonomy.personas
    return [term_title(terms, name) for name in row.personas]


def _versions(entry: Entry) -> list[str]:
    dated = {item.version: item.date for item in entry.record.history}
    return [
        f"{version}, {words.day(dated[version].isoformat())}" if version in dated else version
        for version in entry.versions[:MOST_ITEMS]
    ]


def _prose(text: str | None) -> str:
    """The words of a free text, without its Markdown."""
    return flat(prose(text).striptags(), MOST_PROSE) if text else ""


def _ports(items: Sequence[Port | Column], none: str = "not stated") -> list[str]:
    """Names with types, as far as they fit; personal data is marked."""
    found = []
    for item in items[:MOST_ITEMS]:
        marks = [mark for mark in (item.type, getattr(item, "schema_", None)) if mark]
        marks += ["optional"] * getattr(item, "optional", False)
        marks += ["personal data"] * item.pii
        found.append(f"{item.name}: {', '.join(marks)}" if marks else item.name)
    return _some(found, len(items)) or [none]


def _some(found: list[str], count: int | None = None) -> list[str]:
    """The first of them, and how many more there are."""
    more = (len(found) if count is None else count) - MOST_ITEMS
    return found[:MOST_ITEMS] + ([f"and {more} more, on its page"] if more > 0 else [])


__all__ = ["MOST_ITEMS", "lines"]
