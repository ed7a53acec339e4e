"""Write a simulated library to disk: records, pieces, the truth, and real git histories."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from maestro.errors import WRONG_USE, MaestroError

from . import library
from .artifact_records import artifact_states, plan_artifacts
from .business import business_file
from .ci_events import Past
from .ci_store import ci_files
from .history import Commit, RunImport, import_stream
from .project_records import performance, project_states
from .repositories import project_history
from .simulator import END, START, Options, World, simulate
from .training import training_files, training_of
from .words import LIBRARIAN
from .yaml_text import yaml_text

_HEADING = "simulated by maestro demo"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was written."""

    folder: Path
    projects: int
    artifacts: int
    model_cards: int
    files: int
    commits: int
    """Commits of the library itself."""
    repositories: int
    """Projects with a git repository of their own."""
    project_commits: int


class _Timeline:
    """Files with the day they were written, oldest state first."""

    def __init__(self) -> None:
        self.days: dict[date, dict[str, bytes]] = defaultdict(dict)

    def add(self, day: date, path: str, content: bytes) -> None:
        """From ``day`` on, ``path`` holds ``content``; committed at the end of that month."""
        self.days[_commit_day(day)][path] = content

    def final(self) -> dict[str, bytes]:
        """Every file as it stands at the end."""
        return {path: text for day in sorted(self.days) for path, text in self.days[day].items()}

    def commits(self) -> list[Commit]:
        """One commit per month in which anything was written, at noon UTC."""
        found: list[Commit] = []
        for place, day in enumerate(sorted(self.days)):
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            files = self.days[day]
            message = f"Simulated library of {day:%Y-%m}\n" if place else "Start the simulation\n"
            parents = (place - 1,) if place else ()
            found.append(Commit(LIBRARIAN, int(noon.timestamp()), message, files, parents))
        return found


def generate(folder: Path, run_import: RunImport, options: Options | None = None) -> DemoReport:
    """Write a simulated library into ``folder`` and make it a git repository.

    The same options give the same bytes. ``run_import`` is the door to git
    (see :class:`RunImport`). Raises ``MaestroError`` when ``folder`` holds anything already,
    or for fewer than 10 projects or 6 artifacts.
    """
    options = options or Options()
    _check(folder, options)
    world = simulate(options)
    timeline = _timeline(world)
    final = timeline.final()
    _write(folder, final)
    commits = timeline.commits()
    run_import(folder, import_stream(commits), bare=False)
    repositories, project_commits = _histories(folder, world, run_import)
    return DemoReport(
        folder=folder,
        projects=len(world.projects),
        artifacts=len(world.artifacts),
        model_cards=sum(path.startswith("catalog/model_cards/") for path in final) // 2,
        files=len(final),
        commits=len(commits),
        repositories=repositories,
        project_commits=project_commits,
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path in sorted(files):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[path])


def _check(folder: Path, options: Options) -> None:
    if options.projects < 10 or options.artifacts < 6 or options.seed < 0:
        raise MaestroError(
            "M040",
            f"cannot simulate {options.projects} projects and {options.artifacts} artifacts "
            f"from seed {options.seed}",
            "ask for at least 10 projects and 6 artifacts, and a seed of 0 or more",
            exit_code=WRONG_USE,
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MaestroError(
            "M041",
            f'"{folder}" is not an empty folder',
            "name a folder that does not exist yet: the demo never overwrites anything",
            exit_code=WRONG_USE,
        )


def _timeline(world: World) -> _Timeline:
    timeline = _Timeline()
    timeline.add(START, "README.md", library.README.encode())
    timeline.add(START, ".gitignore", library.IGNORED.encode())
    timeline.add(START, "catalog/settings.yaml", _yaml(library.settings(world)))
    timeline.add(START, "catalog/owners.yaml", _yaml(library.owners(world)))
    timeline.add(START, "catalog/taxonomy.yaml", _yaml(library.taxonomy()))
    for plan in plan_artifacts(world):
        for day, record, content in artifact_states(plan):
            timeline.add(day, plan.path, _yaml(record))
            timeline.add(day, plan.source_path, content)
    for index in range(len(world.projects)):
        found = project_states(world, index)
        for day, path, record in found.states:
            timeline.add(day, path, _yaml(record))
        if found.prose:
            day, path, text = found.prose
            timeline.add(day, path, text.encode())
        if table := business_file(world, index):
            timeline.add(*table)
    timeline.add(END, library.TRUTH, library.truth(world).encode())
    return timeline


def _yaml(record: dict[str, object]) -> bytes:
    return yaml_text(record, heading=_HEADING).encode()


def _commit_day(day: date) -> date:
    """The end of a day's month; what lies before the simulation is there when it starts."""
    if day <= START:
        return START
    return min(END, day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def _histories(folder: Path, world: World, run_import: RunImport) -> tuple[int, int]:
    """How many repositories were made for projects, and how many commits they hold."""
    repositories = commits = 0
    for index, project in enumerate(world.projects if world.options.histories else ()):
        history = project_history(world, index)
        if history:
            place = folder / "repositories" / project.name
            run_import(place, import_stream(history), bare=True)
            _write(folder / library.DATA, _logged(world, index, history))
            repositories, commits = repositories + 1, commits + len(history)
    return repositories, commits


def _logged(world: World, index: int, history: list[Commit]) -> dict[str, bytes]:
    """What machines would have logged of a project, by path below the data folder."""
    past = Past.of(history)
    training = training_of(world, index, performance(project_states(world, index)))
    tracked = training_files(world, index, past, training) if training else {}
    return {**ci_files(world, index, past), **tracked}


__all__ = ["DemoReport", "generate"]
