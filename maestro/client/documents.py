"""What stands in the documents of a library, checked: whatever has another shape is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from .failures import NewerVersion, NotALibrary, shown
from .values import Finding, Listing, Record

API = "1"
"""The version of the API that this client reads."""
_Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_number_or_none(value: Any) -> bool:
    return value is None or _is_number(value)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_mapping_or_none(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_list_or_none(value: Any) -> bool:
    return value is None or isinstance(value, list)


_FINDING: dict[str, _Check] = {
    **dict.fromkeys(("value", "lo", "hi", "level", "n"), _is_number_or_none),
    **dict.fromkeys(("window", "detail"), _is_mapping_or_none),
    **dict.fromkeys(("evidence", "quality"), _is_list),
}
_RECORD: dict[str, _Check] = {"record": _is_mapping, "findings": _is_list}
_CATALOG: dict[str, _Check] = {
    **dict.fromkeys(("impact", "impact_version_value", "used_by"), _is_number_or_none),
    "tags": _is_list_or_none,
}
FINDING = tuple(one.name for one in fields(Finding))
"""The columns of a table of findings."""


def upgrade(version: str) -> str:
    """The words for a library of a newer API."""
    return (
        f"the library speaks version {shown(version)} of the API, this client {API}: "
        "pip install --upgrade maestro-library"
    )


def parsed(data: bytes, path: str) -> dict[str, Any]:
    """A document of this version. Raises NewerVersion for a later one, NotALibrary for none."""
    try:
        found = json.loads(data)
        version = str(found["api"])
    except (ValueError, RecursionError, KeyError, TypeError):
        raise NotALibrary(f"{path} is no document of a library: is the address right?") from None
    if version != API:
        raise NewerVersion(upgrade(version))
    return dict(found)


def _damaged(what: str) -> NotALibrary:
    return NotALibrary(f"{what} of the library is damaged: build it again")


def counts_in(index: Mapping[str, Any]) -> dict[str, int]:
    """How many records there are of each kind, by the index."""
    found = index.get("counts", {})
    if not _is_mapping(found) or not all(map(_is_number, found.values())):
        raise _damaged("the index")
    return dict(found)


def paths_in(index: Mapping[str, Any]) -> list[str]:
    """The documents that the index names."""
    found = index.get("documents", [])
    if not _is_list(found) or not all(map(_is_text, found)):
        raise _damaged("the index")
    return list(found)


def subjects_in(index: Mapping[str, Any]) -> dict[str, str]:
    """Subjects that are no records, and the document of each."""
    found = index.get("subjects", {})
    if not _is_mapping(found) or not all(map(_is_text, found.values())):
        raise _damaged("the index")
    return dict(found)


def spoken_in(document: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """What else the values of facets are called; nothing in a library that does not say."""
    found = document.get("spoken", {})
    if not _is_mapping(found) or not all(map(_is_mapping, found.values())):
        raise _damaged("what search knows")
    names = [said for values in found.values() for said in values.values()]
    if not all(_is_list(said) and all(map(_is_text, said)) for said in names):
        raise _damaged("what search knows")
    return {facet: dict(values) for facet, values in found.items()}


def findings_in(document: Mapping[str, Any], name: str = "findings") -> Listing[Finding]:
    """The findings that a document holds under ``name``; fields not known here are passed over."""
    rows = document.get(name, [])
    if not _is_list(rows):
        raise _damaged("a list")
    return Listing(map(_finding, rows), FINDING)


def _finding(row: Any) -> Finding:
    if not _is_mapping(row):
        raise _damaged("a finding")
    values = {key: row[key] for key in FINDING if key in row}
    is_whole = {"kind", "subject"} <= values.keys()
    if not is_whole or not _are(values, _FINDING):
        raise _damaged("a finding")
    return Finding(**values)


def _are(values: Mapping[str, Any], checks: Mapping[str, _Check]) -> bool:
    """Whether each value passes its check; those without one are texts."""
    return all(checks.get(key, _is_text)(value) for key, value in values.items())


def record_in(document: Mapping[str, Any]) -> Record:
    """The record of a document, with its findings."""
    values = {one.name: document[one.name] for one in fields(Record) if one.name in document}
    if not {"kind", "name"} <= values.keys() or not _are(values, _RECORD):
        raise _damaged("a record")
    return Record(**values | {"findings": findings_in(document)})


def columns_in(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The columns of a list by name."""
    found: Any = document.get("columns")
    if not _is_mapping(found) or not all(map(_is_list, found.values())):
        raise _damaged("a list")
    return dict(found)


def rows_in(document: Mapping[str, Any]) -> Listing[dict[str, Any]]:
    """The rows of a list whose columns stand in a document."""
    columns = columns_in(document)
    try:
        values = list(zip(*columns.values(), strict=True))
    except ValueError:
        raise _damaged("a list") from None
    return Listing((dict(zip(columns, row, strict=True)) for row in values), columns)


def entries_in(document: Mapping[str, Any]) -> Listing[dict[str, Any]]:
    """The rows of the catalog: numbers are numbers, each has a name."""
    columns = columns_in(document)
    checks = {name: _CATALOG[name] for name in _CATALOG.keys() & columns.keys()} | {
        "name": _is_text
    }
    for name, check in checks.items():
        if not all(map(check, columns.get(name, (None,)))):
            raise _damaged("a list")
    return rows_in(document)


def versions_in(record: Mapping[str, Any]) -> list[str]:
    """The versions that a record's history names."""
    history = record.get("history")
    rows = history if isinstance(history, list) else []
    return [str(one.get("version")) for one in rows if isinstance(one, Mapping)]
