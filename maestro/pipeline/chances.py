"""Who could have used an entry: since when it has been there, and which projects have begun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from maestro.catalog.load import Catalog, Entry
from maestro.learning.reuse import Begun, Chances, Offer
from maestro.schema.details import ChangeDetail
from maestro.schema.findings import Finding


def chances_of(catalog: Catalog, changes: Iterable[Finding], today: date) -> Chances:
    """What reuse rates are counted from.

    ``changes`` are findings of kind ``change`` from the whole history of the records; of an
    entry without dated versions they tell the day on which its record was added.
    """
    added = _added(changes)
    offers = {name: _offer(entry, catalog, added) for name, entry in catalog.entries.items()}
    begun = {
        name: Begun(entry.record.started, entry.record.problem_class)
        for name, entry in catalog.projects.items()
        if entry.record.status != "planned" and entry.record.started <= today
    }
    return Chances(offers, begun)


def _added(changes: Iterable[Finding]) -> dict[str, date]:
    """Path of a record to the day on which it was first added."""
    days: dict[str, date] = {}
    for finding in changes:
        detail = finding.detail
        if isinstance(detail, ChangeDetail) and detail.action == "added":
            day = date.fromisoformat(detail.at[:10])
            days[detail.path] = min(day, days.get(detail.path, day))
    return days


def _offer(entry: Entry, catalog: Catalog, added: dict[str, date]) -> Offer:
    classes = _classes(entry, catalog)
    dated = [item.date for item in getattr(entry.record, "history", ())]
    if dated:
        return Offer(min(dated), classes, "the earliest version in history:")
    if entry.path in added:
        return Offer(added[entry.path], classes, "its record was added then")
    return Offer(None, classes)


def _classes(entry: Entry, catalog: Catalog) -> tuple[str, ...]:
    """Problem classes that a record names, as its task or among its tags."""
    task = getattr(entry.record, "task", None)
    named = {task} if task else set()
    return tuple(sorted(named | (set(entry.record.tags) & catalog.taxonomy.problem_classes.keys())))
