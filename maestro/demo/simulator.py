"""A simulated organisation whose true effects are known.

Success of a project, in points, is the sum of

- a common level of 56, the problem class (sd 4) and the team (sd 5),
- minus 7 times the project's difficulty (sd 1, seen only through complexity 1-10, with error),
- 2 ln(team size), and a drift of 8 points over the three years,
- one effect for each artifact version used: half of the artifacts have none, 30 % help, 20 %
  hurt, by 1 + 5 |z| points (0.8 of that where they hurt); versions differ by sd 1.5; the mean
  over all projects is taken off, so that it does not move the common level,
- and noise (sd 9).

Who uses what is confounded, as in life: easy projects reuse more, good teams prefer half of the
artifacts, classes prefer some, 40 % of the artifacts come in bundles of three, new ones appear
late and versions replace each other. Duration and cost are log-normal: they grow with
difficulty, and a larger team is faster but dearer. Projects that go badly are abandoned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .words import CLASSES, KINDS, SHARES, artifact_name, project_name

START = date(2023, 7, 1)
END = date(2026, 6, 30)
SPAN_DAYS = (END - START).days
CONSTANTS = {
    "level": 56.0,
    "class_sd": 4.0,
    "team_sd": 5.0,
    "difficulty": -7.0,
    "ln_team_size": 2.0,
    "drift": 8.0,
    "noise_sd": 9.0,
    "version_sd": 1.5,
    "confounding": 1.0,
    "uses_per_project": 6.0,
}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Options:
    """What to simulate: how many projects (10 or more) and artifacts (6 or more), from a seed."""

    projects: int = 60
    artifacts: int = 40
    seed: int = 20260630
    histories: bool = True
    """Whether projects get git repositories of their own, and what machines log of them."""


@dataclass(frozen=True, slots=True)
class SimArtifact:
    """One artifact: its versions 1.0.0, 1.1.0, ... with release day and true effect in points.

    Days count from ``START``; negative ones lie before it.
    """

    name: str
    kind: str
    team: int
    days: tuple[int, ...]
    effects: tuple[float, ...]

    def version(self, index: int) -> str:
        """The text of version ``index``."""
        return f"1.{index}.0"

    def reference(self, index: int) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version(index)}"

    def latest(self, day: int) -> int:
        """The index of the newest version on a day, -1 before the first one."""
        return sum(release <= day for release in self.days) - 1


@dataclass(frozen=True, slots=True)
class SimProject:
    """One project with what is recorded of it and what nobody sees: difficulty and success."""

    name: str
    team: int
    problem_class: str
    complexity: int
    team_size: int
    started: date
    ended: date | None
    status: str
    cost: float
    uses: tuple[tuple[int, int], ...]
    """Artifact and version, as positions."""
    difficulty: float
    artifact_points: float
    success: float
    """True success in points before anything is measured, clipped or lost."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was simulated; team and class effects in points."""

    options: Options
    team_effects: tuple[float, ...]
    class_effects: dict[str, float]
    artifacts: tuple[SimArtifact, ...]
    projects: tuple[SimProject, ...]


@dataclass(frozen=True, slots=True)
class _People:
    """One array per trait, one element per project, sorted by start."""

    team: Ints
    cls: Ints
    difficulty: Floats
    complexity: Ints
    size: Ints
    start: Ints
    skill: Floats
    """Standard-normal skill, one element per team."""
    class_effects: Floats


def simulate(options: Options) -> World:
    """The organisation that ``options`` describe: the same options give the same world."""
    random = np.random.default_rng([options.seed, 1])
    people = _people(random, options.projects)
    artifacts = _artifacts(random, options.artifacts, len(people.skill))
    uses = _adoption(random, people, artifacts)
    points = np.array(
        [sum(artifacts[a].effects[v] for a, v in chosen) for chosen in uses], dtype=np.float64
    )
    success = _base(people) + points - points.mean()
    success = success + CONSTANTS["noise_sd"] * random.normal(size=len(uses))
    projects = _projects(random, people, uses, points - points.mean(), success)
    effects = CONSTANTS["team_sd"] * people.skill
    return World(
        options=options,
        team_effects=tuple(float(effect) for effect in effects),
        class_effects={name: float(people.class_effects[i]) for i, name in enumerate(CLASSES)},
        artifacts=artifacts,
        projects=projects,
    )


def _people(random: np.random.Generator, count: int) -> _People:
    teams, classes = max(3, round(count / 12)), len(CLASSES)
    team = random.choice(teams, count, p=random.dirichlet(np.full(teams, 1.2)))
    cls = random.choice(classes, count, p=random.dirichlet(np.full(classes, 4.0)))
    hard = random.normal(size=count) + 0.25 * random.normal(size=classes)[cls]
    seen = 5.5 + 2.0 * (hard + 0.4 * random.normal(size=count))
    size = np.exp(1.1 + 0.15 * hard + 0.5 * random.normal(size=count))
    planned, active = max(1, count // 30), max(2, count // 20)
    start = np.sort(random.integers(0, SPAN_DAYS - 10, count))
    start[-planned:] = SPAN_DAYS + 7 + np.arange(planned) % 60
    start[-planned - active : -planned] = SPAN_DAYS - 5 - 2 * (np.arange(active)[::-1] % 20)
    return _People(
        team=team,
        cls=cls,
        difficulty=hard,
        complexity=np.clip(np.round(seen), 1, 10).astype(np.int64),
        size=np.clip(np.round(size), 1, 20).astype(np.int64),
        start=start,
        skill=random.normal(size=teams),
        class_effects=CONSTANTS["class_sd"] * random.normal(size=classes),
    )


def _base(people: _People) -> Floats:
    drift = CONSTANTS["drift"] * (people.start / SPAN_DAYS - 0.5)
    base: Floats = (
        CONSTANTS["level"]
        + people.class_effects[people.cls]
        + CONSTANTS["team_sd"] * people.skill[people.team]
        + CONSTANTS["difficulty"] * people.difficulty
        + CONSTANTS["ln_team_size"] * np.log(people.size)
        + drift
    )
    return base


def _artifacts(random: np.random.Generator, count: int, teams: int) -> tuple[SimArtifact, ...]:
    kinds = _kinds(count)
    chance, size = random.uniform(size=count), np.abs(random.normal(size=count))
    sign = np.where(chance < 0.5, 0.0, np.where(chance < 0.8, 1.0, -0.8))
    made, seen = [], dict.fromkeys(KINDS, 0)
    for kind, direction, z in zip(kinds, sign, size, strict=True):
        days = _releases(random)
        spread = CONSTANTS["version_sd"] * random.normal(size=len(days))
        effects = direction * (1 + 5 * z) + (spread if direction else 0 * spread)
        name = artifact_name(kind, seen[kind])
        seen[kind] += 1
        owner = int(random.integers(teams))
        made.append(SimArtifact(name, kind, owner, days, tuple(float(e) for e in effects)))
    return tuple(made)


def _kinds(count: int) -> list[str]:
    """One of each kind, the rest by their shares, in the order of ``KINDS``."""
    wanted = {kind: max(1, int(SHARES[kind] * count)) for kind in KINDS}
    wanted["feature_pipelines"] += count - sum(wanted.values())
    return [kind for kind in KINDS for _ in range(wanted[kind])]


def _releases(random: np.random.Generator) -> tuple[int, ...]:
    """Release days of one to three versions, at least 20 days apart; most start before day 0."""
    versions = int(random.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))
    first = int(random.integers(-200, 0) if random.uniform() < 0.6 else random.integers(0, 600))
    later = np.sort(random.integers(first + 20, SPAN_DAYS - 40, versions - 1))
    return (first, *(int(day) + 20 * place for place, day in enumerate(later)))


def _adoption(
    random: np.random.Generator, people: _People, artifacts: tuple[SimArtifact, ...]
) -> list[list[tuple[int, int]]]:
    """Which artifact in which version each project uses, sorted."""
    shape = (len(people.team), len(artifacts))
    wish = _wish(random, people, len(artifacts))
    first = np.array([artifact.days[0] for artifact in artifacts])
    wish[people.start[:, None] < first[None, :]] = -np.inf
    total = min(CONSTANTS["uses_per_project"], 0.35 * shape[1]) * shape[0]
    rank = max(0, wish.size - int(min(total, np.isfinite(wish).sum())))
    cut = np.partition(wish, rank, axis=None)[rank]
    old = random.uniform(size=shape[0]) < 0.2
    uses: list[list[tuple[int, int]]] = [[] for _ in range(shape[0])]
    for project, artifact in np.argwhere((wish >= cut) & np.isfinite(wish)):
        newest = artifacts[artifact].latest(int(people.start[project]))
        lag = int(old[project] and newest > 0)
        uses[project].append((int(artifact), newest - lag))
    return uses


def _wish(random: np.random.Generator, people: _People, count: int) -> Floats:
    """How much each project (row) wants each artifact (column)."""
    projects, classes = len(people.team), len(CLASSES)
    strength = CONSTANTS["confounding"]
    popular = random.normal(0, 1.1, count)
    by_team = (random.uniform(size=count) < 0.5) * random.uniform(0.5, 1.5, count)
    by_class = 1.5 * (random.uniform(size=(count, classes)) < 0.33)
    wish = random.logistic(size=(projects, count))
    wish += popular - 0.8 * strength * people.difficulty[:, None]
    wish += 0.9 * strength * people.skill[people.team][:, None] * by_team
    wish += strength * (by_class - by_class.mean()).T[people.cls]
    bundled = random.permutation(count)[: int(0.4 * count)]
    for first in range(0, len(bundled), 3):
        wish[:, bundled[first : first + 3]] += 2.5 * random.normal(size=projects)[:, None]
    return wish


def _projects(
    random: np.random.Generator,
    people: _People,
    uses: list[list[tuple[int, int]]],
    points: Floats,
    success: Floats,
) -> tuple[SimProject, ...]:
    count, names = len(uses), tuple(CLASSES)
    length = 4.2 + 0.2 * people.difficulty - 0.35 * np.log(people.size / 3)
    days = np.maximum(10, np.exp(length + 0.4 * random.normal(size=count))).astype(np.int64)
    rate = 400 * np.exp(0.25 * random.normal(size=count))
    status = _states(random, people.start, days, success)
    worked = np.where(status == "abandoned", days * random.uniform(0.3, 0.9, count), days)
    worked = np.maximum(5, worked).astype(np.int64)
    made = []
    for i in range(count):
        started = START + timedelta(days=int(people.start[i]))
        over = status[i] in ("done", "abandoned")
        made.append(
            SimProject(
                name=project_name(i, started.year),
                team=int(people.team[i]),
                problem_class=names[people.cls[i]],
                complexity=int(people.complexity[i]),
                team_size=int(people.size[i]),
                started=started,
                ended=started + timedelta(days=int(worked[i]) - 1) if over else None,
                status=str(status[i]),
                cost=float(np.round(rate[i] * people.size[i] * worked[i], -2)),
                uses=tuple(uses[i]),
                difficulty=float(people.difficulty[i]),
                artifact_points=float(points[i]),
                success=float(success[i]),
            )
        )
    return tuple(made)


def _states(
    random: np.random.Generator, start: Ints, days: Ints, success: Floats
) -> NDArray[np.str_]:
    """planned, active, done; the twelfth of the ended ones that went worst was abandoned."""
    status = np.where(start > SPAN_DAYS, "planned", "active").astype("<U9")
    over = np.flatnonzero(start + days - 1 <= SPAN_DAYS)
    status[over] = "done"
    felt = success[over] + 8 * random.normal(size=len(over))
    status[over[np.argsort(felt)[: max(1, len(over) // 12)]]] = "abandoned"
    return status


__all__ = ["CONSTANTS", "END", "START", "Options", "SimArtifact", "SimProject", "World", "simulate"]
