"""``maestro recommend``: from a brief in one's own words to pieces, people and pages to read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.advice import COLUMNS
from maestro.cli.main import guarded
from tests.architecture.test_startup import loaded_by

from .cases import HEALTHY, write_tree

CHURN = "catalog/feature_pipelines/churn-features.yaml"
PROJECT = HEALTHY["projects/churn-2025/project.yaml"]
ENDED = "status: done\nended: 2024-06-01\noutcomes: {success: partly}\n"
BRIEF = """# Keep subscribers

We want to know which telecom subscribers will leave soon, which is churn prediction.
We learn from billing-events@1.1.0 and have a team of 3: 2 data scientists and 1 analyst.

Start: 2026-02-01
"""
TREE = {
    **HEALTHY,
    "catalog/owners.yaml": (
        "teams:\n  growth: {members: [ana, ben], contact: growth@example.org}\n"
        "  data: {members: [cleo]}\n"
    ),
    "catalog/taxonomy.yaml": HEALTHY["catalog/taxonomy.yaml"].replace(
        "  data-scientist:\n",
        "  data-scientist: {kinds: [feature_pipelines]}\n  analyst: {kinds: [notebooks]}\n",
    ),
    CHURN: HEALTHY[CHURN] + "inputs: [{name: tenure}, {name: bill}]\n",
    "catalog/datasets/billing-events.yaml": HEALTHY["catalog/datasets/billing-events.yaml"]
    + "fields: [{name: tenure, type: int}, {name: bill, type: float}]\n",
    "catalog/notebooks/first-look.yaml": (
        "version: 1.0.0\ndescription: Plots of who stays and who leaves, month by month.\n"
        "owner: data\nsource: {git: 'https://git.example.org/data/look', path: look.ipynb}\n"
    ),
    **{
        f"projects/leavers-{year}/project.yaml": PROJECT.replace("status: active\n", ENDED)
        .replace("2025-02-01", f"2024-0{year}-01")
        .replace("status: done\n", "status: done\ndomain: telecom\n")
        for year in (1, 2, 3)
    },
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with three finished projects that used one piece, after a build."""
    folder = tmp_path_factory.mktemp("recommend") / "library"
    write_tree(folder, TREE)
    (folder.parent / "brief.md").write_text(BRIEF, encoding="utf-8")
    assert guarded(["build", "-C", str(folder)]) == 0
    return folder


def asked(maestro: Callable[..., Any], built: Path, *words: str | Path) -> dict[str, Any]:
    """The JSON answer."""
    answer = maestro("recommend", *words, "-C", built, "--format", "json")
    assert answer.code == 0, answer.err
    said: dict[str, Any] = json.loads(answer.out)
    return said


def pages(built: Path, answer: dict[str, Any]) -> list[Path]:
    """Every page that an answer names."""
    lines = [*answer["pieces"], *answer["peers"], *answer["predictions"]]
    assert all(line["page"] for line in lines)
    return [built / line["page"] for line in lines] + [built / answer["guide"]]


def test_from_a_brief_to_pages_that_are_there(built: Path, maestro: Callable[..., Any]) -> None:
    """Brief, draft, a correction, and advice whose every page is in the built site."""
    brief = built.parent / "brief.md"
    first = asked(maestro, built, brief)
    assert first["pieces"][0]["advice"] == "upgrade"
    assert first["pieces"][0]["replaces"] == "billing-events@1.1.0"
    (piece,) = [one for one in first["pieces"] if one["reference"] == "churn-features@1.0.0"]
    reasons = "; ".join(piece["reasons"])
    assert "used by 4 of 4 projects that could" in reasons
    assert "2 of its 2 inputs come from billing-events@1.2.0 (tenure, bill)" in reasons
    assert "data-scientist looks for feature pipelines (taxonomy)" in reasons
    assert [one["project"] for one in first["peers"]] == ["leavers-1", "leavers-2", "leavers-3"]
    assert {one["contact"] for one in first["peers"]} == {"growth@example.org"}
    assert first["teams"] == {"3": 3}
    assert {one["target"] for one in first["predictions"]} >= {"duration", "cost", "success"}

    draft = built.parent / "draft.yaml"
    text = maestro("spec", brief, "-C", built, "--draft").out
    draft.write_text(text.replace("billing-events@1.1.0", "billing-events@1.2.0"), encoding="utf-8")
    second = asked(maestro, built, draft)
    assert {one["advice"] for one in second["pieces"]} == {"use"}
    for answer in (first, second):
        found = pages(built, answer)
        assert len(found) > 6
        assert [path for path in found if not path.is_file()] == []


def test_a_spec_its_draft_and_its_record_get_the_same(
    built: Path, maestro: Callable[..., Any], tmp_path: Path
) -> None:
    """Same pieces and peers for brief, draft, and the record in the library after a build."""
    brief = built.parent / "brief.md"
    whole = BRIEF + "Owner: growth\nComplexity: 4\n"
    brief = tmp_path / "brief.md"
    brief.write_text(whole, encoding="utf-8")
    text = maestro("spec", brief, "-C", built, "--draft").out
    draft = tmp_path / "draft.yaml"
    draft.write_text(text, encoding="utf-8")
    library = tmp_path / "library"
    record = text + "status: planned\n"
    write_tree(library, {**TREE, "projects/keep-subscribers/project.yaml": record})
    assert guarded(["build", "-C", str(library)]) == 0
    of_brief, of_draft = asked(maestro, built, brief), asked(maestro, built, draft)
    stored = asked(maestro, library, "keep-subscribers")
    anew = asked(maestro, library, library / "projects/keep-subscribers/project.yaml")
    assert of_brief["pieces"] and of_brief["peers"]
    for part in ("pieces", "teams"):
        assert of_brief[part] == of_draft[part] == stored[part] == anew[part]
    assert of_brief["peers"] == of_draft["peers"]
    assert stored["peers"] == anew["peers"]
    scores = [[(one["project"], one["score"]) for one in a["peers"]] for a in (of_brief, stored)]
    assert scores[0] == scores[1]


def test_a_known_project_and_its_formats(built: Path, maestro: Callable[..., Any]) -> None:
    """Text says what is missing and what is there; CSV has one line each for the same."""
    text = maestro("recommend", "churn-2025", "-C", built)
    assert text.code == 0, text.err
    for words in ("entries looked at", "Whom to ask", "growth@example.org", "What to expect"):
        assert words in text.out
    answer = asked(maestro, built, "churn-2025")
    assert [path for path in pages(built, answer) if not path.is_file()] == []
    rows = list(
        csv.DictReader(
            io.StringIO(maestro("recommend", "churn-2025", "-C", built, "--format", "csv").out)
        )
    )
    assert tuple(rows[0]) == COLUMNS
    assert {row["advice"] for row in rows} >= {"use", "ask", "team seen", "expect"}
    assert len([row for row in rows if row["advice"] == "ask"]) == len(answer["peers"])


def test_a_persona_narrows_what_is_named(built: Path, maestro: Callable[..., Any]) -> None:
    """For an analyst only the notebook; for an unknown persona a close one."""
    answer = asked(maestro, built, "churn-2025", "--persona", "analyst")
    assert [one["reference"] for one in answer["pieces"]] == ["first-look@1.0.0"]
    assert "analyst looks for notebooks (taxonomy)" in answer["pieces"][0]["reasons"]
    wrong = maestro("recommend", "churn-2025", "-C", built, "--persona", "analist")
    assert wrong.code == 2 and "did you mean analyst" in wrong.err


def test_wrong_names(built: Path, maestro: Callable[..., Any], tmp_path: Path) -> None:
    """An unknown project gets a close one, a finished one the way to ask, no build the remedy."""
    answer = maestro("recommend", "churn-2026", "-C", built)
    assert answer.code == 2 and "did you mean churn-2025" in answer.err
    answer = maestro("recommend", "leavers-1", "-C", built)
    assert answer.code == 2 and "planned and active" in answer.err
    write_tree(tmp_path, HEALTHY)
    answer = maestro("recommend", "churn-2025", "-C", tmp_path)
    assert answer.code == 3 and "run maestro build" in answer.err
    assert maestro("recommend", tmp_path / "no.md", "-C", built).code == 2


def test_it_starts_without_pandas_and_models(built: Path) -> None:
    """A known project needs no numbers at all, a brief neither pandas nor scikit-learn."""
    code, out, loaded = loaded_by(built, "recommend", "churn-2025", "-C", str(built))
    assert code == 0 and "Whom to ask" in out
    assert not loaded & {"numpy", "pandas", "scipy", "sklearn", "git"}
    brief = str(built.parent / "brief.md")
    code, out, loaded = loaded_by(built, "recommend", brief, "-C", str(built))
    assert code == 0 and "leavers-1" in out
    assert not loaded & {"pandas", "sklearn", "git"}
