"""How impact is spoken of: as help only where it was adjusted, else as a plain difference.

:func:`is_adjusted` is the one switch: every heading, column and sentence about impact asks it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from maestro.schema import Finding
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.learned import ImpactDetail

from .words import interval, percent, plural, points, sentence, why


@dataclass(frozen=True, slots=True)
class Says:
    """The words around a set of impact findings."""

    heading: str
    """Over the list of the surest ones."""
    column: str
    """Over a column of differences."""
    short: str
    """The same on a drawing."""
    note: str
    """What a reader must know before the first number."""


_HELPS = Says(
    heading="What helps most",
    column="Effect on success (points)",
    short="Effect on success in points",
    note="Associated with success, not proven to cause it: an effect is what differs between like "
    "projects with and without a version, as far as the records tell what is alike.",
)
_DIFFERS = Says(
    heading="Where users did better (not adjusted)",
    column="Users against others (points, not adjusted)",
    short="Users against others in points, not adjusted",
    note="A lead, not a proof: these are plain differences between projects that used a version "
    "and all others, not adjusted for team, class or difficulty.",
)


def is_adjusted(finding: Finding) -> bool:
    """Whether the method compared like with like, so that a difference may be called help."""
    method = finding.method.lower()
    return "adjusted" in method and "not adjusted" not in method and "unadjusted" not in method


def says(findings: Iterable[Finding | None]) -> Says:
    """The words around these findings: of help unless one with a number is not adjusted."""
    numbers = [f for f in findings if f is not None and f.value is not None]
    return _HELPS if all(map(is_adjusted, numbers)) else _DIFFERS


def clear(margin: float, *, drawn: bool = False) -> str:
    """When a difference is called clear; ``margin`` in points of success.

    ``drawn``: a bar with the margin as its grey band stands beside the sentence.
    """
    size = f"{margin:g} {'point' if margin == 1 else 'points'}"
    band = ", the grey band" if drawn else ""
    return (
        f"A difference is called clear when its whole interval lies more than {size} above or "
        f"below zero (the margin{band})."
    )


def sentence_of(finding: Finding) -> str:
    """What an impact finding with a number says: its own label first, then the numbers."""
    assert finding.value is not None
    ends = interval(finding, signed=True, decimals=1)
    is_open = finding.lo is not None and finding.hi is not None and finding.lo <= 0 <= finding.hi
    if not is_adjusted(finding):
        label = finding.label or "difference"
        size = points(finding.value)
        other = "the projects that did not use it"
        return sentence(f"{label}: {size} points against {other} {ends}, not adjusted")
    if is_open or finding.label.startswith("no clear"):
        both = [points(end) for end in (finding.lo, finding.hi) if end is not None]
        label = finding.label or "no clear effect"
        return sentence(
            f"{label}: somewhere between {' and '.join(both)} points ({percent(finding.level)})"
        )
    better = "better" if finding.value > 0 else "worse"
    size = points(abs(finding.value), signed=False)
    text = f"projects that used it did {size} points {better} than comparable ones {ends}"
    return sentence(f"{finding.label}: {text}" if finding.label else text)


def behind(finding: Finding) -> str:
    """The evidence behind an impact finding with a number, and the plain means beside it."""
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


_USERS = re.compile(r"(\d+) finished projects? used it, at least (\d+) are needed")
_TEAMS = re.compile(r"all its users are of (\d+) teams?, at least (\d+) teams are needed")
_SCORED = re.compile(r"(\d+) finished projects? with a score, at least (\d+) are needed")
_CLEAN = re.compile(r"worth ([\d.]+) fair comparisons, at least ([\d.]+) are needed")
_SHORT = (
    (_SCORED, "scored projects"),
    (_USERS, "projects"),
    (_TEAMS, "teams"),
    (_CLEAN, "fair comparisons"),
)


def short_reason(finding: Finding, *, is_data: bool = False) -> str:
    """Why there is no number, for a table's cell: ``Not enough evidence: 2 of 5 projects``.

    ``is_data``: of a data set it is said which list is counted.
    """
    label = finding.label or NOT_ENOUGH
    for pattern, counted in _SHORT:
        if found := pattern.search("; ".join(finding.quality)):
            text = f"{label[0].upper()}{label[1:]}: {found[1]} of {found[2]} {counted}"
            return f"{text} (under uses:)" if is_data and pattern is _USERS else text
    return why(finding, "").rstrip(".")


_LACKS = (
    (_SCORED, "fewer than {} finished projects have a score"),
    (_USERS, "fewer than {} finished projects used it"),
    (_TEAMS, "its users are of fewer than {} teams"),
    (_CLEAN, "its evidence is worth fewer than {} fair comparisons"),
)
_ALIKE = "mostly the same projects"
_EVERY = "every finished project used it"
_ELSE = "another reason, which its page says"


def lacks(findings: Iterable[Finding]) -> list[tuple[int, str]]:
    """Why versions have no number: how many share a reason, and the reason, the commonest first."""
    counts = Counter(_lack(finding) for finding in findings if finding.value is None)
    return sorted(((n, said) for said, n in counts.items()), key=lambda one: (-one[0], one[1]))


def _lack(finding: Finding) -> str:
    notes = "; ".join(finding.quality)
    for pattern, said in _LACKS:
        if found := pattern.search(notes):
            return said.format(found[2])
    if _EVERY in notes:
        return f"{_EVERY}, so there is nothing to compare with"
    return "it cannot be told from its users' class or team" if _ALIKE in notes else _ELSE


def data_reason(finding: Finding, learners: int) -> str:
    """Why a data set has no number: ``uses`` is what is counted, not ``datasets``.

    ``learners`` is how many projects list the data set under ``datasets``.
    """
    found = _USERS.search("; ".join(finding.quality))
    if not found:
        return why(finding, "")
    count = int(found[1])
    lists = "finished project lists" if count == 1 else "finished projects list"
    said = (
        f"{finding.label or NOT_ENOUGH}: {count} {lists} it under uses: and at least {found[2]} "
        f"are needed (listed under datasets: by {plural(learners, 'project')}; impact is computed "
        "from uses: only)"
    )
    rest = [note for note in finding.quality if not _USERS.search(note)]
    return sentence("; ".join([said, *rest]))


def tally(findings: Iterable[Finding], margin: float) -> str:
    """How many versions were looked at, how many have a number, and on which side it is clear."""
    found = list(findings)
    numbers = [f for f in found if f.value is not None]
    up = sum(is_above(f, margin) for f in numbers)
    down = sum(is_below(f, margin) for f in numbers)
    looked = f"{plural(len(found), 'version')} {'was' if len(found) == 1 else 'were'} looked at"
    if not numbers:
        return f"{looked}; there is not enough evidence for a number yet."
    counted = f"{len(numbers)} {'has' if len(numbers) == 1 else 'have'} a number"
    if all(map(is_adjusted, numbers)):
        open_ = len(numbers) - up - down
        sides = f"{up} {'helps' if up == 1 else 'help'}, {down} {'hurts' if down == 1 else 'hurt'}"
        return f"{looked}, {counted}: {sides}, no clear effect with {open_}."
    return (
        f"{looked}, {counted}: users did clearly better with {up}, clearly worse with {down}, "
        f"no clear difference with {len(numbers) - up - down}."
    )


def is_above(finding: Finding, margin: float) -> bool:
    """Whether the whole interval lies above the margin."""
    return finding.lo is not None and finding.lo > margin


def is_below(finding: Finding, margin: float) -> bool:
    """Whether the whole interval lies below the margin."""
    return finding.hi is not None and finding.hi < -margin


__all__ = [
    "Says",
    "behind",
    "clear",
    "data_reason",
    "is_above",
    "is_adjusted",
    "is_below",
    "lacks",
    "says",
    "sentence_of",
    "short_reason",
    "tally",
]
