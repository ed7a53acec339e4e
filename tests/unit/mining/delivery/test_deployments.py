"""Which facts are deployments."""

from __future__ import annotations

from maestro.mining.delivery import DeliveryRules, find_deployments

from .making import HOUR, MONDAY, job, recorded, run

RULES = DeliveryRules()


def test_a_run_is_known_by_its_name_or_workflow() -> None:
    """Other runs are none, whatever their branch is called."""
    rows = [
        run("1", MONDAY),
        run("2", MONDAY + 1, name="CI", workflow=".github/workflows/deploy.yml"),
        run("3", MONDAY + 2, name="CI", branch="deploy"),
    ]
    found = find_deployments({"run": rows}, RULES)
    assert [(one.id, one.environment) for one in found] == [("1", "production"), ("2", "")]


def test_a_job_makes_its_run_a_deployment() -> None:
    """One deployment of several jobs ends when its last part ends, and fails when a part does."""
    tables = {
        "run": [run("1", MONDAY + HOUR, name="CI", result="failure")],
        "job": [
            job("a", "1", MONDAY + 300, name="deploy web", environment="staging"),
            job("b", "1", MONDAY + 900, name="deploy api", environment="production"),
            job("c", "1", MONDAY + HOUR, name="lint", result="failure"),
        ],
    }
    (one,) = find_deployments(tables, RULES)
    assert (one.id, one.succeeded, one.environment) == ("1", True, "production")
    assert (one.started, one.finished) == (MONDAY, MONDAY + 900)
    tables["job"].append(job("d", "1", MONDAY + 950, name="deploy db", result="timed_out"))
    (one,) = find_deployments(tables, RULES)
    assert (one.succeeded, one.finished) == (False, MONDAY + 950)


def test_the_environment_is_the_first_that_matters() -> None:
    """Production before staging before testing; a run's own name comes first."""
    for names, expected in (
        (("deploy testing", "deploy staging"), "staging"),
        (("deploy testing",), "testing"),
        (("deploy",), ""),
        (("deploy PROD", "deploy staging"), "production"),
    ):
        jobs = [job(str(at), "1", MONDAY, name=name) for at, name in enumerate(names)]
        tables = {"run": [run("1", MONDAY, name="CI")], "job": jobs}
        (one,) = find_deployments(tables, RULES)
        assert one.environment == expected


def test_only_the_last_attempt_counts_and_cancelled_is_neither() -> None:
    """An attempt that failed before is forgotten; a cancelled run deployed nothing."""
    rows = [
        run("1", MONDAY, result="failure"),
        run("1", MONDAY + HOUR, attempt=2),
        run("2", MONDAY, result="cancelled"),
        run("3", MONDAY, result=None, status="in_progress"),
    ]
    (one,) = find_deployments({"run": rows}, RULES)
    assert (one.id, one.succeeded, one.finished) == ("1", True, MONDAY + HOUR)


def test_a_record_takes_the_place_of_its_run() -> None:
    """What the git host recorded counts once, by its run or by commit and environment."""
    tables = {
        "run": [run("1", MONDAY, head="aa"), run("2", MONDAY + HOUR, head="bb")],
        "deployment": [
            recorded("7", MONDAY, run_id="1", environment="live", production=True, head="aa"),
            recorded("8", MONDAY + HOUR, head="bb"),
            recorded("9", MONDAY, status="inactive", result=None, environment="prod-eu"),
            recorded("10", MONDAY, status="queued", result=None),
        ],
    }
    found = find_deployments(tables, RULES)
    assert [(one.id, one.environment) for one in found] == [
        ("7", "production"),
        ("9", "production"),
        ("2", "production"),
    ]
    assert all(one.succeeded for one in found)


def test_the_order_of_rows_does_not_matter() -> None:
    """The same facts in another order give the same deployments."""
    rows = [run(str(at), MONDAY + at * HOUR) for at in range(9)]
    jobs = [job(f"j{at}", str(at), MONDAY + at * HOUR, name="deploy") for at in range(9)]
    one = find_deployments({"run": rows, "job": jobs}, RULES)
    assert one == find_deployments({"run": rows[::-1], "job": jobs[::-1]}, RULES)


def test_patterns_are_compared_without_case() -> None:
    """A pattern is the whole name; a name that is missing fits nothing."""
    rules = DeliveryRules(deployment_pattern="release ?", production_pattern="*")
    assert rules.is_deployment("Release 1")
    assert not rules.is_deployment("prerelease 1")
    assert not rules.is_production("")


def test_a_job_that_runs_tests_is_no_environment() -> None:
    """Only jobs that deploy, and environments by name, say where a run deployed to."""
    tables = {
        "run": [run("1", MONDAY, name="Deploy"), run("2", MONDAY + 1, name="Deploy latest")],
        "job": [job("a", "1", MONDAY, name="unit tests"), job("b", "2", MONDAY, name="eu-prod")],
    }
    found = find_deployments(tables, RULES)
    assert {one.id: one.environment for one in found} == {"1": "", "2": "production"}


def test_a_record_replaces_its_run_only_where_it_deployed() -> None:
    """A record of staging leaves the run's own deployment to production alone."""
    tables = {
        "run": [run("1", MONDAY, name="CI"), run("2", MONDAY + HOUR, name="Deploy")],
        "job": [
            job("a", "1", MONDAY - 60, name="deploy staging"),
            job("b", "1", MONDAY, name="deploy prod"),
        ],
        "deployment": [
            recorded("7", MONDAY - 60, run_id="1", environment="staging"),
            recorded("8", MONDAY + HOUR, run_id="2", environment="staging"),
        ],
    }
    found = find_deployments(tables, RULES)
    # The second run names no environment: the record tells where it went.
    assert [(one.id, one.environment) for one in found] == [
        ("7", "staging"),
        ("1", "production"),
        ("8", "staging"),
    ]
    tables["deployment"].append(recorded("9", MONDAY, run_id="1"))
    assert [one.id for one in find_deployments(tables, RULES)] == ["7", "9", "8"]


def test_a_commit_can_be_deployed_again() -> None:
    """Of three records of one commit only the one at the time of the run is the run."""
    tables = {
        "run": [run("1", MONDAY, head="aa"), run("2", MONDAY + HOUR, head="bb")],
        "deployment": [
            recorded("7", MONDAY, head="aa"),
            recorded("8", MONDAY + 30, head="aa"),
            recorded("9", MONDAY + 5 * HOUR, head="aa"),
        ],
    }
    # The run began at -600: the record of -60 is nearer to it than the one of -30.
    assert [one.id for one in find_deployments(tables, RULES)] == ["1", "8", "2", "9"]


def test_what_failed_and_was_replaced_has_failed() -> None:
    """A result that is told is worth more than the word inactive."""
    rows = [recorded("1", MONDAY, status="inactive", result="failure")]
    (one,) = find_deployments({"deployment": rows}, RULES)
    assert not one.succeeded
    cancelled = [recorded("1", MONDAY, status="inactive", result="cancelled")]
    assert find_deployments({"deployment": cancelled}, RULES) == []


def test_what_comes_before_production_is_none() -> None:
    """The default pattern leaves the usual negations out; a pattern of one's own is literal."""
    for name in ("non-prod", "nonprod", "Pre-Prod", "preprod", "deploy to pre_production"):
        assert not RULES.is_production(name)
        assert DeliveryRules(production_pattern="*pro*").is_production(name)
    for name in ("prod", "deploy preprod, then prod", "prod-eu", "Production"):
        assert RULES.is_production(name)
