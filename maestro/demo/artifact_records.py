"""Simulated artifacts as records, one state per version, with the small files they point at."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .project_records import CARD_EVERY
from .simulator import START, SimArtifact, World
from .words import CLASSES, PERSONAS, TAGS, members, team_name, title

Record = dict[str, object]

_ENDINGS = {"datasets": "csv", "schemas": "json", "notebooks": "ipynb"}
_BUILT_ON = {
    "datasets": ("schemas",),
    "schemas": (),
    "feature_pipelines": ("datasets", "schemas"),
    "model_templates": ("schemas",),
    "notebooks": ("datasets",),
    "pipelines": ("feature_pipelines", "model_templates"),
}
_WHAT = {
    "datasets": "A simulated data set of {subject}: made-up rows for trying Maestro out.",
    "schemas": "A simulated schema of {subject}: the agreed columns of a made-up table.",
    "feature_pipelines": "A simulated feature pipeline that turns made-up {subject} into features.",
    "model_templates": "A simulated model template for {subject}: it trains nothing real.",
    "notebooks": "A simulated notebook that looks at made-up {subject}.",
    "pipelines": "A simulated pipeline that joins features and a model for {subject}.",
}
_COLUMNS = (
    ("row_id", "int", False),
    ("customer_id", "int", True),
    ("day", "date", False),
    ("amount", "float", False),
    ("count_30d", "int", False),
    ("share_90d", "float", False),
    ("trend", "float", False),
    ("label", "int", False),
)
_LICENSES = {"datasets": "CC-BY-4.0"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What of an artifact's record stays the same in all its versions."""

    artifact: SimArtifact
    uses: tuple[str, ...]
    status: str
    columns: tuple[tuple[str, str, bool], ...]
    rows: int
    tags: tuple[str, ...]
    task: str

    @property
    def path(self) -> str:
        """The record's path."""
        return f"catalog/{self.artifact.kind}/{self.artifact.name}.yaml"

    @property
    def source_path(self) -> str:
        """The path of the piece itself."""
        ending = _ENDINGS.get(self.artifact.kind, "py")
        return f"simulated/{self.artifact.kind}/{self.artifact.name}.{ending}"


def plan_artifacts(world: World) -> tuple[Plan, ...]:
    """What every artifact's record will say, in the order of ``world.artifacts``.

    An artifact is built only on artifacts that existed at its first release. Deprecated ones
    are among those that no running project, no model card and no other artifact uses.
    """
    random = np.random.default_rng([world.options.seed, 2])
    by_kind: dict[str, list[SimArtifact]] = {}
    for artifact in world.artifacts:
        by_kind.setdefault(artifact.kind, []).append(artifact)
    lineage = [_lineage(artifact, by_kind, random) for artifact in world.artifacts]
    live = {reference.partition("@")[0] for uses in lineage for reference in uses}
    live |= {
        world.artifacts[a].name
        for place, project in enumerate(world.projects)
        if project.ended is None or place % CARD_EVERY == 0
        for a, _ in project.uses
    }
    return tuple(
        _plan(artifact, uses, random, live=artifact.name in live)
        for artifact, uses in zip(world.artifacts, lineage, strict=True)
    )


def artifact_states(plan: Plan) -> list[tuple[date, Record, bytes]]:
    """Day, record and source file of each version, oldest first; history grows with them."""
    states = []
    for index, day in enumerate(plan.artifact.days):
        content = _content(plan, index)
        states.append((START + timedelta(days=day), _record(plan, index, content), content))
    return states


def _lineage(
    artifact: SimArtifact, by_kind: dict[str, list[SimArtifact]], random: np.random.Generator
) -> tuple[str, ...]:
    uses = []
    for kind in _BUILT_ON[artifact.kind]:
        candidates = by_kind[kind]
        picked = candidates[int(random.integers(len(candidates)))]
        version = picked.latest(artifact.days[0])
        if version >= 0:
            uses.append(picked.reference(version))
    return tuple(uses)


def _plan(
    artifact: SimArtifact, uses: tuple[str, ...], random: np.random.Generator, *, live: bool
) -> Plan:
    chance = random.uniform()
    status = "experimental" if chance < 0.25 else "beta" if chance < 0.5 else "stable"
    if not live and random.uniform() < 0.3:
        status = "deprecated"
    count = int(random.integers(3, len(_COLUMNS) + 1))
    tags = sorted(str(tag) for tag in random.choice(TAGS, size=2, replace=False))
    return Plan(
        artifact=artifact,
        uses=uses,
        status=status,
        columns=_COLUMNS[:count],
        rows=int(random.integers(1, 500)) * 1000,
        tags=tuple(tags),
        task=tuple(CLASSES)[int(random.integers(len(CLASSES)))],
    )


def _record(plan: Plan, index: int, content: bytes) -> Record:
    artifact = plan.artifact
    subject = title(artifact.name).removeprefix("Simulated ")
    digest = hashlib.sha256(content).hexdigest()
    record: Record = {
        "version": artifact.version(index),
        "description": _WHAT[artifact.kind].format(subject=subject),
        "owner": team_name(artifact.team),
        "source": {"path": plan.source_path, "digest": f"sha256:{digest}"},
        "title": title(artifact.name),
        "license": _LICENSES.get(artifact.kind, "MIT"),
        "status": plan.status,
        "tags": plan.tags,
        "uses": plan.uses,
        "maintainers": [member.handle for member in members(artifact.team)[:2]],
        "personas": tuple(PERSONAS)[index % 2 : index % 2 + 2],
        "usage": f"Simulated: read {plan.source_path} at version {artifact.version(index)}.",
        "tests": "simulated: no tests run",
        **_of_kind(plan),
        "history": [
            {
                "version": artifact.version(earlier),
                "date": START + timedelta(days=artifact.days[earlier]),
                "note": "Simulated release.",
            }
            for earlier in reversed(range(index))
        ],
    }
    if plan.status == "deprecated":
        record["reason"] = "Simulated: retired to show how retired entries look."
    return {key: value for key, value in record.items() if value not in ((), [])}


def _of_kind(plan: Plan) -> Record:
    """The fields that only this kind has, and what goes in and out."""
    ports = [{"name": name, "type": type_} for name, type_, _ in plan.columns]
    columns = [
        {"name": name, "type": type_, **({"pii": True} if personal else {})}
        for name, type_, personal in plan.columns
    ]
    match plan.artifact.kind:
        case "datasets":
            return {
                "fields": columns,
                "rows": plan.rows,
                "sensitivity": "personal" if len(columns) > 1 else "internal",
                "collected": "Simulated: made up by maestro demo, collected nowhere.",
                "limits": "Simulated numbers: nothing may be concluded from them.",
            }
        case "schemas":
            return {"format": "json_schema", "fields": columns}
        case "feature_pipelines":
            outputs = [{"name": f"{name}_scaled", "type": "float"} for name, _, _ in plan.columns]
            return {"inputs": ports, "outputs": outputs, "entity": "a made-up customer"}
        case "model_templates":
            rate = {"name": "learning_rate", "type": "float", "default": 0.1}
            return {
                "inputs": ports,
                "outputs": [{"name": "prediction", "type": "float"}],
                "task": plan.task,
                "framework": "simulated",
                "params": [{**rate, "low": 0.001, "high": 1.0}],
            }
        case "notebooks":
            return {"inputs": ports, "kernel": "python3", "runtime_minutes": 5}
    return {"inputs": ports, "outputs": [{"name": "prediction", "type": "float"}]}


def _content(plan: Plan, index: int) -> bytes:
    """The piece itself: a few lines that say what they are."""
    says = f"Simulated by maestro demo: {plan.artifact.reference(index)}"
    names = [name for name, _, _ in plan.columns]
    match plan.artifact.kind:
        case "datasets":
            rows = [
                ",".join(str((row * 7 + i + index) % 50) for i in range(len(names)))
                for row in range(5)
            ]
            text = "\n".join([",".join(names), *rows])
        case "schemas":
            properties = {name: {"description": type_} for name, type_, _ in plan.columns}
            text = json.dumps({"$comment": says, "properties": properties}, indent=1)
        case "notebooks":
            cell = {"cell_type": "markdown", "metadata": {}, "source": [says]}
            book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            text = json.dumps(book, indent=1)
        case _:
            text = f'"""{says}."""\n\nVERSION = "{plan.artifact.version(index)}"\nCOLUMNS = {names}'
    return text.encode() + b"\n"


__all__ = ["Plan", "artifact_states", "plan_artifacts"]
