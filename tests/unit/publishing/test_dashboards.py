"""What all dashboards share: their pages and cards, the drawing of scores, ranges that held."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from maestro.publishing import words
from maestro.publishing.draw import dotplot
from maestro.publishing.insights import accuracy, insights, leaderboard, outcomes, rhythm_cards
from maestro.publishing.insights.dashboards import DASHBOARDS
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Page, Site
from maestro.schema import Finding

from . import sample_learned
from .conftest import Built
from .sample_findings import finding, impact
from .sample_work import figure

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
    drawing = str(outcomes.ended(Shelf(library)).drawing)
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
    found = outcomes.ended(Shelf(_scored(built.library, scores)))
    quarters = {group.name: group.count for group in found.groups[0][1]}
    # Days 0, 31, 62 | 93, 124, 155 | 186 after 1 January.
    assert quarters == {"2025, quarter 1": 3, "2025, quarter 2": 3, "2025, quarter 3": 1}
    assert [row.entry.name for row in found.highest] == ["g", "f", "e"]
    assert [row.entry.name for row in found.lowest] == ["a", "b", "c"]
    assert found.complete == (
        "6 of 7 scores rest on values for all parts; of the others some parts are missing, so "
        "that as little as 40\u00a0% of the weights is measured."
    )
    few = outcomes.ended(Shelf(_scored(built.library, {"a": 1.0, "b": 2.0})))
    assert (few.highest, few.lowest) == ((), ())


def test_ranges_are_counted_as_the_findings_have_them(built: Built) -> None:
    """Held and made stand per outcome and way of making; the card says so below its answer."""
    found = (*sample_learned.models(), *sample_learned.past())
    kinds = {one.kind for one in found}
    kept = [one for one in built.library.findings if one.kind not in kinds]
    shelf = Shelf(replace(built.library, findings=(*kept, *found)))
    rows = accuracy.ranges(accuracy.accuracies(shelf))
    own = {row.title: (row.inside, row.count) for row in rows if "held out once" in row.made}
    assert own["Success score"] == (11, 12)
    card = accuracy.card(shelf)
    assert (card.figure, card.rows[0][2]) == ("2", "21\u00a0% smaller (n\u00a0=\u00a012)")
    assert "where 90\u00a0% should: success score 11 of 12" in card.says
    assert all(row.claimed == 0.9 for row in rows)


def test_what_no_model_foresees_is_named_first(built: Built) -> None:
    """An outcome that the median foresees as well is not counted as foreseen, and is named."""
    success, duration = sample_learned.models()
    update = {"skill": -0.08, "inside": 11}
    detail = duration.detail.model_copy(update=update)
    poor = duration.model_copy(update={"detail": detail, "label": "not enough evidence"})
    kept = [one for one in built.library.findings if one.kind != "outcome_model"]
    library = replace(built.library, findings=(*kept, success, poor))
    card = accuracy.card(Shelf(library))
    assert (card.figure, card.caption[:13]) == ("1", "of 2 outcomes")
    assert [row[2].partition(" (")[0] for row in card.rows] == [
        "21\u00a0% smaller",
        "8\u00a0% larger",
    ]
    assert "Not shown to beat it: duration." in card.says
    lead = str(_pages(library)["insights/accuracy.html"].parts["lead"])
    assert "Not shown to be: duration (8\u00a0% larger error, n" in lead
    assert lead.index("Not shown") < lead.index("Ranges that held")


def test_what_may_be_luck_is_not_counted_as_foreseen(built: Built) -> None:
    """Of a sure and a doubtful gain one is counted; the other is named with the word luck."""
    success, duration = sample_learned.models()
    doubtful = duration.model_copy(update={"label": "some evidence"})
    kept = [one for one in built.library.findings if one.kind != "outcome_model"]
    library = replace(built.library, findings=(*kept, success, doubtful))
    card = accuracy.card(Shelf(library))
    assert card.figure == "1"
    assert card.caption == (
        "of 2 outcomes are foreseen better than by the plain guess, hardly by luck"
    )
    assert "Better perhaps by luck: duration." in card.says
    lead = str(_pages(library)["insights/accuracy.html"].parts["lead"])
    size = "n\u00a0=\u00a012"
    first = "Foreseen better than by the median or the base rate, hardly by luck: success score"
    assert f"{first} (21\u00a0% smaller error, {size})." in lead
    assert f"Better perhaps by luck: duration (12\u00a0% smaller error, {size})." in lead
    nobody = success.model_copy(update={"label": "some evidence"})
    library = replace(built.library, findings=(*kept, nobody, doubtful))
    card = accuracy.card(Shelf(library))
    assert (card.figure, "Better perhaps by luck: success score, duration." in card.says) == (
        "0",
        True,
    )


def test_the_card_of_impact_shows_what_is_clear(built: Built) -> None:
    """What clearly helps and what clearly hurts is drawn; what is open is counted alone."""
    found = (
        impact("churn-features@1.3.0", 4.0, (1.5, 7.0), label="helps"),
        impact("churn-features@1.2.0", 6.0, (-1.0, 13.0), label="no clear effect"),
        impact("customers@2.0.0", -8.2, (-12.0, -3.0), label="hurts"),
    )
    kept = [one for one in built.library.findings if one.kind != "impact"]
    card = leaderboard.card(Shelf(replace(built.library, findings=(*kept, *found))))
    assert [(row[0], row[2]) for row in card.rows] == [
        ("churn-features@1.3.0", "+4.0"),
        ("customers@2.0.0", "\u22128.2"),
    ]
    assert (card.figure, card.caption) == ("2", "of 3 versions with a number have a clear effect")


def _worked(library: Library, *found: Finding) -> Shelf:
    """The library with these figures of its work and no others."""
    kept = [one for one in library.findings if one.kind not in ("metric", "dora")]
    return Shelf(replace(library, findings=(*kept, *found)))


def test_delivery_leads_with_the_lowest_band(built: Built) -> None:
    """Where many failures stand in the band low, this is the answer, not how often they deploy."""
    names = sorted(built.library.catalog.projects)[:2]
    found = []
    for name, band in zip(names, ("low", "high"), strict=True):
        found.append(figure(name, "deployment_frequency", "dora", value=1.5, unit="days/week",
                            band="high"))  # fmt: skip
        found.append(figure(name, "change_failure_rate", "dora", value=0.3, unit="share",
                            band=band))  # fmt: skip
    card = {c.name: c for c in rhythm_cards.cards(_worked(built.library, *found))}["delivery"]
    assert card.figure == "1"
    assert card.caption == "of 2 projects are in DORA's lowest band: deployments that failed"
    assert [(row[0], row[2]) for row in card.rows] == [
        ("Deployments", "2 of 2"), ("Failed", "1 of 2"),
    ]  # fmt: skip


def test_runs_lead_with_what_fails(built: Built) -> None:
    """How often runs fail and how long they take come first; how many are read comes after."""
    names = sorted(built.library.catalog.projects)[:2]
    found = []
    for name, share, minutes in zip(names, (0.89, 0.98), (4.0, 21.0), strict=True):
        found.append(figure(name, "success_rate", value=share, unit="share"))
        found.append(figure(name, "pipeline_duration", value=minutes, unit="minutes"))
    shelf = _worked(built.library, *found)
    card = {c.name: c for c in rhythm_cards.cards(shelf)}["runs"]
    assert (card.figure, card.caption) == (
        "1", "of 2 projects see more than one CI run in ten fail",
    )  # fmt: skip
    assert card.says.startswith(
        "Of a project's runs 89 to 98 % succeeded. A run takes 4 to 21 minutes, median."
    )
    assert [row[2] for row in card.rows] == ["1 of 2", "1 of 2"]


def test_numbers_for_programs() -> None:
    """Six significant digits as in all data, and nothing for no number."""
    assert [words.raw(value) for value in (None, 0.0, -1.23456789, 1234567.0, 3)] == [
        "", "0.0", "-1.23457", "1234570.0", "3",
    ]  # fmt: skip
