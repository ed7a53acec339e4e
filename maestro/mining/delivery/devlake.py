"""Our facts as Apache DevLake's tables, made by the very functions that read its own rows.

DevLake's ids name a connection and numbers of its own database. Here the connection is 1 and
the project's name stands for its number. All rows belong to one project of Maestro, so no
``project_mapping`` is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from maestro.mining.base import Tables

from . import devlake_dora as dora
from .deployments import Fact, facts, newest_attempts
from .devlake_github import (
    github_domain_pull_requests,
    github_pipeline_commits,
    github_pipelines,
    github_tasks,
)
from .devlake_gitlab import (
    gitlab_domain_pipelines,
    gitlab_domain_pull_requests,
    gitlab_pipeline_commits,
    gitlab_tasks,
)
from .devlake_jenkins import (
    jenkins_build_tasks,
    jenkins_builds_with_stages,
    jenkins_pipeline_commits,
    jenkins_pipelines,
    jenkins_stage_tasks,
)
from .devlake_records import (
    github_deployment_commits,
    gitlab_deployment_commits,
    recorded_deployments,
)
from .devlake_values import Patterns, Scope, Table, last_of_each, time_cell
from .history import History
from .incidents import declared
from .rules import DeliveryRules

Domain = dict[str, Table]
_MADE_BY_READERS = ("cicd_pipelines", "cicd_pipeline_commits", "cicd_tasks")
_GITLAB = {
    "failure": "failed",
    "cancelled": "canceled",
    "in_progress": "running",
    "waiting": "waiting_for_resource",
}
_JENKINS = {"cancelled": "ABORTED"}
_STAGES = {"failure": "FAILED", "cancelled": "ABORTED", "skipped": "NOT_EXECUTED"}


def devlake_tables(tables: Tables, rules: DeliveryRules, history: History | None = None) -> Domain:
    """Our facts as DevLake's domain tables, by name; see :mod:`.devlake_values` for cells.

    ``cicd_pipelines``, ``cicd_pipeline_commits``, ``cicd_tasks``, ``cicd_deployments``,
    ``cicd_deployment_commits`` (with predecessors), ``pull_requests``,
    ``pull_request_commits``, ``pull_request_comments`` (the first review of each),
    ``commits_diffs``, ``project_pr_metrics``, ``incidents`` and
    ``project_incident_deployment_relationships``. Commits come from ``history``, else from
    the facts of kind commit. Providers other than GitLab and Jenkins are read by GitHub's rules.
    """
    history = History(tables.get("commit", ())) if history is None else history
    domain: Domain = defaultdict(list)
    for scope, provider, runs, jobs in _scopes(tables):
        for name, rows in _READERS.get(provider, _github)(scope, runs, jobs, rules).items():
            domain[name] += rows
    recorded = _recorded(tables, rules)
    commits = dora.deployment_commits(
        domain["cicd_pipelines"], domain["cicd_pipeline_commits"], domain["cicd_tasks"]
    )
    deployed = dora.with_previous([*commits, *recorded])
    pulls, written, reviewed = _pulls(tables, history)
    incidents = [
        {
            "id": f"{one['provider']}:{one['project']}:{one['id']}",
            "created_date": time_cell(one["created"]),
            "table": "",
            "scope_id": "",
        }
        for one in declared(tables, rules)
    ]
    made = {
        **{name: domain[name] for name in _MADE_BY_READERS},
        "cicd_deployments": [
            *dora.deployments(domain["cicd_pipelines"], domain["cicd_tasks"]),
            *recorded_deployments(recorded),
        ],
        "cicd_deployment_commits": deployed,
        "pull_requests": pulls,
        "pull_request_commits": written,
        "pull_request_comments": reviewed,
        "commits_diffs": _diffs(deployed, history),
        "incidents": incidents,
        "project_incident_deployment_relationships": dora.incident_deployments(incidents, deployed),
    }
    return {**made, "project_pr_metrics": dora.pr_metrics(made)}


def _scopes(tables: Tables) -> Iterable[tuple[Scope, str, list[Fact], list[Fact]]]:
    """Each provider's project with the last attempts of its runs and their jobs."""
    runs, jobs = newest_attempts(tables)
    groups: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
    for run in runs:
        groups[run["provider"], run["project"]].append(run)
    for (provider, project), several in sorted(groups.items()):
        theirs = [job for run in several for job in jobs.get((provider, project, run["id"]), ())]
        yield _scope(provider, project), provider, several, theirs


def _scope(provider: str, project: str) -> Scope:
    # Every build of a multibranch scope whose name begins so is the job's.
    url = project or provider or "unknown"
    return Scope(project, url=url, multibranch=provider == "jenkins")


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
    if job["seconds"] is not None:
        return float(job["seconds"])
    if job["started"] is None or job["finished"] is None:
        return 0.0
    return float(job["finished"] - job["started"])


def _recorded(tables: Tables, rules: DeliveryRules) -> Table:
    """Rows of ``cicd_deployment_commits`` for what git hosts recorded."""
    rows: Table = []
    for one in facts(tables, "deployment"):
        scope = _scope(one["provider"], one["project"])
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


def _pulls(tables: Tables, history: History) -> tuple[Table, Table, Table]:
    """Rows of ``pull_requests``, of their commits, and of the first review of each."""
    pulls: Table = []
    written: Table = []
    reviewed: Table = []
    for one in facts(tables, "pull_request"):
        scope = _scope(one["provider"], one["project"])
        row = _gitlab_pull(one, scope) if one["provider"] == "gitlab" else _github_pull(one, scope)
        pulls.append(row)
        written += [
            {
                "pull_request_id": row["id"],
                "commit_sha": commit.id,
                "commit_authored_date": time_cell(commit.authored),
            }
            for commit in history.branch_of(one["merge_commit"] or "")
            if commit.authored is not None
        ]
        if one["first_review"] is not None:
            # Facts know when, not who; that it was not the author is what makes it a review.
            review = {"id": f"{row['id']}:review", "pull_request_id": row["id"]}
            when = {"created_date": time_cell(one["first_review"]), "account_id": "another"}
            reviewed.append({**review, **when})
    return pulls, written, reviewed


def _github_pull(one: Fact, scope: Scope) -> dict[str, Any]:
    row = {
        **{"github_id": f"{scope.id}:{one['id']}", "repo_id": scope.id, "number": one["id"]},
        "state": "open" if one["state"] == "open" else "closed",
        **{"title": one["title"], "author_name": one["author"], "is_draft": one["draft"]},
        **{"head_ref": one["branch"], "base_ref": one["base"], "head_commit_sha": one["head"]},
        "merge_commit_sha": one["merge_commit"],
        "github_created_at": one["created"],
        "merged_at": one["merged"],
        "closed_at": one["closed"],
    }
    return github_domain_pull_requests([row], scope)[0]


def _gitlab_pull(one: Fact, scope: Scope) -> dict[str, Any]:
    row = {
        **{"gitlab_id": f"{scope.id}:{one['id']}", "iid": one["id"]},
        "state": "opened" if one["state"] == "open" else one["state"],
        **{"title": one["title"], "author_username": one["author"]},
        **{"source_branch": one["branch"], "target_branch": one["base"]},
        **{"merge_commit_sha": one["merge_commit"], "diff_head_sha": one["head"]},
        "gitlab_created_at": one["created"],
        "merged_at": one["merged"],
        "closed_at": one["closed"],
    }
    return gitlab_domain_pull_requests([row], scope)[0]


def _diffs(deployed: Table, history: History) -> Table:
    """Rows of ``commits_diffs``: what each deployment brought since the one before it."""
    commit_of = {row["id"]: row["commit_sha"] for row in deployed}
    rows = []
    for row in deployed:
        old = commit_of.get(row["prev_success_deployment_commit_id"], "")
        new = history.new_in(row["commit_sha"], old) if old else None
        rows += [
            {"commit_sha": one, "new_commit_sha": row["commit_sha"], "old_commit_sha": old}
            for one in new or ()
        ]
    return last_of_each(rows, "commit_sha", "new_commit_sha", "old_commit_sha")
