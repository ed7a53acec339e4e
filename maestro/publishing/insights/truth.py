"""The page of a simulated library that holds its estimates against the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts, plots
from maestro.publishing.pages import Page, Site, fill
from maestro.schema.truth import TrueEffect, TruthDetail

PATH = "insights/truth/index.html"
MOST_ROWS = 200
"""Pieces in the table; the data below ``api/v1/findings/`` has them all."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One estimate with its interval, the truth drawn as a diamond."""

    effect: TrueEffect
    drawing: Markup


def pages(site: Site) -> Iterator[Page]:
    """The page, for a simulated library whose truth is known; no page for any other."""
    found = next(iter(site.shelf.of_kind("simulated_truth")), None)
    if found is None or not site.shelf.settings.simulated:
        return
    context = site.context(PATH)
    detail = found.detail if isinstance(found.detail, TruthDetail) else None
    values = {
        "detail": detail,
        "says": _says(detail) if detail else "",
        "drawing": _drawing(detail) if detail else Markup(""),
        "rows": _rows(detail) if detail else [],
    }
    yield Page(
        "truth",
        PATH,
        "Estimate and truth",
        "Estimated effects of a simulated library against those it was made from.",
        fill("truth", context, found, values),
    )


def _says(detail: TruthDetail) -> str:
    known = words.plural(detail.known, "true effect")
    if not detail.effects:
        return f"Of {known} none has an estimate yet."
    total = len(detail.effects)
    said = (
        f"{detail.inside:,} of {words.plural(total, 'range')} hold the true effect; nine in ten "
        f"should. Of {known}, {total:,} {'has' if total == 1 else 'have'} an estimate."
    )
    if not detail.verdicts:
        return f"{said} None is called clear."
    clear = words.plural(detail.verdicts, "effect is", "effects are")
    rightly = f"{detail.right:,} of them rightly: truly more than the margin on that side"
    return f"{said} {clear} called clear, {rightly}."


def _drawing(detail: TruthDetail) -> Markup:
    dots = [plots.Dot(one.value, one.lo, one.hi, one.truth) for one in detail.effects]
    title = f"Estimated against true effects of {words.plural(len(dots), 'piece')}"
    across, up = "estimated effect, with its range (points)", "true effect (points)"
    return plots.pairs(plots.Pairs(title, _says(detail), across, up, dots))


def _rows(detail: TruthDetail) -> list[TruthRow]:
    ends = [end for one in detail.effects for end in (one.lo, one.hi, one.truth)]
    scale = charts.axis(ends or [1.0])
    return [TruthRow(one, charts.cell_bar(_bar(one), scale)) for one in detail.effects[:MOST_ROWS]]


def _bar(one: TrueEffect) -> charts.Bar:
    said = f"{one.name}: estimated {words.points(one.value)}, true {words.points(one.truth)}"
    return charts.Bar(said, one.value, one.lo, one.hi, actual=one.truth)
