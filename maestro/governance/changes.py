"""Changes of records, from the history of the catalog's repository."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maestro.schema.base import SEMVER
from maestro.schema.details import ChangeDetail
from maestro.schema.findings import Evidence, Finding

METHOD = "history of the catalog's repository"
_FIELD = re.compile(rb"""^["']?version["']?[ \t]*:[ \t](.*)$""", re.MULTILINE)
_VERSION = re.compile(SEMVER + r"\Z")
_ACTIONS: dict[str, Literal["added", "changed", "removed"]] = {"A": "added", "D": "removed"}


@dataclass(frozen=True, slots=True)
class Touched:
    """One record file that one commit touched."""

    commit: str
    """Full id."""
    at: str
    """Time of the commit: ISO, UTC."""
    status: str
    """git's letter: A, M, D or T."""
    kind: str
    """Kind of record."""
    name: str
    """Name of the record."""
    path: str
    """Path in the catalog."""
    version: str = ""
    """Version that the record has since; empty where none is known."""


def version_in(content: bytes) -> str:
    """The version that the text of a record names; empty where that is not plain to see.

    Thousands of earlier texts are looked at, so none is parsed: exactly one line has to begin
    with the field, and to hold a version.
    """
    found = _FIELD.findall(content)
    if len(found) != 1:
        return ""
    said = found[0].decode("ascii", "replace").partition(" #")[0].strip().strip("\"'")
    return said if _VERSION.match(said) else ""


CUT_OFF = "the clone is shallow: what is older than its first commit is not known and looks new"
"""What changes say that are known from the edge of a shallow clone on."""


def change_findings(
    touched: Iterable[Touched], *, as_of: str, is_whole: bool = True
) -> list[Finding]:
    """One finding of kind ``change`` per commit and record, sorted by record and time.

    ``is_whole`` is False for the history of a shallow clone; each change then says so.
    """
    rows = sorted(touched, key=lambda row: (row.name, row.at, row.commit, row.path))
    return [
        Finding(
            kind="change",
            subject=row.name,
            as_of=as_of,
            method=METHOD,
            label=_ACTIONS.get(row.status, "changed"),
            evidence=[Evidence(kind="commit", ref=row.commit)],
            quality=[] if is_whole else [CUT_OFF],
            detail=ChangeDetail(
                action=_ACTIONS.get(row.status, "changed"),
                record_kind=row.kind,
                path=row.path,
                commit=row.commit,
                at=row.at,
                version=row.version,
            ),
        )
        for row in rows
    ]
