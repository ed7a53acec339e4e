"""What a library is made of for its reader: findings, records, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, overload

from .failures import LibraryError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion of the library: a number with its interval and evidence, or why there is none.

    ``value`` is None when there is no number; ``label`` and ``quality`` then say why.
    """

    kind: str
    subject: str
    value: float | None = None
    unit: str = ""
    lo: float | None = None
    hi: float | None = None
    level: float | None = None
    n: int | None = None
    window: Mapping[str, str] | None = None
    as_of: str = ""
    method: str = ""
    method_version: str = ""
    label: str = ""
    evidence: Sequence[Mapping[str, Any]] = ()
    quality: Sequence[str] = ()
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record as published: what its file says, its prose and the findings about it."""

    kind: str
    name: str
    title: str = ""
    page: str = ""
    path: str = ""
    digest: str = ""
    prose: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    findings: Listing[Finding] = field(default_factory=lambda: Listing(()))

    @property
    def version(self) -> str:
        """Its current version; empty for what has none."""
        return str(self.record.get("version") or "")


class Listing(Sequence[_T]):
    """Rows or findings in order: iterate, index, slice, or make a table of them."""

    def __init__(self, items: Iterable[_T], columns: Iterable[str] = ()) -> None:
        """``columns`` are those of its table, which has them without any item, too."""
        self._items = tuple(items)
        self._columns = tuple(columns)

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Listing[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Listing[_T]:
        """One item, or a listing of some."""
        if isinstance(index, slice):
            return Listing(self._items[index], self._columns)
        return self._items[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same in the same order."""
        return isinstance(other, Listing) and self._items == other._items

    def __hash__(self) -> int:
        """Listings of what cannot be hashed cannot be hashed either."""
        return hash(self._items)

    def __repr__(self) -> str:
        """How many, and the first of them."""
        return f"Listing({len(self)} items{f', first {self._items[0]!r}' if self._items else ''})"

    def to_frame(self) -> Any:
        """A pandas DataFrame, one row per item and one column per field.

        Raises LibraryError when pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise LibraryError(
                "a table needs pandas, which is not installed: pip install pandas"
            ) from None
        rows = [
            dict(item)
            if isinstance(item, Mapping)
            else {one.name: getattr(item, one.name) for one in fields(item)}  # type: ignore[arg-type]
            for item in self._items
        ]
        return pandas.DataFrame(rows, columns=list(self._columns) or None)
