"""``maestro new`` writes records that pass the check, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree
from .conftest import Answer

Maestro = Callable[..., Answer]
WORDS = ("--owner", "growth", "--description", "Keeps people from leaving us in winter.")
PROJECT = ("--set", "problem_class=tabular-classification", "--set", "complexity=3")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A healthy library with one file of data."""
    write_tree(tmp_path, {**HEALTHY, "data/letters.csv": "arm,stayed\n"})
    return tmp_path


def files(library: Path) -> list[Path]:
    """Every file and folder but the work folder."""
    return sorted(path for path in library.rglob("*") if ".maestro" not in path.parts)


GOOD = {
    "catalog/datasets/letter-answers.yaml": (
        *("dataset", "letter-answers", "--path", "data/letters.csv", *WORDS),
        *("--set", "tags=churn, tabular", "--set", "rows=12", "--set", "sensitivity=public"),
        *("--set", "fields=[{name: arm, type: text}]", "--set", "license=Apache-2.0"),
    ),
    "projects/win-back/project.yaml": (
        *("project", "win-back", *WORDS, *PROJECT),
        *("--set", "team={size: 3, roles: [{role: data-scientist, people: 2}]}"),
        *("--set", "uses=churn-features@1.0.0", "--set", "budget=1000.5"),
    ),
    "projects/churn-2026/project.yaml": (
        *("project", "churn-2026", *WORDS, *PROJECT, "--set", "team=3"),
        *("--set", "uses=[{artifact: churn-features@1.0.0, role: features}]"),
    ),
    "catalog/model_cards/churn-model.yaml": (
        *("model-card", "churn-model", *WORDS, "--set", "task=tabular-classification"),
        *("--set", "trained_on=billing-events@1.2.0", "--set", "intended_use=Weekly lists."),
        *("--set", "metrics=auc=0.8,accuracy=0.7", "--set", "co2=12"),
    ),
    "projects/churn-2025/experiments/winter-letter.yaml": (
        *("experiment", "churn-2025/winter-letter", "--set", "unit=customer"),
        *("--set", "hypothesis=A letter makes more customers stay.", "--set", "data=data"),
        *("--set", "arms=[{name: control, share: 0.5}, {name: letter, share: 0.5}]"),
        *("--set", "metrics=[{name: stayed, type: binary, direction: increase}]"),
    ),
    "catalog/policies/two-eyes.yaml": (
        *("policy", "two-eyes", "--set", "applies_to={kinds: [model_cards]}"),
        *("--set", "require=has-evidence", "--description", "Nobody releases alone here."),
    ),
    "catalog/channels/production/churn-features.yaml": (
        *("channel", "production/churn-features", "--set", "reason=First version."),
        *("--set", "share=0.5", "--set", "emergency=true"),
    ),
}


@pytest.mark.parametrize("path", GOOD)
def test_new_records_pass_the_check(path: str, library: Path, maestro: Maestro) -> None:
    """Every kind of record can be written with options alone, and has no fault at all."""
    answer = maestro("new", *GOOD[path], "-C", library)
    assert answer.code == 0, answer.err
    assert answer.err == f"wrote {path}\nnext: maestro check\n"
    assert (library / path).is_file()
    assert maestro("check", "-C", library, "--strict", "--no-cache").out == ""


def test_a_channel_takes_the_current_version(library: Path, maestro: Maestro) -> None:
    """Without a version, a channel file names the entry's current one."""
    path = "catalog/channels/production/churn-features.yaml"
    answer = maestro("new", *GOOD[path], "-C", library, "--dry-run")
    assert "version: 1.0.0\n" in answer.out and not (library / path).exists()


BAD = {
    "owner and path": (
        ("dataset", "new-one", "--owner", "nobody", "--path", "missing.csv", *WORDS[2:]),
        ("R002", "P001"),
    ),
    "project of no experiment": (
        ("experiment", "nowhere/winter-letter", *GOOD[
            "projects/churn-2025/experiments/winter-letter.yaml"][2:]),
        ("L008",),
    ),
    "version that is not there": (
        ("channel", "production/churn-features", "--set", "version=9.0.0", "--set", "reason=x"),
        ("L002",),
    ),
    "look-alike name": (
        ("dataset", "churnfeatures", "--path", "data", *WORDS),
        ("F008",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("dry", [False, True], ids=["", "dry"])
@pytest.mark.parametrize("name", BAD)
def test_what_would_have_errors_is_not_written(
    name: str, dry: bool, library: Path, maestro: Maestro
) -> None:
    """The faults that the whole catalog would show in the new file are told instead."""
    before = files(library)
    words, codes = BAD[name]
    answer = maestro("new", *words, "-C", library, *(["--dry-run"] if dry else []))
    assert (answer.code, answer.out) == (2, "")
    for code in codes:
        assert f" {code} " in answer.err or f": {code} " in answer.err
    assert "nothing was written" in answer.err
    assert files(library) == before


def test_faults_of_others_are_not_in_the_way(library: Path, maestro: Maestro) -> None:
    """Only the new file's own faults count; a warning is told and the record written."""
    write_tree(library, {"catalog/pipelines/broken-one.yaml": "version: 1.10\n"})
    words = ("dataset", "letter-answers", "--path", "data", *WORDS, "--set", "maintainers=zoe")
    answer = maestro("new", *words, "-C", library)
    assert answer.code == 0 and "R007 warning" in answer.err and "broken-one" not in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("dataset", "new-one"),
            "description, owner and path are missing\n    add --description ... --owner ... --path",
        ),
        (("dataset", "new-one", *WORDS), "path is missing\n    add --path ..."),
        (
            ("project", "new-one", *WORDS, *PROJECT[:2]),
            "complexity and team are missing\n    add --set complexity=... --set team=...",
        ),
        (
            ("experiment", "churn-2025/new-one"),
            "hypothesis, arms, unit, metrics and data are missing\n    add --set hypothesis=...",
        ),
        (("channel", "production/nothing"), "version and reason are missing\n"),
        (("policy", "new-one"), "applies_to is missing\n"),
    ],
)
def test_everything_that_is_missing_is_said_at_once(
    words: tuple[str, ...], said: str, library: Path, maestro: Maestro
) -> None:
    """Without a terminal, one sentence names all missing fields, and the hint their options."""
    answer = maestro("new", *words, "-C", library)
    assert answer.code == 2
    assert answer.err.startswith(f"maestro: W006: {said}"), answer.err


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("team=three", "write --set team='{size: ...}'"),
        ("team={size: 3", "write --set team='{size: ...}'"),
        ("team={size: no}", "write --set team='{size: ...}'"),
        ("repository=../code", "write --set repository='{url: ...}'"),
        ("uses=[a", "write --set uses='[{artifact: ...}]'"),
        ("uses={artifact: a}", "write --set uses='[{artifact: ...}]'"),
        ("complexity=hard", "write digits"),
        ("extra=x", "write --set extra='{field: ...}'"),
        ("complexity=3\nteam: {size: 1}", "write digits"),
    ],
)
def test_values_of_the_wrong_shape_say_how_to_write_them(
    given: str, hint: str, library: Path, maestro: Maestro
) -> None:
    """A value that is no map, list or number where one is wanted shows what one looks like."""
    answer = maestro("new", "project", "win-back", *WORDS, "--set", given, "-C", library)
    assert answer.code == 2
    first, second = answer.err.splitlines()
    assert first.startswith("maestro: W006: ") and second.strip() == hint


def test_options_of_another_kind_are_refused(library: Path, maestro: Maestro) -> None:
    """An option that the kind has no place for is not dropped in silence."""
    answer = maestro("new", "project", "win-back", "--path", "code", "-C", library)
    assert answer.code == 2 and "--path says nothing about a new project" in answer.err
    assert "repository=" in answer.err


def test_what_people_type_drives_no_terminal(library: Path, maestro: Maestro) -> None:
    """Control characters in a kind or a field come out as blanks."""
    for words in (("data\x1b[31mset", "new-one"), ("dataset", "new-one", "--set", "a\x1b[31mb=1")):
        answer = maestro("new", *words, *WORDS, "-C", library)
        assert answer.code == 2 and "\x1b" not in answer.err


def test_a_terminal_is_asked(library: Path, maestro: Maestro, monkeypatch) -> None:
    """On a terminal every missing field is asked for, in order, and read as options are."""
    answers = {
        "problem class": "tabular-classification",
        "complex": "4",
        "people": "3",
    }
    asked: list[str] = []

    def prompt(question: str) -> str:
        asked.append(question)
        return next(answer for part, answer in answers.items() if part in question)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    answer = maestro("new", "project", "win-back", *WORDS, "-C", library)
    assert answer.code == 0, answer.err
    assert len(asked) == 3
    text = (library / "projects/win-back/project.yaml").read_text()
    assert "complexity: 4\n" in text and "size: 3\n" in text
