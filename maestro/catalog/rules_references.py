"""Rules about what a record points at: entries, versions, projects, files, hosts."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maestro.errors import Problem, did_you_mean
from maestro.schema import Artifact, ModelCard, Project
from maestro.schema.base import split_url
from maestro.source.inside import link_on_the_way

from .checks import Check, follows_from, rule, unknown, warning
from .lineage import Lineage
from .load import Catalog, Entry

Keys = tuple[str | int, ...]


def references(entry: Entry) -> Iterator[tuple[Keys, str, str]]:
    """Every reference of a record: where it stands, its text, the kind it must lead to ("" any)."""
    record = entry.record
    if isinstance(record, Artifact):
        yield from _listed("uses", record.uses)
        for side in ("inputs", "outputs"):
            for i, port in enumerate(getattr(record, side)):
                if port.schema_:
                    yield (side, i, "schema"), port.schema_, "schemas"
    if isinstance(record, ModelCard):
        yield from _listed("trained_on", record.trained_on, "datasets")
        yield from _listed("uses", record.uses)
        for i, metric in enumerate(record.metrics):
            yield ("metrics", i, "dataset"), metric.dataset, "datasets"
        if record.base_model:
            yield ("base_model",), record.base_model, "model_cards"
    if isinstance(record, (Artifact, ModelCard)) and record.replaced_by:
        yield ("replaced_by",), record.replaced_by, ""
    if isinstance(record, Project):
        yield from _listed("datasets", record.datasets, "datasets")
        for i, use in enumerate(record.uses):
            yield ("uses", i, "artifact"), use.artifact, ""
    if entry.kind == "policies":
        for i, exception in enumerate(record.exceptions):
            yield ("exceptions", i, "subject"), exception.subject, ""
    if entry.kind == "channels":
        yield (), f"{entry.name.split('/')[1]}@{record.version}", ""


def _listed(name: str, items: list[str], kind: str = "") -> Iterator[tuple[Keys, str, str]]:
    for i, item in enumerate(items):
        yield (name, i), item, kind


def _all_references(check: Check) -> list[tuple[Entry, Keys, str, str]]:
    """Every reference of the catalog, gathered once for all rules."""
    if not check.references:
        check.references += [
            (entry, keys, reference, kind)
            for entry in check.catalog.everything()
            for keys, reference, kind in references(entry)
        ]
    return check.references


@rule("L001", "The entry that is referred to does not exist, or its file has faults of its own.")
def missing_entry(check: Check) -> Iterator[Problem]:
    """References lead to an entry."""
    entries = check.catalog.entries
    broken = {found.name: found.path for found in check.catalog.broken}
    broken |= {name: found.path for name, found in entries.items() if found.path in check.silent}
    for entry, keys, reference, _ in _all_references(check):
        name = reference.partition("@")[0]
        if name in broken:
            message = f"{reference} is not available: {broken[name]} has faults"
            found = check.at(entry, keys, "L001", message, "fix that file first")
            yield follows_from(broken[name], found)
        elif name not in entries:
            others = [other for other in entries if other != entry.name]
            hint = did_you_mean(name, others) or "add it, or drop the reference"
            yield check.at(entry, keys, "L001", f"{reference} does not exist", hint)


def _target(check: Check, reference: str) -> Entry | None:
    """The entry that a reference leads to; None for a stand-in, of which too little is known."""
    found = check.catalog.entries.get(reference.partition("@")[0])
    return None if found is None or found.path in check.silent else found


@rule("L002", "The entry exists, but not in this version: neither current nor in its history.")
def missing_version(check: Check) -> Iterator[Problem]:
    """References lead to a version that the entry lists."""
    for entry, keys, reference, _ in _all_references(check):
        name, _, version = reference.partition("@")
        target = _target(check, reference)
        if not version or target is None or version in target.versions:
            continue
        used = _versions_in_use(check.catalog, name)
        hint = f"newest is {target.version}" + (f"; projects use {used}" if used else "")
        yield check.at(entry, keys, "L002", f"{reference} does not exist", hint)


def _versions_in_use(catalog: Catalog, name: str) -> str:
    counts: dict[str, int] = {}
    known = catalog.entries[name].versions
    for project in catalog.projects.values():
        for use in project.record.uses:
            target, _, version = use.artifact.partition("@")
            if target == name and version in known:
                counts[version] = counts.get(version, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return " and ".join(f"{version} ({count})" for version, count in ordered[:3])


@rule(
    "L003",
    "The version is not known. Write name@1.2.0, so that results can be repeated.",
    "warning",
)
def version_not_known(check: Check) -> Iterator[Problem]:
    """References name an exact version."""
    for entry, keys, reference, _ in _all_references(check):
        target = None if "@" in reference else _target(check, reference)
        if target is not None:
            message = f"{reference} names no version"
            hint = f"write {target.reference} if that is the one"
            yield warning(check.at(entry, keys, "L003", message, hint))


@rule("L004", "Entries are built on each other in a circle. Drop one of the references.")
def cycles(check: Check) -> Iterator[Problem]:
    """Lineage has no circles."""
    for circle in Lineage(check.catalog).cycles():
        for position, name in enumerate(circle):
            entry = check.catalog.entries.get(name)
            if entry is None:
                continue
            onward = circle[(position + 1) % len(circle)]
            keys = next(
                (keys for keys, ref, _ in references(entry) if ref.partition("@")[0] == onward),
                ("uses",),
            )
            way = " -> ".join([*circle, circle[0]])
            message = "uses itself" if len(circle) == 1 else f"is part of a circle: {way}"
            yield check.at(entry, keys, "L004", message, "drop one of these references")


@rule("L005", "The reference leads to an entry of the wrong kind.")
def wrong_kind(check: Check) -> Iterator[Problem]:
    """Data sets are data sets, schemas are schemas."""
    for entry, keys, reference, kind in _all_references(check):
        target = _target(check, reference)
        if target and kind and target.kind != kind:
            wanted = kind.replace("_", " ").removesuffix("s")
            message = f"{reference} is no {wanted} but stands in {target.kind}/"
            yield check.at(entry, keys, "L005", message, f"name a {wanted}")


@rule(
    "L006",
    "A deprecated entry is used. Move to its successor when you next change this.",
    "warning",
)
def deprecated_use(check: Check) -> Iterator[Problem]:
    """What is used is not deprecated (projects that ended are left alone)."""
    for entry, keys, reference, _ in _all_references(check):
        target = _target(check, reference)
        if target is None or target.record.status != "deprecated" or keys == ("replaced_by",):
            continue
        if getattr(entry.record, "status", "") in ("done", "abandoned", "deprecated"):
            continue
        successor = target.record.replaced_by
        hint = f"use {successor}" if successor else target.record.reason or "look for another"
        yield warning(check.at(entry, keys, "L006", f"{reference} is deprecated", hint))


@rule("L007", "The same entry is named twice in one list.", "warning")
def named_twice(check: Check) -> Iterator[Problem]:
    """A list names an entry once."""
    for entry in check.catalog.everything():
        seen: set[tuple[Any, str]] = set()
        for keys, reference, _ in references(entry):
            if not keys or keys[0] in ("inputs", "outputs", "metrics"):
                continue
            mark = (keys[0], reference)
            if mark in seen:
                message = f"{reference} is named twice"
                yield warning(check.at(entry, keys, "L007", message, "keep one of them"))
            seen.add(mark)


@rule("L008", "The project that is named does not exist, or its file has faults of its own.")
def missing_project(check: Check) -> Iterator[Problem]:
    """Cards and experiments belong to a project that exists."""
    broken = {found.name: found.path for found in check.catalog.broken if found.kind == "projects"}
    for entry in check.catalog.everything():
        project = getattr(entry.record, "project", None)
        if project in broken:
            message = f"project {project} is not available: {broken[project]} has faults"
            found = check.at(entry, ("project",), "L008", message, "fix that file first")
            yield follows_from(broken[project], found)
        elif project and project not in check.catalog.projects:
            message, hint = unknown(project, "project", check.catalog.projects, "projects/")
            yield check.at(entry, ("project",), "L008", message, hint)
        if entry.kind == "experiments" and project != entry.name.split("/")[0]:
            message = f'project "{project}" is not the folder this experiment lies in'
            hint = f"write project: {entry.name.split('/')[0]}, or move the file"
            yield check.at(entry, ("project",), "L008", message, hint)


@rule("P001", "The path is not in this repository.")
def missing_path(check: Check) -> Iterator[Problem]:
    """Paths of this repository exist."""
    for entry in check.catalog.everything():
        for keys, path in _paths(entry):
            if check.exists(path):
                continue
            message, hint = f'"{path}" is not in this repository', "fix the path, or add the file"
            if link := link_on_the_way(check.catalog.root, path):
                message = f'"{link}" is a link, and links are not followed'
                hint = "name the file that it leads to, or put the file itself there"
            yield check.at(entry, keys, "P001", message, hint)


def _paths(entry: Entry) -> Iterator[tuple[Keys, str]]:
    record = entry.record
    source = getattr(record, "source", None)
    if source and source.path and not source.git:
        yield ("source", "path"), source.path
    if isinstance(record, ModelCard):
        for i, metric in enumerate(record.metrics):
            for name in ("predictions", "evidence"):
                if path := getattr(metric, name):
                    yield ("metrics", i, name), path
    if entry.kind == "experiments":
        yield ("data",), record.data
    if isinstance(record, Project) and record.outcomes:
        for name, part in record.outcomes.parts.items():
            if part.evidence:
                yield ("outcomes", "parts", name, "evidence"), part.evidence


@rule(
    "P002",
    "The repository of a project lies outside the folders that may be read. Move it, or "
    "list its folder under local_roots: in catalog/settings.yaml.",
)
def repository_outside(check: Check) -> Iterator[Problem]:
    """Repositories by path lie inside this one or under local_roots, with links followed."""
    if check.catalog.lacks("settings"):
        return
    root = Path(os.path.realpath(check.catalog.root))
    allowed = [root, *(_real(root, other) for other in check.catalog.settings.local_roots)]
    for entry in check.catalog.projects.values():
        repository = entry.record.repository
        if repository is None or not repository.path or check.exists(repository.path):
            continue
        place = _real(root, repository.path)
        if not any(place.is_relative_to(folder) for folder in allowed):
            message = f'"{repository.path}" leads out of this repository'
            hint = "list its folder under local_roots: in catalog/settings.yaml, or use url:"
            yield check.at(entry, ("repository", "path"), "P002", message, hint)


def _real(root: Path, path: str) -> Path:
    return Path(os.path.realpath(root / path))


@rule("H001", "The host may not be asked: only https and public hosts, or those in hosts:.")
def forbidden_host(check: Check) -> Iterator[Problem]:
    """Sources and repositories lie on public hosts by https, or on hosts that settings allow."""
    allowed = check.catalog.settings.hosts
    for entry in check.catalog.everything():
        for keys, url in _urls(entry):
            if reason := host_fault(url, allowed):
                hint = "use https and a public host, or list it in settings.yaml under hosts:"
                yield check.at(entry, keys, "H001", f'"{url}" {reason}', hint)


def _urls(entry: Entry) -> Iterator[tuple[Keys, str]]:
    source = getattr(entry.record, "source", None)
    for name in ("git", "url"):
        if source and (url := getattr(source, name)):
            yield ("source", name), url
    repository = getattr(entry.record, "repository", None)
    if repository and repository.url:
        yield ("repository", "url"), repository.url


def host_fault(url: str, allowed: list[str]) -> str | None:
    """Why an address may not be asked, by its text alone, or None when it may."""
    parts = split_url(url)
    if parts is None:
        return "is no plain address"
    scheme, host, port, _ = parts
    if scheme in ("s3", "gs"):
        return None
    place = f"{host}:{port}" if port else host
    if f"http://{place}" in allowed or f"http://{host}" in allowed:
        return None
    if scheme != "https":
        return "is not https"
    if place in allowed or host in allowed:
        return None
    return _private(host.strip("[]"))


def _private(host: str) -> str | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        if last.isdigit() or last.startswith("0x"):
            return "names a number for a host"
        if "." not in host or last in ("local", "internal", "localhost", "localdomain", "lan"):
            return "names a host that is not public"
        return None
    return None if address.is_global else "leads to an address that is not public"
