"""Our runs, jobs and recorded deployments as the rows that Apache DevLake's functions take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from maestro.mining.base import Tables

from .deployments import Fact, facts, newest_attempts
from .devlake_github import github_pipeline_commits, github_pipelines, github_tasks
from .devlake_gitlab import gitlab_domain_pipelines, gitlab_pipeline_commits, gitlab_tasks
from .devlake_jenkins import (
    jenkins_build_tasks,
    jenkins_builds_with_stages,
    jenkins_pipeline_commits,
    jenkins_pipelines,
    jenkins_stage_tasks,
)
from .devlake_records import github_deployment_commits, gitlab_deployment_commits
from .devlake_values import Patterns, Scope, Table, last_of_each
from .rules import DeliveryRules

Domain = dict[str, Table]
MADE = ("cicd_pipelines", "cicd_pipeline_commits", "cicd_tasks")
"""The tables that runs and jobs become."""
_GITLAB = {
    "failure": "failed",
    "cancelled": "canceled",
    "in_progress": "running",
    "waiting": "waiting_for_resource",
}
_JENKINS = {"cancelled": "ABORTED"}
_STAGES = {"failure": "FAILED", "cancelled": "ABORTED", "skipped": "NOT_EXECUTED"}


class Scopes:
    """The scope of each project: the one that is given, else one that is named like it."""

    def __init__(self, given: Mapping[tuple[str, str], Scope]) -> None:
        self._given = given

    def __call__(self, provider: str, project: str) -> Scope:
        # Every build of a multibranch scope whose name begins so is the job's.
        named = Scope(project, url=project or provider or "unknown")
        scope = self._given.get((provider, project), named)
        return replace(scope, multibranch=True) if provider == "jenkins" else scope


def read_runs(tables: Tables, rules: DeliveryRules, scope_of: Scopes) -> Domain:
    """``cicd_pipelines``, ``cicd_pipeline_commits`` and ``cicd_tasks`` of runs and jobs."""
    domain: Domain = {name: [] for name in MADE}
    for (provider, project), (runs, jobs) in _grouped(tables).items():
        read = _READERS.get(provider, _github)
        for name, rows in read(scope_of(provider, project), runs, jobs, rules).items():
            domain[name] += rows
    return domain


def _grouped(tables: Tables) -> dict[tuple[str, str], tuple[list[Fact], list[Fact]]]:
    """Each provider's project with the last attempts of its runs and their jobs.

    Jobs of runs that are not known are there too, as DevLake's tables have them.
    """
    runs, _ = newest_attempts(tables)
    last = {(run["provider"], run["project"], run["id"]): run["attempt"] for run in runs}
    groups: defaultdict[tuple[str, str], tuple[list[Fact], list[Fact]]]
    groups = defaultdict(lambda: ([], []))
    for run in runs:
        groups[run["provider"], run["project"]][0].append(run)
    for job in sorted(facts(tables, "job"), key=lambda job: (job["run_id"], job["id"])):
        key = job["provider"], job["project"]
        if last.get((*key, job["run_id"]), job["attempt"]) == job["attempt"]:
            groups[key][1].append(job)
    return dict(sorted(groups.items()))


def _patterns(rules: DeliveryRules) -> Patterns:
    return Patterns(rules.is_deployment, rules.is_production, rules.is_production)


def _github(scope: Scope, runs: list[Fact], jobs: list[Fact], rules: DeliveryRules) -> Domain:
    patterns = _patterns(rules)
    rows = [
        {
            "id": run["id"],
            "name": run["name"],
            "status": run["status"],
            "conclusion": run["result"],
            "head_branch": run["branch"],
            "head_sha": run["head"],
            "github_created_at": run["created"],
            "run_started_at": run["started"],
            "github_updated_at": run["updated"] if run["updated"] is not None else run["finished"],
            "type": patterns.type_of(run["name"]),
            "environment": patterns.environment_of(run["name"], run["branch"]),
        }
        for run in runs
    ]
    tasks = [
        {
            "id": job["id"],
            "run_id": job["run_id"],
            "name": job["name"],
            "status": job["status"],
            "conclusion": job["result"],
            "started_at": job["started"],
            "completed_at": job["finished"],
            "type": patterns.type_of(job["name"]),
            "environment": patterns.environment_of(job["name"]),
        }
        for job in jobs
    ]
    return {
        "cicd_pipelines": github_pipelines(rows, scope),
        "cicd_pipeline_commits": github_pipeline_commits(rows, scope),
        "cicd_tasks": github_tasks(tasks, scope),
    }


def _gitlab(scope: Scope, runs: list[Fact], jobs: list[Fact], rules: DeliveryRules) -> Domain:
    patterns = _patterns(rules)
    rows = [
        {
            "gitlab_id": run["id"],
            "pipeline_id": run["id"],
            "project_id": scope.id,
            "status": _word(run, _GITLAB),
            "ref": run["branch"],
            "sha": run["head"],
            "source": run["event"],
            "gitlab_created_at": run["created"],
            "started_at": run["started"],
            "finished_at": run["finished"],
            "duration": run["seconds"],
            "type": patterns.type_of(run["branch"]),
            "environment": patterns.marked_environment(run["branch"]),
        }
        for run in runs
    ]
    tasks = [
        {
            "gitlab_id": job["id"],
            "pipeline_id": job["run_id"],
            "project_id": scope.id,
            "name": job["name"],
            "status": _word(job, _GITLAB),
            "duration": job["seconds"],
            "gitlab_created_at": job["created"],
            "started_at": job["started"],
            "finished_at": job["finished"],
        }
        for job in jobs
    ]
    return {
        "cicd_pipelines": gitlab_domain_pipelines(rows, scope),
        "cicd_pipeline_commits": gitlab_pipeline_commits(rows, scope),
        "cicd_tasks": gitlab_tasks(tasks, scope, patterns),
    }


def _jenkins(scope: Scope, runs: list[Fact], jobs: list[Fact], rules: DeliveryRules) -> Domain:
    patterns = _patterns(rules)
    builds = [
        {
            "full_name": run["id"],
            "result": _word(run, _JENKINS).upper() if run["result"] else "",
            "building": run["status"] == "in_progress",
            "start_time": None if run["started"] is None else int(run["started"]),
            "duration": (run["seconds"] or 0) * 1000,
        }
        for run in runs
    ]
    stages = [
        {
            "connection_id": scope.connection,
            "id": job["id"].rpartition("/")[2],
            "build_name": job["run_id"],
            "name": job["name"],
            "status": _word(job, _STAGES).upper(),
            "start_time_millis": round((job["started"] or 0) * 1000),
            "duration_millis": round(_lasted(job) * 1000),
        }
        for job in jobs
    ]
    commits = [
        {
            "build_name": run["id"],
            "commit_sha": run["head"],
            "branch": run["branch"],
            "repo_url": scope.url,
        }
        for run in runs
        if run["head"]
    ]
    known = jenkins_builds_with_stages(builds, stages, scope)
    return {
        "cicd_pipelines": jenkins_pipelines(known, scope, patterns),
        "cicd_pipeline_commits": jenkins_pipeline_commits(commits, known, scope),
        "cicd_tasks": [
            *jenkins_build_tasks(known, scope, patterns),
            *jenkins_stage_tasks(stages, known, scope, patterns),
        ],
    }


_READERS: dict[str, Callable[[Scope, list[Fact], list[Fact], DeliveryRules], Domain]] = {
    "gitlab": _gitlab,
    "jenkins": _jenkins,
}


def _word(fact: Fact, words: dict[str, str]) -> str:
    """The provider's own word for how a run or job is, or ended."""
    word = str(fact["result"] or fact["status"] or "")
    return words.get(word, word)


def _lasted(job: Fact) -> float:
    return float(job["seconds"]) if job["seconds"] is not None else _span(job) or 0.0


def _span(fact: Fact) -> float | None:
    if fact["started"] is None or fact["finished"] is None:
        return None
    return float(fact["finished"] - fact["started"])


def read_recorded(tables: Tables, rules: DeliveryRules, scope_of: Scopes) -> Table:
    """Rows of ``cicd_deployment_commits`` for what git hosts recorded."""
    rows: Table = []
    for one in facts(tables, "deployment"):
        scope = scope_of(one["provider"], one["project"])
        shared = {"environment": one["environment"]}
        if one["provider"] == "gitlab":
            gitlab = {
                **shared,
                "deployment_id": one["id"],
                "status": _word(one, _GITLAB),
                "sha": one["head"],
                "ref": one["branch"],
                "deployable_created_at": one["created"],
                "deployable_started_at": one["started"],
                "deployable_finished_at": one["finished"],
                "deployable_duration": _span(one),
            }
            rows += gitlab_deployment_commits([gitlab], scope, rules.is_production)
        else:
            github = {
                **shared,
                "id": one["id"],
                "state": one["result"] or one["status"],
                "commit_oid": one["head"],
                "ref_name": one["branch"],
                "repository_url": scope.url,
                "created_date": one["created"],
                "updated_date": one["updated"],
                "finished_date": one["finished"],
            }
            rows += github_deployment_commits([github], scope, rules.is_production)
    return last_of_each(rows, "id")
