"""Compare: two or three entries or models side by side, chosen in the page's address.

The page itself is one for all. What it says of an entry stands in a small script file, loaded
only for entries that are compared; ``names.js`` says which file holds which entry, so that a name
from an address is looked up and never becomes part of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from maestro.publishing.assembly.memory import Later
from maestro.publishing.assembly.scripts import assigned, called
from maestro.publishing.columns import Row, row_of
from maestro.publishing.entries.models import MetricRow, metric_rows
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Page, Site, fill

from .compared import lines


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


def scripts(shelf: Shelf) -> Iterator[tuple[str, bytes | Later]]:
    """The names with the file of each one, and the files."""
    shards: dict[str, list[str]] = {}
    entries = shelf.catalog.entries
    for name in sorted(entries):
        shards.setdefault(shard_of(name), []).append(name)
    data = {
        "effect": shelf.says.column,
        "kinds": [[kind, KINDS[kind][1]] for kind in sorted(KINDS)],
        "margin": shelf.settings.impact_margin,
        "shards": {
            shard: [[name, entries[name].title, entries[name].kind] for name in names]
            for shard, names in shards.items()
        },
    }
    yield "compare/names.js", assigned("maestroNames", data)
    for shard, names in sorted(shards.items()):
        path = f"compare/{shard}.js"
        yield path, Later(path, names, _shard)


def _shard(site: Site, names: list[str]) -> bytes:
    found = [row_of(site.shelf, site.shelf.catalog.entries[name]) for name in names]
    return called("maestroCompare", {row.entry.name: _told(row) for row in found})


def shard_of(name: str) -> str:
    """Which file holds an entry: two hexadecimal digits, for 256 files at most."""
    return hashlib.sha256(name.encode()).hexdigest()[:2]


def _told(row: Row) -> dict[str, Any]:
    """What the page says of one entry: finished texts, and numbers where a bar is drawn."""
    entry, finding = row.entry, row.told
    return {
        "effect": [finding.lo, finding.value, finding.hi] if finding else None,
        "effect_says": [row.says, row.behind] if row.behind else [row.says],
        "facts": [[label, values] for label, values in lines(row)],
        "kind": entry.kind,
        "metrics": [_metric(one) for one in metric_rows(row.shelf, entry)]
        if entry.kind == "model_cards"
        else [],
        "title": entry.title,
        "version": entry.version,
    }


def _metric(row: MetricRow) -> dict[str, str]:
    """One metric: what it is of, its value with its interval, and where it is from."""
    says = row.without if row.value is None else f"{row.number(row.value)} {row.shown}"
    origins = {
        "computed": "computed from predictions" if row.value is not None else "to be computed",
        "evidence": "declared; evidence is named",
        "declared": "declared only",
    }
    return {
        "dataset": row.dataset,
        "metric": row.metric,
        "origin": origins[row.origin],
        "says": says,
        "slice": row.slice,
    }
