"""What a build knows of a project's training runs, without asking any server."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError, shorten
from maestro.mining.base import Row
from maestro.mining.ci.state import read_state
from maestro.mining.collect import Harvest, Places
from maestro.mining.words import count
from maestro.mining.writing import replace_file
from maestro.schema.findings import Evidence
from maestro.schema.project import Tracking

from .copying import Copy, copy_database, copy_runs
from .dvc import Versions, read_versions
from .mlflow import as_arguments, ask_local
from .place import Place, local_path, place_of
from .rows import Told
from .store import from_lines, read_lines, runs_file, state_folder, to_lines


@dataclass(frozen=True, slots=True)
class Tracked:
    """What is known of one project's training: rows, or the reason why there are none."""

    rows: tuple[Row, ...] = ()
    """Training runs, of MLflow and of DVC."""
    fetched: str = ""
    """The UTC day of the last fetch, for a server; empty for what lies here."""
    code: str = ""
    """Code of what is wrong."""
    reason: str = ""
    """What is wrong; what was fetched before may still be there."""
    hint: str = ""
    """What to do about it."""
    evidence: tuple[Evidence, ...] = ()
    """Where the rows come from."""
    quality: tuple[str, ...] = ()
    """What a reader should know about them, in words."""
    left: str = ""
    """What of the logged runs is not among them, in words; empty when all are."""
    versions: Versions | None = None
    """Stages and metrics of DVC."""


@dataclass(slots=True)
class _Found:
    rows: list[Row] = field(default_factory=list)
    fetched: str = ""
    faults: list[MaestroError] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def read_tracking(
    project: str,
    tracking: Tracking,
    places: Places,
    data: Path | None,
    harvest: Harvest | None = None,
) -> Tracked:
    """What ``tracking`` of a project's record gives; never raises, never asks a server.

    ``data`` is the data folder with what was fetched; ``harvest`` the project's mined repository,
    where DVC's files lie (without one they lie in the catalog itself).
    """
    found = _Found()
    versions = None
    if tracking.mlflow:
        try:
            _mlflow(project, tracking, places, data, found)
        except MaestroError as error:
            found.faults.append(error)
        except OSError as error:
            words = f"tracking data cannot be read: {(error.strerror or 'unreadable').lower()}"
            found.faults.append(MaestroError("X002", words, "check its permissions"))
    if tracking.dvc:
        try:
            versions = read_versions(tracking.dvc, places.root, harvest)
        except MaestroError as error:
            found.faults.append(error)
        else:
            found.rows += versions.rows
            found.notes += versions.notes
            found.evidence.append(Evidence(kind="file", ref=versions.path, note="DVC"))
    first = found.faults[0] if found.faults else None
    return Tracked(
        rows=tuple(found.rows),
        fetched=found.fetched,
        code=first.code if first else "",
        reason="; ".join(error.message for error in found.faults),
        hint=first.hint if first else "",
        evidence=tuple(found.evidence),
        quality=tuple(found.notes),
        left="; ".join(found.left),
        versions=versions,
    )


def _mlflow(
    project: str, tracking: Tracking, places: Places, data: Path | None, found: _Found
) -> None:
    place = place_of(tracking.mlflow or "")
    if place.kind == "server":
        _fetched(project, tracking, data, found)
    else:
        told, copy = _local(project, place, tracking.experiment or "", places)
        found.rows += told.rows
        found.left += (left := _left(told, copy))
        found.notes += left + ([] if told.models_known else [_NO_MODELS])
    which = f"experiment {tracking.experiment}" if tracking.experiment else "all experiments"
    found.evidence.append(Evidence(kind="run", ref=shorten(place.text, 200), note=which))


def _fetched(project: str, tracking: Tracking, data: Path | None, found: _Found) -> None:
    hint = "run maestro fetch"
    if data is None:
        words = "runs of a tracking server are kept in the data folder, and there is none"
        raise MaestroError("X005", words, "name a folder as data: in catalog/settings.yaml")
    state = read_state(state_folder(data, project))
    lines = read_lines(runs_file(data, project))
    if lines is None or not (state.fetched or lines[0]):
        if state.code:
            raise MaestroError(state.code, state.reason, state.hint)
        raise MaestroError("X005", "its tracking server has not been asked yet", hint)
    uri = place_of(tracking.mlflow or "").text
    known = state.cursor.get("uri", uri), state.cursor.get("experiment", tracking.experiment)
    if known != (uri, tracking.experiment):
        words = "the last fetch was for another server or experiment than the record names now"
        raise MaestroError("X005", words, hint)
    rows, damaged = lines
    found.rows += rows
    found.fetched = state.fetched
    if damaged:
        found.left.append(f"{count(damaged, 'damaged line')} of what was fetched left out")
    if state.left:
        found.left.append(state.left)
    found.notes += found.left
    if state.cursor.get("models_known") is False:
        found.notes.append(_NO_MODELS)
    if state.code:
        found.faults.append(MaestroError(state.code, state.reason, state.hint))


_NO_MODELS = "the registry of models could not be read"


def _left(told: Told, copy: Copy) -> list[str]:
    notes = []
    if told.more:
        notes.append(f"more than {len(told.rows) + told.deleted:,} runs: the rest is not read")
    if copy.skipped:
        others = count(copy.skipped, "link or oversized file", "links or oversized files")
        notes.append(f"{others} of the folder left out")
    return notes


def _local(project: str, place: Place, experiment: str, places: Places) -> tuple[Told, Copy]:
    source = local_path(place, places.root, places.local_roots)
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        home = Path(name)
        target = home / ("mlflow.db" if place.kind == "database" else "mlruns")
        copy = (copy_database if place.kind == "database" else copy_runs)(source, target)
        key = _key(copy.digest, experiment)
        kept = places.state / "facts" / "tracking" / f"{project}.jsonl"
        if known := _kept(kept, key):
            return known, copy
        told = ask_local(as_arguments(target, place.kind), experiment, home)
    head = asdict(told) | {"rows": None, "key": key}
    replace_file(kept, json.dumps(head, sort_keys=True).encode() + b"\n" + to_lines(told.rows))
    return told, copy


def _key(digest: str, experiment: str) -> str:
    # The files that make rows are part of it: rows of another program are read anew.
    here = Path(__file__).parent
    own = b"".join((here / name).read_bytes() for name in ("client.py", "rows.py", "store.py"))
    return hashlib.sha256(f"{digest}\0{experiment}\0".encode() + own).hexdigest()


def _kept(path: Path, key: str) -> Told | None:
    try:
        first, _, rest = path.read_bytes().partition(b"\n")
        head: Mapping[str, Any] = json.loads(first)
        if head["key"] != key:
            return None
        rows, damaged = from_lines(rest)
        told = Told(rows, head["deleted"], head["more"], head["models_known"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return None if damaged else told
