"""The git history of one simulated project: people, branches, merges, a bot, a moved file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from .history import Commit, Person
from .simulator import END, SimProject, World
from .words import BOT, members, title

_FILES = (
    "src/features.py",
    "src/train.py",
    "src/evaluate.py",
    "src/serve.py",
    "tests/test_features.py",
    "conf/params.yaml",
)
_NOTEBOOK, _MOVED = "notebooks/explore.txt", "notebooks/archive/explore.txt"
_SUBJECTS = (
    "Add simulated feature", "Fix simulated rounding", "Tune simulated model",
    "Test simulated edge case", "Rename simulated columns", "Speed up simulated run",
)  # fmt: skip
_MAIN_ZONES = ("+0000", "+0100", "+0200")


@dataclass(slots=True)
class _Branch:
    """A branch in the making: where it stands, what it touched, and how long it will last."""

    head: int
    left: int
    number: int
    files: dict[str, list[str]] = field(default_factory=dict)


class _Writer:
    """Writes one history commit by commit; every choice comes from one stream of numbers."""

    def __init__(
        self, project: SimProject, team: list[Person], random: np.random.Generator
    ) -> None:
        self.project = project
        self.team = team
        self.random = random
        self.commits: list[Commit] = []
        self.files: dict[str, list[str]] = {}
        self.head = 0
        self.branch: _Branch | None = None
        self.branches = 0

    def write(self, times: list[int]) -> list[Commit]:
        """One commit per time; a branch that is still open is merged by the last one."""
        self._start(times[0])
        for place, at in enumerate(times[1:], start=1):
            last = place == len(times) - 1
            if self.branch is not None and (self.branch.left == 0 or last):
                self._merge(at, self.branch)
            elif place >= len(times) // 2 and _NOTEBOOK in self.files:
                self._move(at)
            elif self.branch is not None and self.random.uniform() < 0.6:
                self._on_branch(at, self.branch)
            elif self.branch is None and not last and self.random.uniform() < 0.15:
                self._open(at)
            elif self.random.uniform() < 0.06:
                self._bot(at)
            else:
                self._on_main(at)
        return self.commits

    def _start(self, at: int) -> None:
        name = title(self.project.name)
        self.files = {path: [f"# {name}: {path}"] for path in _FILES}
        self.files["README.md"] = [f"# {name}", "", "Made up by maestro demo."]
        self.files[_NOTEBOOK] = [f"{name}: notes", *self._lines(20)]
        self.files["requirements.txt"] = ["simulated-package==1.0.0"]
        content = {path: _text(lines) for path, lines in self.files.items()}
        self.head = self._commit(self._person(), at, f"Start {name}", content, ())

    def _on_main(self, at: int) -> None:
        content = {}
        for path in self._pick(_FILES, 1 + int(self.random.integers(3))):
            self._edit(self.files[path])
            content[path] = _text(self.files[path])
        self.head = self._commit(self._person(), at, self._message(), content, (self.head,))

    def _bot(self, at: int) -> None:
        lines = [f"simulated-package==1.{len(self.commits)}.0"]
        self.files["requirements.txt"] = lines
        content = {"requirements.txt": _text(lines)}
        message = "Bump simulated-package"
        self.head = self._commit(BOT, at, message, content, (self.head,))

    def _move(self, at: int) -> None:
        lines = self.files.pop(_NOTEBOOK)
        self.files[_MOVED] = lines
        content = {_NOTEBOOK: None, _MOVED: _text(lines)}
        message = "Move simulated notes to the archive"
        self.head = self._commit(self._person(), at, message, content, (self.head,))

    def _open(self, at: int) -> None:
        self.branches += 1
        self.branch = _Branch(self.head, 1 + int(self.random.integers(5)), self.branches)
        self._on_branch(at, self.branch)

    def _on_branch(self, at: int, branch: _Branch) -> None:
        # A branch has files of its own, so that its merge has no conflict.
        path = f"src/step_{branch.number}.py"
        lines = branch.files.setdefault(path, [f"# simulated step {branch.number}"])
        self._edit(lines)
        content = {path: _text(lines)}
        branch.head = self._commit(self._person(), at, self._message(), content, (branch.head,))
        branch.left = max(0, branch.left - 1)

    def _merge(self, at: int, branch: _Branch) -> None:
        self.files.update(branch.files)
        content = {path: _text(lines) for path, lines in branch.files.items()}
        message = f"Merge branch 'step-{branch.number}'"
        parents = (self.head, branch.head)
        self.head = self._commit(self._person(), at, message, content, parents)
        self.branch = None

    def _commit(
        self,
        author: Person,
        at: int,
        message: str,
        files: dict[str, bytes | None] | dict[str, bytes],
        parents: tuple[int, ...],
    ) -> int:
        place = self.team.index(author) if author in self.team else 0
        zone = _MAIN_ZONES[place % len(_MAIN_ZONES)]
        self.commits.append(Commit(author, at, f"{message}\n", files, parents, zone))
        return len(self.commits) - 1

    def _person(self) -> Person:
        # The first names of a team do most of the work, as in life.
        share = float(self.random.uniform()) ** 2
        return self.team[int(share * len(self.team))]

    def _message(self) -> str:
        return _SUBJECTS[int(self.random.integers(len(_SUBJECTS)))]

    def _pick(self, items: tuple[str, ...], count: int) -> list[str]:
        places = self.random.permutation(len(items))[:count]
        return [items[place] for place in sorted(places)]

    def _edit(self, lines: list[str]) -> None:
        """Change a few lines and add some."""
        for place in self.random.integers(0, len(lines), size=min(3, len(lines) // 4)):
            lines[place] += "  # changed"
        lines += self._lines(2 + int(self.random.integers(12)))

    def _lines(self, count: int) -> Iterator[str]:
        for number in self.random.integers(0, 10_000, size=count):
            yield f"value_{number} = {number}"


def project_history(world: World, index: int) -> list[Commit]:
    """The commits of one project between its first and last day; empty when it is only planned.

    12 to 120 commits, more for longer projects and larger teams; none after ``END`` noon.
    """
    project = world.projects[index]
    if project.status == "planned":
        return []
    random = np.random.default_rng([world.options.seed, 4, index])
    last = project.ended or END - timedelta(days=1)
    days = (last - project.started).days + 1
    wanted = days**0.7 * project.team_size**0.5 * random.uniform(1.0, 2.0)
    count = int(min(120, max(12, wanted)))
    return _Writer(project, _team(project), random).write(
        _times(project.started, days, count, random)
    )


def _team(project: SimProject) -> list[Person]:
    """As many people as the record says, of the owning team and then of the next one."""
    pool = [*members(project.team), *members(project.team + 1)][: project.team_size]
    return [person for member in pool for person in member.people]


def _times(first: date, days: int, count: int, random: np.random.Generator) -> list[int]:
    """``count`` moments in seconds since 1970, increasing, mostly on working days by daylight."""
    midnight = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    chosen = random.integers(0, days, size=count)
    weekday = (first.weekday() + chosen) % 7
    rested = np.where((weekday > 4) & (random.uniform(size=count) < 0.9), chosen - 2, chosen)
    seconds = np.maximum(rested, 0) * 86_400 + random.integers(7 * 3600, 18 * 3600, size=count)
    # Two commits of one second would have no order: each is at least one second after another.
    ordered = np.sort(seconds) + np.arange(count)
    return [midnight + int(second) for second in ordered]


def _text(lines: list[str]) -> bytes:
    return "\n".join([*lines, ""]).encode()


__all__ = ["project_history"]
