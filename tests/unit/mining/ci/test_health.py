"""Figures of CI health, by hand arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from maestro.mining.activity import Period
from maestro.mining.base import Tables
from maestro.mining.ci.health import ci_figures
from maestro.mining.ci.reading import row
from maestro.mining.figure import About, Figure, finding_of
from maestro.schema.settings import Runner

NAMES = {
    "pipeline_duration": "minutes",
    "pipeline_duration_p90": "minutes",
    "queue_time": "minutes",
    "success_rate": "share",
    "flaky_rate": "share",
    "ci_runs": "runs/week",
    "cpu_hours": "hours",
    "gpu_hours": "hours",
    "ci_cost": "EUR",
    "tests": "tests",
    "tests_trend": "tests per week",
    "test_pass_rate": "share",
    "test_flaky_share": "share",
}


def at(day: int, minutes: float = 0, month: int = 11) -> float:
    """Seconds of a day of 2026 at noon and so many minutes; 2 and 9 November are Mondays."""
    return datetime(2026, month, day, 12, tzinfo=UTC).timestamp() + 60 * minutes


PERIOD = Period(int(at(18)), 4)
"""19 October up to 16 November 2026, and the half week after it."""


def run(id_: int, day: int, minutes: float | None = 10, **more: Any) -> Any:
    """A run that began at noon and took so many minutes."""
    begun = at(day)
    values = {
        "provider": "github", "project": "o/p", "id": str(id_), "attempt": 1, "head": "a1",
        "status": "completed", "result": "success", "created": begun, "started": begun,
        "finished": None if minutes is None else begun + 60 * minutes, "quality": [],
    }  # fmt: skip
    return row("run", values | more)


def job(id_: int, run_id: int, begun: float, minutes: float, *labels: str, **more: Any) -> Any:
    """A job of a run."""
    values = {
        "provider": "github", "project": "o/p", "run_id": str(run_id), "attempt": 1,
        "id": str(id_), "labels": list(labels), "status": "completed", "result": "success",
        "started": begun, "finished": begun + 60 * minutes,
    }  # fmt: skip
    return row("job", values | more)


def suite(begun: float | None, passed: int, **more: Any) -> Any:
    """A suite of a report."""
    return row("test", {"at": begun, "passed": passed, "suite": "s", "digest": "d"} | more)


def figures(
    runs: Any = (), jobs: Any = (), tests: Any = (), profile: str = "maestro", **runners: Runner
) -> dict[str, Figure]:
    """All figures of these rows by name."""
    tables: Tables = {"run": list(runs), "job": list(jobs), "test": list(tests)}
    found = ci_figures(tables, PERIOD, runners, "EUR", profile)
    assert [(figure.name, figure.unit) for figure in found] == list(NAMES.items())
    assert {figure.source for figure in found} == {"ci"}
    return {figure.name: figure for figure in found}


def test_nothing_known_is_no_number() -> None:
    """Without records no figure has a value, and each says why; as findings they are legal."""
    for figure in figures().values():
        assert figure.value is None and figure.interval is None and figure.notes
        finding = finding_of(figure, About("p", PERIOD))
        assert finding.value is None and finding.n == 0


def test_old_records_are_no_zero() -> None:
    """Runs that all began before the window give no value, and the day of the last one."""
    found = figures([run(1, 1, created=at(1, month=10), started=at(1, month=10))])
    for name in ("pipeline_duration", "success_rate", "ci_runs", "flaky_rate"):
        assert found[name].value is None
        assert found[name].notes == ("no run in the window: the last one began on 2026-10-01",)


def test_duration_of_the_run_itself() -> None:
    """Without jobs: from start to end, the median of 10, 20 and 60 minutes is 20; by week."""
    found = figures([run(1, 2, 10), run(2, 3, 20), run(3, 9, 60), run(4, 17, 90)])
    median = found["pipeline_duration"]
    assert (median.value, median.n, median.interval) == (20, 3, None)
    assert median.series == (("2026-W45", 15), ("2026-W46", 60), ("2026-W47", 90))
    # Hyndman and Fan's definition 7: 0.9 * 2 = 1.8 lies 0.8 of the way from 20 to 60.
    assert found["pipeline_duration_p90"].value == pytest.approx(52)
    assert any("no jobs are known" in note for note in median.notes)


def test_duration_of_jobs() -> None:
    """With jobs: from the first start to the last end, whatever the run's own times say."""
    jobs = [job(1, 1, at(2, 1), 5), job(2, 1, at(2, 3), 9), job(3, 1, at(2), 0, result="skipped")]
    median = figures([run(1, 2, 500)], jobs)["pipeline_duration"]
    assert (median.value, median.notes) == (11, ())


def test_duration_without_a_start() -> None:
    """A record without a start counts from its creation, and the figure says how many did."""
    median = figures([run(1, 2, 10, started=None), run(2, 2, 10)])["pipeline_duration"]
    assert median.value == 10
    assert "1 of 2 attempts counted from their creation" in median.notes[0]


def test_attempts_in_which_nothing_ran_have_no_duration() -> None:
    """Skipped and waiting attempts are left out with their numbers; cancelled ones took time."""
    runs = [
        run(1, 2, 0, result="skipped"), run(2, 2, 0, result="action_required"),
        run(3, 2, 4, result="cancelled"), run(4, 2, None, result=None, status="in_progress"),
    ]  # fmt: skip
    median = figures(runs)["pipeline_duration"]
    assert (median.value, median.n) == (4, 1)
    assert "left out: 1 action required, 1 skipped" in median.notes
    assert "left out: 1 without an end" in median.notes


def test_interval_of_a_median() -> None:
    """Of 8 values the 2nd and 7th hold the median with at least 90 % (binomial: 93 %)."""
    median = figures([run(n, 2, n) for n in range(1, 9)])["pipeline_duration"]
    assert (median.value, median.interval) == (4.5, (2, 7))


def test_queue_time() -> None:
    """The wait: from being asked for to the first job; without jobs where the record says it."""
    runs = [
        run(1, 2),
        run(1, 2, attempt=2, started=at(2, 60), finished=at(2, 70)),
        run(2, 2),
        run(3, 3, provider="gitlab", started=at(3, 9), finished=at(3, 20)),
    ]
    jobs = [job(1, 1, at(2, 2), 5), job(2, 1, at(2, 63), 5, attempt=2)]
    queue = figures(runs, jobs)["queue_time"]
    assert (queue.value, queue.n) == (3, 3)
    assert queue.notes == ("1 of 4 attempts left out: the records do not say how long they waited",)


def test_queue_time_of_jenkins() -> None:
    """The wait is the time in the queue; from the build's start to its first stage is none."""
    runs = [run(1, 2, provider="jenkins", created=None), run(2, 2, provider="jenkins")]
    stages = [job(1, 1, at(2, 3), 5, provider="jenkins")]
    queue = figures(runs, stages)["queue_time"]
    assert (queue.value, queue.n) == (None, 0)
    assert queue.notes == ("Jenkins records do not say when a build was asked for",)
    runs.append(run(3, 2, provider="jenkins", started=at(2, 4)))
    stages.append(job(3, 3, at(2, 7), 5, provider="jenkins"))
    queue = figures(runs, stages)["queue_time"]
    assert (queue.value, queue.n) == (4, 1)


def test_success_rate() -> None:
    """Successes among those that succeeded or failed; all else is left out and shown."""
    counted = ["success"] * 3 + ["failure", "timed_out", "startup_failure"]
    words = [*counted, *["cancelled"] * 2, "skipped", "neutral", "stale", "action_required"]
    rate = figures([run(n, 2, result=word) for n, word in enumerate(words)])["success_rate"]
    assert (rate.value, rate.n) == (0.5, 6)
    assert rate.notes == (
        "left out: 1 action required, 2 cancelled, 1 neutral, 1 skipped, 1 stale",
    )
    # Wilson, z = 1.6449: (3 + 1.3528) / (6 + 2.7055) = 0.5, 1.6449 / 8.7055 * sqrt(2.1764).
    assert rate.interval == pytest.approx((0.22125, 0.77875), abs=1e-4)


def test_success_rate_of_the_last_attempt() -> None:
    """A run counts once, with its last attempt, in the week in which that began."""
    later = {"attempt": 2, "started": at(9), "finished": at(9, 5)}
    rate = figures([run(1, 2, result="failure"), run(1, 2, **later), run(2, 2)])["success_rate"]
    assert (rate.value, rate.n) == (1, 2)
    assert rate.series == (("2026-W45", 1), ("2026-W46", 1))
    assert rate.notes == ("each run counts once, with its last attempt",)


def test_success_rate_of_devlake() -> None:
    """Profile devlake: successes among all that ended, cancelled and skipped ones too."""
    runs = [run(1, 2), run(2, 2, result="cancelled"), run(3, 2, result="skipped"),
            run(4, 2, None, result=None, status="in_progress")]  # fmt: skip
    rate = figures(runs, profile="devlake")["success_rate"]
    assert (rate.value, rate.n) == (pytest.approx(1 / 3), 3)


def test_duration_of_devlake() -> None:
    """Profile devlake: the run's own start and end in whole seconds, not those of its jobs."""
    runs = [run(1, 2, finished=at(2) + 90.9)]
    found = figures(runs, [job(1, 1, at(2), 9)], profile="devlake")
    assert found["pipeline_duration"].value == 1.5


def test_unstable_builds_failed() -> None:
    """A Jenkins build with failed tests is a failure."""
    runs = [run(1, 2, provider="jenkins", result="unstable"), run(2, 2, provider="jenkins")]
    assert figures(runs)["success_rate"].value == 0.5


def test_flaky_rate() -> None:
    """A failed attempt whose next one of the same commit succeeded; of 4 whole runs one."""
    runs = [
        run(1, 2, result="failure"), run(1, 2, attempt=2),
        run(2, 2, result="failure"), run(2, 2, attempt=2, head="b2"),
        run(3, 2, result="failure"), run(3, 2, attempt=2, result="failure"),
        run(4, 2),
        run(5, 2, attempt=2),
        run(6, 2, None, result=None, status="queued"),
    ]  # fmt: skip
    flaky = figures(runs)["flaky_rate"]
    assert (flaky.value, flaky.n) == (0.25, 4)
    assert flaky.notes == ("1 run left out: an earlier attempt is not known",)


def test_flaky_rate_without_attempts() -> None:
    """Providers that do not number attempts give no rate instead of 0."""
    flaky = figures([run(1, 2, provider="gitlab")])["flaky_rate"]
    assert flaky.value is None
    assert flaky.notes == ("gitlab does not record the attempts of a run one by one",)


def test_runs_per_week() -> None:
    """Runs of the window by its weeks, 0 in a week without; attempts are no runs of their own."""
    runs = [run(1, 2), run(1, 2, attempt=2), run(2, 3), run(3, 9), run(4, 16), run(5, 20)]
    rate = figures(runs)["ci_runs"]
    assert (rate.value, rate.n) == (0.75, 3)
    assert rate.series == (("2026-W45", 2), ("2026-W46", 1), ("2026-W47", 1))
    assert rate.notes == ("records begin in the week of 2026-11-02",)


def test_hours_and_cost() -> None:
    """Wall hours times vCPU, GPU and price of the first known label; others are told."""
    runners = {
        "Linux-4": Runner(vcpu=4, price=0.5),
        "gpu": Runner(vcpu=8, gpu=2),
    }
    jobs = [
        job(1, 1, at(2), 30, "self-hosted", "linux-4"),
        job(2, 1, at(9), 60, "GPU"),
        job(3, 1, at(9), 90, "windows"),
        job(4, 1, at(9), 12),
        job(5, 1, at(9), 600, "gpu", result="skipped"),
    ]
    found = figures([run(1, 2)], jobs, **runners)
    cpu, gpu, cost = (found[name] for name in ("cpu_hours", "gpu_hours", "ci_cost"))
    # 0.5 h * 4 + 1 h * 8, 1 h * 2, 0.5 h * 0.5 EUR.
    assert (cpu.value, gpu.value, cost.value) == (10, 2, 0.25)
    assert (cpu.n, gpu.n, cost.n) == (2, 2, 1)
    assert cpu.series == (("2026-W45", 2), ("2026-W46", 8), ("2026-W47", 0))
    assert cpu.notes == ("no runner in settings.yaml for: windows (1.5 h), no label (0.2 h)",)
    assert cost.notes == ("no price for: windows (1.5 h), gpu (1.0 h), no label (0.2 h)",)


def test_hours_without_a_table() -> None:
    """No label known: no value, never 0, and the wall hours by label."""
    found = figures([run(1, 2)], [job(1, 1, at(2), 30, "x", "y")])
    assert found["cpu_hours"].value is None
    assert found["cpu_hours"].notes == ("settings.yaml names no runners: x, y (0.5 h)",)
    known = figures([run(1, 2)], [job(1, 1, at(2), 30, "x")], x=Runner(vcpu=1))
    assert (known["gpu_hours"].value, known["ci_cost"].value) == (0, None)


def test_copies_of_jobs_cost_nothing() -> None:
    """Jobs of a second attempt that ran before it began are copies of the first one's."""
    runs = [run(1, 2), run(1, 2, attempt=2, started=at(2, 60), finished=at(2, 70))]
    jobs = [
        job(1, 1, at(2), 30, "x"),
        job(2, 1, at(2), 30, "x", attempt=2),
        job(3, 1, at(2, 61), 6, "x", attempt=2),
    ]
    found = figures(runs, jobs, x=Runner(vcpu=1))
    assert found["cpu_hours"].value == pytest.approx(0.6)
    assert found["pipeline_duration"].value == 18  # of 30 and 6 minutes


def test_tests_of_the_newest_report() -> None:
    """The count of the newest report of each week; the last full week is the value."""
    tests = [
        suite(at(2), 5), suite(at(3), 8, skipped=1, failed=1),
        suite(at(9), 7), suite(at(9, 1), 12, suite="t"), suite(at(9, 2), 9),
        suite(at(17), 40),
    ]  # fmt: skip
    found = figures(tests=tests)["tests"]
    # Of 9 November suite s counts with its newest run, 9, and t with 12.
    assert (found.value, found.n) == (21, 3)
    assert found.series == (("2026-W45", 10), ("2026-W46", 21), ("2026-W47", 40))


def test_tests_of_a_run() -> None:
    """Suites of one run are one report, also over midnight; one without a time has its run's."""
    about = {"provider": "github", "project": "o/p", "run_id": "1"}
    tests = [suite(None, 3, **about), suite(None, 4, **about | {"suite": "t"}), suite(None, 9)]
    found = figures([run(1, 10)], tests=tests)
    assert (found["tests"].value, found["tests"].n) == (7, 1)
    assert found["tests"].notes == ("1 suite without a time left out",)


def test_trend_of_tests() -> None:
    """The slope per week between weeks that are not neighbours: 10, 12 and 22 in weeks 0, 1, 3."""
    days = ((20, 10, 10), (27, 10, 12), (10, 11, 22))
    trend = figures(tests=[suite(at(day, month=m), n) for day, m, n in days])["tests_trend"]
    # Slopes 2 / 1, 12 / 3 and 10 / 2: the median is 4.
    assert (trend.value, trend.n) == (4, 3)
    assert trend.interval == (2, 5)
    few = figures(tests=[suite(at(2), 1)])["tests_trend"]
    assert few.notes == ("only 1 weeks with a test report: a trend needs 3",)


def test_pass_rate_and_flaky_tests() -> None:
    """Passed and flaky cases among those that ran, over the reports of the window."""
    tests = [suite(at(2), 6, failed=1, errors=1, skipped=5), suite(at(9), 2)]
    found = figures(tests=tests)
    assert (found["test_pass_rate"].value, found["test_pass_rate"].n) == (0.8, 10)
    assert found["test_flaky_share"].value is None
    assert found["test_flaky_share"].notes == ("no report says that a test was run again",)
    found = figures(tests=[*tests, suite(at(9), 10, flaky=1, reruns=1, suite="t")])
    assert found["test_flaky_share"].value == 0.05


def test_records_after_now_are_not_seen() -> None:
    """What began after the moment that counts as now is in no figure and no series."""
    found = figures([run(1, 20)], [job(1, 1, at(20), 5, "x")], [suite(at(20), 5)],
                    x=Runner(vcpu=1))  # fmt: skip
    for figure in found.values():
        assert (figure.value, figure.series) == (None, ())


def test_order_does_not_matter() -> None:
    """Rows in another order give the same figures."""
    runs = [run(n, 2 + n % 9, n, result="failure" if n % 3 else "success") for n in range(1, 20)]
    jobs = [job(n, n, at(2 + n % 9, 1), n, "x") for n in range(1, 20)]
    tests = [suite(at(2 + n % 9), n) for n in range(1, 20)]
    runners = {"x": Runner(vcpu=2, price=1)}
    assert figures(runs, jobs, tests, **runners) == figures(
        runs[::-1], jobs[::-1], tests[::-1], **runners
    )
