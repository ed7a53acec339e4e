"""The planner's data, its page without a browser, and addresses that lead to it."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from maestro.publishing import text
from maestro.publishing.assembly.docs import guides_folder
from maestro.publishing.library import Library, Shelf
from maestro.publishing.overviews import planner
from maestro.publishing.pages import Page, Site
from maestro.publishing.projects.projects import planner_query
from maestro.schema import Finding
from maestro.schema.formula import Formula, FormulaDesign, FormulaNode, FormulaPieces
from maestro.schema.learned import ModelDetail, PredictionDetail

from . import sample
from .sample_findings import impact

AT = "2026-11-21T08:00:00Z"
SEEN: dict[str, Any] = {
    "ranges": {"complexity": (2, 8)},
    "words": {"problem_class": ["tabular-classification"]},
    "pieces": ["churn-features", "lost-piece"],
}


def formula() -> Formula:
    """A formula of durations with two pieces, one of which the library no longer holds."""
    held = FormulaPieces(
        members="names and roles",
        columns=["churn-features", "lost-piece"],
        shares=[0.5, 0.25],
        centred=True,
        norm=1.4,
        adds=False,
        block=1,
    )
    return Formula(
        target="duration",
        unit="days",
        kind="log",
        label="evidence",
        n=12,
        doubts=[],
        level=0.9,
        past=(90.0, 40.0, 200.0),
        seen=SEEN,
        pieces=[held],
        weights=[0.0, 0.5, -0.25],
        is_log=True,
        mean=90.0,
        sd=0.5,
        ends=(30.0, 270.0),
        tails={"0.9": 1.8},
        nodes=[FormulaNode(weight=1.0, noise=0.5, spreads=[1.0, 0.2])],
        design=FormulaDesign(numbers=[[], []], ones=[[1], [2]], outcomes=[]),
    )


def learned(library: Library) -> Library:
    """The library with a model of durations and what its finished project took."""
    base: dict[str, Any] = {"as_of": AT, "method": "m", "unit": "days"}
    model = ModelDetail(
        target="duration", projects=12, needed=5, inside=11, coverage=11 / 12, formula=formula()
    )
    about = PredictionDetail(
        target="duration", model_version="4", made_at=AT, basis="past only", actual=121.0
    )
    found = [
        Finding(
            kind="outcome_model",
            subject="duration",
            value=90.0,
            lo=40.0,
            hi=200.0,
            level=0.9,
            n=12,
            label="evidence",
            detail=model,
            **base,
        ),
        Finding(kind="prediction", subject="churn-2025", value=80.0, detail=about, **base),
    ]
    kinds = ("outcome_model", "prediction")
    kept = [one for one in library.findings if one.kind not in kinds]
    return replace(library, findings=tuple(sorted([*kept, *found], key=_order)))


def _order(found: Finding) -> tuple[str, str]:
    return found.kind, found.subject


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The sample library with a formula."""
    return Shelf(learned(sample.library(tmp_path_factory.mktemp("planner") / "repo")))


def page_of(shelf: Shelf, *guides: str) -> Page:
    """The planner's page."""
    (page,) = planner.pages(Site(shelf, frozenset(guides)))
    return page


def test_the_document_holds_what_planning_needs(shelf: Shelf) -> None:
    """Finished projects with what they came to, and pieces with versions and effect, in columns."""
    made = planner.document(shelf)
    assert made.available and made.reason == ""
    assert [one.target for one in made.formulas] == ["duration"]
    ended = {name: column[0] for name, column in made.projects.items()}
    assert {len(column) for column in made.projects.values()} == {1}
    assert ended["name"] == "churn-2025" and ended["page"] == "projects/churn-2025.html"
    assert ended["uses"] == ["churn-features", "lost-piece"]
    assert (ended["complexity"], ended["team_size"], ended["inputs"]) == (6, 4, True)
    assert (ended["duration"], ended["cost"]) == (121.0, None)
    piece = {name: column[0] for name, column in made.pieces.items()}
    assert {len(column) for column in made.pieces.values()} == {1}, "what is gone is not offered"
    assert (piece["name"], piece["versions"]) == ("churn-features", ["1.3.0", "1.2.0"])
    assert (piece["impact"], piece["impact_lo"], piece["impact_hi"]) == (4.1, 1.2, 7.0)


def test_an_earlier_version_has_what_the_present_one_lacks(shelf: Shelf) -> None:
    """The newest effect before the present version, where that one has none; else nothing."""
    kept = [one for one in shelf.library.findings if one.kind != "impact"]

    def earlier(*found: Finding) -> list[Any]:
        """What stands there of the one piece, with these findings of impact."""
        findings = tuple(sorted([*kept, *found], key=_order))
        made = planner.document(Shelf(replace(shelf.library, findings=findings)))
        return made.pieces["impact_earlier"]

    old = impact("churn-features@1.2.0", 2.5, (-1.0, 6.0), label="no clear effect")
    none = impact("churn-features@1.3.0", None, None, label="not enough evidence")
    assert earlier(old) == [["1.2.0", 2.5, -1.0, 6.0, "no clear effect"]]
    assert earlier(old, none) == earlier(old)
    assert earlier(old, impact("churn-features@1.3.0", 4.1, (1.2, 7.0))) == [None]
    assert earlier(none) == earlier() == [None]


def test_each_formula_stands_there_once(shelf: Shelf) -> None:
    """The findings of the models come without the formulas beside them."""
    made = planner.document(shelf)
    assert all(model["detail"]["formula"] is None for model in made.models)


def test_the_script_is_the_document_and_inert(shelf: Shelf) -> None:
    """What a page from disk loads is planner.json; no text in it can end the script."""
    script = planner.script(shelf).decode("ascii")
    head, _, data = script.partition(" = ")
    assert head == "self.mxPlanner"
    assert json.loads(data.rstrip(";\n")) == planner.document(shelf).model_dump(mode="json")
    assert "<" not in script and "\u2028" not in script


def test_hostile_titles_stay_texts(shelf: Shelf) -> None:
    """A title that would end a script or an attribute is escaped on the page and in the data."""
    title = "</script><script>zqz('\u2028')</script>\" onfocus=zqz"
    entry = shelf.catalog.projects["churn-2025"]
    record = entry.record.model_copy(update={"title": title})
    words = shelf.catalog.taxonomy.model_copy(
        update={"domains": {"retail": type("T", (), {"title": title})()}}
    )
    projects = {**shelf.catalog.projects, "churn-2025": replace(entry, record=record)}
    catalog = replace(shelf.catalog, projects=projects, taxonomy=words)
    made = Shelf(replace(shelf.library, catalog=catalog))
    script = planner.script(made).decode("ascii")
    assert (
        "<" not in script
        and title in json.loads(script[len("self.mxPlanner = ") : -2])["projects"]["title"]
    )
    found = _Tags()
    found.feed(page_of(made).parts["plan"])
    assert found.scripts == ["data.js"] and not found.handlers
    assert text.clean(title) in found.titles


class _Tags(HTMLParser):
    """Addresses of scripts, attributes that run something, and titles of the words on offer."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.titles: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag holds."""
        known = dict(attrs)
        self.scripts += [known.get("src")] if tag == "script" else []
        self.handlers += [name for name in known if name.startswith("on")]
        self.titles.append(known.get("data-title"))


def test_the_page_tells_what_the_answers_rest_on(shelf: Shelf) -> None:
    """Without scripts there are the range of all finished projects, and how the model was tried."""
    page = page_of(shelf)
    assert "maestro predict --class tabular-classification" in page.parts["lead"]
    rests = re.sub(r"<[^>]+>", "", page.parts["rests"])
    assert "Duration" in rests and "(90\u00a0%: 40 to 200)" in rests
    assert "11 of 12 inside their range" in rests
    assert "such forecasts beat the median, hardly by luck" in rests
    assert 'data-mx-planner data-base="../" hidden' in page.parts["plan"]


def test_words_are_offered_with_how_many_had_them(shelf: Shelf) -> None:
    """Each class, domain and team stands in its list with the finished projects that had it."""
    html = str(page_of(shelf).parts["plan"])
    assert re.search(r'value="tabular-classification"[^>]*>[^<]*\(1 finished\)', html)
    assert re.search(r'value="risk"[^>]*>risk \(none finished\)', html)


def test_a_project_leads_to_a_plan_like_it(shelf: Shelf) -> None:
    """The link on a project's page fills in what the form has a field for, and nothing else."""
    query = parse_qsl(planner_query(shelf.catalog.projects["churn-2025"]))
    assert ("class", "tabular-classification") in query
    assert ("with", "churn-features@1.3.0") in query
    html = page_of(shelf).parts["plan"]
    assert all(f'name="{name}"' in html for name, _ in query if name != "with")


def test_the_guide_has_the_rubric_and_the_address() -> None:
    """The guide's table of complexity is the form's, and it names every part of the address."""
    guide = (guides_folder() / "plan-a-project.md").read_text(encoding="utf-8")
    for low, high, said in planner.RUBRIC:
        assert f"| {low}, {high} | {said} |" in guide
    described = planner.__doc__ or ""
    names = ("class", "complexity", "team-size", "domain", "owner", "with", "rows", "started")
    for name in (*names, "role", "reuse", "name", "description"):
        assert f"`{name}" in guide and f"``{name}" in described, name
    assert "`kept`" in guide


def test_a_page_of_many_projects_stays_small(shelf: Shelf) -> None:
    """What is added for each finished project and piece takes a few dozen bytes, compressed."""
    entry = shelf.catalog.projects["churn-2025"]
    many = {
        f"project-{n}": replace(
            entry,
            name=f"project-{n}",
            record=entry.record.model_copy(update={"complexity": 1 + n * 7 % 10}),
        )
        for n in range(400)
    }
    made = Shelf(replace(shelf.library, catalog=replace(shelf.catalog, projects=many)))
    size = len(gzip.compress(json.dumps(planner.document(made).projects).encode()))
    assert size < 400 * 20


def test_without_a_model_there_is_a_reason(tmp_path: Path) -> None:
    """No form and no columns, but why, and what to do next."""
    shelf = Shelf(sample.library(tmp_path / "repo"))
    made = planner.document(shelf)
    assert (made.available, made.projects, made.pieces) == (False, {}, {})
    page = page_of(shelf)
    said = re.sub(r"<[^>]+>", "", page.parts["lead"] + page.parts["plan"])
    assert "Not enough evidence: 1 finished project, at least 8 are needed." in said
    assert "Then run maestro build." in said
    assert "<form" not in page.parts["plan"] and "<script" not in page.parts["plan"]
