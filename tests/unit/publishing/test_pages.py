"""What single pages say and do not say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from maestro.publishing.assembly.docs import docs_tree
from maestro.publishing.library import Shelf
from maestro.publishing.overviews import home
from maestro.publishing.pages import Context

from . import sample
from .conftest import Built
from .sample_findings import impact
from .whole import all_pages

GUIDE = "guides/how-impact-is-measured.html"


@pytest.fixture(scope="module")
def pages(built: Built) -> dict[str, str]:
    """Each page's own HTML by path, with the guide to impact there."""
    made = all_pages(Shelf(built.library), frozenset({GUIDE}))
    return {page.path: "\n".join(map(str, page.parts.values())) for page in made}


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_no_page_calls_a_plain_difference_an_effect(built: Built) -> None:
    """No heading, column or drawing speaks of an effect or of help where nothing is adjusted."""
    plain = [
        f.model_copy(update={"method": "difference of means", "label": "users did better"})
        if f.kind == "impact" and f.value is not None
        else f
        for f in built.library.findings
    ]
    for page in all_pages(Shelf(replace(built.library, findings=tuple(plain)))):
        html = "".join(map(str, page.parts.values()))
        if "users did better" in html:
            assert "What helps" not in html, page.path
            assert "Effect on success (" not in _plain(html), page.path


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "library/index.html",
        "library/kinds/feature-pipelines.html",
        "library/churn-features.html",
        "projects/churn-2025.html",
    ],
)
def test_each_difference_comes_with_its_warning(pages: dict[str, str], path: str) -> None:
    """Associated and not proven, the margin, and the way to the guide."""
    text = _plain(pages[path])
    assert "Effect on success (points)" in text
    assert "Associated with success, not proven to cause it" in text
    assert "more than 1 point above or below zero" in text
    assert f'{GUIDE}">How impact is measured</a>' in pages[path]


def test_home_ranks_the_clearly_better_by_their_effect(built: Built) -> None:
    """What is not clearly better does not stand under that heading; the largest comes first."""
    findings = [
        impact("a@1.0.0", 9.0, (1.5, 16.0)),
        impact("b@1.0.0", 4.0, (2.0, 6.0)),
        impact("c@1.0.0", 3.0, (0.5, 5.5), label="no clear effect"),
        impact("d@1.0.0", None, None),
    ]
    shelf = Shelf(replace(built.library, findings=tuple(findings)))
    assert [f.subject for f in home.graded(shelf)] == ["a@1.0.0", "b@1.0.0"]
    shown = str(next(home.pages(home.Site(shelf, frozenset()))).parts["best"])
    assert shown.count("<svg") == 2
    assert "4 versions were looked at, 3 have a number" in shown
    shelf = Shelf(replace(built.library, findings=tuple(findings[2:])))
    shown = _plain(str(next(home.pages(home.Site(shelf, frozenset()))).parts["best"]))
    assert (
        "c@1.0.0 (not available) : No clear effect: somewhere between +0.5 and +5.5 points" in shown
    )


def test_a_data_set_tells_one_story(pages: dict[str, str]) -> None:
    """A project learns from it; impact counts another list; both are said in one sentence."""
    text = _plain(pages["library/customers.html"])
    assert "used it" not in text
    assert text.count("0 finished projects list it under uses:") == 1
    assert "listed under datasets: by 1 project; impact is computed from uses: only" in text


def test_missing_evidence_is_said_once(pages: dict[str, str]) -> None:
    """The section on impact gives its reason in one sentence, not in two."""
    section = pages["library/customers.html"].partition("In your project")[0]
    assert section.lower().count("not enough evidence") == 1


def test_a_short_row_has_its_count(pages: dict[str, str]) -> None:
    """A cell without a number says how much of the evidence is there."""
    html = pages["library/index.html"]
    assert "Not enough evidence: 0 of 5 projects (under uses:)" in html


def test_why_scores_have_no_interval_is_said_once(pages: dict[str, str]) -> None:
    """The portfolio says once above the table what is true of every row."""
    html = pages["projects/index.html"]
    assert html.count("not estimated") == 1
    assert '<span class="mx-number">86.7</span>' in html


def test_figures_of_the_work_are_said_as_people_say_them(pages: dict[str, str]) -> None:
    """A date instead of an age, one person, and what has no number grouped by its reason."""
    text = _plain(pages["projects/churn-2025.html"])
    assert "First commit 3 February 2025" in text
    assert "days ago" not in text
    assert "Contributors ever 1 person" in text
    assert text.count("the history starts after the last full week") == 1
    assert "Lines of text at the end; Releases." in text


def test_projects_in_a_lineage_have_their_link(built: Built) -> None:
    """A project that an entry stands on is not called missing."""
    context = Context(Shelf(built.library), "library/x.html", frozenset())
    assert context.references(["churn-2025", "customers", "nowhere"]) == [
        ("churn-2025", "../projects/churn-2025.html"),
        ("customers", "../library/customers.html"),
        ("nowhere", ""),
    ]


def test_a_code_leads_to_its_own_page_first(built: Built, tmp_path: Path) -> None:
    """A page of the code's own, else its place on the page of all codes, else no link."""
    extra = {
        "reference/codes.md": "# Codes\n\n## V003\n\n## L001\n",
        "reference/codes/v003.md": "# V003\n",
    }
    tree = docs_tree(tmp_path, built.library.catalog.settings, extra, built.places.guides)
    context = Context(Shelf(built.library), "operations/index.html", tree.pages)
    assert context.problem_code("V003") == "../reference/codes/v003.html"
    assert context.problem_code("L001") == "../reference/codes.html#l001"
    assert context.problem_code("X999") == ""


def test_problems_link_their_codes_on_every_page(built: Built) -> None:
    """Operations, an entry's checklist and a broken record's page lead to what a code means."""
    guides = frozenset({"reference/codes/v003.html", "reference/codes/l001.html"})
    made = {page.path: page for page in all_pages(Shelf(built.library), guides)}
    assert (
        '../reference/codes/l001.html">L001</a>' in made["operations/index.html"].parts["problems"]
    )
    assert (
        '../reference/codes/v003.html">V003</a>' in made["library/broken-one.html"].parts["faults"]
    )


def test_home_is_titled_once(built: Built) -> None:
    """The window's title of home is the library's name; other pages say theirs before it."""
    titles = [
        re.findall(r"<title>([^<]*)</title>", built.page(path).partition("<svg")[0])
        for path in ("index.html", "library/index.html")
    ]
    assert titles == [["Sample library"], ["Library - Sample library"]]


def test_long_pages_list_their_sections(built: Built) -> None:
    """The list on top leads to each section, and no list at the side takes the tables' width."""
    for path in ("library/churn-features.html", "models/churn-model.html"):
        html = built.page(path)
        jumps = html.partition('class="mx-jumps"')[2].partition("</nav>")[0]
        anchors = re.findall(r'href="#([a-z]+)"', jumps)
        assert len(anchors) >= 6
        assert all(f'id="{anchor}"' in html for anchor in anchors)
        assert "md-sidebar--secondary" not in html or re.search(
            r'md-sidebar--secondary"[^>]*hidden', html
        )


def test_the_sample_has_a_code_in_a_broken_record(built: Built) -> None:
    """The broken record of the sample has the fault that the other tests rely on."""
    assert any(problem.code == "V003" for problem in built.library.problems)
    assert sample.BROKEN.startswith("version: 1.10")
