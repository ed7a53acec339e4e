"""DVC: stages, digests and metrics of a project, read from its files alone.

The files are read from the project's repository at its newest commit, or from a folder of the
catalog when the record names no repository. DVC itself is not needed and never run. Its YAML is
read by the reader of records, which refuses anchors, tags and keys that stand twice; a file that
has them is named and left out. What only DVC could work out (templates, ``foreach`` and
``matrix`` that never ran) is said and not guessed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError, shorten
from maestro.mining.base import Row
from maestro.mining.collect import Harvest
from maestro.mining.words import count

from .dvc_files import AtCommit, Files, InFolder, flat_numbers, flat_texts, read_data
from .rows import sort_key

MOST_COMMITS = 200
"""The most commits of a metrics file's history that are looked at."""
_TEMPLATE = "${"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a pipeline."""

    name: str
    """Its name; ``name@key`` for one of a ``foreach`` or ``matrix``."""
    deps: tuple[tuple[str, str], ...] = ()
    """Path and digest of what it reads, as of its last run."""
    outs: tuple[tuple[str, str], ...] = ()
    """Path and digest of what it writes, as of its last run."""
    has_run: bool = False
    """Whether ``dvc.lock`` holds a run of it."""


@dataclass(slots=True)
class Versions:
    """What DVC's files of one project say."""

    path: str
    """Path of ``dvc.yaml``."""
    stages: list[Stage] = field(default_factory=list)
    """Stages, sorted by name."""
    metrics: dict[str, float] = field(default_factory=dict)
    """Metric to value, as of the newest commit."""
    rows: list[Row] = field(default_factory=list)
    """A training run for each commit that changed a metric."""
    notes: list[str] = field(default_factory=list)
    """What could not be read or worked out, in words."""


def read_versions(folder: str, root: Path, harvest: Harvest | None) -> Versions:
    """What ``dvc.yaml`` and ``dvc.lock`` in ``folder`` say, and the metrics files they name.

    Raises MaestroError X006 when there is no ``dvc.yaml``, or none that can be read, or G-codes
    of the project's repository.
    """
    if harvest is None:
        files: Files = InFolder(root)
        inside = folder
    elif harvest.repository is None or harvest.facts is None:
        raise MaestroError(harvest.code or "X006", harvest.reason, harvest.hint)
    else:
        files = AtCommit(harvest.repository, harvest.facts.cursor)
        inside = posixpath.normpath(posixpath.join(harvest.prefix, folder))
    inside = "" if inside in (".", "") else inside
    found = Versions(posixpath.join(inside, "dvc.yaml"))
    if (content := files.read([found.path]).get(found.path)) is None:
        hint = "correct tracking.dvc in the project's record: it is the folder with dvc.yaml"
        raise MaestroError("X006", f"there is no {shorten(found.path, 120)}", hint)
    plan, faults = read_data(found.path, content)
    if plan is None:
        raise MaestroError("X006", faults[0], "write it so that readers of YAML agree")
    lock_path = posixpath.join(inside, "dvc.lock")
    lock = _lock(files.read([lock_path]), lock_path, found)
    _stages(plan, lock, found)
    paths = _metric_files(plan, inside, found)
    found.metrics = _metrics(files.read(paths), paths, found.notes)
    if isinstance(files, AtCommit) and paths:
        found.rows = _history(files, paths, lock_path, folder, found.notes)
    elif paths:
        found.notes.append("DVC: without a repository in the record there is no history of metrics")
    return found


def _lock(content: Mapping[str, bytes], path: str, found: Versions) -> dict[str, Any]:
    if path not in content:
        found.notes.append("DVC: there is no dvc.lock, so nothing is known of what ran")
        return {}
    data, faults = read_data(path, content[path])
    if data is None:
        found.notes.append(f"DVC: {faults[0]}; the file is left out")
    return _mapping((data or {}).get("stages"))


def _stages(plan: Mapping[str, Any], lock: Mapping[str, Any], found: Versions) -> None:
    stages = {
        str(name): Stage(str(name), _digests(about, "deps"), _digests(about, "outs"), has_run=True)
        for name, about in lock.items()
        if isinstance(about, dict)
    }
    declared = _mapping(plan.get("stages"))
    for name, about in declared.items():
        repeated = isinstance(about, dict) and ("foreach" in about or "matrix" in about)
        if repeated and not any(one.startswith(f"{name}@") for one in stages):
            word = "foreach" if "foreach" in about else "matrix"
            found.notes.append(
                f"DVC: stage {shorten(name)} repeats over {word} and never ran: "
                "how many there are is not known"
            )
        elif not repeated:
            stages.setdefault(name, Stage(name))
    gone = [one for one in stages if one.partition("@")[0] not in declared and one not in declared]
    for name in gone:
        del stages[name]
    if gone:
        found.notes.append(f"DVC: {count(len(gone), 'stage')} of dvc.lock no longer in dvc.yaml")
    found.stages = [stages[name] for name in sorted(stages)]


def _digests(about: Mapping[str, Any], part: str) -> tuple[tuple[str, str], ...]:
    listed = about.get(part)
    pairs = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("path"), str):
            digest = next((str(one[k]) for k in ("md5", "etag", "checksum") if one.get(k)), "")
            pairs.append((shorten(one["path"], 200), shorten(digest, 100)))
    return tuple(sorted(pairs))


def _metric_files(plan: Mapping[str, Any], inside: str, found: Versions) -> list[str]:
    """Paths of metrics files from the top of the repository, sorted."""
    paths: set[str] = set()
    templates = 0
    for folder, listed in _listed(plan):
        for one in listed if isinstance(listed, list) else [listed]:
            for path in one if isinstance(one, dict) else [one]:
                if not isinstance(path, str):
                    continue
                if _TEMPLATE in path + folder:
                    templates += 1
                    continue
                whole = posixpath.normpath(posixpath.join(inside, folder, path))
                if not whole.startswith(("../", "/")):
                    paths.add(whole)
    if templates:
        found.notes.append(
            f"DVC: {count(templates, 'metrics file')} with a template ({_TEMPLATE}...}}) in the "
            "path left out: only DVC can fill it in"
        )
    return sorted(paths)


def _listed(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The work folder and the list of each place that names metrics files."""
    yield "", plan.get("metrics") or []
    for about in _mapping(plan.get("stages")).values():
        if not isinstance(about, dict):
            continue
        inner = about.get("do") if "foreach" in about else about
        if isinstance(inner, dict):
            folder = inner.get("wdir")
            yield folder if isinstance(folder, str) else "", inner.get("metrics") or []


def _metrics(
    contents: Mapping[str, bytes], paths: Sequence[str], notes: list[str]
) -> dict[str, float]:
    """Metric to value over all files; the file's name goes before when there are several."""
    found: dict[str, float] = {}
    for path in paths:
        if path not in contents:
            text = f"DVC: {shorten(path, 80)} is not in git, so its metrics are not known"
            notes.append(text)
            continue
        data, faults = read_data(path, contents[path])
        if data is None:
            notes.append(f"DVC: {faults[0]}; the file is left out")
            continue
        before = f"{path}:" if len(paths) > 1 else ""
        numbers, left = flat_numbers(data)
        found.update({shorten(before + name, 100): value for name, value in numbers.items()})
        if left:
            notes.append(f"DVC: no finite number in {count(left, 'value')} of {shorten(path, 80)}")
    return dict(sorted(found.items()))


def _history(
    files: AtCommit, paths: list[str], lock: str, project: str, notes: list[str]
) -> list[Row]:
    """A training run for each commit after which the metrics differ from those before it."""
    log = files.repository.record_log(paths, files.commit)
    if len(log) > MOST_COMMITS:
        notes.append(f"DVC: only the newest {MOST_COMMITS} commits of metrics files are read")
    rows: list[Row] = []
    before: dict[str, float] | None = None
    for entry in reversed(log[:MOST_COMMITS]):
        contents = files.repository.read_files(entry.commit, [*paths, lock])
        metrics = _metrics(contents, paths, [])
        if metrics and metrics != before:
            params = _params(contents.get(lock, b""), lock)
            at = entry.committed
            empty = ("", "", "finished", None, None, at, at)
            rows.append(
                ("dvc", project, entry.commit, *empty, params, metrics, "", entry.commit,
                 ["from-history"])
            )  # fmt: skip
        before = metrics
    return sorted(rows, key=sort_key)


def _params(content: bytes, path: str) -> dict[str, str]:
    data, _ = read_data(path, content) if content else (None, [])
    found: dict[str, str] = {}
    for about in _mapping((data or {}).get("stages")).values():
        for values in _mapping(_mapping(about).get("params")).values():
            found.update(flat_texts(_mapping(values)))
    return dict(sorted(found.items())[:200])


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
