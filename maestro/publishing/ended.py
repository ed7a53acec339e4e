"""How projects ended: every score on one axis, by class, team and quarter, and in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.details import SuccessDetail, SuccessPartDetail

from . import plots, words
from .library import Shelf

MOST_ROWS = 200
"""Projects in the table; the data below ``api/v1/findings/`` has them all."""
MOST_GROUPS = 20
_SCALE = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class EndRow:
    """One project with its score and the parts of it."""

    entry: Entry
    finding: Finding
    parts: tuple[SuccessPartDetail, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Projects that have one thing in common, each score as a dot."""

    name: str
    count: int
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Ended:
    """The sentence, the groups and the table."""

    says: str
    groups: tuple[tuple[str, tuple[Group, ...], int], ...]
    """By what they are grouped, the groups, and how many more there are."""
    rows: tuple[EndRow, ...]
    left_out: int
    without: int
    """Projects without a score."""


def ended(shelf: Shelf) -> Ended:
    """All projects with a success score, the highest first."""
    found: list[tuple[Entry, Finding]] = []
    projects = shelf.catalog.projects
    for name, entry in projects.items():
        score = shelf.one("success", name)
        if score is not None and score.value is not None:
            found.append((entry, score))
    found.sort(key=lambda pair: (-(pair[1].value or 0.0), pair[0].name))
    groups = [
        _grouped(found, what, key)
        for what, key in (
            ("Problem class", lambda entry: str(entry.record.problem_class)),
            ("Team", lambda entry: shelf.owner_title(entry.record.owner)),
            ("Quarter it began in", _quarter),
        )
    ]
    return Ended(
        _says(found, len(projects), shelf.left_out("projects")),
        tuple(groups),
        tuple(_row(entry, score) for entry, score in found[:MOST_ROWS]),
        max(0, len(found) - MOST_ROWS),
        len(projects) - len(found),
    )


def _quarter(entry: Entry) -> str:
    started = entry.record.started
    return f"{started.year}, quarter {(started.month + 2) // 3}"


def _grouped(
    found: Sequence[tuple[Entry, Finding]], what: str, key: Callable[[Entry], str]
) -> tuple[str, tuple[Group, ...], int]:
    scores: dict[str, list[float]] = {}
    for entry, score in found:
        scores.setdefault(key(entry), []).append(score.value or 0.0)
    groups = [
        Group(name, len(values), plots.cell_dots(_title(name, values), values, _SCALE))
        for name, values in sorted(scores.items())[:MOST_GROUPS]
    ]
    return what, tuple(groups), max(0, len(scores) - MOST_GROUPS)


def _title(name: str, values: Sequence[float]) -> str:
    ends = [words.points(end, signed=False) for end in (min(values), max(values))]
    return f"{name}: {words.plural(len(values), 'score')} from {ends[0]} to {ends[1]}"


def _row(entry: Entry, score: Finding) -> EndRow:
    detail = score.detail
    parts = detail.parts if isinstance(detail, SuccessDetail) else []
    return EndRow(entry, score, tuple(part for part in parts if part.score is not None))


def _says(found: Iterable[tuple[Entry, Finding]], projects: int, left_out: str) -> str:
    scores = [score for _, score in found]
    faults = f" {words.sentence(left_out)}" if left_out else ""
    if not scores:
        return f"None of {words.plural(projects, 'project')} has a success score yet.{faults}"
    have = "has" if len(scores) == 1 else "have"
    said = f"{len(scores):,} of {words.plural(projects, 'project')} {have} a success score"
    labels = [score.label for score in scores if score.label]
    counts = sorted({label: labels.count(label) for label in labels}.items(), key=lambda p: -p[1])
    if counts:
        said += f": {', '.join(f'{count:,} {label}' for label, count in counts)}"
    if len(scores) == 1:
        return f"{said}.{faults}"
    ends = [words.points(scores[at].value or 0.0, signed=False) for at in (-1, 0)]
    return f"{said}. Scores go from {ends[0]} to {ends[1]} of 100.{faults}"
