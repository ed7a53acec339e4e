"""Custom metrics: one figure a name, and numbers for parts of success with their place."""

from __future__ import annotations

import pytest

from maestro.mining.activity import Period
from maestro.mining.base import Row
from maestro.mining.custom import Taken, custom_figures, taken
from maestro.schema.settings import SuccessPart

from .making import DAY, MONDAY

PERIOD = Period(MONDAY, 2)
PATH = "projects/churn/evidence/own.csv"


def row(name: str, day: int, value: float, line: int, unit: str = "EUR", hour: int = 0) -> Row:
    """One value, ``day`` days after the Monday of the report."""
    return (name, MONDAY + day * DAY + hour * 3600, value, unit, "books", PATH, line)


def test_each_name_is_one_figure_with_its_last_value() -> None:
    """The series has the last value of each day; what is dated later does not count."""
    rows = [row("saved", -3, 1, 2), row("saved", -2, 2, 3), row("saved", -2, 3, 4, hour=5)]
    rows += [row("saved", 1, 9, 5), row("errors", 4, 1, 6, "")]
    errors, saved = custom_figures(reversed(rows), PERIOD)
    assert (saved.name, saved.slice, saved.unit, saved.value, saved.n) == (
        "custom_metric", "saved", "EUR", 3.0, 3
    )  # fmt: skip
    assert saved.series == (("2025-09-12", 1.0), ("2025-09-13", 3.0))
    assert "1 value dated after the report does not count" in saved.notes
    assert "several values in one day: the series has the last one" in saved.notes
    assert "last measured on 2025-09-13 by books" in saved.notes
    assert (errors.value, errors.n) == (None, 0) and errors.notes


@pytest.mark.parametrize(
    ("take", "value", "source"),
    [
        ("last", 2.0, f"{PATH}:4"),
        ("min", 1.0, f"{PATH}:2"),
        ("max", 6.0, f"{PATH}:3"),
        ("mean", 3.0, f"mean of 3 lines up to {PATH}:4"),
        ("sum", 9.0, f"sum of 3 lines up to {PATH}:4"),
    ],
)
def test_a_part_takes_what_settings_say(take: str, value: float, source: str) -> None:
    """Of 1, 6 and 2 in that order; the source names the lines."""
    rows = [row("saved", -3, 1, 2), row("saved", -2, 6, 3), row("saved", -1, 2, 4)]
    part = SuccessPart.model_validate(
        {"weight": 1, "worst": 0, "best": 1, "metric": "saved", "take": take}
    )
    assert taken(rows, {"impact": part}) == {"impact": Taken(value, source, PATH)}


def test_only_values_up_to_the_end_count() -> None:
    """What was measured after a project's last day is no part of its success."""
    rows = [row("saved", 0, 1, 2, hour=23), row("saved", 1, 5, 3)]
    part = SuccessPart(weight=1, worst=0, best=1, metric="saved")
    until = MONDAY + DAY - 1
    assert taken(rows, {"impact": part}, until)["impact"].value == 1.0
    assert taken(rows, {"impact": part}, MONDAY) == {}
    assert taken(rows, {"impact": SuccessPart(weight=1, worst=0, best=1)}) == {}
