"""What every miner promises: a source and a cursor in, facts and a new cursor out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Row = tuple[Any, ...]
"""One fact: its columns in the order of :func:`maestro.schema.facts.columns`."""

Tables = dict[str, list[Row]]
"""Kind of fact to its rows, in no particular order."""

Report = Callable[[str], None]
"""Told in one line what is being done."""

_SECRET = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|sk-[A-Za-z0-9_-]{20,}"
    r"|hf_[A-Za-z0-9]{20,}|pypi-[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}"
    r"|(?<=://)[^/\s:@]{1,64}:[^/\s@]{1,128}(?=@)"
)


@dataclass(frozen=True, slots=True)
class Increment:
    """What a miner found since a cursor."""

    cursor: str
    """Where the next run goes on; git: the commit that was read up to."""
    tables: Tables = field(default_factory=dict)
    """The new rows."""
    gone: frozenset[str] = frozenset()
    """Rows with one of these texts in their first column are no longer true."""
    whole: bool = False
    """True when this replaces everything known before."""
    moment: int | None = None
    """The source's own time at the cursor, seconds since 1970; None when it has none."""


class Facts:
    """Everything known of one source; rows that lie on disk are read when they are asked for."""

    def __init__(
        self,
        cursor: str,
        tables: Tables | None = None,
        fresh_rows: int = 0,
        *,
        moment: int | None = None,
        load: Callable[[], Tables] | None = None,
    ) -> None:
        self.cursor = cursor
        """Up to where it was read; git: the id of the commit."""
        self.fresh_rows = fresh_rows
        """How many of the rows were mined just now."""
        self.moment = moment
        """The source's own time at the cursor, seconds since 1970; None when not known."""
        self._tables = tables
        self._load = load

    @property
    def tables(self) -> Tables:
        """All rows."""
        if self._tables is None:
            self._tables = self._load() if self._load else {}
        return self._tables

    def release(self) -> None:
        """Forget the rows when they can be read again: many sources need not fit in memory."""
        if self._load is not None:
            self._tables = None


class Miner(Protocol):
    """One source of facts."""

    @property
    def source(self) -> str:
        """What it reads, as a text that names it on this machine."""

    @property
    def key(self) -> str:
        """Hash of everything besides the source's content that decides the facts."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of facts it gives."""

    def mine(self, cursor: str) -> Increment:
        """What is new since ``cursor``; everything when it is empty or no longer known.

        Mining in steps gives the same rows as mining at once. Raises MaestroError when the
        source cannot give right numbers; never a part of them.
        """


def mask_secrets(text: str) -> str:
    """``text`` with everything that looks like a token or a password replaced by ``***``."""
    return _SECRET.sub("***", text)
