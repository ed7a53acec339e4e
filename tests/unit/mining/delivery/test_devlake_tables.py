"""Our facts as Apache DevLake's tables, and its profile on our figures."""

from __future__ import annotations

from dataclasses import replace

from maestro.mining.delivery import DeliveryRules, devlake_tables
from maestro.mining.delivery.devlake_values import Scope

from .making import DAY, HOUR, MONDAY, WEEK, commit, figures, incident, job, pull, recorded, run

RULES = DeliveryRules(profile="devlake")


def test_cancelled_deployments_failed() -> None:
    """Ours leaves a cancelled run out; DevLake's counts it as a failure."""
    tables = {"run": [run("1", MONDAY), run("2", MONDAY + DAY, result="cancelled")]}
    rows = devlake_tables(tables, RULES)["cicd_deployment_commits"]
    assert [row["result"] for row in rows] == ["SUCCESS", "FAILURE"]
    theirs, ours = figures(tables, RULES)["deployments"], figures(tables)["deployments"]
    failed = "1 production deployment failed and is not counted"
    assert failed in theirs.notes
    assert failed not in ours.notes


def test_a_run_is_matched_by_name_and_branch_alone() -> None:
    """The workflow's file does not make it a deployment, a job of that name does."""
    tables = {
        "run": [
            run("1", MONDAY, name="CI", workflow="deploy.yml"),
            run("2", MONDAY, name="CI"),
            run("3", MONDAY, name="deploy", branch="prod"),
        ],
        "job": [job("a", "2", MONDAY, name="deploy to prod")],
    }
    rows = devlake_tables(tables, RULES)["cicd_deployments"]
    found = [(row["id"].rpartition(":")[2], row["environment"]) for row in rows]
    assert found == [("2", "PRODUCTION"), ("3", "PRODUCTION")]


def test_lead_time_is_in_whole_minutes() -> None:
    """Opened, merged a minute and a second later, deployed an hour after: 2 + 60 minutes."""
    tables = {
        "commit": [commit("a"), commit("b", "a"), commit("c", "a", "b")],
        "run": [run("1", MONDAY, head="a"), run("2", MONDAY + 2 * HOUR, head="c")],
        "pull_request": [pull("1", MONDAY + HOUR - 61, MONDAY + HOUR, merge_commit="c")],
    }
    domain = devlake_tables(tables, RULES)
    (metric,) = domain["project_pr_metrics"]
    # Written an hour before it was opened, less 61 seconds: 58:59 minutes, rounded up.
    assert metric["pr_coding_time"] == 59
    assert metric["pr_deploy_time"] == 60
    assert metric["pr_cycle_time"] == 59 + 2 + 60
    assert {row["commit_sha"] for row in domain["commits_diffs"]} == {"b", "c"}
    found = figures(tables, RULES)
    assert found["change_lead_time"].value == 121 / 60
    assert found["change_lead_time_coding"].value == 59 / 60
    ours = figures(tables)["change_lead_time"].value
    assert ours is not None
    assert abs(ours - 2) < 1e-9


def test_lead_time_counts_by_the_deployment() -> None:
    """One that was opened and merged before the window counts when it is deployed in it."""
    tables = {
        "commit": [commit("a"), commit("b", "a", at=MONDAY - DAY)],
        "run": [run("1", MONDAY - 2 * DAY, head="a"), run("2", MONDAY + HOUR, head="b")],
        "pull_request": [pull("1", MONDAY - 2 * HOUR, MONDAY - HOUR, merge_commit="b")],
    }
    lead = figures(tables, RULES)["change_lead_time"]
    # One hour open and two until the deployment ended.
    assert (lead.value, lead.n, lead.series) == (3, 1, (("2025-W38", 3),))
    assert lead.notes == ("as Apache DevLake counts: whole minutes, rounded up",)


def test_recovery_counts_by_the_end_in_whole_minutes() -> None:
    """Began before the window: not ours. Deployed before it: of 2021 alone."""
    end = MONDAY + 4 * WEEK
    tables = {
        "run": [run("1", MONDAY - DAY), run("2", MONDAY + HOUR)],
        "incident": [
            incident("1", MONDAY - HOUR, MONDAY + 2 * HOUR + 59),
            incident("2", MONDAY + 2 * HOUR, MONDAY + 3 * HOUR + 119),
            incident("3", end - HOUR, end + HOUR),
        ],
    }
    newer = figures(tables, RULES)["recovery_time"]
    # From the deployment at 1 to the end at 3:01:59.
    assert (newer.value, newer.n) == (121 / 60, 1)
    older = figures(tables, replace(RULES, report=2021))["recovery_time"]
    # 3:00:59 and 1:01:59, without their seconds; the lower of them.
    assert (older.value, older.n) == (61 / 60, 2)
    ours = figures(tables, DeliveryRules(report=2021))["recovery_time"]
    # Those that began in the window: 1:01:59 and 2:00:00.
    assert ours.value == (3719 + 7200) / 2 / 3600


def test_a_failed_record_that_was_replaced_has_failed() -> None:
    """In the tables as in our own figures."""
    rows = [recorded("1", MONDAY, status="inactive", result="failure")]
    (row,) = devlake_tables({"deployment": rows}, RULES)["cicd_deployment_commits"]
    assert row["result"] == "FAILURE"


def test_an_incident_finds_its_deployment_in_both() -> None:
    """Tables and figures name the same one."""
    tables = {
        "run": [run("1", MONDAY), run("2", MONDAY + DAY)],
        "incident": [incident("9", MONDAY + HOUR, MONDAY + 2 * HOUR)],
    }
    (row,) = devlake_tables(tables, RULES)["project_incident_deployment_relationships"]
    assert row["deployment_id"] == "github:GithubRun:1:team/churn:1"
    assert figures(tables, RULES)["change_failure_rate"].value == 0.5
    assert figures(tables, RULES)["recovery_time"].value == 2


def test_gitlab_and_jenkins_keep_their_own_rules() -> None:
    """A cancelled GitLab job is not done; a stage has its build's result."""
    tables = {
        "run": [
            run("1", MONDAY, provider="gitlab", branch="prod-deploy"),
            run("x#4", MONDAY, provider="jenkins", project="x", result="failure", seconds=1.5),
            run("x#5", MONDAY, provider="jenkins", project="x", result="unstable"),
        ],
        "job": [
            job("2", "1", MONDAY, provider="gitlab", result="cancelled"),
            job("x#4/6", "x#4", MONDAY, provider="jenkins", project="x"),
        ],
    }
    domain = devlake_tables(tables, RULES)
    pipelines = {row["id"]: row["result"] for row in domain["cicd_pipelines"]}
    assert pipelines == {
        "gitlab:GitlabPipeline:1:1": "SUCCESS",
        "jenkins:JenkinsBuild:1:x#4": "FAILURE",
        "jenkins:JenkinsBuild:1:x#5": "",
    }
    tasks = {row["id"]: (row["result"], row["status"]) for row in domain["cicd_tasks"]}
    assert tasks == {
        "gitlab:GitlabJob:1:2": ("FAILURE", "OTHER"),
        "jenkins:JenkinsStage:1:x#4:6": ("FAILURE", "DONE"),
        "jenkins:JenkinsBuild:1:x#5": ("", "DONE"),
    }


def test_recorded_deployments_stand_beside_runs() -> None:
    """DevLake counts what the git host recorded and what ran as deployments of their own."""
    tables = {"run": [run("1", MONDAY)], "deployment": [recorded("7", MONDAY, run_id="1")]}
    rows = devlake_tables(tables, RULES)["cicd_deployments"]
    assert len(rows) == 2
    assert figures(tables, RULES)["deployments"].n == 2
    assert figures(tables)["deployments"].n == 1


def test_every_table_is_there_without_facts() -> None:
    """Empty facts give empty tables."""
    domain = devlake_tables({}, RULES)
    assert len(domain) == 12
    assert not any(domain.values())


def test_jobs_without_their_runs_are_tasks_too() -> None:
    """Records of jobs alone give tasks; of a run that is known only the last attempt's."""
    tables = {
        "run": [run("1", MONDAY, attempt=2)],
        "job": [
            job("a", "1", MONDAY),
            job("b", "1", MONDAY, attempt=2),
            job("c", "7", MONDAY),
        ],
    }
    rows = devlake_tables(tables, RULES)["cicd_tasks"]
    assert [row["id"].rpartition(":")[2] for row in rows] == ["b", "c"]


def test_ids_may_have_devlakes_own_numbers() -> None:
    """A scope gives number, connection and address of a project."""
    scopes = {("github", "team/churn"): Scope(9, connection=3, url="https://example.org/churn")}
    domain = devlake_tables({"run": [run("1", MONDAY)]}, RULES, scopes=scopes)
    assert domain["cicd_pipelines"][0]["id"] == "github:GithubRun:3:9:1"
    assert domain["cicd_pipeline_commits"][0]["repo_url"] == "https://example.org/churn"


def test_devlake_knows_no_proxies() -> None:
    """Without pull requests and incidents its profile has no figure, and says why."""
    tables = {
        "commit": [commit("a"), commit("b", "a", at=MONDAY + HOUR, subject="Revert a")],
        "run": [run("1", MONDAY, head="a"), run("2", MONDAY + 2 * HOUR, head="b")],
    }
    theirs, ours = figures(tables, RULES), figures(tables)
    for name in ("change_lead_time", "change_failure_rate", "recovery_time"):
        assert ours[name].value is not None
        assert theirs[name].value is None
    assert "no pull requests are known" in theirs["change_lead_time"].notes[0]
    read = DeliveryRules(profile="devlake", issues_read=True)
    assert figures(tables, read)["change_failure_rate"].value is None
