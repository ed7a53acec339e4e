"""The facts of one source on their way into the store, and the place to go on from.

A page's facts are appended to ``incoming.part`` at once and put into the monthly files in
larger heaps, since each of those is written as a whole; until then the state that claims them
waits beside them in ``state.part``. What a killed fetch left there is taken up by the next one.
Without these two files the folder is whole, too: it only knows less.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError
from maestro.mining.base import Row, Tables
from maestro.mining.ci.merge import merged
from maestro.mining.ci.naming import folder_of_project
from maestro.mining.ci.own import kind_of, read_own
from maestro.mining.ci.reading import Reading
from maestro.mining.ci.records import read_document
from maestro.mining.ci.state import NAME, State, read_state, write_state
from maestro.mining.ci.store import FILES, update
from maestro.schema.facts import columns

from .known import Known, load_known, records

CODES = {
    "C004": "A file of CI facts in the data folder is damaged, so nothing is added to it. Mend "
    "the line that is named, or take the file back from its history.",
    "C005": "A project says ci: but not which project of which server. Write project: (and for "
    "Jenkins url:) below ci: in its record.",
    "C006": "Only records were asked for, and catalog/settings.yaml names no folder that keeps "
    "them. Write one there, like data: data.",
}
"""Problem code to what it means and what to do."""

INCOMING = "incoming.part"
PENDING = "state.part"
HEAP = 5000
"""Facts that are put into the monthly files at once."""


class Keeper:
    """Takes a source's pages, keeps their facts below ``data`` and remembers where it is."""

    def __init__(self, data: Path, provider: str, project: str) -> None:
        self.names = (provider, project)
        self.data = data
        parts = map(folder_of_project, self.names)
        self.folder = data.joinpath("ci", *parts)
        is_under_way = (self.folder / INCOMING).is_file() and (self.folder / PENDING).is_file()
        self.state: State = read_state(self.folder, PENDING if is_under_way else NAME)
        self.known: Known = load_known(self.folder)
        self.taken = 0
        """Facts that came."""
        self.refused = 0
        """Records that were none."""
        self.short: set[str] = set()
        """Lists that ended before the server's own count of them."""
        self._waiting: Tables = {}
        self._count = 0
        self._take_up()

    @property
    def cursor(self) -> dict[str, Any]:
        """The place to go on from; what is put there is kept by :meth:`save`."""
        return self.state.cursor

    def read(self, document: Any) -> Tables:
        """The facts of one page, of this source whatever the page claims."""
        reading = Reading()
        read_document(document, "", reading)
        self.refused += len(reading.refused)
        return {
            kind: [self.names + row[2:] for row in rows]
            for kind, rows in reading.tables.items()
            if kind in FILES
        }

    def keep(self, tables: Tables) -> None:
        """Keep facts, and know them."""
        self.known.note_all(tables)
        rows = [(kind, row) for kind, found in sorted(tables.items()) for row in found]
        if not rows:
            return
        lines = [_line(kind, row) for kind, row in rows]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / INCOMING).open("a", encoding="utf-8") as file:
            file.write("".join(lines))
        for kind, row in rows:
            self._waiting.setdefault(kind, []).append(row)
        self._count += len(rows)
        self.taken += len(rows)
        if self._count >= HEAP:
            self.fold()

    def save(self) -> None:
        """Write the state; to its place only when the facts that it claims are in theirs."""
        write_state(self.folder, self.state, PENDING if self._count else NAME)

    def tell(self) -> None:
        """Write what went wrong to the state's place, also when facts still wait."""
        self.save()
        if self._count:
            now = self.state
            told = replace(read_state(self.folder), code=now.code, reason=now.reason, hint=now.hint)
            write_state(self.folder, replace(told, left=now.left))

    def fold(self) -> None:
        """Put what waits into the monthly files. Raises MaestroError C004 for a damaged one."""
        if self._count:
            written = update(self.data, self._waiting)
            if written.refused:
                first = written.refused[0]
                where = f"{first.path}, {first.where}" if first.where else first.path
                hint = "mend the file, or take it back from its history, and fetch again"
                raise MaestroError("C004", f"{where} is damaged: {first.reason}", hint)
        if (self.folder / INCOMING).is_file() and (self.folder / PENDING).is_file():
            (self.folder / PENDING).replace(self.folder / NAME)
        (self.folder / INCOMING).unlink(missing_ok=True)
        (self.folder / PENDING).unlink(missing_ok=True)
        self._waiting, self._count = {}, 0

    def _take_up(self) -> None:
        """What a fetch that was killed could not put into the monthly files."""
        reading = Reading()
        around = dict(zip(("provider", "project"), self.names, strict=True))
        for record in records(self.folder / INCOMING):
            kind = kind_of(record)
            if kind in FILES:
                read_own(record, "", reading, kind, around)
        for kind, rows in reading.tables.items():
            self._waiting[kind] = [self.names + row[2:] for row in rows]
            self._count += len(rows)
        self.known.note_all(self._waiting)
        self.fold()


def _line(kind: str, row: Row) -> str:
    record = {"kind": kind} | {
        name: value
        for name, value in zip(columns(kind)[2:], row[2:], strict=True)
        if value is not None and value != "" and value != []
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def dated(tables: Tables, kind: str, created: float | None) -> Tables:
    """``tables`` with one row a thing of ``kind``, all created then."""
    place = columns(kind).index("created")
    rows = [(*row[:place], created, *row[place + 1 :]) for row in tables.get(kind, [])]
    return merged({kind: rows})
