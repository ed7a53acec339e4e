"""Simulated projects, their model cards and the channels their models live in, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .outcomes import outcomes
from .practice import ci_record, practice_of, tracks
from .simulator import END, SimProject, World
from .training import tracking_record
from .words import DOMAINS, PERSONAS, team_name, title

CARD_EVERY = 4
"""Every fourth project has a model card, if it is done and recorded what a card needs."""

Record = dict[str, object]
State = tuple[date, str, Record]
"""Day, path of the record, and the record as it stood from that day on."""

_GOALS = {
    "tabular-classification": "to tell apart two kinds of made-up customers",
    "regression": "to predict a made-up amount",
    "forecasting": "to forecast made-up demand",
    "text-classification": "to sort made-up messages",
    "ranking": "to rank made-up offers",
    "anomaly-detection": "to find made-up faults",
}
_PROSE = """# {title}

This card is **simulated**. No model was trained, and the numbers come from a simulator.

It shows what a card of a finished project looks like: what the model is for, on which data set
it was measured, and who watches over it.
"""


@dataclass(frozen=True, slots=True)
class ProjectStates:
    """All that is recorded of one project over time, and the prose of its model card, if any."""

    states: tuple[State, ...]
    prose: tuple[date, str, str] | None = None
    """Day, path and Markdown text."""


def project_states(world: World, index: int) -> ProjectStates:
    """The record of a project when it starts and when it ends, with card and channel file."""
    project = world.projects[index]
    random = np.random.default_rng([world.options.seed, 3, index])
    path = f"projects/{project.name}/project.yaml"
    record = {**_running(world, project, random), **_logged(world, index)}
    if project.status == "planned":
        return ProjectStates(((END, path, {**record, "status": "planned"}),))
    states: list[State] = [(project.started, path, record)]
    if project.ended is None:
        return ProjectStates(tuple(states))
    measured = outcomes(project, random)
    ended = {**record, "status": project.status, "ended": project.ended, "outcomes": measured}
    states.append((project.ended, path, ended))
    if project.status == "done" and index % CARD_EVERY == 0:
        return _with_card(world, project, states, measured)
    return ProjectStates(tuple(states))


def performance(states: ProjectStates) -> Mapping[str, object] | None:
    """The measured performance of the model in the project's last record, if there is one."""
    *_, record = (record for _, path, record in states.states if path.startswith("projects/"))
    measured = record.get("outcomes")
    parts = measured.get("parts") if isinstance(measured, dict) else None
    found = parts.get("model_performance") if isinstance(parts, dict) else None
    return found if isinstance(found, dict) else None


def _running(world: World, project: SimProject, random: np.random.Generator) -> Record:
    used = [(world.artifacts[a], version) for a, version in project.uses]
    roles = _roles(project.team_size)
    rows = int(10 ** random.uniform(3, 7))
    record: Record = {
        "title": title(project.name),
        "description": f"A simulated project {_GOALS[project.problem_class]}; none of it is real.",
        "owner": team_name(project.team),
        "problem_class": project.problem_class,
        "complexity": project.complexity,
        "team": {"size": project.team_size, "roles": roles},
        "started": project.started,
        "status": "active",
        "domain": DOMAINS[int(random.integers(len(DOMAINS)))],
        "data_rows": int(float(f"{rows:.2g}")),
        "budget": float(f"{project.cost * random.uniform(0.8, 1.5):.2g}"),
        "deadline": project.started + timedelta(days=int(random.integers(30, 200))),
        "uses": [
            {"artifact": artifact.reference(version), "role": _role(artifact.kind)}
            for artifact, version in used
        ],
        "datasets": [
            artifact.reference(version) for artifact, version in used if artifact.kind == "datasets"
        ],
    }
    if world.options.histories and project.status != "planned":
        record["repository"] = {"path": f"repositories/{project.name}"}
    return {key: value for key, value in record.items() if value != []}


def _logged(world: World, index: int) -> Record:
    """Where machines log of the project's work."""
    practice = practice_of(world, index)
    ci = {"ci": ci_record(practice)} if practice else {}
    tracked = tracks(world, index)
    return {**ci, **({"tracking": tracking_record(world.projects[index])} if tracked else {})}


def _roles(size: int) -> list[Record]:
    """A team of one is a data scientist; larger ones have a third of engineers and an analyst."""
    names = tuple(PERSONAS)
    engineers, analysts = size // 3, int(size >= 4)
    counts = (size - engineers - analysts, engineers, analysts)
    return [
        {"role": name, "people": people}
        for name, people in zip(names, counts, strict=False)
        if people
    ]


def _role(kind: str) -> str:
    return kind.removesuffix("s").replace("_", " ")


def _with_card(
    world: World, project: SimProject, states: list[State], measured: Record
) -> ProjectStates:
    """The project with a card of its model, if it recorded performance and a data set."""
    used = [(world.artifacts[a], version) for a, version in project.uses]
    data = [a.reference(v) for a, v in used if a.kind == "datasets"]
    parts = measured["parts"]
    performance = parts.get("model_performance") if isinstance(parts, dict) else None
    if not data or performance is None or project.ended is None:
        return ProjectStates(tuple(states))
    name = f"{project.name}-model"
    card: Record = {
        "version": "1.0.0",
        "title": title(name),
        "description": "The card of a simulated model: its numbers come from a simulator.",
        "owner": team_name(project.team),
        "task": project.problem_class,
        "trained_on": data,
        "intended_use": "Simulated: to show what a model card looks like, and for nothing else.",
        "metrics": [
            {"dataset": data[0], "metric": performance["metric"], "value": performance["value"]}
        ],
        "status": "experimental",
        "license": "MIT",
        "project": project.name,
        "out_of_scope": "Simulated: every real decision.",
        "limitations": "Simulated: there is no model behind this card.",
        "risks": [
            {
                "risk": "Simulated numbers are taken for real ones.",
                "mitigation": "Every page says so.",
            }
        ],
        "oversight": "Simulated: the owning team.",
    }
    if uses := [a.reference(v) for a, v in used if a.kind == "model_templates"]:
        card["uses"] = uses
    channel = "production" if project.success > 55 else "staging"
    live: Record = {"version": "1.0.0", "reason": "Simulated promotion after the project ended."}
    day = project.ended
    states.append((day, f"catalog/model_cards/{name}.yaml", card))
    states.append((day, f"catalog/channels/{channel}/{name}.yaml", live))
    prose = (day, f"catalog/model_cards/{name}.md", _PROSE.format(title=title(name)))
    return ProjectStates(tuple(states), prose)


__all__ = ["ProjectStates", "State", "performance", "project_states"]
