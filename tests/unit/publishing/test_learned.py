"""Pages of what was learned: predictions, likeness, advice, what stands behind an impact."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from maestro.publishing.entries import evidence
from maestro.publishing.insights import accuracy, insights, knowledge, outcomes, truth
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Page, Site
from maestro.publishing.projects import advice, predictions
from maestro.schema import Finding
from maestro.schema.learned import ModelDetail

from . import sample_learned
from .conftest import Built
from .sample_findings import finding
from .whole import all_pages


def with_findings(built: Built, *found: Finding) -> Library:
    """The sample library with these findings and no others of their kinds."""
    kinds = {one.kind for one in found}
    kept = [one for one in built.library.findings if one.kind not in kinds]
    return replace(built.library, findings=tuple(kept) + found)


def page(library: Library, path: str) -> Page:
    """One page of a library."""
    return next(one for one in all_pages(Shelf(library)) if one.path == path)


def plain(html: object) -> str:
    """The text of a page without its marks, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", str(html)).split())


def test_a_prediction_stands_against_what_happened(built: Built) -> None:
    """Each outcome says its range, what happened, whether that lies inside, and how it was made."""
    html = page(built.library, "projects/churn-2025.html").parts["prediction"]
    text = plain(html)
    for said in (
        "Success score: 60 points (90 %: 40 to 80); it came to 86.7 points, outside the range.",
        "Chance of success: 62 %; it became a success.",
        "Duration: 80 days (90 %: 40 to 160); it came to 119 days, inside the range.",
        "made when the project was first seen, on 3 February 2025, from the 12 finished projects "
        "of that day",
        "made afterwards from the 12 finished projects known before it began",
    ):
        assert said in text
    assert str(html).count("mx-actual") == 3
    assert text.index("Success score") < text.index("Chance of") < text.index("Duration")


def test_a_kept_prediction_keeps_its_doubt(built: Built) -> None:
    """What was not worth more than the median says so when the project has ended, too."""
    values = {"unit": "days", "value": 80.0, "lo": 40.0, "hi": 160.0}
    doubt = {"label": "not enough evidence", "quality": ["the range is mostly the spread"]}
    made = {"basis": "kept", "actual": 119.0, "inside": True, "values": {**values, **doubt}}
    (one,) = predictions.forecasts([sample_learned.prediction("churn-2025", "duration", **made)])
    assert one.says == (
        "Duration: 80 days (90\u00a0%: 40 to 160); not enough evidence that such forecasts beat "
        "the median: the range is mostly the spread; it came to 119 days, inside the range."
    )


def test_the_base_rate_stands_beside_the_chance(built: Built) -> None:
    """A chance is read against the share of all that succeeded."""
    values = {"unit": "%", "value": 21.0, "quality": ["base rate 47 %", "another note"]}
    (one,) = predictions.forecasts(
        [sample_learned.prediction("offers-2026", "chance", values=values)]
    )
    assert one.says == (
        "Chance of success: 21 %; base rate 47 %; such forecasts beat the base rate, perhaps by "
        "luck."
    )


def test_what_is_left_out_is_counted(built: Built) -> None:
    """Where projects have faults the sentence says how many, and what shows them."""
    catalog = built.library.catalog
    assert "left out" not in outcomes.ended(Shelf(built.library)).says
    bad = catalog.broken[0]._replace(kind="projects")
    library = replace(built.library, catalog=replace(catalog, broken=(bad, bad)))
    said = outcomes.ended(Shelf(library)).says
    assert said.endswith("2 records have faults and are left out: maestro check shows them.")


def test_what_happened_is_drawn_at_its_place(built: Built) -> None:
    """The diamond of 86.7 stands right of a range that ends at 80, that of 119 days inside."""
    found = {f.detail.target: f for f in predictions.forecasts(sample_learned.past())}
    for target, is_inside in (("success", False), ("duration", True), ("cost", True)):
        svg = str(found[target].drawing)
        bar = re.search(r'mx-bar" x="([0-9.]+)"[^>]* width="([0-9.]+)"', svg)
        mark = re.search(r'mx-actual" d="M([0-9.]+) ', svg)
        assert bar and mark
        start, end = float(bar[1]), float(bar[1]) + float(bar[2])
        assert (start <= float(mark[1]) <= end) is is_inside


def test_a_running_project_says_what_moves_it_and_by_team(built: Built) -> None:
    """Drivers with their unit, the team's numbers with their note, or the note alone."""
    text = plain(page(built.library, "projects/offers-2026.html").parts["prediction"])
    for said in (
        "the typical project comes to 78 days; from there the prediction is moved most by size of "
        "the team.",
        "By how much, days",
        "\u221214",
        "projects like this with a team of 2 to 3. Teams of 5 and more were not seen",
        "2 people 70 days 90 %: 40 to 120 6 66",
        "3 people 60 days 90 %: 35 to 100 4 none finished",
        "Cost: no comparable finished project has a cost.",
        "Not enough evidence: 2 costs of 5.",
    ):
        assert said in text
    assert "What happened" not in text


def test_likeness_names_what_is_shared_and_whom_to_ask(built: Built) -> None:
    """A running project names the finished one, what both have, its owner and its score."""
    html = page(built.library, "projects/offers-2026.html").parts["alike"]
    text = plain(html)
    assert "Most like it among 1 finished project" in text
    assert "class tabular-classification; team of 3 Growth team 86.7" in text
    assert 'href="../projects/churn-2025.html"' in str(html)
    none = plain(page(built.library, "projects/churn-2025.html").parts["alike"])
    assert none == "Not compared: this build made no finding of likeness for it."


def test_likeness_of_a_project_is_not_that_of_an_entry_of_its_name(built: Built) -> None:
    """The record's path decides, where a project and an entry have one name."""
    wrong = {"path": "catalog/datasets/offers-2026.yaml", "compared": 9, "alike": []}
    library = with_findings(built, finding("similarity", "offers-2026", wrong))
    text = plain(page(library, "projects/offers-2026.html").parts["alike"])
    assert text.startswith("Not compared")


def test_near_duplicates_name_each_other(built: Built) -> None:
    """The younger and the older one each lead to the other and give the reason."""
    younger = plain(page(built.library, "library/churn-gbm.html").parts["lead"])
    older = plain(page(built.library, "library/churn-features.html").parts["lead"])
    assert "Nearly the same as Churn features , which was there first (0.91 of 1)" in younger
    assert "Nearly the same as Churn gbm , which came later (0.91 of 1)" in older
    for text in (younger, older):
        assert "They share: 4 of 4 outputs. Why both stand here: One is for training only." in text


def test_a_double_without_a_reason_asks_for_one(built: Built) -> None:
    """Where neither record says why both stand there, the page says what to do."""
    found = next(f for f in sample_learned.likeness() if f.kind == "duplicate")
    assert found.detail is not None
    bare = found.model_copy(update={"detail": found.detail.model_copy(update={"reason": ""})})
    text = plain(page(with_findings(built, bare), "library/churn-gbm.html").parts["lead"])
    assert "Neither record says why both stand here" in text


def test_advice_comes_with_its_reasons_and_its_numbers(built: Built) -> None:
    """A piece stands with why, with its effect and range; a peer with owner and contact."""
    text = plain(page(built.library, "projects/offers-2026.html").parts["worth"])
    for said in (
        "Of 5 entries looked at, churn-features@1.3.0 fits best",
        "newer than churn-features@1.2.0",
        "2 of 3 projects like it used it",
        "+4.1 (90&nbsp;%: +1.2 to +7.0), helps, 11 projects",
        "Growth team, growth@example.org",
        "Teams of projects like it: 2 projects with 3.",
    ):
        assert said in text


def test_a_page_leaves_out_what_a_projects_state_has_nothing_for(built: Built) -> None:
    """An ended project is advised nothing, a running one has no score to take apart; the list on
    top of the page names what stands on it, in its order."""
    found = {}
    for name in ("churn-2025", "offers-2026"):
        parts = page(built.library, f"projects/{name}.html").parts
        jumps = re.findall('href="#([a-z]+)"', str(parts["lead"]))
        assert jumps[:1] == ["outcome"]
        assert jumps[-5:] == [
            "work", "used", *(["worth"] if name == "offers-2026" else []), "alike", "sources",
            "record",
        ][-5:]  # fmt: skip
        found[name] = (bool(parts["explained"].strip()), bool(parts["worth"].strip()))
        for anchor, stands in zip(("explained", "worth"), found[name], strict=True):
            assert (anchor in jumps) == stands
    assert found == {"churn-2025": (True, False), "offers-2026": (False, True)}


def test_recommending_is_held_against_popular_and_random(built: Built) -> None:
    """The sentence has our rate first, then both others; three bars share one axis."""
    made = advice.tried(Shelf(built.library))
    assert made.says == (
        "20 past projects went on to use 60 entries that could have been named before they began. "
        "30 of these were among the 5 recommended (50\u00a0%), against 40\u00a0% with the most "
        "popular entries and 10\u00a0% with entries at random."
    )
    middles = [re.search(r'mx-mark" cx="([0-9.]+)"', str(row.drawing)) for row in made.rows]
    places = [float(found[1]) for found in middles if found]
    # 8 to 172 stand for 0 to 100 %.
    assert places == pytest.approx([90.0, 73.6, 24.4], abs=0.1)


def test_the_model_says_what_it_knows(built: Built) -> None:
    """Spreads, gain, coverage, placebo and records that list uses, each with its words."""
    library = with_findings(built, *sample_learned.models())
    made = knowledge.knowledge(Shelf(library))
    assert made.says == (
        "Of what is known of a project, the largest differences in success go with the pieces it "
        "used (a standard deviation of 7.5 points). Held out once each, scores are foreseen with "
        "an error 21\u00a0% smaller than that of the median alone."
    )
    text = plain(page(library, "insights/accuracy.html").parts["knows"])
    for said in (
        "what is left unexplained: 12.0 points",
        "the pieces it used: 7.5 points",
        "from one to another is 6.5 (90 %: 1.5 to 11.0) between teams.",
        "21 % less error than the median; as good with shuffled scores in 3 of 99 trials",
        "11 of 12 (92 %), should be 90 %",
        "0.3 in a library with uses shuffled among like projects, on average over 20; this build "
        "gives 1",
        "whose record lists what they reuse: 75 %",
    ):
        assert said in text


def test_a_model_that_foresees_nothing_ranks_nothing(built: Built) -> None:
    """Without enough evidence no spread is shown, and nothing is said to matter most."""
    first = sample_learned.models()[0]
    assert isinstance(first.detail, ModelDetail)
    none = first.detail.model_copy(update={"as_good": 0})
    library = with_findings(
        built, first.model_copy(update={"label": "not enough evidence", "detail": none})
    )
    made = knowledge.knowledge(Shelf(library))
    assert (made.rows, made.spreads) == ((), ())
    assert "differences" not in made.says
    text = plain(page(library, "insights/accuracy.html").parts["knows"])
    assert "What projects differ by is not said" in text
    assert "12.0" not in text and "7.5" not in text and "6.5" not in text
    assert "as good with shuffled scores in none of 99 trials" in text


def test_a_model_that_is_not_fitted_says_why(built: Built) -> None:
    """Without a model of success there is a reason instead of a table."""
    assert knowledge.knowledge(Shelf(built.library)).absent.startswith("Not fitted")


def test_accuracy_tells_kept_from_made_afterwards(built: Built) -> None:
    """Hits are counted as the finding has them; shape and words tell the two ways apart."""
    found = (*sample_learned.models(), *sample_learned.past())
    made = {one.key: one for one in accuracy.accuracies(Shelf(with_findings(built, *found)))}
    assert made["duration"].says == (
        "Duration: 1 prediction kept since the project was first seen: it came true inside "
        "its range, 30\u00a0% better than the median of what was finished then."
    )
    assert "it came true outside its range" in made["success"].says
    assert "mx-actual" in made["success"].drawing
    assert "mx-actual" not in made["duration"].drawing
    assert "mx-out" in made["success"].drawing
    assert "mx-out" not in made["duration"].drawing
    assert "<polyline" in made["duration"].course
    assert made["success"].course == ""


def test_of_many_predictions_the_newest_are_drawn(built: Built) -> None:
    """A drawing stays readable and says that it is cut; the sentence counts all."""
    one = sample_learned.past()[0]
    many = [one.model_copy(update={"subject": f"project-{n}"}) for n in range(130)]
    library = with_findings(built, *sample_learned.models(), *many)
    made = {m.key: m for m in accuracy.accuracies(Shelf(library))}["duration"]
    assert str(made.drawing).count("mx-mark") == accuracy.MOST_DRAWN == 120
    assert (len(made.rows), made.left_out) == (120, 10)
    text = plain(page(library, "insights/accuracy.html").parts["accuracy"])
    assert "Only the newest 120 are drawn." in text
    assert "The numbers: 130 predictions" in text


def test_a_prediction_of_today_is_not_judged(built: Built) -> None:
    """What all finished projects say today is no prediction, even of one that has ended."""
    values = {"unit": "days", "value": 80.0, "lo": 40.0, "hi": 160.0}
    late = sample_learned.prediction("churn-2025", "duration", actual=80.0, values=values)
    found = (*sample_learned.models(), *sample_learned.running(), late)
    made = accuracy.accuracies(Shelf(with_findings(built, *found)))
    assert [one.rows for one in made] == [(), ()]
    assert "no prediction from before a project's end" not in made[0].says


def test_insights_show_drift_and_skill_over_time(built: Built) -> None:
    """Inputs that differ are named with both sides; earlier models stand by date."""
    found = (*sample_learned.models(), *sample_learned.past())
    text = plain(page(with_findings(built, *found), "insights/accuracy.html").parts["accuracy"])
    for said in (
        "they differ in team size.",
        "team size median 3 median 6 0.70 differs (as far apart in 1 % of random splits)",
        "1 October 2026 9 \u22120.0500 80 % not enough evidence",
    ):
        assert said in text


def test_how_projects_ended_is_a_dot_each(built: Built) -> None:
    """One dot per scored project in each grouping, and its parts in the table."""
    parts = page(built.library, "insights/success.html").parts
    text = plain(parts["ended"])
    assert "1 of 2 projects has a success score: 1 success." in text
    assert "model performance 87" in text
    # By quarter, class, team and complexity; and once at the day it ended.
    assert str(parts["ended"]).count("h0") == 4
    assert str(parts["ended"]).count('data-m="p0"') == 5


def test_what_stands_behind_an_impact(built: Built) -> None:
    """How many used it, classes with enough evidence, runs with the reason of a change."""
    text = plain(page(built.library, "library/churn-features.html").parts["helps"])
    for said in (
        "It cannot be told from churn-gbm@1.0.0: they are used together. Together they "
        "go with +5.2 points (90 %: +1.1 to +9.3).",
        "3 finished projects; each with its version, success and outcome",
        "tabular-classification +5.0 (90&nbsp;%: +1.5 to +8.5)",
        "forecasting no number nothing to draw 1 not enough evidence 1 finished project used it, "
        "at least 5 are needed",
        "1 October 2026 no number",
        "1 more project finished.",
    ):
        assert said in text


def test_other_versions_are_told_beside_the_current_one(built: Built) -> None:
    """What is known of an earlier version stands there, too; the current one stands once."""
    shelf = Shelf(built.library)
    said = evidence.other_versions(shelf, shelf.catalog.entries["churn-features"])
    (one,) = said
    assert (one.finding.subject, one.behind) == ("churn-features@1.2.0", None)
    assert one.says == "No clear effect: somewhere between \u22123.0 and +5.0 points (90\u00a0%)."
    text = plain(page(built.library, "library/churn-features.html").parts["helps"])
    assert "churn-features@1.2.0 : No clear effect" in text


def test_an_earlier_version_speaks_for_one_without_a_number(built: Built) -> None:
    """Bar, grade, projects, teams and plain means stand there when the current one has none."""
    found = [f for f in built.library.findings if f.subject != "churn-features@1.3.0"]
    library = replace(built.library, findings=tuple(found))
    shelf = Shelf(library)
    (one,) = evidence.other_versions(shelf, shelf.catalog.entries["churn-features"])
    assert one.behind is not None
    helps = page(library, "library/churn-features.html").parts["helps"]
    text = plain(helps)
    assert "An earlier version: churn-features@1.2.0" in text
    assert "Not adjusted: 71.0 against" in text and "3 finished projects, 2 teams" in text
    assert "<svg" in helps


def test_reuse_is_said_with_its_rate_or_without(built: Built) -> None:
    """A rate comes with how many could have used it; without one only uses are counted."""
    shelf = Shelf(built.library)
    said = evidence.reuse_says(shelf.one("reuse", "churn-features"))
    assert said == (
        "Used by 1 project and 2 entries and models. Reuse rate 25\u00a0%: that share of the 4 "
        "projects of its problem classes that began since it was there (10 January 2025)."
    )
    assert "rate" not in evidence.reuse_says(shelf.one("reuse", "churn-gbm"))
    assert evidence.reuse_says(None) == ""


def test_the_truth_stands_in_simulated_libraries_only(built: Built) -> None:
    """Its page has both counts from the finding; a real library has no such page."""
    library = with_findings(built, sample_learned.truth())
    assert list(truth.pages(Site(Shelf(library), frozenset()))) == []
    settings = library.catalog.settings.model_copy(update={"simulated": True})
    catalog = replace(library.catalog, settings=settings)
    site = Site(Shelf(replace(library, catalog=catalog)), frozenset())
    (made,) = truth.pages(site)
    text = plain(made.parts["against"])
    assert "1 of 2 ranges hold the true effect; nine in ten should." in text
    assert "Of 3 true effects, 2 have an estimate. 1 effect is called clear" in text
    assert "called clear, 1 of them rightly: truly more than the margin on that side." in text
    assert str(made.parts["against"]).count("mx-out") == 1
    page_ = next(insights.pages(site))
    assert "insights/truth/index.html" in str(page_.parts["lead"])
