"""Metrics of model cards: by slice, with their intervals on one axis, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.draw import plots
from maestro.publishing.library import Shelf
from maestro.schema import Finding
from maestro.schema.details import MetricDetail
from maestro.schema.model_card import CardMetric

FEW_ROWS = 30
"""Rows below which a value is said to rest on few. A choice of ours: no test is behind it."""
MOST_NAMED = 8
"""Slices named in a sentence."""
LEAST_LEVEL = 0.9
"""Level below which an interval is too narrow to tell slices apart by."""
SURE = "90 % or more"


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of a card: as declared, and as the build found it."""

    declared: CardMetric | None
    computed: Finding | None
    metric: str
    dataset: str
    slice: str

    @property
    def origin(self) -> Literal["computed", "evidence", "declared"]:
        """Whether the build computed it, the card names evidence, or it is only declared."""
        if self.declared is None or self.declared.predictions:
            return "computed"
        return "evidence" if self.declared.evidence else "declared"

    @property
    def value(self) -> float | None:
        """Its value, when there is one."""
        if self.computed is not None and self.computed.value is not None:
            return self.computed.value
        return self.declared.value if self.declared else None

    @property
    def ends(self) -> tuple[float, float, float] | None:
        """Lower end, upper end and level of its interval, when it has one."""
        found = self.computed
        if found is not None and found.value is not None:
            if found.lo is None or found.hi is None:
                return None
            return found.lo, found.hi, found.level or 0.9
        stated = self.declared.interval if self.declared else None
        return (stated.lo, stated.hi, stated.level) if stated else None

    @property
    def rows(self) -> int | None:
        """Rows it rests on, where that is known."""
        return self.computed.n if self.computed else None

    @property
    def few(self) -> str:
        """That it rests on few rows; empty when it does not, or when that is not known."""
        return "few rows" if self.rows is not None and self.rows < FEW_ROWS else ""

    @property
    def without(self) -> str:
        """Why there is no value."""
        return words.why(self.computed, "not computed: the build made no finding of it")

    @property
    def shown(self) -> str:
        """Its interval in words, or that it has none."""
        if not self.ends:
            is_computed = self.origin == "computed"
            return "(no interval could be given)" if is_computed else "(no interval declared)"
        lo, hi, level = self.ends
        return f"({words.percent(level)}: {self.number(lo)} to {self.number(hi)})"

    def number(self, value: float) -> str:
        """A number with the digits that the width of the interval allows."""
        decimals = words.decimals_between(*self.ends[:2]) if self.ends else None
        return words.number(value, decimals=decimals)


@dataclass(frozen=True, slots=True)
class Group:
    """One metric on one data set: all of it first, then its slices, drawn on one axis."""

    metric: str
    dataset: str
    rows: tuple[tuple[MetricRow, Markup], ...]
    """Each with its drawing; empty when it cannot be compared with another one."""
    axis: str
    """Ends of the axis in words; empty when nothing is drawn."""
    apart: str
    """Which slices lie apart from all the data, in sentences; empty without slices."""


def metric_rows(shelf: Shelf, entry: Entry) -> list[MetricRow]:
    """The card's metrics with the findings about them; findings without a metric come last."""
    findings = [f for f in shelf.of("metric", entry.name) if isinstance(f.detail, MetricDetail)]
    rows: list[MetricRow] = []
    taken: set[int] = set()
    for metric in entry.record.metrics:
        computed = next(
            (f for f in findings if id(f) not in taken and _same(f.detail, metric)), None
        )
        if computed is not None:
            taken.add(id(computed))
        rows.append(MetricRow(metric, computed, metric.metric, metric.dataset, metric.slice or ""))
    for finding in findings:
        if id(finding) not in taken:
            detail = finding.detail
            assert isinstance(detail, MetricDetail)
            rows.append(MetricRow(None, finding, detail.name, detail.dataset, detail.slice))
    return rows


def _same(detail: object, metric: CardMetric) -> bool:
    assert isinstance(detail, MetricDetail)
    same_data = detail.dataset.partition("@")[0] == metric.dataset.partition("@")[0]
    return detail.name == metric.metric and same_data and detail.slice == (metric.slice or "")


def groups(rows: list[MetricRow]) -> list[Group]:
    """The metrics by name and data set, in the card's order; all the data before its slices."""
    found: dict[tuple[str, str], list[MetricRow]] = {}
    for row in rows:
        found.setdefault((row.metric, row.dataset), []).append(row)
    return [_group(name, data, sorted(f, key=_place)) for (name, data), f in found.items()]


def _place(row: MetricRow) -> bool:
    return bool(row.slice)


def _group(metric: str, dataset: str, rows: list[MetricRow]) -> Group:
    known = [row for row in rows if row.value is not None]
    if len(known) < 2:
        return Group(metric, dataset, tuple((row, Markup("")) for row in rows), "", "")
    spans = {id(row): span for row, span in _spans(metric, known)}
    scale = plots.span_axis(spans.values())
    whole = next((row.value for row in known if not row.slice), None)
    drawn = [
        (row, plots.cell_span(spans[id(row)], scale, whole) if id(row) in spans else Markup(""))
        for row in rows
    ]
    digits = words.decimals_between(*scale)
    ends = " to ".join(words.number(end, decimals=digits) for end in scale)
    line = "the dashed line marks the value on all the data" if whole is not None else ""
    line = line or "there is no value on all the data to compare with"
    axis = f"One axis from {ends}; {line}."
    return Group(metric, dataset, tuple(drawn), axis, apart(rows))


def apart(rows: list[MetricRow]) -> str:
    """Where the slices lie, interval against interval of all the data; empty without slices.

    A slice is called apart only where the two intervals do not overlap. It is a part of all the
    data, which draws the two values together: the rule calls too few slices apart, not too many.
    """
    whole = next((row for row in rows if not row.slice and row.value is not None), None)
    slices = [(row, ends) for row in rows if row.slice and (ends := _sure_ends(row))]
    if whole is None or whole.value is None or not slices:
        return ""
    value, all_ends = whole.value, _sure_ends(whole)
    clear, missing = [], []
    for row, (lo, hi) in slices:
        if all_ends is not None and (hi < all_ends[0] or lo > all_ends[1]):
            clear.append(f"{row.slice} ({_side(lo, value)})")
        elif not lo <= value <= hi:
            missing.append(f"{row.slice} ({_side(lo, value)})")
    at = whole.number(value)
    said = []
    if clear:
        said.append(
            f"Clearly apart from all the data, with no overlap of the two intervals: "
            f"{_named(clear)}."
        )
    if missing and all_ends is not None:
        said.append(
            f"Not clearly apart: the interval overlaps that of all the data, but does not hold the "
            f"value on all the data ({at}), for {_named(missing)}."
        )
    elif missing:
        said.append(
            f"The value on all the data ({at}) has no interval of {SURE}, so no slice can be "
            f"called apart; it lies outside the interval of: {_named(missing)}."
        )
    if not said:
        said.append(
            f"No slice lies clearly apart from all the data: the interval of each holds the value "
            f"on all the data ({at})."
        )
    bare = sum(row.value is not None and not _sure_ends(row) for row in rows if row.slice)
    if bare:
        said.append(
            f"Not compared, for lack of an interval of {SURE}: {words.plural(bare, 'slice')}."
        )
    return " ".join(said)


def _sure_ends(row: MetricRow) -> tuple[float, float] | None:
    """Ends of an interval that is wide enough to compare by; None for one of 50 %, say."""
    return row.ends[:2] if row.ends and row.ends[2] >= LEAST_LEVEL else None


def _side(lo: float, value: float) -> str:
    return "above" if lo > value else "below"


def _named(found: list[str]) -> str:
    """Names of slices; long lists end in a count, the table has them all."""
    more = len(found) - MOST_NAMED
    return ", ".join(found[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _spans(metric: str, rows: list[MetricRow]) -> Iterator[tuple[MetricRow, plots.Span]]:
    for row in rows:
        assert row.value is not None
        lo, hi, _ = row.ends or (None, None, None)
        said = f"{metric}, {row.slice or 'all the data'}: {row.number(row.value)} {row.shown}"
        yield row, plots.Span(said, row.value, lo, hi)


__all__ = ["FEW_ROWS", "Group", "MetricRow", "apart", "groups", "metric_rows"]
