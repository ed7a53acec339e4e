"""How each simulated team builds, tests, deploys and trains: the true values behind its logs.

Five of six projects that have begun have a CI: about half on GitHub Actions, a quarter on
GitLab, the rest on Jenkins. Every value is drawn once for each project, from a stream of its
own, and has nothing to do with the project's success:

- an attempt of a run takes ``minutes`` (log-normal, sd 0.3 in logs) times exp(``drift``) for
  every 13 weeks since the project began, after ``queue_minutes`` of waiting (sd 0.5); attempts
  that were cancelled are cut short;
- a run fails with chance ``failure``, is cancelled with ``cancelled``, and with ``flaky`` its
  first attempt fails and the second one succeeds (GitHub only: there alone attempts are kept;
  never a deployment). Each run counts once, with its last attempt: of those that ended well or
  badly the share ``success_rate`` succeeded;
- on a working day from the third day on, a deployment to production is tried with chance
  ``deploy_chance``, and goes well with chance ``success_rate``; so there are deployments on
  ``deployment_days`` days a week;
- a successful deployment is followed by an incident within 8 hours with chance
  ``change_failure_rate``, and the service is well again ``recovery_hours`` after the
  deployment (log-normal, sd 0.5). Issues without the label ``incident`` are mixed in;
- a pull request stays open for ``merge_hours`` (log-normal, sd 0.6), but no longer than since
  the first commit of its branch, and the share ``reviewed`` of them has a review;
- a test report counts ``tests`` cases at first and ``tests_per_week`` more every week.

Jenkins keeps runs and stages only: no pull requests, deployments, incidents or runner labels.
Two of three projects that have begun track their training: see ``training``.
"""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass

import numpy as np

from .simulator import SimProject, World
from .words import team_name

WITHOUT_CI = 6
"""Every sixth project has no CI."""
WITHOUT_TRACKING = 3
"""Every third project does not track its training."""
SERVER = {"github": "https://github.example.org", "gitlab": "https://gitlab.example.org",
          "jenkins": "https://jenkins.example.org"}  # fmt: skip
"""Provider to the made-up address of its server, which answers nobody."""
TRACKER = "https://mlflow.example.org"
"""The made-up address of the tracking server."""
INCIDENT = "incident"
"""The label of issues that are incidents."""
RUNNERS: dict[str, dict[str, object]] = {
    "sim-small": {"vcpu": 2, "price": 0.4},
    "sim-large": {"vcpu": 8, "price": 1.6},
    "sim-gpu": {"vcpu": 4, "gpu": 1, "price": 3.5},
}
"""Runner label to what it is and costs per hour, as settings say it."""
_RECORD_WORDS = {"github": "github_actions"}
_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Practice:
    """The true values of one project with a CI; see the module for what they do."""

    provider: str
    """github, gitlab or jenkins."""
    project: str
    """The project's name there: ``team/project``."""
    minutes: float
    drift: float
    queue_minutes: float
    failure: float
    flaky: float
    cancelled: float
    deploy_chance: float
    change_failure_rate: float
    recovery_hours: float
    merge_hours: float
    reviewed: float
    tests: int
    tests_per_week: float
    retrains: bool
    """Whether a run on a machine with a GPU trains the model anew every Monday."""

    @property
    def success_rate(self) -> float:
        """Expected share of runs that succeeded among those that ended well or badly."""
        return 1 - self.failure / (1 - self.cancelled)

    @property
    def deployment_days(self) -> float:
        """Expected days a week with a successful deployment to production."""
        return _WORKING_DAYS * self.deploy_chance * self.success_rate

    def truth(self) -> dict[str, object]:
        """All true values by name."""
        derived = {"success_rate": self.success_rate, "deployment_days": self.deployment_days}
        return {**asdict(self), **derived}


def stream(world: World, name: str, index: int) -> np.random.Generator:
    """The random numbers of one purpose for one project: new purposes change no other's."""
    return np.random.default_rng([world.options.seed, zlib.crc32(name.encode()), index])


def practice_of(world: World, index: int) -> Practice | None:
    """How project ``index`` works; None when it has no CI, or no repository to run one for."""
    project = world.projects[index]
    if not _has_logs(world, project) or index % WITHOUT_CI == WITHOUT_CI - 3:
        return None
    random = stream(world, "practice", index)
    chance = float(random.uniform())
    provider = "github" if chance < 0.5 else "gitlab" if chance < 0.78 else "jenkins"
    flaky = float(random.uniform(0.01, 0.08))
    pace = float(random.choice([0.06, 0.25, 0.5, 0.9], p=[0.2, 0.4, 0.25, 0.15]))
    return Practice(
        provider=provider,
        project=f"{team_name(project.team)}/{project.name}",
        minutes=_spread(random, 9.0, 0.5),
        drift=float(np.clip(random.normal(0.1, 0.25), -0.4, 0.6)),
        queue_minutes=_spread(random, 0.8, 0.6),
        failure=float(random.uniform(0.04, 0.18)),
        flaky=flaky if provider == "github" else 0.0,
        cancelled=float(random.uniform(0.01, 0.05)),
        deploy_chance=pace,
        change_failure_rate=float(random.uniform(0.04, 0.3)),
        recovery_hours=_spread(random, 5.0, 0.7),
        merge_hours=_spread(random, 14.0, 0.6),
        reviewed=float(random.uniform(0.5, 0.95)),
        tests=int(random.integers(15, 120)),
        tests_per_week=float(random.uniform(0.5, 6)),
        retrains=bool(random.uniform() < 0.3),
    )


def ci_record(practice: Practice) -> dict[str, object]:
    """The ``ci`` block of the project's record."""
    return {
        "provider": _RECORD_WORDS.get(practice.provider, practice.provider),
        "project": practice.project,
        "url": SERVER[practice.provider],
    }


def tracks(world: World, index: int) -> bool:
    """Whether project ``index`` tracks its training."""
    return _has_logs(world, world.projects[index]) and index % WITHOUT_TRACKING > 0


def _has_logs(world: World, project: SimProject) -> bool:
    return world.options.histories and project.status != "planned"


def _spread(random: np.random.Generator, middle: float, sd: float) -> float:
    """A log-normal number with median ``middle``."""
    return float(middle * np.exp(sd * random.normal()))


__all__ = [
    "INCIDENT",
    "RUNNERS",
    "TRACKER",
    "Practice",
    "ci_record",
    "practice_of",
    "stream",
    "tracks",
]
