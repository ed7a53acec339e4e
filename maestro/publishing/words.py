"""Findings in words: how numbers, intervals and missing evidence are said on every page."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from maestro.schema import Finding
from maestro.schema.findings import NOT_ENOUGH, ImpactDetail

MINUS = "\u2212"
_COUNTED = frozenset({"commits", "commits/week", "people", "weeks", "lines", "count", "projects"})
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: float, *, signed: bool = False, decimals: int | None = None) -> str:
    """A number for people: thousands separated, three significant digits below 10."""
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
    text = f"{size:,.{decimals}f}"
    is_zero = not text.strip("0.,")
    sign = MINUS if value < 0 and not is_zero else "+" if signed and not is_zero else ""
    return sign + text


def points(value: float, *, signed: bool = True) -> str:
    """Points of success: always one decimal, so that a column aligns."""
    return number(value, signed=signed, decimals=1)


def percent(level: float | None) -> str:
    """``90 %`` for 0.9."""
    return f"{100 * level:.0f} %" if level is not None else "interval"


def interval(finding: Finding, *, signed: bool = False, decimals: int | None = None) -> str:
    """``(90 %: +1.2 to +7.0)``, or why there is no interval; empty when there is no number."""
    if finding.value is None:
        return ""
    if finding.lo is None or finding.hi is None:
        return f"(no interval: {_without(finding)})"
    ends = [number(end, signed=signed, decimals=decimals) for end in (finding.lo, finding.hi)]
    return f"({percent(finding.level)}: {ends[0]} to {ends[1]})"


def _without(finding: Finding) -> str:
    """Why a number has no interval: what is counted or declared is not an estimate."""
    if finding.kind in ("reuse", "lineage", "change") or finding.unit in _COUNTED:
        return "counted, not estimated"
    if finding.kind == "success":
        return "computed from what was recorded, not estimated"
    return "the method gives none"


def sentence(text: str) -> str:
    """``text`` with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def why(finding: Finding | None, absent: str) -> str:
    """Why there is no number: the finding's own reason, or ``absent`` when nothing was found."""
    if finding is None:
        return sentence(absent)
    label = finding.label or NOT_ENOUGH
    return sentence(f"{label}: {'; '.join(finding.quality)}" if finding.quality else label)


def plural(count: int, one: str, many: str = "") -> str:
    """``1 project`` or ``2 projects``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def effect(finding: Finding) -> str:
    """What an impact finding with a number says, in a sentence or two."""
    assert finding.value is not None
    if finding.lo is not None and finding.hi is not None and finding.lo <= 0 <= finding.hi:
        ends = f"{points(finding.lo)} and {points(finding.hi)}"
        return f"No clear effect: somewhere between {ends} points ({percent(finding.level)})."
    size = points(abs(finding.value), signed=False)
    better = "better" if finding.value > 0 else "worse"
    others = "comparable ones" if _adjusted(finding) else "the projects that did not"
    ends = interval(finding, signed=True, decimals=1)
    return f"Projects that used it did {size} points {better} than {others} {ends}."


def _adjusted(finding: Finding) -> bool:
    method = finding.method.lower()
    return "adjusted" in method and "not adjusted" not in method and "unadjusted" not in method


def behind(finding: Finding) -> str:
    """The evidence behind an impact finding, and the plain means beside it."""
    detail = finding.detail
    if not isinstance(detail, ImpactDetail):
        return ""
    grade = f"{detail.grade} evidence" if detail.grade != "insufficient" else NOT_ENOUGH
    users = plural(len(detail.users), "finished project")
    text = sentence(f"{grade}: {users}, {plural(detail.teams, 'team')}")
    if detail.naive_mean is not None and detail.others_mean is not None:
        means = [points(mean, signed=False) for mean in (detail.naive_mean, detail.others_mean)]
        text += f" Not adjusted: {means[0]} against {means[1]}."
    return text


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
