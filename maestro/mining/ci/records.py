"""Which record a JSON object is, by its fields, and the reader for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from . import github_actions, gitlab, gitlab_hooks, jenkins, pulls
from .naming import around_of
from .own import kind_of, read_own
from .reading import Reading
from .values import text

Record = Mapping[str, Any]
Reader = Callable[[Record, str, Reading], None]

LISTS: dict[str, str] = {
    "workflow_runs": "github run",
    "jobs": "",
    "builds": "",
    "allBuilds": "",
    "deployments": "",
    "pipelines": "",
    "items": "",
    "statuses": "",
}
"""Fields that hold a page of records, and what its items are where that is certain."""
MOST_NESTED = 12
"""How deep lists and folders of records are followed."""

_WEBHOOK = (
    "workflow_run",
    "workflow_job",
    "deployment_status",
    "deployment",
    "pull_request",
    "issue",
)
_PAGE_FIELDS = frozenset(
    # of an API's pages
    {"total_count", "incomplete_results", "id", "name", "url"}
    # of Jenkins' jobs and folders
    | {"_class", "fullName", "displayName", "fullDisplayName", "description", "color", "buildable"}
    | {"actions", "property", "healthReport", "inQueue", "keepDependencies", "nextBuildNumber"}
    | {"concurrentBuild", "disabled", "resumeBlocked", "queueItem", "scm", "downstreamProjects"}
    | {"upstreamProjects", "labelExpression", "primaryView", "views", "mode", "nodeDescription"}
    | {"nodeName", "numExecutors", "quietingDown", "slaveAgentPort", "unlabeledLoad", "useCrumbs"}
    | {"useSecurity", "overallLoad", "assignedLabels", "quietDownReason", "firstBuild"}
    | {"lastBuild", "lastCompletedBuild", "lastFailedBuild", "lastStableBuild"}
    | {"lastSuccessfulBuild", "lastUnstableBuild", "lastUnsuccessfulBuild", "displayNameOrNull"}
)

_OTHER: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"artifacts", "total_count"}), "a list of artifacts"),
    (frozenset({"archive_download_url"}), "an artifact"),
    (frozenset({"badge_url", "path", "state"}), "the description of a workflow"),
    (frozenset({"workflows", "total_count"}), "a list of workflows"),
    (frozenset({"message", "documentation_url"}), "an error of the API"),
    (frozenset({"action", "sender"}), "a webhook that is no CI record"),
)


def _gh(reader: Callable[..., None]) -> Reader:
    return lambda record, where, reading: reader(record, where, reading, None)


def _read_webhook(payload: Record, where: str, reading: Reading) -> None:
    github_actions.read_webhook(payload, where, reading)
    for field, reader in (("pull_request", pulls.read_github_pull), ("issue", pulls.read_issue)):
        record = payload.get(field)
        if isinstance(record, dict):
            reader(record, f"{where}.{field}" if where else field, reading)


_READERS: dict[str, Reader] = {
    "github run": _gh(github_actions.read_run),
    "github job": _gh(github_actions.read_job),
    "github deployment": _gh(github_actions.read_deployment),
    "github status": _gh(github_actions.read_deployment_status),
    "github cli run": github_actions.read_cli_run,
    "github pull": pulls.read_github_pull,
    "webhook": _read_webhook,
    "gitlab hook": gitlab_hooks.read_hook,
    "gitlab pipeline": gitlab.read_pipeline,
    "gitlab job": gitlab.read_job,
    "gitlab deployment": gitlab.read_deployment,
    "gitlab merge": pulls.read_gitlab_merge,
    "issue": pulls.read_issue,
    "jenkins flow": jenkins.read_flow,
    "jenkins build": jenkins.read_build,
    "jenkins stage": jenkins.read_stage,
}


def record_kind(record: Record) -> str:
    """What an object is, a key of the readers; empty when it is none of them."""
    names = record.keys()
    if "action" in names and any(isinstance(record.get(name), dict) for name in _WEBHOOK):
        return "webhook"
    if "object_kind" in names:
        return "gitlab hook"
    return _github_kind(names) or _jenkins_kind(names) or _gitlab_kind(record)


def _github_kind(names: Any) -> str:
    if "databaseId" in names and ("headSha" in names or "conclusion" in names):
        return "github cli run"
    if "run_id" in names and names & {"run_url", "runner_id", "completed_at", "check_run_url"}:
        return "github job"
    if "workflow_id" in names or {"head_sha", "run_number"} <= names:
        return "github run"
    if {"deployment_url", "state"} <= names:
        return "github status"
    if {"sha", "environment", "task"} <= names:
        return "github deployment"
    if {"number", "head", "base"} <= names:
        return "github pull"
    return ""


def _jenkins_kind(names: Any) -> str:
    if "startTimeMillis" in names and "status" in names:
        return "jenkins flow" if names & {"stages", "endTimeMillis"} else "jenkins stage"
    if "number" in names and "timestamp" in names and names & {"result", "building", "duration"}:
        return "jenkins build"
    return ""


def _gitlab_kind(record: Record) -> str:
    names = record.keys()
    if {"iid", "source_branch", "target_branch"} <= names:
        return "gitlab merge"
    if "pipeline" in names and {"stage", "status"} <= names:
        return "gitlab job"
    if isinstance(record.get("environment"), dict) and "deployable" in names:
        return "gitlab deployment"
    if {"ref", "sha", "status"} <= names and names & {"web_url", "source", "project_id"}:
        return "gitlab pipeline"
    if names & {"number", "iid"} and {"labels", "state", "created_at"} <= names:
        return "issue"
    return ""


def read_document(document: Any, where: str, reading: Reading, depth: int = 0) -> None:
    """Every record in one JSON document: a record, a page, a list, a webhook, a recording."""
    if depth > MOST_NESTED:
        reading.refuse(where, "too-deep", f"lists nested more than {MOST_NESTED} deep")
    elif isinstance(document, list):
        reading.recognised = reading.recognised or not document
        for number, item in enumerate(document):
            read_document(item, f"{where}[{number}]", reading, depth + 1)
    elif isinstance(document, dict):
        _read_object(document, where, reading, depth)
    else:
        reading.refuse(where, "no-record", "no object and no list")


def _read_object(record: Record, where: str, reading: Reading, depth: int) -> None:
    own = kind_of(record)
    if own:
        read_own(record, where, reading, own, around_of(reading.path))
        return
    kind = record_kind(record)
    if kind:
        _READERS[kind](record, where, reading)
        return
    pages = [name for name in LISTS if isinstance(record.get(name), list)]
    if pages and "artifacts" not in record:
        for name in pages:
            items = [jenkins.placed(item, record) for item in record[name]]
            _read_page(items, f"{where}.{name}" if where else name, reading, depth)
        reading.count_unknown("page", record.keys() - LISTS.keys() - _PAGE_FIELDS)
        return
    response = record.get("response")
    if isinstance(record.get("request"), dict) and isinstance(response, dict):
        _read_recording(response, where, reading, depth)
        return
    reading.refuse(where, "no-facts", _reason(record))


def _read_page(items: list[Any], where: str, reading: Reading, depth: int) -> None:
    reading.recognised = True
    certain = LISTS.get(where.rpartition(".")[2], "")
    for number, item in enumerate(items):
        place = f"{where}[{number}]"
        if certain and isinstance(item, dict):
            _READERS[certain](item, place, reading)
        else:
            read_document(item, place, reading, depth + 1)


def _read_recording(response: Record, where: str, reading: Reading, depth: int) -> None:
    """A recorded answer of an API: its body, when the recording holds it."""
    status = response.get("status")
    if isinstance(status, int) and not 200 <= status < 300:
        reading.refuse(where, "no-facts", f"a recorded answer with status {status}")
        return
    body = response.get("jsonBody")
    if body is None and isinstance(response.get("body"), str):
        try:
            body = json.loads(response["body"])
        except (ValueError, RecursionError):
            reading.refuse(where, "not-json", "a recorded answer whose body is no JSON")
            return
    if body is None:
        reading.refuse(where, "no-facts", "headers of a recorded answer; its body is another file")
        return
    read_document(body, f"{where}.response" if where else "response", reading, depth + 1)


def _reason(record: Record) -> str:
    names = record.keys()
    for signs, what in _OTHER:
        if signs <= names:
            return f"{what}, which holds no run, job or deployment"
    if {"number", "url"} <= names:
        return "a build by number and address only: ask for tree=builds[number,timestamp,...]"
    shown = ", ".join(text(name, 30) for name in sorted(map(str, names))[:6])
    return f"an object that is no CI record we know (fields: {shown or 'none'})"
