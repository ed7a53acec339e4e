"""Zip and gzip files: what is in them, within bounds, in memory only.

Names of members are told and say which Jenkins build a report belongs to; nothing is ever
written under them. An archive within an archive is not opened.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from .documents import MOST_BYTES
from .reading import RefusedError
from .values import plain

MOST_MEMBERS = 10_000
"""Files of one archive."""
MOST_RATIO = 200
"""How many times larger than packed a file may become, once it is over ``FREE_BYTES``."""
FREE_BYTES = 8 << 20
"""Up to so many bytes any ratio is fine: a report of equal lines packs well."""
_CHUNK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, LookupError, OverflowError,
)  # fmt: skip
"""What reading a damaged, encrypted or oddly packed member raises."""


class _Budget:
    """Bytes that may still be unpacked of one file."""

    def __init__(self, packed: int) -> None:
        self._left = MOST_BYTES
        self._free = max(packed * MOST_RATIO, FREE_BYTES)

    def take(self, count: int) -> None:
        """Raises RefusedError when the bytes do not fit any more."""
        self._left -= count
        self._free -= count
        if self._left < 0:
            raise RefusedError("too-large", f"over {MOST_BYTES >> 20} MB when unpacked")
        if self._free < 0:
            raise RefusedError("too-large", f"over {MOST_RATIO} times its size when unpacked")


def gunzipped(data: bytes) -> bytes:
    """The content of a gzip file, all its members. Raises RefusedError."""
    budget = _Budget(len(data))
    parts: list[bytes] = []
    while data:
        unpacker = zlib.decompressobj(31)
        try:
            while not unpacker.eof:
                part = unpacker.decompress(data, _CHUNK)
                budget.take(len(part))
                parts.append(part)
                data = unpacker.unconsumed_tail
                if not (part or data or unpacker.eof):
                    raise RefusedError("truncated", "a gzip file that was cut off")
        except zlib.error:
            raise RefusedError("damaged", "a gzip file that cannot be unpacked") from None
        # Some tools pad the end with zeros.
        data = unpacker.unused_data.lstrip(b"\0")
    return b"".join(parts)


def members(data: bytes) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Name and content of each file of a zip archive, in order of names, or why it has none.

    Raises RefusedError when the archive itself cannot be read, or unpacks to too much.
    """
    # A directory of millions of entries would be built before they could be counted.
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise RefusedError("too-many", f"over {MOST_MEMBERS:,} files in one archive")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        found = sorted(archive.infolist(), key=lambda info: (info.filename, info.header_offset))
    except _BROKEN:
        raise RefusedError("damaged", "a zip archive that cannot be read") from None
    budget = _Budget(len(data))
    for info in found:
        if info.is_dir():
            continue
        name = plain(info.filename.replace("\\", "/").lstrip("/"), 300)
        try:
            yield name, _member(archive, info, budget)
        except _BROKEN as error:
            locked = isinstance(error, RuntimeError) and info.flag_bits & 1
            reason = "encrypted" if locked else "cannot be unpacked"
            yield name, RefusedError("damaged", reason)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError
    parts: list[bytes] = []
    with archive.open(info) as file:
        while part := file.read(_CHUNK):
            budget.take(len(part))
            parts.append(part)
    return b"".join(parts)
