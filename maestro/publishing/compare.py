"""Compare: two or three entries or models side by side, chosen in the page's address.

The page itself is one for all. What it says of an entry stands in a small script file, loaded
only for entries that are compared; ``names.js`` says which file holds which entry, so that a name
from an address is looked up and never becomes part of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from maestro.catalog.load import Entry

from . import words
from .columns import Row, rows
from .library import KINDS, Shelf
from .models import MetricRow, live, metric_rows
from .pages import Page, Site, fill
from .scripts import assigned, called

MOST_ITEMS = 40
"""Items of one list, such as columns or projects; the entry's page has them all."""


def pages(site: Site) -> Iterator[Page]:
    """The one page on which entries are compared."""
    context = site.context("compare/index.html")
    yield Page(
        "compare",
        context.path,
        "Compare",
        "Two or three entries side by side: what they are, what they give, what came of them.",
        fill("compare", context, site.shelf, {}),
    )


def scripts(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """The names with the file of each one, and the files."""
    shards: dict[str, list[Row]] = {}
    for row in sorted(rows(shelf), key=lambda row: row.entry.name):
        shards.setdefault(shard_of(row.entry.name), []).append(row)
    named = {
        shard: [[row.entry.name, row.entry.title, row.entry.kind] for row in found]
        for shard, found in shards.items()
    }
    data = {
        "effect": shelf.says.column,
        "kinds": [[kind, KINDS[kind][1]] for kind in sorted(KINDS)],
        "margin": shelf.settings.impact_margin,
        "shards": named,
    }
    yield "compare/names.js", assigned("maestroNames", data)
    for shard, found in sorted(shards.items()):
        told = {row.entry.name: _told(row) for row in found}
        yield f"compare/{shard}.js", called("maestroCompare", told)


def shard_of(name: str) -> str:
    """Which file holds an entry: two hexadecimal digits, for 256 files at most."""
    return hashlib.sha256(name.encode()).hexdigest()[:2]


def _told(row: Row) -> dict[str, Any]:
    """What the page says of one entry: finished texts, and numbers where a bar is drawn."""
    entry = row.entry
    finding = row.impact if row.is_graded else None
    return {
        "effect": [finding.lo, finding.value, finding.hi] if finding else None,
        "effect_says": [row.says, row.behind] if row.behind else [row.says],
        "facts": [[label, values] for label, values in _facts(row)],
        "kind": entry.kind,
        "metrics": [_metric(one) for one in metric_rows(row.shelf, entry)]
        if entry.kind == "model_cards"
        else [],
        "title": entry.title,
        "version": entry.version,
    }


def _facts(row: Row) -> list[tuple[str, list[str]]]:
    """Label and texts of each line, in the order of the page; a text that is missing says so."""
    entry, shelf = row.entry, row.shelf
    record = entry.record
    used = "not counted" if row.used_by is None else words.plural(row.used_by, "project")
    facts = [
        ("Kind", [KINDS[entry.kind][1]]),
        ("Version", [entry.version]),
        ("What it does", [record.description]),
        ("Status", [record.status]),
        ("Owner", [shelf.owner_title(record.owner)]),
        ("Licence", [row.license or "not stated"]),
        ("Used by", [used]),
        ("Problem classes", _classes(row) or ["none is named, and no project uses it"]),
        ("Last change", [words.day(row.changed) if row.changed else "not known"]),
        ("Versions", _versions(entry)),
        ("Tags", list(record.tags) or ["none"]),
        ("Built on", list(record.uses)[:MOST_ITEMS] or ["nothing of the library"]),
    ]
    if entry.kind == "model_cards":
        channels = [f"{channel} {file.record.version}" for channel, file in live(shelf, entry)]
        return [
            *facts,
            ("Task", [record.task]),
            ("Learned from", list(record.trained_on)),
            ("Live in", channels or ["no channel"]),
        ]
    return [
        *facts,
        ("For whom", row.personas or ["not stated"]),
        ("What goes in", _ports(record.inputs)),
        ("What comes out", _ports(record.outputs)),
    ]


def _classes(row: Row) -> list[str]:
    terms = row.shelf.catalog.taxonomy.problem_classes
    return [(term.title if (term := terms.get(name)) else None) or name for name in row.classes]


def _versions(entry: Entry) -> list[str]:
    dated = {item.version: item.date for item in entry.record.history}
    return [
        f"{version}, {words.day(dated[version].isoformat())}" if version in dated else version
        for version in entry.versions[:MOST_ITEMS]
    ]


def _ports(ports: list[Any]) -> list[str]:
    """Names with types, as far as they fit; personal data is marked."""
    found = []
    for port in ports[:MOST_ITEMS]:
        marks = [mark for mark in (port.type, port.schema_) if mark]
        marks += ["optional"] * port.optional + ["personal data"] * port.pii
        found.append(f"{port.name}: {', '.join(marks)}" if marks else port.name)
    if len(ports) > MOST_ITEMS:
        found.append(f"and {len(ports) - MOST_ITEMS} more, on its page")
    return found or ["not stated"]


def _metric(row: MetricRow) -> dict[str, str]:
    """One metric: what it is of, and its value in words."""
    return {
        "dataset": row.dataset,
        "metric": row.metric,
        "says": _measured(row),
        "slice": row.slice,
    }


def _measured(row: MetricRow) -> str:
    """The value with its interval, computed before declared, or why there is none."""
    if row.computed is not None and row.computed.value is not None:
        unit = words.unit(row.computed)
        return f"{words.amount(row.computed)} {unit} {words.interval(row.computed)}".replace(
            "  ", " "
        )
    if row.declared is None or row.declared.value is None:
        return words.why(row.computed, "not computed: the build made no finding")
    value = words.number(row.declared.value)
    if (ends := row.declared.interval) is None:
        return f"{value} as declared (no interval declared)"
    both = f"{words.number(ends.lo)} to {words.number(ends.hi)}"
    return f"{value} as declared ({words.percent(ends.level)}: {both})"
