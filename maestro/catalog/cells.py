"""Values of tables and of JSON lines, each with its place in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from maestro.errors import shorten

_JSON = json.JSONDecoder(object_pairs_hook=list, parse_int=float)
_BETWEEN = re.compile(r"[ \t\r,:]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is written, and where."""

    value: Any
    line: int
    column: int
    written: str = ""
    """The value as JSON has it; empty in a table, where all values are text."""

    @property
    def shown(self) -> str:
        """What a message says of it."""
        return shorten(self.value if isinstance(self.value, str) else self.written, 40)


def delimiter(first: str) -> str:
    """The mark between the cells of a table with this first line."""
    return max(",;\t", key=first.count)


def cells_of(text: str, mark: str) -> Iterator[list[Cell]]:
    """Lines of a table; a quoted cell may hold the mark, line ends and doubled quotes."""
    plain = re.compile(rf'"((?:[^"]|"")*)"[ \t]*(?=[{mark}\r\n]|\Z)|([^{mark}\r\n]*)')
    at, line, start = 0, 1, 0
    cells: list[Cell] = []
    while at < len(text):
        match = plain.match(text, at)
        assert match is not None  # the second way takes anything, also nothing
        quoted = match[1]
        value = match[2] if quoted is None else quoted.replace('""', '"')
        cells.append(Cell(value.strip(), line, at - start + 1))
        if lines := match[0].count("\n"):
            line += lines
            start = at + match[0].rfind("\n") + 1
        at = match.end()
        if text[at : at + 1] == mark:
            at += 1
            if at == len(text):
                cells.append(Cell("", line, at - start + 1))
                yield cells
                return
            continue
        yield cells
        cells = []
        at += 2 if text[at : at + 2] == "\r\n" else 1
        line, start = line + 1, at


def pairs_of(line: str, number: int) -> list[tuple[Cell, Cell]] | None:
    """Keys and values of a JSON object, each where it stands; None for JSON of another kind.

    Raises ValueError or RecursionError for what is not JSON.
    """
    _JSON.decode(line)
    return list(_pairs(line, number)) if line.lstrip().startswith("{") else None


def _pairs(line: str, number: int) -> Iterator[tuple[Cell, Cell]]:
    at = line.find("{") + 1
    while line[at := _after(line, at)] != "}":
        key, end = _JSON.raw_decode(line, at)
        start = _after(line, end)
        value, end = _JSON.raw_decode(line, start)
        yield Cell(key, number, at + 1), Cell(value, number, start + 1, line[start:end])
        at = end


def _after(line: str, at: int) -> int:
    match = _BETWEEN.match(line, at)
    return match.end() if match else at
