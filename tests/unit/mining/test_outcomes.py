"""Days to production and the cost of computing, from what machines logged: the whole or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from maestro.mining.activity import Period
from maestro.mining.base import Row, Tables
from maestro.mining.ci.gather import Gathered
from maestro.mining.ci.reading import Refusal, row
from maestro.mining.delivery import DeliveryRules, History
from maestro.mining.others import Others, other_findings
from maestro.mining.outcomes import Ended, outcome_findings
from maestro.mining.recorded import Recorded
from maestro.mining.tracking.reading import Tracked
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.facts import columns
from maestro.schema.findings import Finding
from maestro.schema.settings import Runner

from .delivery.making import DAY, HOUR, MONDAY, commit, job, run

RUNNERS = {"small": Runner(vcpu=2, price=0.5), "free": Runner(vcpu=2)}
UNTIL = MONDAY + 60 * DAY


def tables(runs: Sequence[Row], jobs: Sequence[Row] = (), records: Sequence[Row] = ()) -> Tables:
    """Facts of one project by kind; kinds without any are absent."""
    found = {"run": list(runs), "job": list(jobs), "deployment": list(records)}
    return {kind: rows for kind, rows in found.items() if rows}


def plain_run(id_: str, day: float, **values: Any) -> Row:
    """A run that deploys nothing, on a day of the project."""
    return run(id_, MONDAY + day * DAY, name="Tests", **values)


def worked(run_id: str, day: float, hours: float, label: str = "small", **values: Any) -> Row:
    """A job of a run that a runner worked on for some hours."""
    at = MONDAY + day * DAY
    base = {"labels": [label], "started": at, "finished": at + hours * HOUR}
    return job(f"{run_id}-{hours}", run_id, at, **{**base, **values})


def ended(facts: Tables, **fields: Any) -> Ended:
    """A project of 60 days from MONDAY on whose CI records were fetched after its end."""
    gathered = Gathered(facts, **{"fetched": "2025-12-01", **fields.pop("gathered", {})})
    recorded = Recorded(
        "churn-2025", "github team/churn", gathered, DeliveryRules(), runners=RUNNERS, until=UNTIL
    )
    return Ended("churn-2025", MONDAY, UNTIL, **{"recorded": recorded, **fields})


def told(one: Ended, history: History | None = None) -> dict[str, Finding]:
    """The findings by the name of their figure."""
    found = outcome_findings(one, Period(UNTIL, 13), lambda: history or History())
    return {f.method.removeprefix("ci."): f for f in found}


FIRST = (plain_run("1", 0.5), run("2", MONDAY + 12.5 * DAY), run("3", MONDAY + 40 * DAY))


def test_days_to_the_first_deployment_to_production() -> None:
    """From 15 to 27 September are twelve days; the later one does not count."""
    found = told(ended(tables(FIRST)))["time_to_deployment"]
    assert (found.value, found.unit, found.n) == (12.0, "days", 2)
    assert found.label == "deployments: first to production 2025-09-27, github team/churn run 2"
    assert found.evidence[0].ref == "ci github team/churn run 2"


def test_a_deployment_known_by_its_name_alone_is_a_proxy_and_a_recorded_one_is_not() -> None:
    """What a git host recorded needs no pattern; what only looks like a deployment is said."""
    by_name = told(ended(tables(FIRST)))["time_to_deployment"]
    assert by_name.quality[0].startswith("proxy: known as a deployment to production by its names")
    at = MONDAY + 3 * DAY
    record = row("deployment", {
        "provider": "github", "project": "team/churn", "id": "77", "run_id": "", "status": "x",
        "environment": "production", "result": "success", "created": at, "finished": at,
    })  # fmt: skip
    found = told(ended(tables(FIRST, records=[record])))["time_to_deployment"]
    assert (found.value, found.quality) == (3.0, [])
    assert found.label.endswith("2025-09-18, github team/churn deployment 77")


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ((plain_run("1", 0), run("2", MONDAY + DAY, result="failure")), "no successful deployment"),
        ((plain_run("1", 0), run("2", MONDAY + 60 * DAY)), "no successful deployment"),
        ((plain_run("1", 0), run("2", MONDAY + DAY, name="Deploy to staging")), "no successful"),
        ((run("0", MONDAY - 9 * DAY), *FIRST), "before the project started (on 2025-09-06)"),
        ((plain_run("1", 9), *FIRST[1:]), "CI records begin on 2025-09-23, the project on 2025-09"),
        ((), "no CI records were found"),
    ],
)
def test_what_is_not_whole_is_no_number(runs: Sequence[Row], reason: str) -> None:
    """Failed, late, elsewhere, live before, records that begin too late: none, and why."""
    found = told(ended(tables(runs)))["time_to_deployment"]
    assert (found.value, found.label, found.evidence) == (None, NOT_ENOUGH, [])
    assert reason in found.quality[0]


def test_ci_may_begin_with_the_repository() -> None:
    """No run is older than the first commit: records a week after it still are whole."""
    late = tables([plain_run("1", 25), run("2", MONDAY + 30 * DAY)])
    assert told(ended(late))["time_to_deployment"].value is None
    history = History([commit("a", at=MONDAY + 20 * DAY)])
    assert told(ended(late), history)["time_to_deployment"].value == 30
    early = History([commit("a", at=MONDAY + 10 * DAY)])
    found = told(ended(late), early)["time_to_deployment"]
    assert found.quality == ["CI records begin on 2025-10-09, the repository on 2025-09-25"]


def test_the_cost_of_ci_is_hours_times_price() -> None:
    """2 h and 3 h at 0.50 are 2.50; jobs before the start and after the end are not its own."""
    runs = [plain_run("0", -1), plain_run("1", 1), plain_run("2", 59), plain_run("3", 61)]
    jobs = [worked("0", -1, 9), worked("1", 1, 2), worked("2", 59, 3), worked("3", 61, 9)]
    found = told(ended(tables(runs, jobs)))["compute_cost"]
    assert (found.value, found.unit, found.n) == (2.5, "EUR", 2)
    assert found.label == "CI cost, 2 jobs"
    assert found.quality == ["no training run was logged: what ran outside CI is not in it"]
    assert [(ref.ref, ref.note) for ref in found.evidence] == [
        ("ci github team/churn", "cost of 2 jobs")
    ]


WHOLE = ([plain_run("1", 1)], [worked("1", 1, 2)])


@pytest.mark.parametrize(
    ("facts", "fields", "reason"),
    [
        (
            ([plain_run("1", 1)], [worked("1", 1, 2, "own")]),
            {},
            "no price in settings.yaml for: own",
        ),
        (([plain_run("1", 1)], [worked("1", 1, 2, "free")]), {}, "settings.yaml for: free (2.0 h)"),
        (([plain_run("1", 1), plain_run("2", 2)], WHOLE[1]), {}, "jobs of 1 attempt of CI runs"),
        (([plain_run("1", 1, attempt=2)], [worked("1", 1, 2, attempt=2)]), {}, "jobs of 1 attempt"),
        (([plain_run("1", 1, result=None, status="in_progress")], WHOLE[1]), {}, "no known end"),
        (WHOLE, {"gathered": {"fetched": "2025-11-01"}}, "last fetched on 2025-11-01, before"),
        (WHOLE, {"gathered": {"fetched": ""}}, "files of CI records stop on 2025-09-16"),
        (WHOLE, {"gathered": {"reason": "not all is fetched yet: jobs"}}, "not all is fetched"),
        (
            WHOLE,
            {"gathered": {"refused": [Refusal("a", "", "C001", "x")]}},
            "1 CI record was refused",
        ),
        (WHOLE, {"shared": "project upsell has the same CI records"}, "project upsell has the"),
    ],
)
def test_a_part_of_the_bill_is_no_bill(
    facts: tuple[list[Row], list[Row]], fields: dict[str, Any], reason: str
) -> None:
    """Unpriced runners, unknown jobs, records that stop or are shared: no number, and why."""
    found = told(ended(tables(*facts), **fields))["compute_cost"]
    assert (found.value, found.label) == (None, NOT_ENOUGH)
    assert reason in found.quality[0]


def test_a_fetch_that_fails_long_after_the_end_takes_nothing_away() -> None:
    """What was whole when it was fetched stays whole."""
    late = {"fetched": "2025-12-01", "code": "N001", "reason": "the server did not answer"}
    assert told(ended(tables(*WHOLE), gathered=late))["compute_cost"].value == 1.0
    early = {**late, "fetched": "2025-10-01"}
    found = told(ended(tables(*WHOLE), gathered=early))["compute_cost"]
    assert found.quality == ["the server did not answer"]


def trained(id_: str, day: float = 5, parent: str = "", **metrics: float) -> Row:
    """A training run of a tracking server."""
    at = MONDAY + day * DAY
    values = {"provider": "mlflow", "id": id_, "parent": parent, "status": "finished"}
    values |= {"started": at, "finished": at + HOUR, "metrics": metrics}  # type: ignore[dict-item]
    blank: dict[str, Any] = {"params": {}, "quality": [], "created": None, "updated": None}
    return tuple({**blank, **values}.get(name, "") for name in columns("training_run"))


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([trained("a", cost_eur=10), trained("b", Compute_Cost_EUR=2.5)], 13.5),
        ([trained("a", cost_eur=10), trained("b", 70, cost_eur=9)], 11.0),
        # A search with its trials inside is paid for once.
        ([trained("a", cost_eur=10), trained("b", 5, "a", cost_eur=4)], 11.0),
        ([trained("a"), trained("b", 5, "a", cost_eur=4)], 5.0),
        # Dollars are not added to euros.
        ([trained("a", cost_usd=10)], None),
        ([trained("a", cost_eur=10), trained("b")], None),
    ],
)
def test_training_is_added_in_the_same_currency(rows: list[Row], value: float | None) -> None:
    """CI's 1.00 and what each training run of the project's time logged of its cost."""
    found = told(ended(tables(*WHOLE), tracked=Tracked(rows=tuple(rows))))["compute_cost"]
    assert found.value == value
    if value is None:
        assert "log no metric cost_eur" in found.quality[0]


def test_training_alone_is_the_bill_of_a_project_without_ci() -> None:
    """Where the record names no CI, only training is counted, and no way to production."""
    tracked = Tracked(rows=(trained("a", cost_eur=10),))
    found = told(Ended("churn-2025", MONDAY, UNTIL, tracked=tracked))
    assert list(found) == ["compute_cost"]
    assert (found["compute_cost"].value, found["compute_cost"].label) == (
        10.0,
        "cost of 1 training run",
    )
    assert told(Ended("churn-2025", MONDAY, UNTIL)) == {}


@pytest.mark.parametrize(
    "fault",
    [
        {"code": "X005", "reason": "its tracking server has not been asked yet"},
        {"rows": (trained("a", cost_eur=1),), "left": "more than 5 runs: the rest is not read"},
        {"rows": (trained("a", cost_eur=1),), "fetched": "2025-10-01"},
    ],
)
def test_training_that_is_not_all_known_leaves_no_bill(fault: dict[str, Any]) -> None:
    """Runs that could not be had, or not all, might have cost anything."""
    found = told(ended(tables(*WHOLE), tracked=Tracked(**fault)))["compute_cost"]
    assert found.value is None
    assert "training runs" in found.quality[0]


def test_the_rules_of_devlake_find_their_own_deployments() -> None:
    """With the other profile the deployment is the one that its figures count."""
    one = ended(tables(FIRST))
    assert one.recorded is not None
    rules = replace(one.recorded.rules, profile="devlake")
    found = told(replace(one, recorded=replace(one.recorded, rules=rules)))["time_to_deployment"]
    assert found.value == 12.0


@pytest.mark.parametrize(("day", "expected"), [(58.9, 0), (59.5, 2), (300, 2)])
def test_outcomes_are_told_from_the_last_day_on(day: float, expected: int) -> None:
    """A project whose record names a coming end has none yet; on its last day it has."""
    now = int(MONDAY + day * DAY)
    one = ended(tables(FIRST))
    known = Others(
        "churn-2025", UNTIL, recorded=one.recorded, started=MONDAY, currency=one.currency
    )
    found = other_findings(known, Period(min(now, UNTIL), 13))
    names = [f.method for f in found if f.method in ("ci.time_to_deployment", "ci.compute_cost")]
    assert len(names) == expected
