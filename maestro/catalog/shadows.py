"""Stand-ins for records with faults, so that one run can show every fault of a file.

A record that does not fit its model takes no part in the catalog. The rules across records
are still tried on what is sound in it: fields with faults are replaced by harmless values,
and nothing is said about them or about fields that are judged together with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from maestro.schema import RECORDS, Model
from maestro.schema.validate import assign

_HARMLESS: dict[str, Any] = {
    "version": "0.0.0",
    "description": "A description that stands in for another.",
    "owner": "",
    "source": {"git": "https://example.org/stand/in"},
    "problem_class": "",
    "complexity": 1,
    "team": {"size": 1000},
    "started": "2000-01-01",
    "status": "planned",
    "task": "",
    "trained_on": ["stand-in@0.0.0"],
    "intended_use": "None.",
    "metrics": [],
    "project": "",
    "hypothesis": "A sentence that stands in for another.",
    "arms": [{"name": "one", "share": 0.5}, {"name": "two", "share": 0.5}],
    "unit": "one",
    "data": ".",
    "applies_to": {},
    "reason": "None.",
    "ended": "2000-01-01",
    "outcomes": {"note": "None."},
}
_TOGETHER = (
    {"version", "history"},
    {"started", "ended", "deadline", "outcomes"},
    {"replaced_by", "reason"},
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A record with harmless values, and the fields nothing may be said about."""

    record: Model
    silent: frozenset[str]


def stand_in(kind: str, plain: dict[str, Any], faulty: Iterable[str]) -> StandIn | None:
    """What is sound of a record, or None for the single files, which have no rules of their own.

    ``faulty`` are the top-level fields with faults, missing ones included.
    """
    model = RECORDS[kind]
    if kind in ("settings", "owners", "taxonomy"):
        return None
    wrong, silent = set(faulty), set(faulty)
    for group in _TOGETHER:
        silent |= group if group & silent else set()
    record = model.model_construct()
    for name, field in model.model_fields.items():
        key = field.alias or name
        given = key in plain
        if given and key not in wrong and assign(record, key, plain[key]):
            continue
        # An optional field with a fault is there all the same: nobody shall be asked to add it.
        is_needed = field.is_required() or (given and key in _HARMLESS)
        if is_needed and not assign(record, key, _HARMLESS[key]):
            # A harmless value that the model itself would refuse: no word, no metric.
            record.__dict__[name] = _HARMLESS[key]
    return StandIn(record, frozenset(silent))
