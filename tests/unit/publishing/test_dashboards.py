"""What all dashboards share: their pages and cards, the drawing of scores, ranges that held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from maestro.publishing import accuracy, dotplot, ended, insights, words
from maestro.publishing.dashboards import DASHBOARDS
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Page, Site
from maestro.schema import Finding

from . import sample_learned
from .conftest import Built
from .sample_findings import finding

START = date(2025, 1, 1)


def _scored(library: Library, scores: dict[str, float]) -> Library:
    """The library with one finished project per score, a month apart, and no other project."""
    model = library.catalog.projects["churn-2025"]
    projects, found = {}, list[Finding]()
    for at, (name, score) in enumerate(scores.items()):
        ended_on = START + timedelta(days=31 * at)
        record = model.record.model_copy(update={"ended": ended_on, "title": name.title()})
        projects[name] = replace(model, name=name, record=record)
        detail = {
            "version": 1, "parts": [], "completeness": 1.0 if at else 0.4, "status": "done",
        }  # fmt: skip
        label = "reached" if score >= 60 else "missed"
        found.append(finding("success", name, detail, value=score, unit="points", label=label))
    catalog = replace(library.catalog, projects=projects)
    return replace(library, catalog=catalog, findings=tuple(found))


def _pages(library: Library) -> dict[str, Page]:
    return {page.path: page for page in insights.pages(Site(Shelf(library), frozenset()))}


def test_the_overview_leads_to_every_dashboard(built: Built) -> None:
    """Each dashboard has a card with an answer and a page that says which one it is."""
    pages = _pages(built.library)
    overview = str(pages["insights/index.html"].parts["overview"])
    for one in DASHBOARDS:
        assert f'id="{one.name}"' in overview
        assert overview.count(f'href="../{one.path}"') == 1
        lead = str(pages[one.path].parts["lead"])
        assert lead.count("aria-current") == 1
        assert f'href="../{one.path}" aria-current="page"' in lead
    cards = insights.cards(Shelf(built.library))
    assert [card.name for card in cards] == [one.name for one in DASHBOARDS]
    assert all(card.says for card in cards)


def test_an_empty_library_has_reasons_and_no_numbers(built: Built) -> None:
    """Nothing recorded: every card is a sentence, and no dashboard draws anything."""
    catalog = replace(built.library.catalog, projects={}, entries={}, broken=())
    empty = replace(built.library, catalog=catalog, findings=(), problems=(), runs=())
    cards = {card.name: card for card in insights.cards(Shelf(empty))}
    assert [name for name, card in cards.items() if card.figure] == ["health"]
    assert cards["health"].figure == "0"
    for path, page in _pages(empty).items():
        text = "".join(page.parts.values())
        assert "<svg" not in text, path


def test_scores_lie_where_they_should(built: Built) -> None:
    """Upwards 0 to 100, across from the first quarter to the end of the last; shapes by verdict."""
    library = _scored(built.library, {"a": 0.0, "b": 100.0, "c": 50.0})
    drawing = str(ended.ended(Shelf(library)).drawing)
    round_ = re.findall(r'data-m="p1">.*?cx="([0-9.]+)" cy="([0-9.]+)"', drawing)
    assert [tuple(map(float, found)) for found in round_] == [
        # 1 February 2025 is day 31 of the 90 of the only quarter.
        (pytest.approx(44 + 624 * 31 / 90, abs=0.1), 40.0)
    ]
    low = re.search(r'data-m="p0">.*?<path class="mx-actual" d="M([0-9.]+) ([0-9.]+)', drawing)
    assert low and (float(low[1]), float(low[2])) == (44.0, 252 - 5.5)
    assert drawing.count("<circle") == 2, "one in the drawing, one that explains it"
    assert "Q1 2025" in drawing


def test_long_times_name_years_alone() -> None:
    """Eight years of quarters are named by their years, at most one word per line."""
    moments = [
        dotplot.Moment(date(2018 + n, 5, 1), 50.0, "reached", f"p{n}", f"t{n}") for n in range(8)
    ]
    drawing = str(dotplot.over_time("t", "s", moments))
    assert "Q2" not in drawing
    assert [year for year in range(2018, 2027) if f">{year}<" in drawing] == list(range(2019, 2026))


def test_groups_count_and_order(built: Built) -> None:
    """Quarters by the day of ending; highest and lowest are named where there are enough."""
    scores = {name: 10.0 * at for at, name in enumerate("abcdefg")}
    found = ended.ended(Shelf(_scored(built.library, scores)))
    quarters = {group.name: group.count for group in found.groups[0][1]}
    # Days 0, 31, 62 | 93, 124, 155 | 186 after 1 January.
    assert quarters == {"2025, quarter 1": 3, "2025, quarter 2": 3, "2025, quarter 3": 1}
    assert [row.entry.name for row in found.highest] == ["g", "f", "e"]
    assert [row.entry.name for row in found.lowest] == ["a", "b", "c"]
    assert found.complete == (
        "6 of 7 scores rest on values for all parts; of the others some parts are missing, so "
        "that as little as 40 % of the weights is measured."
    )
    few = ended.ended(Shelf(_scored(built.library, {"a": 1.0, "b": 2.0})))
    assert (few.highest, few.lowest) == ((), ())


def test_ranges_are_counted_as_the_findings_have_them(built: Built) -> None:
    """Held and made stand per outcome and way of making; the card has today's model."""
    found = (*sample_learned.models(), *sample_learned.past())
    kinds = {one.kind for one in found}
    kept = [one for one in built.library.findings if one.kind not in kinds]
    shelf = Shelf(replace(built.library, findings=(*kept, *found)))
    rows = accuracy.ranges(accuracy.accuracies(shelf))
    own = {row.title: (row.inside, row.count) for row in rows if "held out once" in row.made}
    assert own["Success score"] == (11, 12)
    card = accuracy.card(shelf)
    assert (card.figure, card.rows[0][2]) == ("11", "11 of 12")
    assert all(row.claimed == 0.9 for row in rows)


def test_numbers_for_programs() -> None:
    """Six significant digits as in all data, and nothing for no number."""
    assert [words.raw(value) for value in (None, 0.0, -1.23456789, 1234567.0, 3)] == [
        "", "0.0", "-1.23457", "1234570.0", "3",
    ]  # fmt: skip
