"""Custom metrics of the demo: tables that the reader of evidence takes, with a known end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maestro.catalog.evidence import conflicts, is_custom, read_evidence
from maestro.demo.business import business_file, business_of
from maestro.demo.simulator import Options, World, simulate


@pytest.fixture(scope="module")
def world() -> World:
    """The organisation of the default demo."""
    return simulate(Options())


def test_tables_are_read_without_a_fault(world: World) -> None:
    """Every line of every table becomes a custom metric within the project's days."""
    found = 0
    for index, project in enumerate(world.projects):
        table = business_file(world, index)
        if table is None:
            continue
        day, path, content = table
        assert path == f"projects/{project.name}/evidence/business.csv"
        assert is_custom(content, path)
        read = read_evidence(path, content)
        rows, problems = conflicts(read.rows)
        assert read.problems == [] and problems == []
        assert len(rows) == content.count(b"\n") - 1 > 0
        assert {row[3] for row in rows} == {"hours/week", "people"}
        assert all("simulated" in row[4] for row in rows)
        assert day == project.ended
        first = datetime(*project.started.timetuple()[:3], tzinfo=UTC)
        last = datetime(*day.timetuple()[:3], tzinfo=UTC)
        assert all(first.timestamp() < row[1] <= last.timestamp() for row in rows)
        found += 1
    assert 10 <= found <= 30


def test_saved_hours_rise_towards_the_truth(world: World) -> None:
    """What is left of the way halves every four weeks, within the noise of 8 % a week."""
    for index, project in enumerate(world.projects):
        table, business = business_file(world, index), business_of(world, index)
        if table is None or business is None:
            assert table is None and business is None
            continue
        rows = [row for row in read_evidence(table[1], table[2]).rows if row[0] == "saved_hours"]
        seen = wanted = 0.0
        for week, row in enumerate(rows, start=1):
            day = project.started + timedelta(days=7 * week)
            assert datetime.fromtimestamp(row[1], UTC).date() == day
            seen += row[2]
            wanted += business.saved_hours * (1 - 0.5 ** (week / 4))
        # The noise of the sum is at most that of a single week; values have two digits.
        assert seen == pytest.approx(wanted, rel=4 * 0.08, abs=0.1)


def test_without_histories_there_is_nothing() -> None:
    """A demo without histories has no custom metrics either."""
    world = simulate(Options(histories=False))
    assert not any(business_file(world, index) for index in range(len(world.projects)))
