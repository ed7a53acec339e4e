"""The impact leaderboard of Insights, and what a project's score is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from maestro.publishing import columns, effects
from maestro.publishing.insights import insights, leaderboard
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Page, Site
from maestro.publishing.projects import explained
from maestro.schema import Finding

from . import sample_learned
from .conftest import Built
from .sample_findings import finding, impact
from .whole import all_pages

STEPS = [
    ("usual", "start", 60.0, None),
    ("complexity, team size, time, usual reuse", "covariates", -4.0, None),
    ("tabular-classification", "class", 1.5, None),
    ("growth", "team", 2.0, None),
    ("2025Q1", "quarter", 0.0, None),
    ("churn-features@1.3.0", "artifact", 4.5, (1.0, 8.0)),
    ("unexplained", "unexplained", 7.0, None),
]


def made_of(project: str = "churn-2025") -> Finding:
    """A score of 71 points in seven steps."""
    steps = [
        {"name": name, "kind": kind, "points": points}
        | ({"lo": ends[0], "hi": ends[1]} if ends else {})
        for name, kind, points, ends in STEPS
    ]
    return finding("use_impact", project, {"steps": steps}, value=71.0, unit="points", n=40)


def with_findings(built: Built, *found: Finding) -> Library:
    """The sample library with these findings and no others of their kinds."""
    kinds = {one.kind for one in found}
    kept = [one for one in built.library.findings if one.kind not in kinds]
    return replace(built.library, findings=tuple(kept) + found)


def page_of(library: Library, path: str) -> Page:
    """One page of the site."""
    return next(page for page in all_pages(Shelf(library)) if page.path == path)


def test_the_leaderboard_orders_by_effect_and_counts_the_rest(built: Built) -> None:
    """Graded versions stand by their effect; those without enough evidence are counted."""
    made = leaderboard.board(Shelf(built.library))
    assert [row.finding.subject for row in made.rows] == [
        "churn-features@1.3.0",
        "churn-features@1.2.0",
    ]
    assert (made.left_out, made.without) == (0, 1)
    text = str(page_of(built.library, "insights/impact.html").parts["versions"])
    assert text.count('data-grade="moderate"') == 2
    assert "71.0 against 58.0" in text
    assert "1 version without enough evidence is not in the table" in text


def test_the_clear_ones_stand_by_what_they_do(built: Built) -> None:
    """What helps most comes first on one side, what harms most on the other."""
    found = [
        impact("churn-features@1.3.0", -4.0, (-7.0, -2.0)),
        impact("churn-features@1.2.0", -9.0, (-12.0, -6.0)),
        impact("customers@2.0.0", 5.0, (3.0, 7.0)),
        impact("customers@1.0.0", 8.0, (6.0, 9.0)),
    ]
    made = leaderboard.board(Shelf(with_findings(built, *found)))
    values = [[row.finding.value for row in rows] for rows in (made.up, made.down)]
    assert values == [[8.0, 5.0], [-9.0, -4.0]]


def test_classes_are_those_of_the_projects_that_use_it(built: Built) -> None:
    """The filter's classes are those of the Library: no estimate in a class is needed."""
    library = with_findings(built, impact("churn-features@1.3.0", 4.0, (1.5, 7.0)))
    (row,) = leaderboard.board(Shelf(library)).rows
    known = {row.entry.name: tuple(row.classes) for row in columns.rows(Shelf(library))}
    assert row.detail.classes == []
    assert row.classes == known["churn-features"] != ()


def test_means_that_are_not_adjusted_have_their_numbers(built: Built) -> None:
    """Users and others are counted where the finding says how many were compared."""
    one = impact("churn-features@1.3.0", 4.0, (1.5, 7.0))
    detail = one.detail.model_copy(update={"projects": 40})
    library = with_findings(built, one.model_copy(update={"detail": detail}))
    text = str(page_of(library, "insights/impact.html").parts["versions"])
    assert "71.0 (n = 3) against 58.0 (n = 37)" in text.replace("&nbsp;", " ")


def test_verdicts_of_chance_stand_above_the_leaderboard(built: Built) -> None:
    """How many verdicts shuffled uses give is said beside how many this build gives."""
    library = with_findings(built, *sample_learned.models())
    lead = str(page_of(library, "insights/impact.html").parts["lead"])
    assert "By chance alone: 0.3 clear verdicts on average, in 20 libraries" in lead
    assert re.search(r"This build gives \d+\.", lead)


def test_an_ungraded_number_is_not_ranked(built: Built) -> None:
    """A finding whose grade is insufficient stands in no ranking, whatever its number."""
    ungraded = impact("customers@2.0.0", 9.0, (1.0, 17.0))
    detail = ungraded.detail.model_copy(update={"grade": "insufficient"})
    library = with_findings(built, ungraded.model_copy(update={"detail": detail}))
    made = leaderboard.board(Shelf(library))
    assert (made.rows, made.without) == ((), 1)


def test_pieces_that_cannot_be_told_apart_are_named_together(built: Built) -> None:
    """A bundle's row names its partner and the joint effect with its ends."""
    one = impact("churn-features@1.3.0", 2.0, (-4.0, 8.0))
    update = {
        "together": ["churn-features@1.3.0", "customers@2.0.0"],
        "joint": 5.9,
        "joint_lo": 3.2,
        "joint_hi": 8.7,
    }
    detail = one.detail.model_copy(update=update)
    library = with_findings(built, one.model_copy(update={"detail": detail}))
    text = str(page_of(library, "insights/impact.html").parts["versions"])
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "cannot be told from customers@2.0.0" in plain
    assert "together +5.9 (+3.2 to +8.7)" in plain


def test_the_steps_of_a_score_add_up_on_the_page(built: Built) -> None:
    """Every step stands with its points; the pieces have intervals and links; the sum is there."""
    library = with_findings(built, made_of())
    text = str(page_of(library, "projects/churn-2025.html").parts["explained"])
    for _, _, points, ends in STEPS:
        assert f"{points:+.1f}".replace("-", "\u2212") in text or points == 0
        if ends:
            assert "(90&nbsp;%: +1.0 to +8.0)" in text
    assert re.search(r'href="[^"]*churn-features\.html"', text)
    assert "<strong>71.0</strong>" in text
    assert "not caused by" in text


def test_each_bar_begins_where_the_last_one_ended() -> None:
    """The drawings are a waterfall: one axis, from sum to sum."""
    rows = explained.rows_of(made_of(), {}.get)
    ends = []
    for row in rows:
        box = re.search(r'mx-length" x="([0-9.]+)" y="5" width="([0-9.]+)"', str(row.drawing))
        mark = re.search(r'mx-zero" x1="([0-9.]+)"', str(row.drawing))
        assert box and mark
        left, right, end = float(box[1]), float(box[1]) + float(box[2]), float(mark[1])
        if ends and row.step.points:
            start = right if abs(left - end) < 0.2 else left
            assert start == pytest.approx(ends[-1], abs=0.3)
        ends.append(end)
    assert [row.title for row in rows][2:4] == [
        "Its problem class, tabular-classification",
        "Its team, growth",
    ]


def test_an_empty_board_says_the_real_reasons(built: Built) -> None:
    """Versions are counted by why they have no number; the most used is named with its own."""
    worth = "worth 1.4 fair comparisons, at least 2 are needed: its projects differ from others"
    few = "{} finished projects used it, at least 5 are needed"
    detail: dict[str, Any] = {"teams": 2, "naive_mean": None, "others_mean": None}
    made = [
        ("churn-features@1.3.0", 7, worth),
        ("churn-features@1.2.0", 2, few.format(2)),
        ("customers@2.0.0", 0, few.format(0)),
        ("churn-gbm@1.4.0", 6, "cannot be told from class forecasting: mostly the same projects"),
    ]
    found = [
        finding(
            "impact",
            name,
            {**detail, "users": [f"p-{n}" for n in range(count)]},
            quality=[reason],
            label="not enough evidence",
        )
        for name, count, reason in made
    ]
    shelf = Shelf(with_findings(built, *found))
    assert effects.lacks(found) == [
        (2, "fewer than 5 finished projects used it"),
        (1, "it cannot be told from its users' class or team"),
        (1, "its evidence is worth fewer than 2 fair comparisons"),
    ]
    guide = "guides/how-impact-is-measured.html"
    site = Site(shelf, frozenset([guide]))
    page = next(one for one in insights.pages(site) if one.path == "insights/impact.html")
    text = str(page.parts["versions"])
    plain = " ".join(re.sub(r"<[^>]+>", "", text).split())
    assert "2 versions: fewer than 5 finished projects used it" in plain
    assert "in 7 finished projects. Not enough evidence: 1.4 of 2 fair comparisons." in plain
    assert 'href="../guides/how-impact-is-measured.html">fair comparisons</a>' in text
    nothing = with_findings(built, found[0])
    bare = [one for one in nothing.findings if one.kind != "impact"]
    empty = page_of(replace(nothing, findings=tuple(bare)), "insights/impact.html")
    assert "the build made no impact findings" in str(empty.parts["versions"])


def test_pieces_without_enough_evidence_have_no_step_of_their_own(built: Built) -> None:
    """Two of them are told in one sum, a single one with what is not explained: no number of a
    piece stands on the page that its own page does not give, and the steps still add up."""
    known = impact("churn-features@1.3.0", 4.5, (1.0, 8.0), label="helps")
    assert known.detail is not None
    weak = known.detail.model_copy(update={"grade": "insufficient"})
    doubted = known.model_copy(update={"subject": "customers@2.0.0", "detail": weak})
    more = [("customers@2.0.0", 2.9), ("churn-gbm@1.4.0", -1.7)]
    for count in (1, 2):
        steps = [
            {"name": name, "kind": "artifact", "points": points, "lo": -3.8, "hi": 9.4}
            for name, points in more[:count]
        ]
        old = [{"name": name, "kind": kind, "points": of} for name, kind, of, _ in STEPS]
        old[-2] |= {"lo": 1.0, "hi": 8.0}
        detail = {"steps": [*old[:-1], *steps, old[-1]]}
        value = 71.0 + sum(points for _, points in more[:count])
        made = finding("use_impact", "churn-2025", detail, value=value, unit="points", n=40)
        impacts = {one.subject: one for one in (known, doubted)}
        rows = explained.rows_of(made, impacts.get)
        assert sum(row.step.points for row in rows) == pytest.approx(value)
        library = with_findings(built, made, known, doubted)
        page = str(page_of(library, "projects/churn-2025.html").parts["explained"])
        table, _, below = page.partition("</table>")
        assert "+2.9" not in table and "\u22121.7" not in table
        assert "to +9.4" not in page and "(90&nbsp;%: +1.0 to +8.0)" in table
        assert "Not enough evidence for a number of" in below and "customers" in below
        said = ("Not explained, with 1 piece", "Pieces without enough evidence (2)")[count - 1]
        assert said in table
        assert ("+9.9", "+1.2")[count - 1] in table
        assert "works out how sure a step is for single pieces alone" in below


def test_a_project_that_is_not_taken_apart_says_why(built: Built) -> None:
    """Without the finding one sentence says what is needed; one that runs has no such section."""
    text = str(page_of(built.library, "projects/churn-2025.html").parts["explained"])
    assert "Not enough evidence" in text and "30 finished projects" in text
    assert "<table" not in text
    assert page_of(built.library, "projects/offers-2026.html").parts["explained"] == ""
    assert explained.rows_of(None, {}.get) == []
