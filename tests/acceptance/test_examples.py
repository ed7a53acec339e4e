"""The example trees of ``positive/`` and ``negative/``, through the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maestro.catalog import checks, files, validation
from maestro.cli.reference import severities

from .cases import HEALTHY, Case, all_cases, write_tree

NEGATIVE = all_cases("negative")
POSITIVE = all_cases("positive")


@pytest.mark.parametrize("case", NEGATIVE, ids=lambda case: case.name)
def test_a_bad_tree_gives_exactly_its_problems(case: Case, tmp_path: Path, maestro) -> None:
    """Every fault of a tree is named at its line and column with its code, and nothing else is."""
    case.write(tmp_path)
    answer = maestro("check", "-C", tmp_path, "--format", "json")
    problems = json.loads(answer.out)["problems"]
    found = [f"{p['path']}:{p['line']}:{p['column']}: {p['code']}" for p in problems]
    assert sorted(found) == sorted(case.expected)
    assert answer.code == (1 if any(p["severity"] == "error" for p in problems) else 0)
    for problem in problems:
        assert problem["severity"] in severities(problem["code"])
        assert problem["hint"], f"{problem['code']} says nothing about what to do"
        assert "\n" not in problem["message"] + problem["hint"]
        assert not problem["message"].endswith(".")


@pytest.mark.parametrize("case", POSITIVE, ids=lambda case: case.name)
def test_a_good_tree_is_silent(case: Case, tmp_path: Path, maestro) -> None:
    """An ordinary tree, however it is written, has no error, no warning and no note."""
    case.write(tmp_path)
    answer = maestro("check", "-C", tmp_path, "--strict")
    assert (answer.out, answer.code) == ("", 0)


def test_every_rule_has_a_negative_example() -> None:
    """No problem code is without a tree that provokes it."""
    from maestro.catalog import rules_references, rules_values, rules_words  # noqa: F401

    shown = {line.rsplit(" ", 1)[1] for case in NEGATIVE for line in case.expected}
    # These need a file that a text file cannot hold, or a base: test_hostile, test_frozen.
    elsewhere = {"F001", "F002", "F004", "F009", "B001", "B002", "B003", "V005", "V019"}
    rules = {*checks.CODES, *files.CODES, *validation.CODES} - elsewhere
    assert sorted(rules - shown) == []


def test_warm_answers_equal_cold_ones(tmp_path: Path, maestro) -> None:
    """The cache changes how long a check takes, never what it says."""
    case = NEGATIVE[0]
    case.write(tmp_path)
    cold = maestro("check", "-C", tmp_path, "--format", "json")
    warm = maestro("check", "-C", tmp_path, "--format", "json")
    fresh = maestro("check", "-C", tmp_path, "--format", "json", "--no-cache")
    assert cold.out == warm.out == fresh.out
    assert "from cache" in maestro("check", "-C", tmp_path).err


def test_paths_narrow_the_answer_not_the_check(tmp_path: Path, maestro) -> None:
    """``check PATH`` shows that file's faults, found against the whole catalog."""
    case = next(case for case in NEGATIVE if case.name == "references")
    case.write(tmp_path)
    answer = maestro("check", "-C", tmp_path, tmp_path / "projects", "--format", "json")
    paths = {problem["path"] for problem in json.loads(answer.out)["problems"]}
    assert paths and all(path.startswith("projects/") for path in paths)


def test_a_project_with_faults_is_not_called_unknown(tmp_path: Path, maestro) -> None:
    """Who names it is sent to its file, and not told that there is no such project."""
    path = "projects/churn-2025/project.yaml"
    faulty = HEALTHY[path].replace("complexity: ", "complexity: 4")
    assert faulty != HEALTHY[path]
    card = "version: 1.0.0\ndescription: Predicts who leaves.\nowner: growth\nproject: churn-2025\n"
    card += "task: tabular-classification\ntrained_on: [billing@1.0.0]\nintended_use: Letters.\n"
    card += "metrics: [{dataset: billing@1.0.0, metric: accuracy, value: 0.9}]\n"
    write_tree(tmp_path, {**HEALTHY, path: faulty, "catalog/model_cards/leaver.yaml": card})
    answer = maestro("check", "-C", tmp_path)
    assert "L008 project churn-2025 is not available: " + path + " has faults" in answer.out
    assert "is not known" not in answer.out
