"""Runs, jobs and test reports of a simulated project's CI, attempt by attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .ci_events import DAY, HOUR, MINUTE, NOW, Past, Pull, Rollout, timing
from .practice import Practice
from .simulator import SimProject

Record = dict[str, object]
Tables = dict[str, list[Record]]
"""Kind of fact to its records."""

_FILES = {
    "CI": ".github/workflows/ci.yml",
    "Deploy": ".github/workflows/deploy.yml",
    "Retrain": ".github/workflows/retrain.yml",
}
_EVENTS = {
    "github": {"pull": "pull_request", "clock": "schedule", "hand": "workflow_dispatch"},
    "gitlab": {"pull": "merge_request_event", "clock": "schedule", "hand": "web"},
    "jenkins": {"push": "scm", "clock": "timer", "hand": "user"},
}
"""What sets a run off, in the provider's words where they are not ours."""
_SUITE = "simulated.unit"
_MONDAY = 4 * DAY
"""The first Monday after 1970-01-01, which was a Thursday."""


@dataclass(frozen=True, slots=True)
class _Trigger:
    """What sets a run off."""

    at: int
    workflow: str
    event: str
    head: str
    branch: str
    rollout: Rollout | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt of a run, as it will be written down."""

    run: str
    number: int
    created: int
    started: int
    begun: int
    """When the first job began."""
    finished: int
    result: str


@dataclass(slots=True)
class Logbook:
    """Writes what one project's CI logs, in order of time."""

    project: SimProject
    practice: Practice
    random: np.random.Generator
    number: int
    """The number of the next run or job."""
    first: int
    """When the project's history began."""
    tables: Tables = field(default_factory=lambda: {"run": [], "job": [], "test": []})
    runs: dict[Rollout, str] = field(default_factory=dict)
    """Deployment to the id of its run."""

    def write(self, past: Past, pulls: list[Pull], rollouts: list[Rollout]) -> None:
        """All runs with their jobs and test reports; none that would end after ``NOW``."""
        triggers = [
            *self._of_commits(past, pulls),
            *self._of_rollouts(rollouts),
            *self._of_clock(past),
        ]
        for trigger in sorted(triggers, key=lambda one: (one.at, one.workflow, one.head)):
            attempts = self._attempts(trigger)
            if attempts[-1].finished > NOW:
                continue
            for attempt in attempts:
                self._run(trigger, attempt)
                self._jobs(trigger, attempt)
                if trigger.workflow == "CI" and trigger.event == "push":
                    self._report(attempt, len(attempts) > attempt.number)
            if trigger.rollout:
                self.runs[trigger.rollout] = attempts[-1].run

    def _of_commits(self, past: Past, pulls: list[Pull]) -> Iterator[_Trigger]:
        for place in past.main:
            at = past.commits[place].at + int(self.random.integers(5, 60))
            yield _Trigger(at, "CI", "push", past.ids[place], "main")
        for pull in pulls:
            until = pull.closed or NOW
            for share in sorted(self.random.uniform(size=int(self.random.integers(1, 3)))):
                at = int(pull.opened + share * (until - pull.opened))
                yield _Trigger(at, "CI", "pull", pull.head, pull.branch)

    def _of_rollouts(self, rollouts: list[Rollout]) -> Iterator[_Trigger]:
        for one in rollouts:
            yield _Trigger(one.at, "Deploy", "hand", one.head, "main", one)

    def _of_clock(self, past: Past) -> Iterator[_Trigger]:
        if not self.practice.retrains:
            return
        last = past.commits[-1].at
        start = self.first - (self.first - _MONDAY) % (7 * DAY) + 7 * DAY + 3 * HOUR
        for at in range(start, last, 7 * DAY):
            yield _Trigger(at, "Retrain", "clock", past.tip(at), "main")

    def _next(self) -> str:
        self.number += 1
        if self.practice.provider == "jenkins":
            return f"{self.practice.project}#{self.number}"
        return str(self.number)

    def _attempts(self, trigger: _Trigger) -> list[_Attempt]:
        """One attempt, or two of a flaky run; a deployment's end and result are known."""
        run = self._next()
        rollout = trigger.rollout
        if rollout:
            begun = rollout.at + rollout.waited
            result = "success" if rollout.success else "failure"
            return [_Attempt(run, 1, trigger.at, trigger.at, begun, rollout.finished, result)]
        practice, chance = self.practice, float(self.random.uniform())
        bad, lost = practice.failure, practice.failure + practice.cancelled
        result = "failure" if chance < bad else "cancelled" if chance < lost else "success"
        flaky = lost <= chance < lost + practice.flaky
        one = self._attempt(run, 1, trigger, trigger.at, "failure" if flaky else result)
        if not flaky:
            return [one]
        again = one.finished + int(self.random.integers(5 * MINUTE, HOUR))
        return [one, self._attempt(run, 2, trigger, again, "success")]

    def _attempt(
        self, run: str, number: int, trigger: _Trigger, started: int, result: str
    ) -> _Attempt:
        took, waited = timing(started, self.project, self.practice, self.random)
        if result == "cancelled":
            took = max(5, int(took * self.random.uniform(0.1, 0.9)))
        begun = started + waited
        return _Attempt(run, number, trigger.at, started, begun, begun + took, result)

    def _run(self, trigger: _Trigger, attempt: _Attempt) -> None:
        provider = self.practice.provider
        jenkins = provider == "jenkins"
        names = {"github": trigger.workflow, "gitlab": "", "jenkins": self.practice.project}
        record: Record = {
            "id": attempt.run,
            "attempt": attempt.number,
            "name": names[provider],
            "workflow": _FILES[trigger.workflow] if provider == "github" else "",
            "branch": trigger.branch,
            "head": trigger.head,
            "event": _EVENTS[provider].get(trigger.event, trigger.event),
            "status": "completed",
            "result": attempt.result,
            "created": None if jenkins else attempt.created,
            "started": attempt.started if provider == "github" else attempt.begun,
            "finished": attempt.finished,
            "updated": None if jenkins else attempt.finished,
        }
        if provider != "github":
            record["seconds"] = float(attempt.finished - attempt.begun)
        self.tables["run"].append(record)

    def _jobs(self, trigger: _Trigger, attempt: _Attempt) -> None:
        """The jobs of an attempt: the first begins and the last ends with it."""
        took = attempt.finished - attempt.begun
        part = attempt.begun + max(1, took // 4)
        early = "cancelled" if attempt.result == "cancelled" else "success"
        begun, end, result = attempt.begun, attempt.finished, attempt.result
        match trigger.workflow:
            case "Retrain":
                jobs = [("train", "sim-gpu", begun, end, result)]
            case "Deploy":
                jobs = [
                    ("deploy-staging", "sim-small", begun, part, early),
                    ("deploy-production", "sim-small", part, end, result),
                ]
            case _:
                # Stages of Jenkins follow each other; jobs of the others run side by side.
                start = part if self.practice.provider == "jenkins" else begun
                jobs = [
                    ("lint", "sim-small", begun, part, early),
                    ("test", "sim-large", start, end, result),
                ]
        for place, job in enumerate(jobs, start=1):
            self.tables["job"].append(self._job(attempt, place, job))

    def _job(self, attempt: _Attempt, place: int, job: tuple[str, str, int, int, str]) -> Record:
        name, label, started, finished, result = job
        jenkins = self.practice.provider == "jenkins"
        record: Record = {
            "run_id": attempt.run,
            "attempt": attempt.number,
            "id": f"{attempt.run}/{place}" if jenkins else self._next(),
            "name": name,
            "labels": [] if jenkins else [label],
            "environment": "" if jenkins or "-" not in name else name.partition("-")[2],
            "status": "completed",
            "result": result,
            "created": None if jenkins else attempt.started,
            "started": started,
            "finished": finished,
        }
        if self.practice.provider != "github":
            record["seconds"] = float(finished - started)
        return record

    def _report(self, attempt: _Attempt, retried: bool) -> None:
        """The counts of an attempt's tests; two of three failures come from a test."""
        if attempt.result == "cancelled":
            return
        weeks = (attempt.begun - self.first) / (7 * DAY)
        total = round(self.practice.tests + self.practice.tests_per_week * weeks)
        bad = attempt.result == "failure" and (retried or self.random.uniform() < 2 / 3)
        failed = min(total, 1 + int(self.random.poisson(0.7))) if bad else 0
        flaky = int(self.random.uniform() < 0.08 and not bad)
        mark = hashlib.sha256(f"{attempt.run} {attempt.number} {total} {failed}".encode())
        self.tables["test"].append(
            {
                "run_id": attempt.run,
                "suite": _SUITE,
                "at": attempt.finished,
                "passed": total - failed,
                "failed": failed,
                "errors": 0,
                "skipped": 0,
                "flaky": flaky,
                "reruns": flaky,
                "seconds": float(attempt.finished - attempt.begun),
                "digest": mark.hexdigest()[:16],
            }
        )


__all__ = ["Logbook", "Record", "Tables"]
