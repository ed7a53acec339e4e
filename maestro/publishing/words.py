"""Findings in words: how numbers, intervals and missing evidence are said on every page."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from maestro.schema import Finding
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import round_numbers
from maestro.schema.worth import percent_of, rounded

MINUS = "\u2212"
NO_BREAK = "\u00a0"
"""A space that no line ends at."""
_ONE = {
    "changes": "change", "commits": "commit", "days": "day", "deployments": "deployment",
    "hours": "hour", "lines": "line", "minutes": "minute", "models": "model",
    "people": "person", "points": "point", "projects": "project",
    "pull requests": "pull request", "releases": "release", "runs": "run", "stages": "stage",
    "tests": "test", "trials": "trial", "weeks": "week",
}  # fmt: skip
_COUNTED = frozenset({*_ONE, "count"}) - {"days", "hours", "minutes", "points"}
"""Units as they are stored, and how one of them is called."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_PREDICTED = frozenset({"prediction", "outcome_model"})
"""Kinds of findings that say what may happen, not what did."""
_DAY = re.compile(r"(?<![\w./:-])\d{4}-\d\d-\d\d(?![\w/-]|[.:]\w)")
"""A day that is no part of a name, a path, a version or a moment."""
_HYPHEN = re.compile(r"(?<=[\s(])-(?=\d)")
"""What stands for a minus where a number begins."""
_PERCENT = re.compile(r"(?<=\d) %")
FLAT = "too many weeks are alike"
"""Why a slope is zero from end to end of its interval."""


def number(value: float, *, signed: bool = False, decimals: int | None = None) -> str:
    """A number for people: thousands separated, three significant digits below 10.

    Halves go away from zero, as in the browser and on the command line.
    """
    size = abs(value)
    if decimals is None:
        if size >= 100 or value == int(value):
            decimals = 0
        elif size >= 10:
            decimals = 1
        elif size >= 1:
            decimals = 2
        else:
            decimals = min(6, 2 - math.floor(math.log10(size)))
    shown: float | Decimal = size
    if size * 10**decimals % 1 == 0.5:
        shown = Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{shown:,.{decimals}f}"
    is_zero = not text.strip("0.,")
    sign = MINUS if value < 0 and not is_zero else "+" if signed and not is_zero else ""
    return sign + text


def raw(value: float | None) -> str:
    """A number for programs, with six significant digits as in all data; empty for none."""
    return "" if value is None else json.dumps(round_numbers(value))


def points(value: float, *, signed: bool = True) -> str:
    """Points of success: always one decimal, so that a column aligns."""
    return number(value, signed=signed, decimals=1)


def percent(level: float | None) -> str:
    """``90 %`` for 0.9, on one line."""
    return percent_of(level).replace(" ", NO_BREAK) if level is not None else "interval"


def interval(finding: Finding, *, signed: bool = False, decimals: int | None = None) -> str:
    """``(90 %: +1.2 to +7.0)``, or why there is no interval; empty when there is no number."""
    if finding.value is None:
        return ""
    if is_flat(finding):
        return f"(no change can be seen: {FLAT})"
    if finding.lo is None or finding.hi is None:
        return f"(no interval: {_without(finding)})"
    both = [_shown(finding, end) for end in (finding.lo, finding.hi)]
    decimals = decimals_of(finding) if decimals is None else decimals
    ends = [number(end, signed=signed, decimals=decimals) for end in both]
    return f"({percent(finding.level)}: {ends[0]} to {ends[1]})"


def is_flat(finding: Finding) -> bool:
    """Whether a slope and its whole interval are zero, which says nothing about its direction."""
    is_slope = finding.unit.endswith(" per week")
    return is_slope and finding.value == finding.lo == finding.hi == 0


def decimals_of(finding: Finding) -> int | None:
    """Decimals that a number and its interval share: two digits of the interval's width."""
    if finding.lo is None or finding.hi is None:
        return None
    return decimals_between(*(end * factor(finding.unit) for end in (finding.lo, finding.hi)))


def decimals_between(lo: float, hi: float) -> int | None:
    """Decimals that show two digits of an interval's width; None when it has none."""
    width = hi - lo
    if width <= 0 or not math.isfinite(width):
        return None
    return min(6, max(0, 1 - math.floor(math.log10(width))))


def _shown(finding: Finding, value: float) -> float:
    scaled = value * factor(finding.unit)
    return rounded(scaled) if finding.kind in _PREDICTED else scaled


def factor(stored: str) -> int:
    """Shares are stored from 0 to 1 and shown as per cent."""
    return 100 if stored.startswith("share") else 1


def amount(finding: Finding, *, signed: bool = False, decimals: int | None = None) -> str:
    """The number of a finding that has one, as text without its unit."""
    assert finding.value is not None
    value = _shown(finding, finding.value)
    decimals = decimals_of(finding) if decimals is None else decimals
    if decimals is None and finding.unit.startswith("share"):
        decimals = 1 if value % 1 else 0
    return number(value, signed=signed, decimals=decimals)


def unit(finding: Finding) -> str:
    """The unit in words that fit the number: ``person`` for 1, ``people`` for 2, ``%``."""
    return unit_of(finding.unit, is_one=finding.value == 1)


def unit_of(stored: str, *, is_one: bool = False) -> str:
    """A stored unit in words, for one of it or for many."""
    if stored == "0 to 1":
        return "on a scale from 0 to 1"
    if stored.startswith("share"):
        return "%" + stored.removeprefix("share").replace("/", " per ")
    whole, _, per = stored.partition("/")
    if is_one:
        whole = _ONE.get(whole, whole)
    return f"{whole} per {per}" if per else whole


def moment_of(finding: Finding) -> str:
    """The day that an age in days stands for, or an empty text: the finding's label has it."""
    return day(finding.label) if finding.unit == "days ago" and finding.label else ""


def _without(finding: Finding) -> str:
    """Why a number has no interval: what is counted or declared is not an estimate."""
    if finding.kind in ("reuse", "lineage", "change") or _is_count(finding.unit):
        return "counted, not estimated"
    if finding.kind == "success":
        return "computed from what was recorded, not estimated"
    return "the method gives none"


def _is_count(stored: str) -> bool:
    return stored.removesuffix("/week") in _COUNTED


def heading(unit: str) -> str:
    """A unit over a column: a word with a capital first letter, and a sign as it is written."""
    return unit[:1].upper() + unit[1:] if len(unit) > 3 and unit.islower() else unit


def sentence(text: str) -> str:
    """``text`` with a capital first letter, unless it begins with a name, and a full stop.

    Days and numbers in it are said as on all pages (:func:`typeset`).
    """
    text = typeset(text.strip())
    if not text:
        return ""
    if not set("./_@") & set(text.split()[0].rstrip(".:")):
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def why(finding: Finding | None, absent: str) -> str:
    """Why there is no number: the finding's own reason, or ``absent`` when nothing was found."""
    if finding is None:
        return sentence(absent)
    label = finding.label or NOT_ENOUGH
    return sentence(f"{label}: {'; '.join(finding.quality)}" if finding.quality else label)


def brief(finding: Finding) -> str:
    """The first reason alone, up to its first colon, for a narrow cell."""
    if not finding.quality:
        return finding.label or NOT_ENOUGH
    return typeset(finding.quality[0].partition(":")[0])


def plural(count: int, one: str, many: str = "") -> str:
    """``1 project`` or ``2 projects``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def dated(text: str) -> str:
    """``text`` with each ISO day that stands alone in the words of people: ``21 November 2026``."""
    return _DAY.sub(lambda found: day(found[0]), text) if "-" in text else text


def typeset(text: str) -> str:
    """``text`` of a finding as pages say it: days in words, a minus for the hyphen before a
    number, and no line that ends before a per cent sign."""
    return _PERCENT.sub(NO_BREAK + "%", _HYPHEN.sub(MINUS, dated(text)))


def day(moment: str) -> str:
    """``21 November 2026`` of an ISO date or time; the text itself when it is neither."""
    found = parse_time(moment)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if found else moment


def parse_time(moment: str) -> datetime | None:
    """The moment of an ISO date or time; without a zone it counts as UTC."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
