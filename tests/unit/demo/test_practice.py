"""What is planted in CI records can be found in them: every true value, from the rows alone."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

import pytest

from maestro.demo.ci_events import NOW
from maestro.demo.practice import practice_of
from maestro.demo.repositories import project_history
from maestro.demo.simulator import END, Options, World, simulate

from .logged import Logs, agrees, logs_of

WEEK = 7 * 86_400


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with enough projects for statistics."""
    return simulate(Options(projects=100, artifacts=20, seed=11))


@pytest.fixture(scope="module")
def logs(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[Logs]:
    """The CI records of all its projects."""
    return logs_of(world, tmp_path_factory.mktemp("data"))


def last_attempts(one: Logs) -> list[dict[str, Any]]:
    """Each run with its last attempt."""
    last: dict[str, dict[str, Any]] = {}
    for run in one.records("run"):
        if run["attempt"] >= last.get(run["id"], run)["attempt"]:
            last[run["id"]] = run
    return list(last.values())


def production(one: Logs) -> list[dict[str, Any]]:
    """Successful deployments to production, oldest first."""
    rows = one.records("deployment")
    return [
        row for row in rows if row["environment"] == "production" and row["result"] == "success"
    ]


def test_most_projects_have_a_ci(world: World, logs: list[Logs]) -> None:
    """Five of six projects that have begun, on all three providers; planned ones have none."""
    begun = sum(project.status != "planned" for project in world.projects)
    assert len(logs) / begun == pytest.approx(5 / 6, abs=0.01)
    assert {one.practice.provider for one in logs} == {"github", "gitlab", "jenkins"}
    planned = [i for i, project in enumerate(world.projects) if project.status == "planned"]
    assert planned and not any(practice_of(world, index) for index in planned)


def test_success_rates_are_found(logs: list[Logs]) -> None:
    """Runs that ended well among those that ended well or badly, each with its last attempt."""
    seen, expected, variance = 0, 0.0, 0.0
    for one in logs:
        ends = [run["result"] for run in last_attempts(one) if run["result"] != "cancelled"]
        rate = one.practice.success_rate
        seen += ends.count("success")
        expected += rate * len(ends)
        variance += rate * (1 - rate) * len(ends)
        assert abs(ends.count("success") / len(ends) - rate) < 5 * math.sqrt(0.25 / len(ends))
    assert agrees(seen, expected, math.sqrt(variance))


def test_flaky_and_cancelled_runs_are_found(logs: list[Logs]) -> None:
    """The planted shares of runs other than deployments, and second attempts on GitHub alone."""
    for kind in ("flaky", "cancelled"):
        seen, expected, variance = 0, 0.0, 0.0
        for one in logs:
            deployed = {j["run_id"] for j in one.records("job") if j["name"].startswith("deploy")}
            runs = [run for run in last_attempts(one) if run["id"] not in deployed]
            share = getattr(one.practice, kind)
            seen += sum(
                run["attempt"] == 2 if kind == "flaky" else run["result"] == kind for run in runs
            )
            expected += share * len(runs)
            variance += share * (1 - share) * len(runs)
        assert agrees(seen, expected, math.sqrt(variance)), kind


def test_durations_and_waits_are_found(logs: list[Logs]) -> None:
    """Medians of attempts that were not cancelled, with the drift taken off."""
    took, waited = [], []
    for one in logs:
        jobs: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for job in one.records("job"):
            jobs.setdefault((job["run_id"], job["attempt"]), []).append(job)
        first = min((run["created"] or run["started"]) for run in one.records("run"))
        for run in one.records("run"):
            mine = jobs[run["id"], run["attempt"]]
            begun = min(job["started"] for job in mine)
            seconds = max(job["finished"] for job in mine) - begun
            usual = one.practice.minutes * math.exp(
                one.practice.drift * (begun - first) / (13 * WEEK)
            )
            if run["result"] != "cancelled":
                took.append(math.log(seconds / 60 / usual))
            if run["provider"] == "github":
                asked = run["created"] if run["attempt"] == 1 else run["started"]
                waited.append(math.log((begun - asked) / 60 / one.practice.queue_minutes))
    # Planted: medians 0, standard deviations 0.3 and 0.5; 1.25 sd / sqrt(n) for a median. The
    # project began up to a day before its first run: at most 0.01 of drift; waits are whole
    # seconds.
    assert agrees(median(took), 0, 1.25 * 0.3 / math.sqrt(len(took)) + 0.002)
    assert agrees(median(waited), 0, 1.25 * 0.5 / math.sqrt(len(waited)) + 0.002)


def test_deployment_days_are_found(world: World, logs: list[Logs]) -> None:
    """Working days with a successful deployment to production, as a share of all of them."""
    seen, expected, variance = 0, 0.0, 0.0
    for one in logs:
        if one.practice.provider == "jenkins":
            assert production(one) == []
            continue
        project = world.projects[one.index]
        last = project.ended or END - timedelta(days=1)
        days = [
            day
            for offset in range(3, (last - project.started).days + 1)
            if (day := project.started + timedelta(days=offset)).weekday() < 5
        ]
        chance = one.practice.deployment_days / 5
        deployed = {datetime.fromtimestamp(row["started"], UTC).date() for row in production(one)}
        assert deployed <= set(days)
        seen += len(deployed)
        expected += chance * len(days)
        variance += chance * (1 - chance) * len(days)
    assert agrees(seen, expected, math.sqrt(variance))


def test_failure_rates_and_recovery_are_found(logs: list[Logs]) -> None:
    """Deployments that are the last one before an incident, and hours until all was well."""
    seen, expected, variance, recovery = 0, 0.0, 0.0, []
    for one in logs:
        done = production(one)
        assert all(a["finished"] < b["finished"] for a, b in pairwise(done))
        incidents = [row for row in one.records("incident") if row["labels"] == ["incident"]]
        blamed = set()
        for incident in incidents:
            before = [row for row in done if row["finished"] < incident["created"]]
            blamed.add(before[-1]["id"])
            if incident["resolved"]:
                hours = (incident["resolved"] - before[-1]["finished"]) / 3600
                recovery.append(math.log(hours / one.practice.recovery_hours))
        assert len(blamed) == len(incidents)
        rate = one.practice.change_failure_rate
        seen += len(blamed)
        expected += rate * len(done)
        variance += rate * (1 - rate) * len(done)
    assert agrees(seen, expected, math.sqrt(variance))
    assert agrees(median(recovery), 0, 1.25 * 0.5 / math.sqrt(len(recovery)))


def test_pull_requests_are_found(world: World, logs: list[Logs]) -> None:
    """Reviews at the planted share, squashed ones open for the planted time."""
    reviewed, open_for = [], []
    for one in logs:
        history = project_history(world, one.index)
        merges = sum(len(commit.parents) > 1 for commit in history)
        pulls = one.records("pull_request")
        merged = [row for row in pulls if row["merged"]]
        assert len(merged) >= merges or one.practice.provider == "jenkins"
        for row in pulls:
            if row["state"] == "open":
                continue
            reviewed.append((row["first_review"] is not None) - one.practice.reviewed)
            hours = (row["closed"] - row["created"]) / 3600
            open_for.append(math.log(hours / one.practice.merge_hours))
    assert agrees(mean(reviewed), 0, 0.5 / math.sqrt(len(reviewed)))
    # Branches younger than the drawn time, and the project's first days, make it shorter.
    assert -0.25 < median(open_for) < 0.02


def test_tests_grow_as_planted(logs: list[Logs]) -> None:
    """The counts of the reports grow by the planted number every week."""
    for one in logs:
        rows = sorted(one.records("test"), key=lambda row: row["at"])
        first, last = rows[0], rows[-1]
        weeks = (last["at"] - first["at"]) / WEEK
        grown = sum(last[k] - first[k] for k in ("passed", "failed"))
        # Counts are whole numbers, and a run takes at most three hours.
        assert grown == pytest.approx(one.practice.tests_per_week * weeks, abs=1.3)


def test_nothing_is_logged_from_the_future(logs: list[Logs]) -> None:
    """No record speaks of a time after the simulation's last day at noon."""
    for one in logs:
        for kind in ("run", "job", "deployment", "pull_request", "incident"):
            for row in one.records(kind):
                times = [row[name] for name in ("created", "finished", "resolved") if row.get(name)]
                assert max(times) <= NOW


def test_projects_do_not_share_their_values(logs: list[Logs]) -> None:
    """True values differ between projects."""
    assert len({one.practice.minutes for one in logs}) == len(logs)
    assert len({one.practice.failure for one in logs}) == len(logs)
