"""How the work goes, on Insights: bounded, and honest about what is not measured."""

from __future__ import annotations

import re
from dataclasses import replace

from maestro.catalog.load import Entry
from maestro.publishing.insights import rhythm, rhythm_cards
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Site
from maestro.schema import Finding

from . import sample_work
from .conftest import Built


def _many(library: Library, count: int, measured: int) -> Library:
    """The library with ``count`` projects, the first ``measured`` of them with figures."""
    model: Entry = library.catalog.projects["offers-2026"]
    projects = {f"p-{n:04d}": replace(model, name=f"p-{n:04d}") for n in range(count)}
    found: list[Finding] = []
    for name in list(projects)[:measured]:
        found += [*sample_work.git(name)[:2], *sample_work.ci(name), *sample_work.delivery(name)]
    catalog = replace(library.catalog, projects=projects)
    return replace(library, catalog=catalog, findings=tuple(found))


def _parts(library: Library) -> dict[str, str]:
    """The section of each subject, of all dashboards about the work."""
    made = rhythm_cards.pages(Site(Shelf(library), frozenset()))
    return {
        name: f"{page.parts['lead']}{html}"
        for page in made
        for name, html in page.parts.items()
        if name != "lead"
    }


def test_without_a_project_it_says_so(built: Built) -> None:
    """An empty library has a page with a sentence per subject and no empty table."""
    parts = _parts(_many(built.library, 0, 0))
    for key in ("velocity", "ci", "delivery", "training"):
        assert "None of 0 projects has evidence." in parts[key]
        assert "<table" not in parts[key]


def test_one_project_makes_a_row(built: Built) -> None:
    """One project with evidence is a row with its interval, band, series and count."""
    parts = _parts(_many(built.library, 1, 1))
    row = parts["delivery"].partition("<tbody>")[2].partition("</tbody>")[0]
    assert row.count("<tr") == 1
    for words in (">high<", "mx-interval", "mx-spark", "11 weeks"):
        assert words in row
    assert ">Recovery<" not in parts["delivery"], "nobody has a number in that column"


def test_proxies_are_in_no_comparison(built: Built) -> None:
    """A proxy is marked in its cell, is not drawn on the shared axis, and is told in a line."""
    page = _parts(_many(built.library, 3, 3))["delivery"]
    assert page.count(">proxy</span>") == 3
    assert page.count("a proxy is not compared") == 3
    assert "neither counted nor drawn beside others: Failed in 3." in page
    assert "Deployments: 3 high. Lead time: 3 high. Proxies" in page


def test_slopes_of_alike_weeks_count_as_no_trend(built: Built) -> None:
    """A slope that is zero from end to end is no trend in the count, and a sentence in its cell."""
    library = _many(built.library, 1, 1)
    flat = {"value": 0.0, "lo": 0.0, "hi": 0.0, "unit": "changes/week per week"}
    slope = sample_work.figure("p-0000", "velocity_trend", "pull_requests", **flat)
    html = _parts(replace(library, findings=(*library.findings, slope)))["velocity"]
    assert "falls in 0, and has no clear trend in 1" in html
    assert "no change seen" in html


def test_directions_are_counted_by_their_interval(built: Built) -> None:
    """Only a slope whose interval leaves zero out counts as rising."""
    parts = _parts(_many(built.library, 60, 45))
    said = parts["velocity"]
    assert "45 of 60 projects have evidence." in said
    assert "clearly rises in 45, clearly falls in 0, and has no clear trend in 0" in said
    assert "clearly rises in 0, clearly falls in 0, and has no clear trend in 45" in parts["ci"]


def test_every_project_is_in_a_count(built: Built) -> None:
    """Rising, falling, no clear trend and no trend at all add up to those with evidence."""
    library = _many(built.library, 3, 2)
    more = sample_work.figure("p-0002", "velocity", "git", value=3.0, unit="changes/week")
    none = sample_work.figure(
        "p-0002", "velocity_trend", "git", unit="changes/week per week",
        quality=["up to the end of the project, 2026-01-05", "a slope needs three full weeks"],
    )  # fmt: skip
    html = _parts(replace(library, findings=(*library.findings, more, none)))["velocity"]
    assert "3 of 3 projects have evidence" in html
    assert "rises in 2, clearly falls in 0, and has no clear trend in 0; in 1 no trend" in html
    assert "Changes per week: from 3.00 to 8.25." in html
    assert ">not measured: a slope needs three full weeks<" in html


def test_decimal_points_stand_in_one_line(built: Built) -> None:
    """Numbers of a column have as many decimals each and one width; 5 stands as 5.00."""
    library = _many(built.library, 3, 0)
    found = tuple(
        sample_work.figure(name, "velocity", "git", value=value, unit="changes/week")
        for name, value in zip(library.catalog.projects, (5.0, 17.25, 4.78), strict=True)
    )
    html = _parts(replace(library, findings=found))["velocity"]
    cells = re.findall(r'class="mx-number" style="min-width: (\d+)ch">([^<]*)<', html)
    assert cells == [("5", "17.25"), ("5", "5.00"), ("5", "4.78")]


def test_a_metric_is_named_once(built: Built) -> None:
    """The best value of a metric whose unit is its name has the name once, and is not aligned."""
    library = _many(built.library, 2, 0)
    best = [
        sample_work.figure(name, "best_performance", "tracking", value=value, unit=unit, label=unit)
        for name, value, unit in (("p-0000", 0.412, "ndcg"), ("p-0001", 11.9, "rmse"))
    ]
    html = _parts(replace(library, findings=tuple(best)))["training"]
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    plain = re.sub(r"<[^>]+>", "", body).replace("&nbsp;", " ")
    assert "0.412 ndcg" in plain and "ndcg ndcg" not in plain
    assert "best, metric by metric, largest first" in html


def test_one_project_without_evidence_is_one(built: Built) -> None:
    """A library of one project says so in the singular."""
    assert "The one project has no evidence." in _parts(_many(built.library, 1, 0))["ci"]


def test_five_thousand_projects_fit_on_a_page(built: Built) -> None:
    """Rows and names are bounded; what is left out is counted and stands in the data."""
    parts = _parts(_many(built.library, 5_000, 3_000))
    for key in ("velocity", "ci", "delivery"):
        html = str(parts[key])
        body = html.partition("<tbody>")[2].partition("</tbody>")[0]
        assert body.count("<tr") == rhythm.MOST_ROWS
        assert "2,800 more projects with evidence are in the" in html
        assert f"and {2_000 - rhythm.MOST_NAMES:,} more." in html
    assert sum(len(str(part)) for part in parts.values()) < 2_500_000


def test_rare_reasons_share_a_line(built: Built) -> None:
    """Thousands of different reasons do not make thousands of lines."""
    library = _many(built.library, 300, 0)
    found = tuple(
        sample_work.figure(name, "success_rate", unit="share", quality=[f"reason {name}"])
        for name in library.catalog.projects
    )
    html = _parts(replace(library, findings=found))["ci"]
    assert html.count("<li>") == rhythm.MOST_REASONS + 1
    assert "Other reasons, each on its project" in html


def test_pull_requests_win_over_git(built: Built) -> None:
    """Where both count the velocity, the one from pull requests is shown."""
    library = _many(built.library, 1, 1)
    other = sample_work.figure(
        "p-0000", "velocity", "pull_requests", value=2.5, unit="changes/week", n=30
    )
    for findings in ((*library.findings, other), (other, *library.findings)):
        html = _parts(replace(library, findings=findings))["velocity"]
        assert ">2.50<" in html
        assert ">8.25<" not in html


def test_insights_stand_in_the_navigation(built: Built) -> None:
    """Every page leads to Insights, right after Projects."""
    for path, up in (("index.html", ""), ("operations/index.html", "../")):
        links = re.findall(r'<a href="([^"]*)" class="md-nav__link', built.page(path))
        at = links.index(f"{up}projects/index.html")
        assert links[at + 1] == f"{up}insights/index.html"


def test_home_leads_there_only_with_evidence(built: Built) -> None:
    """Home has one line about Insights when a project has evidence, and none otherwise."""
    assert rhythm.known(Shelf(built.library)) == 1
    assert 'insights/index.html">Insights</a>' in built.page("index.html").partition("<article")[2]
    assert rhythm.known(Shelf(replace(built.library, findings=()))) == 0
