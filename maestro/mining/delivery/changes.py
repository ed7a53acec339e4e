"""Changes on their way to production, and what deployments failed, by either profile's rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from maestro.mining.base import Tables

from .chain import Parts, Times, parts
from .deployments import PRODUCTION, Deployment, Fact, facts, find_deployments
from .devlake import devlake_tables
from .devlake_facts import Domain
from .devlake_values import FAILURE, SUCCESS, Record, millis
from .devlake_values import PRODUCTION as DEVLAKE_PRODUCTION
from .history import History
from .incidents import Failure, declared, delivered_by, failures, suspected
from .rules import DeliveryRules


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was merged; times in seconds since 1970."""

    created: float | None
    """When it was proposed; None for a commit without a pull request."""
    merged: float
    deployed: float | None
    """When the first production deployment that brought it ended."""
    parts: Parts


@dataclass(frozen=True, slots=True)
class Delivered:
    """Everything that the DORA figures of one project are counted from."""

    runs: int
    """Runs and recorded deployments that are known."""
    oldest: float | None
    """The earliest time in them, in seconds since 1970."""
    newest: float | None
    """The latest time in them."""
    deployments: int
    """Deployments of any result and environment."""
    production: list[Deployment]
    """Production deployments that succeeded and whose end is known, by end."""
    failed: list[Deployment]
    """Those that failed themselves: they never reached production."""
    changes: list[Change]
    pulls_known: bool
    """False when changes are commits, since no pull request is known."""
    reviews_known: bool
    """True when a pull request has the time of its first review."""
    incidents: list[Fact]
    """What people declared."""
    issues_read: bool
    """True when issues are known, with or without the label of incidents."""
    failures: list[Failure]
    """Incidents with their deployments; guesses when no incident was ever declared."""

    @property
    def incidents_known(self) -> bool:
        """True when one was ever declared: then none in a window means that none began."""
        return bool(self.incidents)


def delivered(tables: Tables, history: History, rules: DeliveryRules) -> Delivered:
    """What is known of one project's delivery."""
    domain = devlake_tables(tables, rules, history) if rules.is_devlake else None
    deployments = find_deployments(tables, rules) if domain is None else _of_devlake(domain)
    ended = [one for one in deployments if one.is_production and one.finished is not None]
    production = [one for one in ended if one.succeeded]
    pulls = facts(tables, "pull_request")
    pulls_known = bool(pulls)
    if not pulls_known:
        # DevLake knows no proxies: where it has no rows it has no figure.
        changes = [] if rules.is_devlake else _commits(history, production)
    else:
        changes = _own(tables, history, production) if domain is None else _measured(domain)
    incidents = declared(tables, rules)
    guess = not incidents and not rules.is_devlake
    runs = [*facts(tables, "run"), *facts(tables, "deployment")]
    times = [run[name] for run in runs for name in ("created", "finished")]
    dated = [time for time in times if time is not None]
    return Delivered(
        runs=len(runs),
        oldest=min(dated, default=None),
        newest=max(dated, default=None),
        deployments=len(deployments),
        production=production,
        failed=[one for one in ended if not one.succeeded],
        changes=changes,
        pulls_known=pulls_known,
        reviews_known=any(one["first_review"] is not None for one in pulls),
        incidents=incidents,
        issues_read=rules.issues_read or bool(tables.get("incident")),
        failures=suspected(history, production) if guess else failures(incidents, production),
    )


def _own(tables: Tables, history: History, production: Sequence[Deployment]) -> list[Change]:
    brought = delivered_by(history, production)
    found = []
    for pull in facts(tables, "pull_request"):
        if pull["merged"] is None:
            continue
        commit = _merged_as(pull, history)
        written = [one.authored for one in history.branch_of(commit) if one.authored is not None]
        deployment = brought.get(commit)
        deployed = deployment.finished if deployment else None
        times = (min(written, default=None), pull["created"], pull["first_review"])
        found.append(_change((*times, pull["merged"], deployed), up=False))
    return found


def _merged_as(pull: Fact, history: History) -> str:
    """The commit that a merge left behind; a fast-forward leaves the branch's own last one."""
    if pull["merge_commit"]:
        return str(pull["merge_commit"])
    return pull["head"] if pull["state"] == "merged" and pull["head"] in history else ""


def _commits(history: History, production: Sequence[Deployment]) -> list[Change]:
    """A proxy: the commits of the branch itself, from landing to deployment."""
    brought = delivered_by(history, production)
    found = []
    for commit in history.chain():
        if commit.committed is not None and commit.id in brought:
            times = (None, None, None, commit.committed, brought[commit.id].finished)
            found.append(_change(times, up=False))
    return found


def _change(times: tuple[float | None, ...], *, up: bool) -> Change:
    """A change from its moments in seconds, in the order of :class:`Times`."""
    in_millis = Times(*(None if time is None else round(time * 1000) for time in times))
    created, merged, deployed = times[1], times[3], times[4]
    return Change(created, merged or 0, deployed, parts(in_millis, up=up))


def deployed(tables: Tables, history: History, rules: DeliveryRules) -> list[Deployment]:
    """All deployments by the rules of the profile, of any result and environment."""
    if rules.is_devlake:
        return _of_devlake(devlake_tables(tables, rules, history))
    return find_deployments(tables, rules)


def _of_devlake(domain: Domain) -> list[Deployment]:
    """One deployment for each id of DevLake's, ended when its last part did."""
    groups: defaultdict[str, list[Record]] = defaultdict(list)
    for row in domain["cicd_deployment_commits"]:
        if row["result"] in (SUCCESS, FAILURE):
            groups[row["cicd_deployment_id"]].append(row)
    found = [_joined(id_, rows) for id_, rows in groups.items()]
    return sorted(found, key=lambda one: (one.finished or 0, one.id))


def _joined(id_: str, rows: list[Record]) -> Deployment:
    last = max(rows, key=lambda row: (millis(row["finished_date"]) or 0, row["id"]))
    is_production = last["environment"] == DEVLAKE_PRODUCTION
    return Deployment(
        id=id_,
        provider=id_.partition(":")[0],
        project=last["cicd_scope_id"],
        name=last["name"],
        environment=PRODUCTION if is_production else last["environment"].lower(),
        branch=last["ref_name"],
        head=last["commit_sha"],
        succeeded=last["result"] == SUCCESS,
        started=_seconds(last["started_date"]),
        finished=_seconds(last["finished_date"]),
    )


def _measured(domain: Domain) -> list[Change]:
    """DevLake's own rows of ``project_pr_metrics``."""
    found = []
    for row in domain["project_pr_metrics"]:
        created, merged = _seconds(row["pr_created_date"]), _seconds(row["pr_merged_date"])
        names = ("coding", "pickup", "review", "deploy")
        part = {name: row[f"pr_{name}_time"] for name in names}
        # The total holds what was open; of the parts only this one has no column.
        rest = row["pr_cycle_time"] - (part["coding"] or 0) - (part["deploy"] or 0)
        spans = Parts(open=rest, **part)
        found.append(Change(created, merged or 0, _seconds(row["pr_deployed_date"]), spans))
    return found


def _seconds(cell: object) -> float | None:
    moment = millis(cell)
    return None if moment is None else moment / 1000
