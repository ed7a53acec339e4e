"""Ranges and uncertain numbers of a brief: "4-6", "3 or 4 people", "40-60k EUR", "3 (maybe 4)".

They are looked for before any single number, whatever the field: a number inside one is never
taken alone. A scale word or a unit behind the second number holds for the first one too.
For the patterns of single numbers a range is replaced by its second number, and marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .spec_numbers import DAY, MONTH_NAME, NUMBER, PERSON, ROW, SCALE, SIGN, UNITS, number

_TIME = "|".join(UNITS.values())
_UNIT = (
    rf"(?:(?P<money{{0}}>{SIGN})|(?P<time{{0}}>{_TIME})|(?P<people{{0}}>{PERSON})"
    rf"|(?P<rows{{0}}>{ROW}))(?!\w)"
)
_SIGN_BEFORE = rf"(?:(?P<sign{{0}}>(?<!\w){SIGN})\s?)?"
_ABOUT = (
    r"(?:(?:about|roughly|around|approx\.?|circa|ca\.?|even|max\.?|maximal|maximum|maybe|perhaps|"
    r"possibly|probably|at most|etwa|rund|höchstens|vielleicht|environ|peut-être|au plus|zu)\s)?"
)
_MAYBE = (
    r"(?:maybe|perhaps|possibly|probably|potentially|later|or|up to|at most|vielleicht|eventuell|"
    r"max\.?|maximal|maximum|höchstens|au plus|evtl\.?|möglicherweise|"
    r"oder|später|bis zu|bis|peut-être|éventuellement|ou|voire|jusqu'à|"
    r"could be|might be|may be|könnten?|pourrait être)"
)
_BETWEEN = (
    rf"\s?(?:-|/|\bto\b|\bor\b|\bbis\b|\boder\b|à|\bou\b|\bvoire\b)\s?{_ABOUT}"
    r"|\s?(?P<around>±|\+/-|\+-)\s?"
    rf"|\s?\(\s?(?:{_MAYBE}\s){{1,2}}"
    rf"|\s?\(\s?(?={NUMBER}\s(?:\w+\s)?{_MAYBE}[\s)])"
    rf"|\s?,\s(?:but\s|aber\s|mais\s)?(?:{_MAYBE}\s){{1,2}}"
    r"|\s(?:and|und|et)\s(?:up to|at most|max\.?|maximal|höchstens|bis zu|au plus|jusqu'à)\s"
)
_SECOND = NUMBER.replace("'@-]", "'@]", 1)
_RANGE = re.compile(
    rf"(?:between|zwischen|entre)\s{_ABOUT}{_SIGN_BEFORE.format(3)}(?P<c>{NUMBER})(?:\s?{_UNIT.format(3)})?"
    rf"\s(?:and|und|et)\s{_ABOUT}{_SIGN_BEFORE.format(4)}(?P<d>{NUMBER})(?:[\s-]?{_UNIT.format(4)})?"
    rf"|{_SIGN_BEFORE.format(1)}(?:(?P<z>{NUMBER}),\s)?(?P<a>{NUMBER})(?:[\s-]?{_UNIT.format(1)})?"
    rf"(?:{_BETWEEN}){_SIGN_BEFORE.format(2)}(?P<b>{_SECOND})(?:[\s-]?{_UNIT.format(2)})?",
    re.I,
)
_OF_MONTH = re.compile(rf"\.?\s(?:of\s)?(?:{MONTH_NAME})\b", re.I)
_SCALED = re.compile(rf"\s?(?P<scale>{SCALE})\Z", re.I)


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers that stand for one, and where their replacement stands."""

    low: float
    high: float
    kind: str
    """What they count when a unit says so: money, time, people, rows; else empty."""
    units: tuple[str, str]
    """The units of time as written, of both ends; empty when it is no time."""
    start: int
    end: int


def ranges(text: str) -> tuple[str, tuple[Range, ...]]:
    """``text`` with its second number in place of each range, and the ranges in order.

    What is part of a day is no range.
    """
    taken = [(hit.start(), hit.end()) for hit in DAY.finditer(text)]
    parts, found, place, done, length = [], [], 0, 0, 0
    while hit := _RANGE.search(text, place):
        in_day = any(a < hit.end() and hit.start() < b for a, b in taken)
        made = None if in_day else _range(hit)
        if made is None:
            # The second number may open a range of its own.
            place = max(hit.start() + 1, hit.start("b"), hit.start("d"))
            continue
        low, high, kind, units, words = made
        length += hit.start() - done
        found.append(Range(low, high, kind, units, length, length + len(words)))
        parts += [text[done : hit.start()], words]
        length += len(words)
        place = done = hit.end()
    return "".join([*parts, text[done:]]), tuple(found)


def _range(hit: re.Match[str]) -> tuple[float, float, str, tuple[str, str], str] | None:
    """Both ends, what they count, their units and the words that replace them."""
    first, second = (hit["a"] or hit["c"]), (hit["b"] or hit["d"])
    low, high = _ends(first, second)
    if low is None or high is None:
        return None
    units: list[tuple[str, str]] = []
    for places in ((1, 3), (2, 4)):
        named = [(k, hit[f"{k}{p}"]) for k in ("money", "time", "people", "rows") for p in places]
        named += [("money", hit[f"sign{p}"]) for p in places]
        units.append(next(((kind, unit) for kind, unit in named if unit), ("", "")))
    kinds = {kind for kind, _ in units} - {""}
    is_part = hit.string[hit.end() :].lstrip().startswith("%")
    if (is_part and not hit["around"]) or _OF_MONTH.match(hit.string, hit.end()):
        return None
    if hit["around"]:
        step = low * (number(second) or 0) / 100 if is_part else high
        low, high = low - step, low + step
    is_slash = "/" in hit[0] and high != low + 1 and not hit["around"] and kinds != {"money"}
    if len(kinds) > 1 or low == high or is_slash:
        return None
    if hit["z"] and (least := number(hit["z"])) is not None and least < low:
        low = least
    names = ("", "")
    if kinds == {"time"}:
        names = (units[0][1] or units[1][1], units[1][1] or units[0][1])
    if low > high and names[0] == names[1]:
        # "4 or 3" are two values too; "2026-03" and "9 to 5" are none.
        if low > 3 * high or re.search(r"\d\s?-\s?\S{0,3}\d", hit[0]):
            return None
        low, high = high, low
    sign = next((hit[f"sign{p}"] for p in (1, 3, 2, 4) if hit[f"sign{p}"]), "")
    unit = units[1][1] or units[0][1]
    words = f"{sign} {second}" if sign else f"{second} {unit}".rstrip()
    return low, high, next(iter(kinds), ""), names, words


def _ends(first: str, second: str) -> tuple[float | None, float | None]:
    """Both numbers; a scale that only one of them bears holds for both where that makes sense."""
    low, high = number(first), number(second)
    ours, theirs = _SCALED.search(first), _SCALED.search(second)
    if low is None or high is None or bool(ours) == bool(theirs):
        return low, high
    if theirs:
        scaled = number(f"{first} {theirs['scale']}")
        return (scaled if scaled is not None and scaled < high else low), high
    assert ours is not None
    return low, high if high > low else number(f"{second} {ours['scale']}")
