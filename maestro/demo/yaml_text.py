"""Plain data to YAML text that Maestro's strict reader takes back unchanged."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

# Also ambiguous words (no, on, ...) would match: those are quoted.
_PLAIN_KEY = re.compile(r"[a-z_][a-z0-9_-]*\Z")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])

Value = object
"""Text, number, truth value, date, None, or a mapping, list or tuple of them."""


def yaml_text(record: Mapping[str, Value], *, heading: str = "") -> str:
    """The YAML text of ``record``, keys in the order given, texts in JSON quotes.

    ``heading`` becomes a comment on the first line. Raises ``ValueError`` for what the strict
    reader refuses anyway: numbers that are not finite or longer than 16 digits.
    """
    lines = [f"# {heading}"] if heading else []
    lines += _mapping(record, 0) if record else ["{}"]
    return "\n".join(lines) + "\n"


def _mapping(record: Mapping[str, Value], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, value in record.items():
        yield from _entry(f"{pad}{_key(key)}:", value, depth + 1)


def _entry(head: str, value: Value, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, depth)
    elif isinstance(value, (list, tuple)) and value:
        yield head
        yield from _sequence(value, depth)
    else:
        yield f"{head} {_scalar(value)}"


def _sequence(items: Sequence[Value], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item:
            # The first field stands behind the dash, the others below it.
            first, *rest = _mapping(item, depth + 1)
            yield f"{pad}- {first.lstrip(' ')}"
            yield from rest
        elif isinstance(item, (list, tuple)) and item:
            yield from _entry(f"{pad}-", item, depth + 1)
        else:
            yield f"{pad}- {_scalar(item)}"


def _key(key: str) -> str:
    if _PLAIN_KEY.match(key) and key not in _WORDS:
        return key
    return json.dumps(key, ensure_ascii=False)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"no YAML for {type(value).__name__}")


def _number(value: float) -> str:
    if isinstance(value, int):
        text = str(value)
        if len(text) > 16:
            raise ValueError(f"{text} has too many digits")
        return text
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    mantissa, e, exponent = repr(value).partition("e")
    # YAML 1.1 takes 1e+16 for text: its numbers need a point.
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else repr(value)


__all__ = ["yaml_text"]
