"""The engine's delivery figures give back what the simulator planted."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from maestro.demo.ci_events import Past
from maestro.demo.simulator import END, Options, World, simulate
from maestro.mining.activity import Period
from maestro.mining.base import Row
from maestro.mining.delivery import DeliveryRules, History, delivery_figures
from maestro.mining.figure import Figure

from .logged import Logs, agrees, logs_of, past_of

WEEKS = 40
Found = list[tuple[Logs, dict[str, Figure]]]


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with enough projects for statistics."""
    return simulate(Options(projects=60, artifacts=20, seed=11))


@pytest.fixture(scope="module")
def found(world: World, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Records and delivery figures of each project on a git host, over its whole life."""
    logs = logs_of(world, tmp_path_factory.mktemp("data"))
    hosted = [one for one in logs if one.practice.provider != "jenkins"]
    return [(one, figures_of(world, one)) for one in hosted]


def figures_of(world: World, one: Logs) -> dict[str, Figure]:
    """Delivery figures of one project by name."""
    past = past_of(world, one.index)
    until = (world.projects[one.index].ended or END) + timedelta(days=8)
    as_of = int(datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp())
    history = History(commit_rows(past), past.ids[-1])
    rules = DeliveryRules(issues_read=True)
    figures = delivery_figures(one.tables, history, Period(as_of, WEEKS), rules)
    return {figure.name: figure for figure in figures}


def commit_rows(past: Past) -> list[Row]:
    """Facts of the commits of a history."""
    return [
        (
            id_, [past.ids[parent] for parent in commit.parents], commit.at, commit.at,
            commit.author.name, commit.author.email, commit.author.name, commit.author.email,
            commit.message.strip(), [],
        )
        for id_, commit in zip(past.ids, past.commits, strict=True)
    ]  # fmt: skip


def test_deployments_are_counted(world: World, found: Found) -> None:
    """As many as the planted days with a successful deployment, over all projects."""
    seen = expected = 0.0
    for one, figures in found:
        project = world.projects[one.index]
        last = project.ended or END - timedelta(days=1)
        days = ((last - project.started).days - 2) * 5 / 7
        seen += sum(count for _, count in figures["deployments"].series)
        expected += one.practice.deployment_days / 5 * days
    # At most one a day: no more than the square root of their number, and the weeks' edges.
    assert agrees(seen, expected, math.sqrt(expected))


def test_failure_rates_are_found(found: Found) -> None:
    """The share of deployments that an incident followed, over all projects."""
    seen = expected = variance = 0.0
    for one, figures in found:
        figure, rate = figures["change_failure_rate"], one.practice.change_failure_rate
        if figure.value is not None and figure.n:
            seen += figure.value * figure.n
            expected += rate * figure.n
            variance += rate * (1 - rate) * figure.n
    assert expected > 20
    assert agrees(seen, expected, math.sqrt(variance))


def test_recovery_and_merge_times_are_found(found: Found) -> None:
    """Medians near the planted ones, on average over the projects with five cases or more."""
    for name, true in (("recovery_time", "recovery_hours"), ("pr_merge_time", "merge_hours")):
        off = [
            math.log(figures[name].value or 1) - math.log(getattr(one.practice, true))
            for one, figures in found
            if figures[name].value and (figures[name].n or 0) >= 5
        ]
        assert len(off) >= 5
        # Standard deviations of 0.5 and 0.6 and five cases: 0.3 a project. The engine's median
        # is the lower one, and what is on a young branch is merged sooner: a little below.
        assert sum(off) / len(off) == pytest.approx(-0.05, abs=4 * 0.3 / math.sqrt(len(off)))


def test_lead_times_have_numbers(found: Found) -> None:
    """Merges are found in deployments: most projects have a lead time longer than a merge's."""
    known = [
        (lead, figures["pr_merge_time"].value or 0)
        for _, figures in found
        if (lead := figures["change_lead_time"].value) is not None
    ]
    assert len(known) > 0.6 * len(found)
    assert sum(lead > merge for lead, merge in known) > 0.8 * len(known)
