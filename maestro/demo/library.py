"""The simulated library's own files: settings, owners, taxonomy, what to read first, the truth."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .business import business_of
from .outcomes import BLOCK, MISSING, PART_SD
from .practice import INCIDENT, RUNNERS, practice_of
from .simulator import CONSTANTS, END, START, World
from .training import FAILED, PRUNED
from .words import BOT, CLASSES, DOMAINS, PERSONAS, TAGS, Member, members, team_name, title

Record = dict[str, object]

TRUTH = "simulated-truth.json"
"""File at the root, outside ``catalog/``, that holds what nobody knows about real projects."""

README = f"""# Simulated library

Everything here is **simulated**: teams, people, projects, artifacts and numbers come from
`maestro demo`, from a seed. Nothing describes a real organisation.

- `catalog/` and `projects/` hold records as a grown organisation would have them.
- `simulated/` holds the small files that artifacts point at.
- `repositories/` holds one bare git repository per project, and is not committed.
- `data/` holds what machines would have logged: CI runs, deployments, incidents, training runs.
  No machine ran, the servers in the records do not exist, and it is not committed either.
- `{TRUTH}` holds the true effects, and the true rates behind what machines logged. No estimate
  is made from it: Maestro reads it when all are done, for the page that holds them against it.

Build the site with `maestro build`. Simulated time runs from {START} to {END}.
"""
DATA = "data"
"""Folder of what machines would have logged."""
IGNORED = f"repositories/\n{DATA}/\nbuild/\n.maestro/\n"


def settings(world: World) -> Record:
    """``catalog/settings.yaml``."""
    aliases = {
        member.handle: {"emails": [person.email for person in member.people]}
        for member in _everybody(world)
        if len(member.people) > 1
    }
    return {
        "title": "Simulated library",
        "format": 1,
        "description": "A made-up portfolio from maestro demo; its true effects are known.",
        "simulated": True,
        "license": "MIT",
        "currency": "EUR",
        "channels": ["staging", "production"],
        "people": {"aliases": aliases, "bots": [BOT.email]},
        "success": _success(),
        "impact_margin": 1.0,
        "data": DATA,
        "runners": RUNNERS,
        "deployment_pattern": "*deploy*",
        "production_pattern": "*prod*",
        "incident_label": INCIDENT,
        "freshness": {"git_days": 7, "ci_days": 2, "tracking_days": 7},
    }


def owners(world: World) -> Record:
    """``catalog/owners.yaml``: the first member of a team maintains, the second releases."""
    teams: Record = {}
    for index in range(len(world.team_effects)):
        handles = [member.handle for member in members(index)]
        name = team_name(index)
        teams[name] = {
            "title": title(name),
            "contact": f"{name}@example.org",
            "members": handles,
            "roles": {"maintainer": handles[:1], "releaser": handles[1:2]},
        }
    return {"teams": teams}


def taxonomy() -> Record:
    """``catalog/taxonomy.yaml``."""
    return {
        "problem_classes": CLASSES,
        "tags": dict.fromkeys(TAGS),
        "domains": {name: {"title": title(name)} for name in DOMAINS},
        "personas": PERSONAS,
    }


def truth(world: World) -> str:
    """What is true in the simulation, as JSON with six significant digits.

    Effects are points of success before parts of it are clipped, rounded or lost.
    """
    data = {
        "about": "Simulated. True effects in points of success; no estimate is made from it.",
        "seed": world.options.seed,
        "constants": {**CONSTANTS, "part_sd": PART_SD, "missing": MISSING},
        "artifacts": {
            artifact.reference(version): _digits(effect)
            for artifact in world.artifacts
            for version, effect in enumerate(artifact.effects)
        },
        "teams": {
            team_name(index): _digits(effect) for index, effect in enumerate(world.team_effects)
        },
        "problem_classes": {name: _digits(effect) for name, effect in world.class_effects.items()},
        "projects": {
            project.name: {
                "success": _digits(project.success),
                "difficulty": _digits(project.difficulty),
                "artifact_points": _digits(project.artifact_points),
            }
            for project in world.projects
        },
        "practice": {
            project.name: {name: _digits(value) for name, value in practice.truth().items()}
            for index, project in enumerate(world.projects)
            if (practice := practice_of(world, index))
        },
        "business": {
            project.name: asdict(business)
            for index, project in enumerate(world.projects)
            if (business := business_of(world, index))
        },
        "training": {"failed": FAILED, "pruned": PRUNED},
    }
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def _everybody(world: World) -> list[Member]:
    return [member for team in range(len(world.team_effects)) for member in members(team)]


def _success() -> Record:
    parts = {
        name: {
            key: value
            for key, value in part.model_dump().items()
            if value is not None and (part.kind == "range" or key not in ("scale", "unit"))
        }
        for name, part in BLOCK.parts.items()
    }
    return {**BLOCK.model_dump(), "parts": parts}


def _digits(number: Any) -> Any:
    return float(f"{number:.6g}") if isinstance(number, float) else number


__all__ = ["IGNORED", "README", "TRUTH", "owners", "settings", "taxonomy", "truth"]
