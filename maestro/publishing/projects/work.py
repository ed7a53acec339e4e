"""How the work of a project went: its figures in sections, each with words, charts and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import captions, words
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.measures import (
    LEAD_TIME_PARTS,
    SECTIONS,
    Key,
    Section,
    detail_of,
    order_of,
    section_of,
    title_of,
)
from maestro.schema import Finding
from maestro.schema.findings import Evidence

_NEEDS: dict[Key, tuple[str, str, str]] = {
    "velocity": ("git", "repository", "repository:"),
    "collaboration": ("git", "repository", "repository:"),
    "ci": ("ci", "CI provider", "ci:"),
    "delivery": ("ci", "CI provider", "ci:"),
    "training": ("tracking", "training runs", "tracking:"),
    "own": ("evidence", "", ""),
}
"""Section to its source, what that is called, and the field of the record that names it."""
_SOURCES = {
    "ci": "CI", "dora": "CI and git", "pull_requests": "pull requests",
    "tracking": "training runs", "dvc": "DVC", "custom": "the team's own files",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its drawings and what is special about it."""

    title: str
    finding: Finding
    notes: tuple[str, ...]
    """Notes that no other figure of the section shares."""
    course: charts.Course
    is_tile: bool
    """False for a plain number, which stands in a table."""

    @property
    def drawing(self) -> Markup:
        """Its line over time; empty when it has no series."""
        return charts.trend(self.course)

    @property
    def bar(self) -> Markup:
        """Its interval; empty when it has none."""
        found = self.finding
        if found.value is None or found.lo is None or found.hi is None or words.is_flat(found):
            return Markup("")
        size = words.factor(found.unit)
        ends = found.lo * size, found.hi * size
        said = f"{self.title}: {words.amount(found)} {words.interval(found)}"
        bar = charts.Bar(said, found.value * size, *ends)
        return charts.wide_bar(bar, words.decimals_of(found), width=320, signed=found.lo < 0)

    @property
    def source(self) -> str:
        """What it was counted from, in words."""
        return _SOURCES.get(detail_of(self.finding).source, "git")


@dataclass(frozen=True, slots=True)
class Work:
    """One section as its page shows it."""

    key: Key
    title: str
    says: str
    """What to see in it; empty without a number."""
    absent: str
    """Why there is nothing at all; empty when there is something."""
    tiles: tuple[Figure, ...] = ()
    plain: tuple[Figure, ...] = ()
    parts: tuple[Figure, ...] = ()
    """The parts of the lead time."""
    areas: tuple[Figure, ...] = ()
    """Who changes which part of the repository."""
    shared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Notes of several figures; with the titles of those, none when it is true of all."""
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Reasons why figures have no number, with the titles of those."""

    @property
    def scale(self) -> tuple[float, float]:
        """The axis that the parts of the lead time share."""
        found = [f.finding for f in self.parts]
        ends = [end for f in found for end in (f.value, f.lo, f.hi) if end is not None]
        return charts.axis(ends or [1.0])

    @property
    def numbers(self) -> tuple[Figure, ...]:
        """Every figure with a number, in the order of the page."""
        return (*self.tiles, *self.plain, *self.parts, *self.areas)

    @property
    def methods(self) -> list[tuple[str, list[str]]]:
        """How the numbers were computed: method with its version, and the figures it made."""
        found: dict[str, list[str]] = {}
        for figure in self.numbers:
            name = f"{figure.finding.method} version {figure.finding.method_version}"
            found.setdefault(name, []).append(figure.title)
        return list(found.items())

    @property
    def evidence(self) -> list[Evidence]:
        """What the numbers were computed from, each piece once."""
        every = [piece for figure in self.numbers for piece in figure.finding.evidence]
        return list({(piece.kind, piece.ref, piece.note): piece for piece in every}.values())


def work_of(shelf: Shelf, entry: Entry) -> list[Work]:
    """The sections of a project's work, in the order of its page; none is left out."""
    found = [*shelf.of("metric", entry.name), *shelf.of("dora", entry.name)]
    by_key: dict[Key, list[Finding]] = {section.key: [] for section in SECTIONS}
    for finding in sorted(found, key=order_of):
        by_key[section_of(finding)].append(finding)
    states = shelf.of("source_health", entry.name)
    return [
        _section(section, by_key[section.key], why_nothing(section.key, entry, states))
        for section in SECTIONS
    ]


def why_nothing(key: Key, entry: Entry, states: Sequence[Finding]) -> str:
    """Why a project has no figure of a section at all, without a full stop."""
    source, name, field = _NEEDS[key]
    mine = [state for state in states if captions.source_of(state) == source]
    if key == "own":
        folder = f"projects/{entry.name}/evidence/"
        absent = f"the team gave no metrics of its own (add CSV or JSONL files to {folder})"
        return captions.no_figures("files", "", mine) if mine else absent
    is_named = getattr(entry.record, field.rstrip(":")) is not None
    return captions.no_figures(name, "" if is_named else field, mine if is_named else [])


def _section(section: Section, findings: list[Finding], absent: str) -> Work:
    known = [f for f in findings if f.value is not None]
    if not findings:
        return Work(section.key, section.title, "", f"Not measured: {absent}.")
    lists = [list(dict.fromkeys(finding.quality)) for finding in known]
    often = Counter(note for notes in lists for note in notes)
    figures = [
        _figure(finding, tuple(note for note in notes if often[note] == 1))
        for finding, notes in zip(known, lists, strict=True)
    ]
    named = [(detail_of(figure.finding).name, figure) for figure in figures]
    own = (*LEAD_TIME_PARTS, "area_ownership")
    rest = [figure for name, figure in named if name not in own]
    return Work(
        section.key,
        section.title,
        captions.headline(section, findings),
        "",
        tiles=tuple(f for f in rest if f.is_tile),
        plain=tuple(f for f in rest if not f.is_tile),
        parts=tuple(figure for name, figure in named if name in LEAD_TIME_PARTS),
        areas=tuple(figure for name, figure in named if name == "area_ownership"),
        shared=_shared(known, often),
        missing=_missing(findings, bool(known)),
    )


def _figure(finding: Finding, notes: tuple[str, ...]) -> Figure:
    detail = detail_of(finding)
    is_tile = bool(detail.series or finding.lo is not None or detail.band)
    return Figure(title_of(finding), finding, notes, course_of(finding), is_tile)


def course_of(finding: Finding) -> charts.Course:
    """A figure over time, as it is drawn: shares as per cent, a half week marked."""
    size = words.factor(finding.unit)
    series = [(label, value * size) for label, value in detail_of(finding).series]
    return charts.Course(title_of(finding), series, words.unit_of(finding.unit), _half(finding))


def _half(finding: Finding) -> str:
    """The name of the week in which the figure's window ends: a last point of it is not over."""
    end = words.parse_time(finding.window.end) if finding.window else None
    if end is None:
        return ""
    year, week, _ = date(end.year, end.month, end.day).isocalendar()
    return f"{year}-W{week:02d}"


def _shared(known: list[Finding], often: Counter[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for note, count in often.items():
        if count < 2:
            continue
        titles = [title_of(f) for f in known if note in f.quality]
        found.append((note, () if count == len(known) else tuple(titles)))
    return tuple(found)


def _missing(findings: list[Finding], has_notes: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reasons with the figures they are true of.

    ``has_notes``: what is true of every figure already stands among the notes.
    """
    common = set(findings[0].quality).intersection(*(f.quality for f in findings))
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.value is not None:
            continue
        own = [note for note in finding.quality if note not in common]
        short = finding.model_copy(update={"quality": own}) if own and has_notes else finding
        reasons.setdefault(words.why(short, ""), []).append(title_of(finding))
    return tuple((reason, tuple(titles)) for reason, titles in reasons.items())
