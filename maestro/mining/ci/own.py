"""Our own records: JSON objects whose fields are the columns of a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from maestro.schema.facts import FACTS, columns

from .reading import CI_KINDS, Reading
from .values import Time, attempt, duration, head, ident, listed, moment, plain, span, text, whole
from .words import ANY_RESULT, ANY_STATUS

Record = Mapping[str, Any]
Check = Callable[[Any], Any]

_TIMES = (
    "created", "started", "finished", "updated", "merged", "closed", "resolved", "first_review",
    "at",
)  # fmt: skip
_SPANS = {"finished": "started", "merged": "created", "resolved": "created"}
_NEEDED = {
    "run": ("id",),
    "job": ("id", "run_id"),
    "test": (),
    "deployment": ("id",),
    "pull_request": ("id",),
    "incident": ("id",),
}
_COLUMNS = {kind: frozenset(columns(kind)) for kind in CI_KINDS}
_OWN_WORDS = {
    "run": frozenset({"id", "attempt", "status"}),
    "job": frozenset({"id", "run_id", "attempt"}),
    "test": frozenset({"passed", "failed"}),
    "deployment": frozenset({"id", "environment"}),
    "pull_request": frozenset({"id", "merged", "base"}),
    "incident": frozenset({"id", "resolved"}),
}
_GUESSED = ("job", "test", "pull_request", "incident", "run", "deployment")


def _flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            value.strip().lower()
        )
    return value if isinstance(value, bool) else None


def _labels(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [word.strip() for word in value.replace(";", ",").replace("|", ",").split(",")]
    return listed(value)


_NAMED: dict[str, Check] = {
    "id": ident,
    "run_id": ident,
    "attempt": attempt,
    "head": head,
    "merge_commit": lambda value: head(value) or None,
    "labels": _labels,
    "quality": lambda value: sorted(set(listed(value))),
    "seconds": duration,
    "digest": lambda value: text(value, 64),
}


def _checks(kind: str) -> dict[str, Check]:
    found: dict[str, Check] = {}
    for name, about in FACTS[kind].model_fields.items():
        if name in _NAMED:
            found[name] = _NAMED[name]
        elif about.annotation is int:
            found[name] = lambda value: whole(value) or 0
        elif about.annotation is bool:
            found[name] = lambda value: _flag(value) is True
        elif about.annotation == (bool | None):
            found[name] = _flag
        elif name not in (*_TIMES, "status", "result"):
            found[name] = text
    return found


_CHECKS = {kind: _checks(kind) for kind in CI_KINDS}


def kind_of(record: Record) -> str:
    """The kind of fact that an own record is; empty when it is none.

    ``kind`` says so, else its fields do, which all have to be columns of that kind.
    """
    named = record.get("kind")
    if named is not None:
        return named if named in CI_KINDS else ""
    names = record.keys()
    for kind in _GUESSED:
        if names >= _OWN_WORDS[kind] and names <= _COLUMNS[kind]:
            return kind
    return ""


def read_own(
    record: Record, where: str, reading: Reading, kind: str, around: Record | None = None
) -> None:
    """One record of our own; ``around`` gives provider and project where it names none."""
    extra = record.keys() - _COLUMNS[kind]
    extra.discard("kind")
    if extra:
        reading.count_unknown(kind, extra)
    checks = _CHECKS[kind]
    quality: list[str] = []
    values: dict[str, Any] = dict(around or {})
    if "attempt" in _COLUMNS[kind]:
        values["attempt"] = 1
    for name, value in record.items():
        if name in checks:
            values[name] = checks[name](value)
        elif name in _TIMES and name in _COLUMNS[kind]:
            values[name] = moment(value, quality)
    for name in _NEEDED[kind]:
        if not values.get(name):
            reading.refuse(where, "no-id", f"a {kind.replace('_', ' ')} without {name}")
            return
    if "status" in _COLUMNS[kind]:
        _state(record, values, reading, kind)
    for last, first in _SPANS.items():
        if values.get(last) is not None:
            begun: Time = values.get(first)
            values[last] = span(begun, values[last], quality)
    if quality:
        values["quality"] = sorted({*quality, *(values.get("quality") or [])})
    reading.add(kind, values)


def _state(record: Record, values: dict[str, Any], reading: Reading, kind: str) -> None:
    """Status and result; a result in the place of the status is taken as both."""
    status, result = _word(record.get("status")), _word(record.get("result"))
    found = ANY_RESULT.get(result)
    if result and found is None and result not in ANY_STATUS:
        reading.count_word(kind, "result", result)
    if not result and status in ANY_RESULT:
        found = ANY_RESULT[status]
    stage = "completed" if status in ANY_RESULT else ANY_STATUS.get(status, status)
    if status and status not in ANY_STATUS and status not in ANY_RESULT:
        reading.count_word(kind, "status", status)
    values["result"] = found
    values["status"] = stage or ("completed" if found else ANY_STATUS.get(result, ""))


def _word(value: Any) -> str:
    return plain(value, 40).strip().lower().replace(" ", "_") if isinstance(value, str) else ""
