"""Bytes to JSON documents: one, several behind each other, or one a line."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from .reading import Reading, RefusedError

MOST_BYTES = 256 << 20
"""The largest file that is read, in bytes: some 20,000 runs as the API writes them."""
MOST_FAULTS = 100
"""Broken documents of one file that are passed over; then the rest is refused."""

_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_LINE = re.compile(r"\n(?=[{\[])")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises RefusedError for others."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not {encoding.removesuffix('-sig').upper()} from byte {error.start} on"
        raise RefusedError("encoding", reason) from None


def _missing(_: str) -> None:
    """NaN and infinities are no values."""


def _short_int(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


_DECODER = json.JSONDecoder(parse_constant=_missing)
_CAREFUL = json.JSONDecoder(parse_constant=_missing, parse_int=_short_int)


def documents(text: str, reading: Reading, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Each document with its place; what is broken is refused and the next line that opens one
    is tried.

    Handles ``gh api --paginate``, which writes pages behind each other, and JSON lines. The
    place is ``inside`` (where the text itself stands) for the first, then ``document 2``.
    """
    at = _start(text, 0)
    number = faults = 0
    while at < len(text):
        number += 1
        place = f"{inside} document {number}".strip() if number > 1 else inside
        try:
            found, at = _one(text, at)
        except RefusedError as refused:
            faults += 1
            if faults > MOST_FAULTS:
                reading.refuse(f"from character {at}", "too-many-faults", "the rest is not read")
                return
            reading.refuse(place, refused.code, refused.reason)
            opening = _NEXT_LINE.search(text, at)
            at = opening.end() if opening else len(text)
            continue
        yield place, found
        at = _start(text, at)


def _start(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _one(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        if not text[error.pos :].strip()[:1] or error.msg.startswith("Unterminated"):
            raise RefusedError("truncated", f"cut off: {error.msg.lower()}") from None
        raise RefusedError("not-json", f"{error.msg.lower()} (line {error.lineno})") from None
    except RecursionError:
        raise RefusedError("too-deep", "nested too deeply") from None
    except ValueError:
        # A number too long for Python: read again, and leave out only that number.
        try:
            return _CAREFUL.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise RefusedError("not-json", "no JSON") from None
