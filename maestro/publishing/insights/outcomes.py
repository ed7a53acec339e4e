"""How projects ended: every score over time, by class, team, complexity and quarter, and in a
table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.captions import term_title
from maestro.publishing.draw import dotplot, plots
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site
from maestro.schema import Finding
from maestro.schema.details import SuccessDetail, SuccessPartDetail

from .cards import Card, board_page, counted, project_keys, quarter_of

MOST_ROWS = 500
"""Projects in the table; the data below ``api/v1/findings/`` has them all."""
MOST_GROUPS = 20
MOST_NAMED = 3
"""Highest and lowest scores that are named."""
MOST_REASONS = 12
_SCALE = (0.0, 100.0)
_WHOLE = 0.9995
"""Share of the weights from which a score rests on all of its parts."""
STATES = ("planned", "active", "done", "abandoned")


@dataclass(frozen=True, slots=True)
class EndRow:
    """One project with its score and the parts of it."""

    entry: Entry
    key: str
    finding: Finding
    parts: tuple[SuccessPartDetail, ...]
    completeness: float | None
    """Share of the weights that it has values for, 0 to 1."""

    @property
    def quarter(self) -> str:
        """The quarter in which it ended."""
        return quarter_of(self.entry)

    @property
    def verdict(self) -> str:
        """Reached, partly or missed; empty where there is none."""
        return self.finding.label

    @property
    def is_capped(self) -> bool:
        """Whether the score was cut because the project was abandoned."""
        return isinstance(self.finding.detail, SuccessDetail) and self.finding.detail.capped


@dataclass(frozen=True, slots=True)
class Group:
    """Projects that have one thing in common, each score as a dot."""

    name: str
    count: int
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Ended:
    """The sentences, the drawing, the groups and the table."""

    says: str
    states: tuple[tuple[str, int], ...]
    """Where projects stand, and how many."""
    complete: str
    """How many scores rest on all of their parts."""
    drawing: Markup
    """Every score at the day its project ended."""
    undated: int
    """Scores without a day, which are not in the drawing."""
    groups: tuple[tuple[str, tuple[Group, ...], int], ...]
    """By what they are grouped, the groups, and how many more there are."""
    rows: tuple[EndRow, ...]
    left_out: int
    highest: tuple[EndRow, ...]
    lowest: tuple[EndRow, ...]
    without: tuple[tuple[str, tuple[Entry, ...]], ...]
    """Reason why there is no score, and the projects it is true of."""


def pages(site: Site) -> Iterable[Page]:
    """The dashboard of success."""
    yield board_page(site, "success", {"ends": ended(site.shelf)})


def card(shelf: Shelf) -> Card:
    """What the overview says of success."""
    found = ended(shelf)
    if not found.rows:
        return Card("success", found.says)
    labels = Counter(row.verdict or "no verdict" for row in _scored(shelf))
    total = sum(labels.values())
    known = [name for name in ("reached", "partly", "missed") if labels[name]]
    order = [*known, *sorted(labels.keys() - set(known))]
    whose = "its" if total == 1 else "their"
    of = f"of {words.plural(total, 'project')} with a score reached {whose} goal"
    rows = counted((name, labels[name]) for name in order)
    return Card("success", found.says, f"{labels['reached']:,}", of, rows)


def ended(shelf: Shelf) -> Ended:
    """All projects with a success score, the highest first, and why others have none."""
    rows = _scored(shelf)
    projects = shelf.catalog.projects
    states = Counter(entry.record.status for entry in projects.values())
    says = _says(rows, len(projects), shelf.left_out("projects"))
    dated = [row for row in rows if row.entry.record.ended]
    many = len(rows) > 2 * MOST_NAMED
    terms = shelf.catalog.taxonomy.problem_classes
    return Ended(
        says,
        tuple((state, states[state]) for state in STATES),
        _complete(rows),
        _drawing(dated, says),
        len(rows) - len(dated),
        tuple(
            _grouped(rows, what, key)
            for what, key in (
                ("Quarter it ended in", lambda row: row.quarter),
                ("Problem class", lambda row: term_title(terms, row.entry.record.problem_class)),
                ("Team", lambda row: shelf.owner_title(row.entry.record.owner)),
                ("Complexity", lambda row: f"{row.entry.record.complexity:2d} of 10"),
            )
        ),
        tuple(rows[:MOST_ROWS]),
        max(0, len(rows) - MOST_ROWS),
        tuple(rows[:MOST_NAMED]) if many else (),
        tuple(rows[-1 : -MOST_NAMED - 1 : -1]) if many else (),
        _without(shelf),
    )


def _scored(shelf: Shelf) -> list[EndRow]:
    """Projects with a score, the highest first; ties by name."""
    keys = project_keys(shelf)
    found = []
    for name, entry in shelf.catalog.projects.items():
        score = shelf.one("success", name)
        if score is not None and score.value is not None:
            found.append(_row(entry, keys[name], score))
    return sorted(found, key=lambda row: (-(row.finding.value or 0.0), row.entry.name))


def _row(entry: Entry, key: str, score: Finding) -> EndRow:
    detail = score.detail if isinstance(score.detail, SuccessDetail) else None
    parts = detail.parts if detail else []
    known = tuple(part for part in parts if part.score is not None)
    return EndRow(entry, key, score, known, detail.completeness if detail else None)


def _drawing(rows: Sequence[EndRow], says: str) -> Markup:
    moments = [
        dotplot.Moment(
            row.entry.record.ended,
            row.finding.value or 0.0,
            row.verdict if row.verdict in dotplot.SHAPES else "",
            row.key,
            f"{row.entry.title}: {words.points(row.finding.value or 0.0, signed=False)}",
        )
        for row in rows
    ]
    title = f"Success scores of {words.plural(len(rows), 'project')} at the days they ended"
    return dotplot.over_time(title, says, moments)


def _grouped(
    rows: Sequence[EndRow], what: str, key: Callable[[EndRow], str]
) -> tuple[str, tuple[Group, ...], int]:
    members: dict[str, list[EndRow]] = {}
    for row in rows:
        members.setdefault(key(row), []).append(row)
    # Of quarters the newest are shown, of all others the first by name.
    ordered = sorted(members.items())
    shown = ordered[-MOST_GROUPS:] if what.startswith("Quarter") else ordered[:MOST_GROUPS]
    groups = [_group(name, found) for name, found in shown]
    return what, tuple(groups), max(0, len(members) - MOST_GROUPS)


def _group(name: str, rows: Sequence[EndRow]) -> Group:
    values = [row.finding.value or 0.0 for row in rows]
    ends = [words.points(end, signed=False) for end in (min(values), max(values))]
    title = f"{name}: {words.plural(len(values), 'score')} from {ends[0]} to {ends[1]}"
    return Group(name, len(rows), plots.cell_dots(title, values, _SCALE, [row.key for row in rows]))


def _complete(rows: Sequence[EndRow]) -> str:
    """How many scores rest on values for all of their weights."""
    known = [row.completeness for row in rows if row.completeness is not None]
    if not known:
        return ""
    whole = sum(share >= _WHOLE for share in known)
    if whole == len(known):
        return "Every score rests on values for all of its parts."
    least = words.percent(min(known))
    return (
        f"{whole:,} of {words.plural(len(known), 'score')} rest on values for all parts; of the "
        f"others some parts are missing, so that as little as {least} of the weights is measured."
    )


def _without(shelf: Shelf) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Projects that ended without a score by the reason, the most frequent first."""
    found: dict[str, list[Entry]] = {}
    for name, entry in shelf.catalog.projects.items():
        score = shelf.one("success", name)
        if score is not None and score.value is not None:
            continue
        absent = "not measured: the build made no success finding"
        running = entry.record.status in ("planned", "active")
        reason = "It has not ended." if running else words.sentence(words.why(score, absent))
        found.setdefault(reason, []).append(entry)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple((reason, tuple(entries)) for reason, entries in ordered[:MOST_REASONS])


def _says(rows: Sequence[EndRow], projects: int, left_out: str) -> str:
    faults = f" {words.sentence(left_out)}" if left_out else ""
    if not rows:
        none = f"None of {words.plural(projects, 'project')} has a success score yet."
        return f"{'The one project has no success score yet.' if projects == 1 else none}{faults}"
    have = "has" if len(rows) == 1 else "have"
    said = f"{len(rows):,} of {words.plural(projects, 'project')} {have} a success score"
    counts = Counter(row.verdict for row in rows if row.verdict).items()
    ordered = sorted(sorted(counts), key=lambda pair: -pair[1])
    if ordered:
        said += f": {', '.join(f'{count:,} {label}' for label, count in ordered)}"
    if len(rows) == 1:
        return f"{said}.{faults}"
    ends = [words.points(rows[at].finding.value or 0.0, signed=False) for at in (-1, 0)]
    return f"{said}. Scores go from {ends[0]} to {ends[1]} of 100.{faults}"
