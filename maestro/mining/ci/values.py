"""Single values of CI records: untrusted text in, bounded and masked text, times, counts out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from maestro.mining.base import mask_secrets

EARLIEST = 946_684_800
"""2000-01-01, seconds since 1970: no CI record is older."""
LATEST = 4_102_444_800
"""2100-01-01, seconds since 1970."""
Time = int | float | None

_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,8}")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?\Z")
_DIGITS = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z", re.ASCII)
_CLOCK = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]\s*([0-9]{1,2}:[0-9]{2}.*)\Z", re.ASCII)


@lru_cache(maxsize=1 << 14)
def plain(value: str, most: int = 200) -> str:
    """``value`` on one line, at most ``most`` characters, without control characters.

    Lone surrogates become U+FFFD, secrets and e-mail addresses ``***``.
    """
    cut = value[: most * 4]
    if not cut.isascii():
        cut = _SURROGATE.sub("\ufffd", cut)
    if not cut.isprintable():
        cut = " ".join("".join(c if c.isprintable() else " " for c in cut).split())
    masked = mask_secrets(cut)
    if "@" in masked:
        masked = _MAIL.sub("***", masked)
    return masked.strip()[:most]


def text(value: Any, most: int = 200) -> str:
    """A text of a record; a number in its place is written out, all else is empty."""
    if type(value) is str:
        return plain(value, most) if value else ""
    return str(value) if type(value) is int and abs(value) < 10**18 else ""


def ident(value: Any) -> str:
    """An id of a record, at most 200 characters; empty when it has none."""
    if type(value) is int:
        return str(value) if 0 <= value < 10**18 else ""
    return text(value)


def head(value: Any) -> str:
    """The id of a commit; empty when it is none."""
    if type(value) is str and len(value) <= 64:
        return value.lower() if value.isalnum() and value.isascii() else ""
    return ""


def whole(value: Any) -> int | None:
    """A count, 0 or more; None when it is none."""
    if type(value) is str and value.strip().isdecimal() and len(value) < 16:
        return int(value)
    return value if type(value) is int and 0 <= value < 10**15 else None


def attempt(value: Any) -> int:
    """Which attempt a record names; 1 where it names none."""
    return max(whole(value) or 1, 1)


def listed(value: Any, most: int = 50) -> list[str]:
    """The texts of a list, at most ``most`` of them; empty when it is no list."""
    if not isinstance(value, list):
        return []
    return [word for word in (text(one, 100) for one in value[:most]) if word]


def _tidy(seconds: float) -> int | float:
    rounded = round(seconds, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def moment(value: Any, quality: list[str], *, milliseconds: bool = False) -> Time:
    """Seconds since 1970, UTC, of an ISO 8601 text or a number; None when there is no such time.

    A number is seconds, or milliseconds when it is too large for that or ``milliseconds`` says
    so. A text without a zone is taken as UTC. Why a value gave no time is added to ``quality``.
    """
    if value is None or value == "":
        return None
    if type(value) is str:
        found = _parsed(value.strip())
    elif type(value) in (int, float):
        found = _number(value, milliseconds)
    else:
        found = None
    if found is None:
        return _flagged(quality, "time-not-read")
    if not EARLIEST <= found < LATEST:
        return _flagged(quality, "time-out-of-range")
    return found


def _flagged(quality: list[str], word: str) -> Time:
    """No time, and the reason among ``quality``."""
    if word not in quality:
        quality.append(word)
        quality.sort()
    return None


def _number(value: float, milliseconds: bool) -> Time:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if milliseconds or abs(value) >= 10**11:
        # 10^11 seconds lie beyond the year 5000: such a number counts milliseconds.
        return _tidy(value / 1000) if abs(value) < 10**16 else 10**16
    return _tidy(value)


def _parsed(value: str) -> Time:
    if not value or len(value) > 60:
        return None
    if _PLAIN_NUMBER.match(value):
        return _number(float(value), False)
    if value.endswith((" UTC", " GMT")):
        value = value[:-4] + "Z"
    match = _CLOCK.match(value)
    if match:
        value = f"{match[1]}T{match[2].replace(' ', '')}"
    try:
        when = datetime.fromisoformat(value)
        stamp = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return _tidy(stamp)


def span(started: Time, finished: Time, quality: list[str]) -> Time:
    """``finished``, or None with a flag when it lies before ``started``."""
    if started is not None and finished is not None and finished < started:
        return _flagged(quality, "ends-before-start")
    return finished


def times(
    record: Mapping[str, Any], fields: Mapping[str, str], quality: list[str]
) -> dict[str, Time]:
    """Columns of times from the fields of a record that hold them.

    ``finished`` is None with a flag when it lies before ``started``.
    """
    found = {column: moment(record.get(field), quality) for column, field in fields.items()}
    if "finished" in found:
        found["finished"] = span(found.get("started"), found["finished"], quality)
    return found


def duration(value: Any, most: float = 10**9) -> float | None:
    """A duration, 0 or more and below ``most``, in the unit of the value; None when it is none.

    ``2,503.1`` and ``1,234`` are thousands with separators, ``0,25`` has a decimal comma.
    """
    if type(value) is str:
        word = value.strip()
        if "," in word:
            word = word.replace(",", "" if _THOUSANDS.match(word) else ".")
        if len(word) > 40 or not _DIGITS.match(word):
            return None
        value = float(word)
    if type(value) not in (int, float) or not 0 <= value < most:
        return None
    return float(round(value, 6))


def short_name(path: Any) -> str:
    """A workflow's file without the ref that some records add behind an at sign."""
    return text(path.partition("@")[0]) if isinstance(path, str) else ""
