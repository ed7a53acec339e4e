"""``maestro predict``: stored predictions, and forecasts for what the library does not hold."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.forecasts import COLUMNS
from maestro.cli.main import guarded
from maestro.learning.forecast import forecast
from maestro.learning.planned import Planned
from maestro.schema.findings import round_numbers
from maestro.schema.formula import Formula
from tests.architecture.test_startup import HEAVY, loaded_by

from .cases import HEALTHY, write_tree

DRAFT = HEALTHY["projects/churn-2025/project.yaml"]


def ended(place: int) -> str:
    """A finished project that takes longer, costs more and succeeds less the harder it is."""
    hard = 1 + place % 9
    return (
        DRAFT.replace("status: active", f"status: done\nended: 2024-0{1 + hard // 2}-1{hard}")
        .replace("complexity: 4", f"complexity: {hard}")
        .replace("size: 3", f"size: {2 + place % 4}")
        .replace("2025-02-01", "2024-01-02")
        + f"outcomes: {{success: {'reached' if hard < 5 else 'missed'}, cost: {900 * hard}}}\n"
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of fourteen finished projects and an active one, after a build."""
    folder = tmp_path_factory.mktemp("predict")
    past = {f"projects/churn-{1990 + k}/project.yaml": ended(k) for k in range(14)}
    write_tree(folder, {**HEALTHY, **past})
    assert guarded(["build", "-C", str(folder)]) == 0
    return folder


def said(answer: Any) -> dict[str, dict[str, Any]]:
    """Outcome to its row of a JSON answer."""
    assert answer.code == 0, answer.err
    return {row["target"]: row for row in json.loads(answer.out)["predictions"]}


def test_a_known_project_is_shown_as_predicted(built: Path, maestro: Callable[..., Any]) -> None:
    """Number, interval, what moves it, and that an active project counts as just begun."""
    text = maestro("predict", "churn-2025", "-C", built).out
    assert text.startswith("churn-2025, as the last build predicted it\n")
    assert "nine of ten projects like this take" in text
    assert "what moves it from" in text and re.search(r"complexity [+-]\d", text)
    assert "as if it had just begun: what has happened since is not used" in text


def test_its_record_gives_the_same_numbers(built: Path, maestro: Callable[..., Any]) -> None:
    """The formula evaluated for the project's own file: what the build itself has said."""
    stored = said(maestro("predict", "churn-2025", "-C", built, "--format", "json"))
    file = built / "projects/churn-2025/project.yaml"
    made = said(maestro("predict", file, "-C", built, "--format", "json"))
    assert set(stored) == {"chance", "cost", "duration", "success"}
    for target, row in stored.items():
        for name in ("value", "lo", "hi", "typical", "drivers", "quality", "label", "usual"):
            assert made[target][name] == row[name], (target, name)


def test_the_site_publishes_the_same_formulas(built: Path) -> None:
    """Whoever reads planner.json computes what findings/prediction.json says."""
    api = built / "build/site/api/v1"
    document = json.loads((api / "planner.json").read_text())
    assert document["available"] is True and document["reason"] == ""
    assert all(model["detail"]["formula"] is None for model in document["models"])
    findings = json.loads((api / "findings/prediction.json").read_text())["findings"]
    project = Planned(
        team="growth",
        problem_class="tabular-classification",
        complexity=4,
        team_size=3,
        started=date(2025, 2, 1),
        uses=("churn-features@1.0.0",),
        is_active=True,
    )
    told = {one["detail"]["target"]: one for one in findings if one["subject"] == "churn-2025"}
    for plain in document["formulas"]:
        formula = Formula.model_validate(plain, strict=False)
        found = forecast(formula, project)
        one = told[formula.target]
        assert round_numbers([found.value, found.lo, found.hi]) == [
            one[name] for name in ("value", "lo", "hi")
        ]


def test_what_if(built: Path, maestro: Callable[..., Any]) -> None:
    """Options change a project that is there, or stand for one of which nothing else is known."""
    plain = said(maestro("predict", "churn-2025", "-C", built, "--format", "json"))
    hard = ("predict", "churn-2025", "-C", built, "--complexity", "9", "--format", "json")
    assert said(maestro(*hard))["duration"]["value"] > plain["duration"]["value"]
    other = ("predict", "churn-2025", "-C", built, "--with", "billing-events")
    given = json.loads(maestro(*other, "--format", "json").out)["given"]
    assert given["uses"] == ["billing-events@1.2.0", "churn-features@1.0.0"]
    text = maestro("predict", "-C", built, "--team-size", "6", "--with", "churn-features").out
    assert "team of 6, with churn-features@1.0.0; not known: class, complexity" in text
    assert "a team of 6 is outside what was seen (2 to 5)" in text
    assert "Chance of success: " in text and text.count("(base rate ") == 1
    assert "maestro recommend BRIEF.md shows projects similar to a brief" in text


def test_far_outside_what_was_seen(built: Path, maestro: Callable[..., Any]) -> None:
    """A team of 40 where 2 to 5 were seen: no number, the reason first, and the usual outcome."""
    text = maestro("predict", "-C", built, "--team-size", "40").out
    reason = "a team of 40 is far outside what was seen (2 to 5): no answer"
    assert f"Duration: not enough evidence: {reason}\n    all finished projects: " in text
    assert "what moves it" not in text and "nine of ten" not in text


def test_what_a_draft_reuses_is_not_known(
    built: Path, maestro: Callable[..., Any], tmp_path: Path
) -> None:
    """No list of pieces counts as the average project in this, an empty one as reusing nothing."""
    fields = "team: {size: 3}\ncomplexity: 4\n"
    (tmp_path / "silent.yaml").write_text(fields, encoding="utf-8")
    (tmp_path / "none.yaml").write_text(f"{fields}uses: []\n", encoding="utf-8")
    silent, none = (
        maestro("predict", tmp_path / f"{n}.yaml", "-C", built) for n in ("silent", "none")
    )
    assert "not known: class, team, what it reuses\n" in silent.out
    assert "team of 3, reuses nothing; not known: class, team\n" in none.out
    plain = json.loads(
        maestro("predict", tmp_path / "none.yaml", "-C", built, "--format", "json").out
    )
    assert (plain["given"]["uses"], plain["given"]["roles"]) == ([], None)


def test_a_brief_is_enough(built: Path, maestro: Callable[..., Any], tmp_path: Path) -> None:
    """Fields that the brief states count, all others are not known."""
    brief = tmp_path / "brief.md"
    brief.write_text("# Leavers\n\nChurn prediction in telecom. Team of 3.\n", encoding="utf-8")
    answer = maestro("predict", brief, "-C", built)
    assert answer.code == 0, answer.err
    head = answer.out.splitlines()[0]
    assert head.endswith(
        "brief.md: tabular-classification, telecom, team of 3; "
        "not known: complexity, team, what it reuses"
    )
    assert "Duration: " in answer.out and "base rate" in answer.out


def test_csv(built: Path, maestro: Callable[..., Any]) -> None:
    """One line for each outcome, with the declared columns."""
    rows = list(
        csv.DictReader(
            io.StringIO(maestro("predict", "churn-2025", "-C", built, "--format", "csv").out)
        )
    )
    assert tuple(rows[0]) == COLUMNS
    assert {row["target"] for row in rows} >= {"chance", "cost", "duration"}


def test_wrong_words(built: Path, maestro: Callable[..., Any], tmp_path: Path) -> None:
    """Unknown projects, classes and pieces get a close name; a fault of a draft its line."""
    answer = maestro("predict", "churn-202", "-C", built)
    assert (answer.code, "did you mean churn-2025" in answer.err) == (2, True)
    answer = maestro("predict", "-C", built, "--class", "tabular-clasification")
    assert (answer.code, "did you mean tabular-classification" in answer.err) == (2, True)
    answer = maestro("predict", "-C", built, "--with", "churn-featurs@1.0.0")
    assert (answer.code, "did you mean churn-features" in answer.err) == (2, True)
    answer = maestro("predict", "-C", built, "--with", "billing-events@1.1.0")
    assert answer.code == 0, answer.err  # in its history
    answer = maestro("predict", "-C", built, "--with", "billing-events@9.9.9")
    assert (answer.code, answer.out) == (2, "")
    assert 'billing-events has no version "9.9.9"' in answer.err
    assert "known: 1.2.0, 1.1.0" in answer.err
    assert maestro("predict", "-C", built).code == 2
    assert maestro("predict", tmp_path / "none.md", "-C", built).code == 2
    draft = tmp_path / "draft.yaml"
    draft.write_text("team: {size: 3}\ncomplexity: 11\n", encoding="utf-8")
    answer = maestro("predict", draft, "-C", built)
    assert answer.code == 1
    assert "draft.yaml:2:13: complexity" in answer.err


def test_without_a_build_or_enough_projects(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """No build: an error that says what to run. Few projects: no number, and how many there are."""
    write_tree(tmp_path, HEALTHY)
    answer = maestro("predict", "churn-2025", "-C", tmp_path)
    assert (answer.code, "run maestro build" in answer.err) == (3, True)
    assert maestro("build", "-C", tmp_path).code == 0
    words = "0 finished projects with a known duration, at least 5 are needed"
    for asked in (("churn-2025",), ("--complexity", "3")):
        text = maestro("predict", *asked, "-C", tmp_path).out
        assert f"Duration: not enough evidence: {words}" in text


def test_it_starts_light(built: Path) -> None:
    """Both ways of answering load neither pandas nor scikit-learn nor numpy."""
    for asked in (["churn-2025"], ["--complexity", "3"]):
        code, output, loaded = loaded_by(built, "predict", *asked, "-C", str(built))
        assert code == 0, output
        assert loaded & HEAVY == set()
