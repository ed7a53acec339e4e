"""Predictions of projects that have ended: which one counts, and what it was made from."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from statistics import median

import numpy as np
import pytest

from maestro.learning.metamodel import Known, outcome_findings
from maestro.learning.outcome import OutcomeModel
from maestro.learning.past import (
    KeptPrediction,
    ended_before,
    ended_findings,
    past_findings,
    quarter_start,
    scored,
)
from maestro.learning.table import Row, Table, frame_of
from maestro.learning.targets import Setting, targets
from maestro.schema.findings import Finding
from maestro.schema.learned import ModelDetail, PredictionDetail, Scored

from .rows import AS_OF, row


def years(count: int = 24) -> Table:
    """A project begun on the first of each month from 2023 on, harder ones taking longer."""
    dice = np.random.default_rng(3)
    rows = []
    for place in range(count):
        hard = int(dice.integers(1, 11))
        started = date(2023 + place // 12, 1 + place % 12, 1)
        days = round(20 * math.exp(0.15 * hard + dice.normal(0, 0.2)))
        rows.append(
            row(
                f"p-{place:02d}",
                complexity=hard,
                started=started,
                ended=started + timedelta(days=days - 1),
                duration_days=days,
                success=float(90 - 5 * hard),
                succeeded=hard < 6,
            )
        )
    return Table(tuple(rows), ())


def kept(project: str, **fields: object) -> KeptPrediction:
    """A kept prediction of a duration of 50 days, 20 to 90, made on 10 January 2023."""
    values = {
        "target": "duration",
        "value": 50.0,
        "lo": 20.0,
        "hi": 90.0,
        "level": 0.9,
        "unit": "days",
        "n": 11,
        "label": "some evidence",
        "method": "ridge",
        "made_at": "2023-01-10T12:00:00Z",
        "model_version": "1",
        "success_version": None,
    }
    return KeptPrediction(project=project, **{**values, **fields})  # type: ignore[arg-type]


def detail_of(finding: Finding) -> PredictionDetail:
    """Its detail, typed."""
    assert isinstance(finding.detail, PredictionDetail)
    return finding.detail


def prediction(found: list[Finding], project: str, target: str = "duration") -> Finding:
    """The one prediction of a project's outcome."""
    hits = [
        one
        for one in found
        if one.kind == "prediction" and one.subject == project and detail_of(one).target == target
    ]
    assert len(hits) == 1
    return hits[0]


@lru_cache
def estimates() -> tuple[Finding, ...]:
    """What is estimated of the projects of :func:`years`."""
    return tuple(past_findings(years()))


def ended(table: Table, *ones: KeptPrediction) -> list[Finding]:
    """Predictions of the projects of :func:`years`, or of what became of them."""
    return ended_findings(table, ones, estimates(), Setting(AS_OF, 0.9))


def scores(found: list[Finding], table: Table, target: str = "duration") -> dict[str, Scored]:
    """Basis to how its predictions fared."""
    mine = next(one for one in targets("EUR") if one.name == target)
    return {one.basis: one for one in scored(mine, table.finished, found)}


def test_an_estimate_rests_on_what_had_ended_before() -> None:
    """The number is that of a model fitted, here by hand, on the projects of the past only."""
    rows = years().finished
    mine = rows[20]
    assert quarter_start(mine.started) == date(2024, 7, 1)
    seen = [one for one in rows if one.ended is not None and one.ended < date(2024, 7, 1)]
    assert 5 <= len(seen) < 18 and seen == ended_before(rows, date(2024, 7, 1))
    model = OutcomeModel().fit(
        frame_of(seen, seen, "outcome"), [float(one.duration_days or 0) for one in seen]
    )
    found = prediction(past_findings(years()), mine.project)
    assert found.value == pytest.approx(model.predict(frame_of([mine], seen, "outcome"))[0])
    assert (found.n, found.label, found.as_of) == (len(seen), "past only", "2024-09-01T00:00:00Z")
    detail = detail_of(found)
    assert (detail.basis, detail.actual) == ("past only", mine.duration_days)
    assert found.lo is not None and found.hi is not None
    assert detail.inside == (found.lo <= float(mine.duration_days or 0) <= found.hi)


def test_the_future_changes_nothing() -> None:
    """Other outcomes, levels and pieces of later projects leave an estimate as it is."""
    rows = years().finished
    cut = date(2024, 1, 1)
    later = tuple(
        one
        if one.ended is not None and one.ended < cut
        else replace(
            one,
            duration_days=1000 * int(one.duration_days or 1),
            success=1.0,
            succeeded=not one.succeeded,
            team="new",
            problem_class="other",
            uses=("piece@1.0.0",),
        )
        if one.started >= date(2024, 4, 1)
        else one
        for one in rows
    )
    assert later != rows
    before, after = past_findings(Table(rows, ())), past_findings(Table(later, ()))
    early = [one.project for one in rows if one.started < date(2024, 4, 1)]
    for target in ("duration", "success", "chance"):
        for project in early:
            assert prediction(before, project, target) == prediction(after, project, target)


def test_without_a_past_there_is_no_number() -> None:
    """The first projects of a library have nothing before them, and the words say so."""
    found = prediction(past_findings(years()), "p-00")
    assert (found.value, found.lo, found.label) == (None, None, "not enough evidence")
    assert found.quality == [
        "0 projects with a known duration had ended before 2023-01-01, the start of the quarter "
        "it began in, at least 5 are needed"
    ]


def test_what_was_kept_takes_the_place_of_an_estimate() -> None:
    """With its number, its moment, its words, and what happened beside it."""
    table = years()
    found = ended(table, kept("p-20"))
    one = prediction(found, "p-20")
    assert (one.value, one.n, one.label) == (50.0, 11, "some evidence")
    detail = detail_of(one)
    actual = table.finished[20].duration_days
    assert (detail.basis, detail.actual, detail.made_at) == ("kept", actual, "2023-01-10T12:00:00Z")
    assert detail.inside == (20 <= int(actual or 0) <= 90)
    assert detail_of(prediction(found, "p-21")).basis == "past only"


def test_the_first_prediction_is_the_one_that_counts() -> None:
    """A later one, of another model version, is not looked at, in whatever order they stand."""
    later = kept("p-20", value=70.0, made_at="2023-02-10T12:00:00Z", model_version="2")
    for order in ((kept("p-20"), later), (later, kept("p-20"))):
        found = ended(years(), *order)
        assert prediction(found, "p-20").value == 50.0


@pytest.mark.parametrize(
    "fields",
    [
        {"made_at": "2026-01-10T12:00:00Z"},
        {"unit": "weeks"},
        {"value": -1.0, "lo": None, "hi": None},
        {"target": "success", "unit": "points", "success_version": 2},
        {"target": "luck"},
        {"project": "gone"},
    ],
)
def test_what_cannot_be_held_against_the_end_is_not(fields: dict[str, object]) -> None:
    """Made after the end, in another unit, of another success block or of nothing known."""
    one = kept(str(fields.pop("project", "p-20")), **fields)
    found = ended(years(), one)
    assert {detail_of(f).basis for f in found if f.kind == "prediction"} == {"past only"}


def test_abandoned_projects_are_scored_on_success_only() -> None:
    """How long they took is no duration of finishing; their success and its chance count."""
    rows = years().finished
    gone = replace(rows[20], status="abandoned", duration_days=None)
    table = Table((*rows[:20], gone, *rows[21:]), ())
    ones = (
        kept("p-20"),
        kept("p-20", target="success", unit="points", success_version=1),
        kept("p-20", target="chance", unit="%", lo=None, hi=None, success_version=1),
    )
    found = ended(table, *ones)
    days = prediction(found, "p-20")
    assert (detail_of(days).actual, detail_of(days).inside) == (None, None)
    assert "abandoned" in days.quality[-1]
    assert detail_of(prediction(found, "p-20", "success")).actual == gone.success
    assert detail_of(prediction(found, "p-20", "chance")).actual == (100 if gone.succeeded else 0)
    assert "kept" not in scores(found, table, "duration")
    assert scores(found, table, "success")["kept"].n == 1
    chance = scores(found, table, "chance")["kept"]
    assert (chance.n, chance.inside) == (1, None)
    assert not [f for f in past_findings(table) if f.subject == "p-20" and f.unit == "days"]


def test_predictions_are_scored_against_the_median_of_then() -> None:
    """Hits, skill and typical error of kept predictions, computed here by hand."""
    table = years()
    chosen = table.finished[14:22]
    made = date(2024, 1, 15)
    ones = tuple(
        kept(one.project, value=30.0 + place, made_at=f"{made}T12:00:00Z")
        for place, one in enumerate(chosen)
        if one.ended is not None and one.ended >= made
    )
    found = scores(ended(table, *ones), table)["kept"]
    days = {one.project: float(one.duration_days or 0) for one in chosen}
    past = [
        float(one.duration_days or 0)
        for one in table.finished
        if one.ended is not None and one.ended < made
    ]
    errors = [abs(math.log(one.value) - math.log(days[one.project])) for one in ones]
    plain = [abs(math.log(median(past)) - math.log(days[one.project])) for one in ones]
    assert found.n == len(ones) >= 5
    assert found.inside == sum(20 <= days[one.project] <= 90 for one in ones)
    assert found.skill == pytest.approx(1 - sum(errors) / sum(plain))
    assert found.error == pytest.approx(math.exp(median(errors)))


def test_few_scored_predictions_have_no_skill() -> None:
    """Four that ended are counted, and nothing is concluded."""
    ones = tuple(kept(f"p-{place:02d}") for place in range(18, 22))
    found = scores(ended(years(), *ones), years())["kept"]
    assert (found.n, found.skill, found.error) == (4, None, None)


def test_a_prediction_without_a_range_missed_none() -> None:
    """Of five that were kept, three had a range, and hits are counted among those three."""
    table = years()
    names = [one.project for one in table.finished[14:19]]
    ends = [(1.0, 900.0), (1.0, 2.0), (None, None), (1.0, 900.0), (None, None)]
    values = [50.0, 1.5, 50.0, 50.0, 50.0]
    ones = tuple(
        kept(name, value=value, lo=lo, hi=hi)
        for name, value, (lo, hi) in zip(names, values, ends, strict=True)
    )
    found = scores(ended(table, *ones), table)["kept"]
    assert (found.n, found.ranges, found.inside) == (5, 3, 2)
    none = scores(ended(table, *(kept(name, lo=None, hi=None) for name in names)), table)["kept"]
    assert (none.n, none.ranges, none.inside) == (5, 0, None)


def test_a_chance_is_scored_by_its_square() -> None:
    """Brier skill against the base rate of then, (successes + 1) / (n + 2), by hand."""
    table = years()
    chosen: tuple[Row, ...] = table.finished[12:20]
    ones = tuple(
        kept(
            one.project,
            target="chance",
            unit="%",
            value=80.0,
            lo=None,
            hi=None,
            made_at=f"{one.started}T12:00:00Z",
            success_version=1,
        )
        for one in chosen
    )
    found = scores(ended(table, *ones), table, "chance")["kept"]
    ours = plain = 0.0
    for one in chosen:
        seen = [
            bool(other.succeeded)
            for other in table.finished
            if other.ended is not None and other.ended < one.started
        ]
        ours += (0.8 - bool(one.succeeded)) ** 2
        plain += ((sum(seen) + 1) / (len(seen) + 2) - bool(one.succeeded)) ** 2
    assert found.skill == pytest.approx(1 - ours / plain)
    assert found.error is None


def test_the_door_joins_them() -> None:
    """Models tell how kept predictions and estimates fared, in whatever order things are read."""
    table = years()
    ones = (kept("p-20"), kept("p-19"))
    known = Known(kept=ones, past=estimates())
    found = outcome_findings(table, as_of=AS_OF, known=known)
    model = next(f for f in found if f.kind == "outcome_model" and f.subject == "duration")
    assert isinstance(model.detail, ModelDetail)
    assert model.detail.scored == list(scores(ended(table, *ones), table).values())
    assert [one.n for one in model.detail.scored if one.basis == "kept"] == [2]
    estimate = detail_of(prediction(found, "p-21"))
    assert (estimate.basis, estimate.made_at) == ("past only", AS_OF)
    turned = Table(table.finished[::-1], ())
    assert outcome_findings(turned, as_of=AS_OF, known=Known(kept=ones[::-1])) == found
