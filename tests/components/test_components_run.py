"""The script that computes the projects' outcomes repeats what is committed, and notices lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from components.plans import PLANS
from components.run_projects import (
    Outcome,
    close,
    compute,
    differences,
    main,
    put_numbers,
    set_target,
    write,
)

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("iris-species", "linnerud-physiology")
PLAN = {plan.name: plan for plan in PLANS}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A root with copies of the quick projects."""
    for name in QUICK:
        shutil.copytree(ROOT / "projects" / name, tmp_path / "projects" / name)
    return tmp_path


@pytest.mark.parametrize("name", QUICK)
def test_committed_outcomes_come_out_again(name: str) -> None:
    """Computing a project anew gives the predictions and numbers that are committed."""
    assert differences(ROOT, PLAN[name], compute(PLAN[name])) == []


def test_check_is_silent_about_honest_files(capsys: pytest.CaptureFixture[str]) -> None:
    """--check ends with 0 and no complaint when the files are as computed."""
    assert main([QUICK[1], "--check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("project.yaml", "value: 21.", "value: 11.", "value is"),
        ("project.yaml", "success: missed", "success: reached", "success is not missed"),
        ("evidence/predictions.csv", "\n3,", "\n33,", "line 5"),
        ("evidence/predictions.csv", "170.9033", "170.9133", "line 2"),
        ("evidence/predictions.csv", "0,191,", "0,191.00001,", "line 2"),
        ("evidence/baseline.csv", "19,138,179\n", "", "20 lines, computed 21"),
        ("evidence/baseline.csv", "19,138,179", "19,138", "line 21"),
        ("evidence/baseline.csv", "19,138,179", "19,138,much", "line 21"),
    ],
)
def test_check_notices_changes(copy: Path, file: str, old: str, new: str, said: str) -> None:
    """A number, a verdict, a row or a prediction that was changed by hand is named."""
    plan = PLAN["linnerud-physiology"]
    path = copy / "projects" / plan.name / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    found = differences(copy, plan, compute(plan))
    assert len(found) == 1
    assert said in found[0]


def test_check_names_missing_evidence(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--check ends with 1 when a file is missing, says which, and does not write it."""
    path = copy / "projects" / "iris-species" / "evidence" / "baseline.csv"
    path.unlink()
    assert main(["iris-species", "--check"], copy) == 1
    assert "evidence/baseline.csv is missing" in capsys.readouterr().err
    assert not path.exists()


def test_last_digits_may_differ(copy: Path) -> None:
    """A prediction that another processor rounds differently in its last digit is no change."""
    plan = PLAN["linnerud-physiology"]
    path = copy / "projects" / plan.name / "evidence" / "predictions.csv"
    path.write_text(path.read_text().replace("170.9033", "170.9034"))
    assert differences(copy, plan, compute(plan)) == []


def test_writing_gives_the_same_bytes(copy: Path) -> None:
    """A run over unchanged plans leaves the record and its comments as they were."""
    plan = PLAN["iris-species"]
    before = (copy / "projects" / plan.name / "project.yaml").read_bytes()
    write(copy, plan, compute(plan))
    assert (copy / "projects" / plan.name / "project.yaml").read_bytes() == before
    assert b"#" in before


def test_numbers_are_put_in_without_touching_the_rest() -> None:
    """Only the four values change; comments and every other line stay."""
    text = "outcomes:\n  success: missed\n    value: 0  # why\n    baseline: -1.5\n    target: 2\n"
    new = put_numbers(text, Outcome(value=0.9, baseline=0.5, target=0.75))
    assert new == (
        "outcomes:\n  success: reached\n"
        "    value: 0.9  # why\n    baseline: 0.5\n    target: 0.75\n"
    )


def test_ambiguous_records_are_refused() -> None:
    """A record with two value: lines is not edited at all."""
    text = "  success: missed\n  value: 0\n  value: 1\n  baseline: 0\n  target: 1\n"
    with pytest.raises(ValueError, match="2 lines for value"):
        put_numbers(text, Outcome(0.9, 0.5, 0.75))


@pytest.mark.parametrize(
    ("baseline", "perfect", "target"), [(0.5, 1.0, 0.75), (0.1, 1.0, 0.55), (65.0, 0.0, 32.5)]
)
def test_target_halves_the_error(baseline: float, perfect: float, target: float) -> None:
    """The target is half-way from the baseline to perfect, for shares and for errors."""
    assert set_target(baseline, perfect) == pytest.approx(target, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(10.0, "reached"), (20.0, "reached"), (30.0, "partly"), (31.0, "missed"), (50.0, "missed")],
)
def test_verdicts(value: float, verdict: str) -> None:
    """From a baseline of 40 to a target of 20: reached at 20, partly at 30, missed above."""
    assert Outcome(value, baseline=40.0, target=20.0).verdict == verdict


def test_close_is_relative() -> None:
    """A millionth is tolerated, ten millionths are not, whatever the size."""
    assert close(1e6, 1e6 + 0.9, 0)
    assert not close(1e6, 1e6 + 10, 0)
    assert not close(0.0, 1e-9, 0)


def test_unknown_project_is_wrong_use() -> None:
    """A name that is no project ends with 2, before anything is computed."""
    with pytest.raises(SystemExit) as stop:
        main(["no-such-project"])
    assert stop.value.code == 2
