"""How a data set must be handled, and who learns from it."""

from __future__ import annotations

from collections import Counter

from maestro.catalog.load import Entry
from maestro.publishing.library import Shelf
from maestro.publishing.words import plural

MOST_VERSIONS = 5
"""Versions named in a sentence."""


def handling(shelf: Shelf, entry: Entry) -> dict[str, object]:
    """The values of a data set's page that no other page has."""
    learners = shelf.learners.get(entry.name, [])
    return {
        "shelf_learners": learners,
        "learners_say": learners_say(learners),
        "conflict": conflict(entry),
    }


def learning_projects(shelf: Shelf, entry: Entry) -> set[str]:
    """Names of the projects that list the data set under ``datasets``."""
    return {user.name for _, user in shelf.learners.get(entry.name, []) if user.kind == "projects"}


def learners_say(learners: list[tuple[str, Entry]]) -> str:
    """How many models and projects learn from a data set, by the version they name."""
    models = sum(user.kind == "model_cards" for _, user in learners)
    both = [(models, "model"), (len(learners) - models, "project")]
    who = " and ".join(plural(count, one) for count, one in both if count)
    versions = Counter(version or "no version named" for version, _ in learners)
    told = [f"{version} by {count}" for version, count in sorted(versions.items())]
    more = len(told) - MOST_VERSIONS
    rest = f" and {plural(more, 'more version')}" if more > 0 else ""
    return f"{who} by their records: {', '.join(told[:MOST_VERSIONS])}{rest}."


def conflict(entry: Entry) -> str:
    """What does not fit between a data set's sensitivity and its fields; else empty."""
    record = entry.record
    marked = sum(field.pii for field in record.fields)
    if marked and record.sensitivity in ("public", "internal"):
        verb = "field is" if marked == 1 else "fields are"
        return f"does not fit: {marked} {verb} marked as personal data"
    return ""


__all__ = ["conflict", "handling", "learners_say", "learning_projects"]
