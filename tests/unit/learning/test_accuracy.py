"""How good a model was in earlier runs, and how good it is now."""

from __future__ import annotations

from maestro.learning.accuracy import earlier_models
from maestro.learning.metamodel import Known, outcome_findings
from maestro.learning.table import Table
from maestro.schema.findings import Finding
from maestro.schema.learned import EarlierModel, ModelDetail

from .rows import AS_OF, row


def model(skill: float | None, coverage: float | None = 0.9) -> Finding:
    """The finding about durations with this skill."""
    detail = ModelDetail(
        target="duration", projects=20, needed=5, skill=skill, coverage=coverage, p=0.2
    )
    return Finding(
        kind="outcome_model",
        subject="duration",
        value=60.0,
        n=20,
        as_of=AS_OF,
        method="ridge",
        label="not enough evidence",
        detail=detail,
    )


def earlier(at: str, skill: float | None, **fields: object) -> EarlierModel:
    """One earlier run."""
    values = {"n": 20, "coverage": 0.9, "p": 0.2, "label": "not enough evidence", **fields}
    return EarlierModel(at=at, commit="a" * 40, skill=skill, **values)  # type: ignore[arg-type]


def test_another_model_is_told_from_the_same_one() -> None:
    """Runs in which nothing moved are one; the present one comes last, with its own moment."""
    past = [earlier("1", 0.1), earlier("2", 0.1), earlier("3", 0.3)]
    found = earlier_models(model(0.2), past, "b" * 40)
    assert [(one.at, one.skill) for one in found] == [("1", 0.1), ("3", 0.3), (AS_OF, 0.2)]
    assert found[-1].commit == "b" * 40


def test_an_unchanged_model_keeps_the_moment_it_is_of() -> None:
    """The same numbers as in the last run, on six digits, are that run's model."""
    found = earlier_models(model(0.1000000004), [earlier("1", 0.1)], "b" * 40)
    assert [one.at for one in found] == ["1"]


def test_another_label_or_number_is_another_model() -> None:
    """Any of projects, skill, coverage, p and label counts."""
    for change in ({"n": 19}, {"coverage": 0.8}, {"p": 0.1}, {"label": "evidence"}):
        assert len(earlier_models(model(0.1), [earlier("1", 0.1, **change)], "b")) == 2


def test_the_door_tells_of_earlier_runs() -> None:
    """Each outcome hears of its own past, also where there is too little for a number."""
    known = Known(models={"cost": (earlier("1", None, n=1, coverage=None, p=None),)}, commit="c")
    found = outcome_findings(Table((row("one"),), ()), as_of=AS_OF, known=known)
    told = {f.subject: f.detail.earlier for f in found if isinstance(f.detail, ModelDetail)}
    assert {name: len(runs) for name, runs in told.items()} == {
        "chance": 1,
        "cost": 1,
        "duration": 1,
        "success": 1,
    }
    assert (told["cost"][0].at, told["duration"][0].at) == ("1", AS_OF)
