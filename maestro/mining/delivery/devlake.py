"""Our facts as Apache DevLake's tables, made by the very functions that read its own rows.

DevLake's ids name a connection and numbers of its own database. Here the connection is 1 and
the project's name stands for its number. All rows belong to one project of Maestro, so no
``project_mapping`` is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maestro.mining.base import Tables

from . import devlake_dora as dora
from .deployments import Fact, facts
from .devlake_facts import Domain, Scopes, read_recorded, read_runs
from .devlake_github import github_domain_pull_requests
from .devlake_gitlab import gitlab_domain_pull_requests
from .devlake_records import recorded_deployments
from .devlake_values import Scope, Table, last_of_each, time_cell
from .history import History
from .incidents import declared
from .rules import DeliveryRules


def devlake_tables(
    tables: Tables,
    rules: DeliveryRules,
    history: History | None = None,
    scopes: Mapping[tuple[str, str], Scope] | None = None,
) -> Domain:
    """Our facts as DevLake's domain tables, by name; see :mod:`.devlake_values` for cells.

    ``cicd_pipelines``, ``cicd_pipeline_commits``, ``cicd_tasks``, ``cicd_deployments``,
    ``cicd_deployment_commits`` (with predecessors), ``pull_requests``,
    ``pull_request_commits``, ``pull_request_comments`` (the first review of each),
    ``commits_diffs``, ``project_pr_metrics``, ``incidents`` and
    ``project_incident_deployment_relationships``. Commits come from ``history``, else from
    the facts of kind commit. Providers other than GitLab and Jenkins are read by GitHub's rules.
    ``scopes`` gives DevLake's own numbers and addresses by provider and project, for its ids.
    """
    history = History(tables.get("commit", ())) if history is None else history
    scope_of = Scopes(scopes or {})
    domain, recorded = read_runs(tables, rules, scope_of), read_recorded(tables, rules, scope_of)
    commits = dora.deployment_commits(
        domain["cicd_pipelines"], domain["cicd_pipeline_commits"], domain["cicd_tasks"]
    )
    deployed = dora.with_previous([*commits, *recorded])
    pulls, written, reviewed = _pulls(tables, history, scope_of)
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
        **domain,
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


def _pulls(tables: Tables, history: History, scope_of: Scopes) -> tuple[Table, Table, Table]:
    """Rows of ``pull_requests``, of their commits, and of the first review of each."""
    pulls: Table = []
    written: Table = []
    reviewed: Table = []
    for one in facts(tables, "pull_request"):
        scope = scope_of(one["provider"], one["project"])
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
