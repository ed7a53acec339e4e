"""Jenkins: builds of ``api/json`` dumps, and stages of the workflow API (``wfapi``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from . import fields
from .reading import Reading
from .values import Time, duration, head, ident, moment, span, text, whole
from .words import COMPLETED, JENKINS_RESULTS, JENKINS_STAGES, result_of, state_of

Record = Mapping[str, Any]

_JOB = re.compile(r"/job/([^/?#]{1,300})")
_BUILD = re.compile(r"/job/[^/?#]{1,300}/([0-9]{1,9})(?:/|\Z)")
_NAMED = re.compile(r"(.{1,300}) #([0-9]{1,9})")
_CAUSE = re.compile(r"([A-Za-z]{1,60}?)(?:Cause)?\Z")


def name_of(record: Record) -> tuple[str, str]:
    """Job (``folder/job``) and number of a build, from its address or full name; else empty."""
    address = record.get("url")
    links = record.get("_links")
    own = links.get("self") if isinstance(links, dict) else None
    if isinstance(own, dict):
        address = own.get("href")
    if isinstance(address, str) and len(address) < 2000:
        names = [unquote(name, errors="replace") for name in _JOB.findall(address)]
        number = _BUILD.search(address)
        if names:
            return text("/".join(names)), number[1] if number else ""
    full = record.get("fullDisplayName")
    match = _NAMED.match(full) if isinstance(full, str) else None
    return (text(match[1].replace(" » ", "/")), match[2]) if match else ("", "")


def placed(item: Any, around: Record) -> Any:
    """A job or build of a list that was asked for without addresses, with its address.

    ``around`` is the folder or job that lists it. Without this, builds of several jobs, the
    branches of one project for instance, could not be told apart.
    """
    if not isinstance(item, dict) or "url" in item:
        return item
    base, number, name = around.get("url"), item.get("number"), item.get("name")
    if not isinstance(base, str):
        full = around.get("fullName") or around.get("name")
        parts = full.split("/") if isinstance(full, str) else []
        base = "".join(f"/job/{quote(part, safe='', errors='replace')}" for part in parts)
    base = base.rstrip("/")
    if isinstance(name, str) and item.keys() & {"builds", "allBuilds", "jobs"}:
        return {**item, "url": f"{base}/job/{quote(name, safe='', errors='replace')}/"}
    if base and ident(number) and "timestamp" in item:
        return {**item, "url": f"{base}/{ident(number)}/"}
    return item


def build_id(project: str, number: str) -> str:
    """The id of a build: numbers repeat from job to job, so the job stands before it."""
    return f"{project}#{number}"


def ended(started: Time, milliseconds: Any) -> Time:
    """When a build ended that started then and took so long; None when either is not known."""
    seconds = in_seconds(milliseconds)
    return None if started is None or seconds is None else _tidy(started + seconds)


def asked(began: Time, milliseconds: Any) -> Time:
    """When a build was asked for that began then, after so long in the queue.

    None when the queue is not known: a build's own ``timestamp`` is when it left the queue. Only
    the Metrics plugin writes down how long it was in there, as ``queuingDurationMillis``. Stages
    do not tell either: they, and wfapi's ``queueDurationMillis``, count from that same moment.
    """
    seconds = in_seconds(milliseconds)
    return None if began is None or seconds is None else _tidy(began - seconds)


def _tidy(time: float) -> Time:
    found = round(time, 3)
    return int(found) if found == int(found) else found


def cause(name: Any) -> str:
    """What set a build off, from the name of Jenkins' class: UserIdCause is user."""
    word = text(name).replace("_-", "$").rpartition("$")[2].rpartition(".")[2]
    match = _CAUSE.match(word)
    short = match[1].lower() if match else ""
    return "user" if short == "userid" else short.removesuffix("trigger")


def read_build(record: Record, where: str, reading: Reading) -> None:
    """One build of an ``api/json`` dump, with its stages when they stand in it."""
    reading.count_unknown("build", record.keys() - fields.JENKINS_BUILD)
    project, number = name_of(record)
    number = ident(record.get("number")) or number
    if not number:
        reading.refuse(where, "no-id", "a build without a number")
        return
    quality: list[str] = []
    result = result_of(reading, "build", record.get("result"), JENKINS_RESULTS)
    running = record.get("building") is True or record.get("inProgress") is True
    started = moment(record.get("timestamp"), quality, milliseconds=True)
    took = None if running else record.get("duration")
    id_ = build_id(project, number)
    about = {"provider": "jenkins", "project": project, "run_id": id_, "at": started}
    values = {
        "provider": "jenkins",
        "project": project,
        "id": id_,
        "attempt": 1,
        "name": project or text(record.get("fullDisplayName")),
        "status": "in_progress" if running else COMPLETED if result else "",
        "result": None if running else result,
        "created": asked(started, _queued(record)),
        "started": started,
        "finished": span(started, ended(started, took), quality),
        "seconds": in_seconds(took),
        **_actions(record, reading, about),
        "quality": quality,
    }
    reading.add("run", values)
    read_stages(record, where, reading, project, number)


def in_seconds(milliseconds: Any) -> float | None:
    """A duration in seconds, from milliseconds; None when it is none."""
    found = duration(milliseconds, 10**12)
    return None if found is None else found / 1000


def _queued(record: Record) -> Any:
    """Milliseconds in the queue, as the Metrics plugin counted them; None without it."""
    actions = record.get("actions")
    for action in actions if isinstance(actions, list) else []:
        if isinstance(action, dict) and "queuingDurationMillis" in action:
            return action["queuingDurationMillis"]
    return None


def _actions(record: Record, reading: Reading, about: Record) -> dict[str, str]:
    """Commit, branch and cause, from the actions that hold them; tests become a fact."""
    found = {"head": "", "branch": "", "event": ""}
    actions = record.get("actions")
    for action in actions if isinstance(actions, list) else []:
        if not isinstance(action, dict):
            continue
        revision = action.get("lastBuiltRevision")
        if isinstance(revision, dict) and not found["head"]:
            found["head"] = head(revision.get("SHA1"))
            branches = revision.get("branch")
            first = branches[0] if isinstance(branches, list) and branches else None
            if isinstance(first, dict):
                found["branch"] = branch_name(first.get("name"))
        causes = action.get("causes")
        first = causes[0] if isinstance(causes, list) and causes else None
        if isinstance(first, dict) and not found["event"]:
            found["event"] = cause(first.get("_class"))
        if "totalCount" in action:
            read_counts(action, about, reading)
    return found


def branch_name(name: Any) -> str:
    """A branch without the remote that Jenkins writes before it."""
    word = text(name)
    for prefix in ("refs/remotes/origin/", "refs/heads/", "origin/"):
        word = word.removeprefix(prefix)
    return "" if word == "detached" else word


def read_counts(action: Record, about: Record, reading: Reading) -> None:
    """The test counts that a build keeps about itself; the report itself knows more.

    ``about`` gives provider, project, run and time of the build.
    """
    counts = [whole(action.get(name)) for name in ("totalCount", "failCount", "skipCount")]
    total, failed, skipped = (count or 0 for count in counts)
    if counts[0] is None or failed + skipped > total:
        return
    values = {
        **about,
        "passed": total - failed - skipped,
        "failed": failed,
        "skipped": skipped,
        "quality": ["declared-counts"],
    }
    reading.add("test", values)


def read_flow(record: Record, where: str, reading: Reading) -> None:
    """One run of ``wfapi/runs`` or ``wfapi/describe``, with its stages."""
    known = {"id", "name", "status", "startTimeMillis", "endTimeMillis", "durationMillis"}
    more = {"_links", "stages", "queueDurationMillis", "pauseDurationMillis"}
    reading.count_unknown("flow", record.keys() - known - more)
    project, number = name_of(record)
    number = number or ident(record.get("id"))
    if not number:
        reading.refuse(where, "no-id", "a pipeline run without an id")
        return
    quality: list[str] = []
    status, result = state_of(reading, "flow", record.get("status"), JENKINS_STAGES)
    started = moment(record.get("startTimeMillis"), quality, milliseconds=True)
    finished = moment(record.get("endTimeMillis"), quality, milliseconds=True) if result else None
    values = {
        "provider": "jenkins",
        "project": project,
        "id": build_id(project, number),
        "attempt": 1,
        "name": project or text(record.get("name")),
        "status": status,
        "result": result,
        "started": started,
        "finished": span(started, finished, quality),
        "seconds": in_seconds(record.get("durationMillis")) if result else None,
        "quality": quality,
    }
    reading.add("run", values)
    read_stages(record, where, reading, project, number)


def read_stages(record: Record, where: str, reading: Reading, project: str, number: str) -> None:
    """The stages that stand in a build or pipeline run."""
    stages = record.get("stages")
    for place, stage in enumerate(stages if isinstance(stages, list) else []):
        inside = f"{where}.stages[{place}]" if where else f"stages[{place}]"
        if isinstance(stage, dict):
            read_stage(stage, inside, reading, (project, number))
        else:
            reading.refuse(inside, "no-record", "a stage that is no object")


def read_stage(
    record: Record, where: str, reading: Reading, build: tuple[str, str] | None = None
) -> None:
    """One stage; ``build`` is job and number, else they are taken from its address."""
    reading.count_unknown("stage", record.keys() - fields.JENKINS_STAGE)
    project, number = build or name_of(record)
    id_ = ident(record.get("id"))
    if not id_ or not number:
        reading.refuse(where, "no-id", "a stage without its id or its build")
        return
    quality: list[str] = []
    status, result = state_of(reading, "stage", record.get("status"), JENKINS_STAGES)
    started = moment(record.get("startTimeMillis"), quality, milliseconds=True)
    took = record.get("durationMillis") if result else None
    values = {
        "provider": "jenkins",
        "project": project,
        "run_id": build_id(project, number),
        "attempt": 1,
        "id": f"{build_id(project, number)}/{id_}",
        "name": text(record.get("name")),
        "status": status,
        "result": result,
        "started": started,
        "finished": span(started, ended(started, took), quality),
        "seconds": in_seconds(took),
        "quality": quality,
    }
    reading.add("job", values)
