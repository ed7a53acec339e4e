"""Apache DevLake's cells: its times, numbers, flags, ids and the words of its columns.

Rows are plain dicts with the names of DevLake's own columns. Times leave as text in UTC with
milliseconds, as its tables have them; flags as 0 and 1; what is not known as None. Columns
that say where DevLake itself stored the raw record (``_raw_data_...``) are left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Record = Mapping[str, Any]
Table = list[dict[str, Any]]
Pattern = re.Pattern[str] | Callable[[str], bool]

SUCCESS, FAILURE = "SUCCESS", "FAILURE"
DONE, IN_PROGRESS, OTHER = "DONE", "IN_PROGRESS", "OTHER"
DEPLOYMENT = "DEPLOYMENT"
PRODUCTION, STAGING, TESTING = "PRODUCTION", "STAGING", "TESTING"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_800
"""The year 10000: the first second that has no place in a table."""
_TIME = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?\s*"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What DevLake calls the scope of a connection: one repository, project or job."""

    id: int | str = 0
    """Number of the repository (GitHub) or project (GitLab); Jenkins: full name of the job."""
    connection: int = 1
    """Number of DevLake's connection."""
    url: str = ""
    """Address of the repository or project for people; Jenkins: of the job."""
    job: str = ""
    """Jenkins: name of the job."""
    path: str = ""
    """Jenkins: the folders above it, as DevLake writes them."""
    multibranch: bool = False
    """Jenkins: the job is a multibranch project, whose builds belong to jobs below it."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """A project's patterns: compiled expressions, searched for, or functions of a name."""

    deployment: Pattern | None = None
    production: Pattern | None = None
    environment: Pattern | None = None
    """Environments of deployment records that are production."""

    def type_of(self, *names: str) -> str:
        """DEPLOYMENT when one of the names matches, else empty."""
        return DEPLOYMENT if _found(self.deployment, names) else ""

    def environment_of(self, *names: str) -> str:
        """PRODUCTION when one of the names matches, or when there is no pattern at all."""
        is_production = self.production is None or _found(self.production, names)
        return PRODUCTION if is_production else ""

    def marked_environment(self, *names: str) -> str:
        """PRODUCTION only when there is a pattern and one of the names matches."""
        return PRODUCTION if _found(self.production, names) else ""


def _found(pattern: Pattern | None, names: Iterable[str]) -> bool:
    if pattern is None:
        return False
    search = pattern.search if isinstance(pattern, re.Pattern) else pattern
    return any(bool(search(name)) for name in names)


def result_of(word: Any, success: Collection[str], failure: Collection[str]) -> str:
    """SUCCESS, FAILURE or empty; words are compared without case."""
    folded = text(word).casefold()
    return SUCCESS if folded in success else FAILURE if folded in failure else ""


def status_of(word: Any, done: Collection[str], in_progress: Collection[str]) -> str:
    """DONE, IN_PROGRESS or OTHER; words are compared without case."""
    folded = text(word).casefold()
    return IN_PROGRESS if folded in in_progress else DONE if folded in done else OTHER


def millis(value: Any) -> int | None:
    """Milliseconds since 1970 of a time as text, datetime or seconds; without a zone it is UTC.

    None for an empty cell and for what is no time.
    """
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return round((moment - _EPOCH) / timedelta(milliseconds=1))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(value * 1000) if 0 <= value < _LAST else None
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    *numbers, fraction, zone = match.groups()
    try:
        moment = datetime(*(int(one or 0) for one in numbers), tzinfo=_zone(zone))  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    part = round(int(fraction) * 1000 / 10 ** len(fraction)) if fraction else 0
    return (moment - _EPOCH) // timedelta(milliseconds=1) + part


def _zone(text: str | None) -> timezone:
    if text is None or text in ("Z", "UTC"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def stamp(moment: int | None) -> str | None:
    """``2022-06-26T12:35:50.000+00:00`` for milliseconds since 1970."""
    if moment is None or not 0 <= moment < _LAST * 1000:
        return None
    return (_EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds")


def time_cell(value: Any) -> str | None:
    """A time of any spelling in the spelling of DevLake's tables."""
    return stamp(millis(value))


def whole_seconds(start: int | None, end: int | None) -> int | None:
    """Seconds between two times in milliseconds, cut towards zero; None when one is missing."""
    return None if start is None or end is None else int((end - start) / 1000)


def text(value: Any) -> str:
    """A cell as text; empty for None. Booleans become ``true`` and ``false``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def number(value: Any) -> float | None:
    """A cell as a number; None when it is empty or no number."""
    if value is None or value == "":
        return None
    try:
        known = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return known if math.isfinite(known) else None


def whole(value: Any) -> int:
    """A cell as a whole number, 0 when it is empty or no number."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return int(number(value) or 0)


def flag(value: Any) -> int:
    """1 for what says yes, else 0."""
    return int(text(value).casefold() in ("true", "1"))


def json_cell(value: Any) -> str | None:
    """A list or object as MySQL prints JSON: shorter keys first, then by alphabet."""
    return None if value is None else json.dumps(_ordered(value), ensure_ascii=False)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def domain_id(kind: str, *parts: Any) -> str:
    """An id of DevLake's domain layer: ``github:GithubRun:1:134018330:2559400712``."""
    return ":".join((kind, *(text(part) for part in parts)))


def inside(record: Record, *path: str) -> Any:
    """What lies at a path of nested objects; None where the path ends early."""
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def raw_records(rows: Iterable[Record], **params: Any) -> list[tuple[Any, Any]]:
    """The records of one of DevLake's raw tables, with what they were asked with, by id.

    ``params`` are those that the row has to carry, for example ``ConnectionId=1``.
    """
    found = []
    for row in sorted(rows, key=lambda row: whole(row["id"])):
        known = json.loads(row["params"])
        if all(known.get(name) == value for name, value in params.items()):
            data = json.loads(row["data"], strict=False)
            found.append((data, json.loads(row.get("input") or "null", strict=False)))
    return found


def last_of_each(rows: Iterable[dict[str, Any]], *keys: str) -> Table:
    """One row of each key, the last, as a table with that primary key keeps it."""
    return list({tuple(row[key] for key in keys): row for row in rows}.values())
