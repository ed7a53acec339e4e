"""Fetching training runs from tracking servers into the data folder.

MLflow tells no time of a run's last change, so each fetch lists all runs of the experiment. What
is kept is sorted: when nothing changed, no byte does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from maestro.errors import MaestroError, shorten
from maestro.mining.base import Report
from maestro.mining.ci.state import read_state, write_state
from maestro.mining.writing import replace_file
from maestro.schema.project import Tracking
from maestro.source.hosts import Hosts

from .mlflow import NOBODY, Credentials, ask_server
from .place import place_of
from .store import runs_file, state_folder, to_lines


@dataclass(frozen=True, slots=True)
class Way:
    """What a fetch may ask, and what it is called."""

    hosts: Hosts
    """Judges addresses."""
    day: str
    """The UTC day of this fetch, YYYY-MM-DD."""
    login: Credentials = NOBODY
    """A login for one server."""


@dataclass(frozen=True, slots=True)
class FetchedRuns:
    """What a fetch gave for one project."""

    project: str
    runs: int = 0
    """Runs that are kept now."""
    changed: bool = False
    """Whether a file changed."""
    code: str = ""
    """Code of what went wrong; empty when nothing did."""
    reason: str = ""
    hint: str = ""


def fetch_tracking(
    projects: Iterable[tuple[str, Tracking]],
    data: Path,
    way: Way,
    report: Report | None = None,
) -> list[FetchedRuns]:
    """Ask the servers that projects name, one after the other; sorted by project.

    Projects without a server are left out. A server that fails costs its own project only, and
    what was fetched before stays. Raises OSError when the data folder cannot be written.
    """
    found = []
    for project, tracking in sorted(projects, key=lambda pair: pair[0]):
        if not needs_fetch(tracking):
            continue
        if report:
            report(f"asking {shorten(tracking.mlflow or '', 80)} for the runs of {project}")
        found.append(_fetch(project, tracking, data, way))
    return found


def needs_fetch(tracking: Tracking | None) -> bool:
    """True when the runs are on a server, which only ``maestro fetch`` asks."""
    if tracking is None or not tracking.mlflow:
        return False
    try:
        return place_of(tracking.mlflow).kind == "server"
    except MaestroError:
        return False


def _fetch(project: str, tracking: Tracking, data: Path, way: Way) -> FetchedRuns:
    folder = state_folder(data, project)
    state = read_state(folder)
    try:
        uri = place_of(tracking.mlflow or "").text
        if not tracking.experiment:
            hint = "write its name as tracking.experiment: a server holds those of others too"
            raise MaestroError("X003", "the record names no experiment", hint)
        told = ask_server(uri, tracking.experiment, way.hosts, way.login)
    except MaestroError as error:
        state.code, state.reason, state.hint = error.code, error.message, error.hint
        write_state(folder, state)
        return FetchedRuns(project, 0, False, error.code, error.message, error.hint)
    changed = replace_file(runs_file(data, project), to_lines(told.rows))
    state.code = state.reason = state.hint = ""
    state.fetched = way.day
    state.left = f"more than {len(told.rows):,} runs: the rest is not read" if told.more else ""
    state.cursor = {
        "deleted": told.deleted,
        "experiment": tracking.experiment,
        "models_known": told.models_known,
        "uri": uri,
    }
    changed |= write_state(folder, state)
    return FetchedRuns(project, len(told.rows), changed)
