"""Rules that compare with the state before a change: what was merged stays what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maestro.errors import Problem
from maestro.schema import Artifact, ModelCard

from .checks import Check, rule
from .load import Entry
from .rules_values import _key


@rule("B001", "A merged version is frozen: what it gives may not change under the same number.")
def frozen_version(check: Check) -> Iterator[Problem]:
    """Source, inputs, outputs and digests change only with a new version."""
    for entry, before in _pairs(check):
        if entry.version != before.version:
            continue
        for name in _frozen_fields(entry.record):
            if _plain(entry.record, name) != _plain(before.record, name):
                hint = f"raise version: {entry.version} (first part: breaking; second: addition)"
                message = f"{name} changed, but {entry.version} is already merged"
                yield check.at(entry, (name,), "B001", message, hint)


@rule("B002", "A version that was merged must stay known: list it in history.")
def version_vanished(check: Check) -> Iterator[Problem]:
    """Merged versions stay in the history."""
    for entry, before in _pairs(check):
        for version in before.versions:
            if version not in entry.versions:
                message = f"version {version} is merged but no longer listed"
                hint = f"add it to history: - {{version: {version}, date: ...}}"
                yield check.at(entry, ("version",), "B002", message, hint)


@rule("B003", "A version may only go up.")
def version_went_back(check: Check) -> Iterator[Problem]:
    """Versions only go up."""
    for entry, before in _pairs(check):
        if _key(entry.version) < _key(before.version):
            message = f"version went back from {before.version} to {entry.version}"
            yield check.at(entry, ("version",), "B003", message, "choose a higher one")


def _pairs(check: Check) -> Iterator[tuple[Entry, Entry]]:
    if check.base is None:
        return
    for name, entry in check.catalog.entries.items():
        before = check.base.entries.get(name)
        if before is not None and before.kind == entry.kind:
            yield entry, before


def _frozen_fields(record: Any) -> tuple[str, ...]:
    if isinstance(record, Artifact):
        extra = ("fields", "params") if hasattr(record, "fields") else ()
        return ("source", "inputs", "outputs", *[n for n in extra if hasattr(record, n)])
    return ("trained_on", "metrics", "model_file") if isinstance(record, ModelCard) else ()


def _plain(record: Any, name: str) -> Any:
    """The field without free wording: descriptions may be improved at any time."""
    value = getattr(record, name)
    data = value.model_dump() if hasattr(value, "model_dump") else value
    if isinstance(data, list):
        data = [item.model_dump() if hasattr(item, "model_dump") else item for item in data]
        return [_unworded(item) for item in data]
    return data


def _unworded(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {key: value for key, value in item.items() if key != "description"}
