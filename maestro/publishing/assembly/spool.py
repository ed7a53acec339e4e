"""Texts that a build makes once and needs twice, kept in a file: a large library has 50 MB."""

from __future__ import annotations

import tempfile
from io import FileIO
from typing import Any

_LENGTH = 40
"""Bits of a number that hold the length of a text; the others hold where it starts."""


class Texts:
    """Texts by the object they are of, which has to live as long."""

    def __init__(self) -> None:
        self._file: FileIO | None = None
        self._end = 0
        self._places: dict[int, int] = {}

    def put(self, owner: Any, text: str) -> None:
        """Keep the text of an object."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        data = text.encode("utf-8", "surrogatepass")
        self._file.seek(self._end)
        if self._file.write(data) == len(data):
            self._places[id(owner)] = self._end << _LENGTH | len(data)
            self._end += len(data)

    def get(self, owner: Any) -> str | None:
        """The text of an object; None when none was put."""
        place = self._places.get(id(owner))
        if place is None or self._file is None:
            return None
        self._file.seek(place >> _LENGTH)
        return self._file.read(place & (1 << _LENGTH) - 1).decode("utf-8", "surrogatepass")

    def __del__(self) -> None:
        """The file goes with the build."""
        if self._file is not None:
            self._file.close()
