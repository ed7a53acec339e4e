"""Words for status and result: what each provider writes, in one vocabulary."""

from __future__ import annotations

from typing import Any

from .reading import Reading
from .values import plain

COMPLETED = "completed"

GITHUB_RESULTS = {
    word: word
    for word in (
        "success",
        "failure",
        "cancelled",
        "timed_out",
        "startup_failure",
        "action_required",
        "neutral",
        "skipped",
        "stale",
    )
}
"""Conclusions of Actions runs and jobs; they are our own words."""
GITHUB_STATUSES = frozenset(
    {"completed", "in_progress", "queued", "waiting", "requested", "pending"}
)
DEPLOYMENT_STATES: dict[str, tuple[str, str | None]] = {
    "success": (COMPLETED, "success"),
    "failure": (COMPLETED, "failure"),
    "error": (COMPLETED, "failure"),
    "inactive": ("inactive", None),
    "in_progress": ("in_progress", None),
    "queued": ("queued", None),
    "pending": ("pending", None),
    "waiting": ("waiting", None),
}
"""States of GitHub deployments: status and result."""
GITLAB_STATUSES: dict[str, tuple[str, str | None]] = {
    "success": (COMPLETED, "success"),
    "completed": (COMPLETED, "success"),
    "failed": (COMPLETED, "failure"),
    "canceled": (COMPLETED, "cancelled"),
    "skipped": (COMPLETED, "skipped"),
    "running": ("in_progress", None),
    "pending": ("pending", None),
    "preparing": ("pending", None),
    "waiting_for_resource": ("waiting", None),
    "waiting_for_callback": ("waiting", None),
    "created": ("created", None),
    "manual": ("manual", None),
    "scheduled": ("scheduled", None),
    "canceling": ("canceling", None),
    "blocked": ("blocked", None),
}
"""Statuses of GitLab pipelines, jobs and deployments: status and result."""
JENKINS_RESULTS = {
    "SUCCESS": "success",
    "FAILURE": "failure",
    "UNSTABLE": "unstable",
    "ABORTED": "cancelled",
    "NOT_BUILT": "not_built",
}
JENKINS_STAGES: dict[str, tuple[str, str | None]] = {
    "SUCCESS": (COMPLETED, "success"),
    "FAILED": (COMPLETED, "failure"),
    "UNSTABLE": (COMPLETED, "unstable"),
    "ABORTED": (COMPLETED, "cancelled"),
    "NOT_EXECUTED": (COMPLETED, "skipped"),
    "IN_PROGRESS": ("in_progress", None),
    "PAUSED_PENDING_INPUT": ("waiting", None),
}
"""Statuses of Jenkins stages and of pipeline runs: status and result."""
ANY_RESULT = {
    **GITHUB_RESULTS,
    **{word.lower(): result for word, result in JENKINS_RESULTS.items()},
    **{word: result for word, (_, result) in GITLAB_STATUSES.items() if result},
    "succeeded": "success",
    "passed": "success",
    "pass": "success",
    "ok": "success",
    "fail": "failure",
    "error": "failure",
    "canceled": "cancelled",
    "aborted": "cancelled",
    "timeout": "timed_out",
}
"""Words of hand-made tables and of our own files, in lower case."""
ANY_STATUS = {
    **{word: word for word in GITHUB_STATUSES},
    **{word: status for word, (status, _) in GITLAB_STATUSES.items()},
    **{word.lower(): status for word, (status, _) in JENKINS_STAGES.items()},
    **{word: status for word, (status, _) in DEPLOYMENT_STATES.items()},
    "done": COMPLETED,
    "finished": COMPLETED,
}
"""Words for how far something is, in lower case."""


def result_of(reading: Reading, kind: str, value: Any, known: dict[str, str]) -> str | None:
    """The result that a word stands for; an unknown word is counted and gives None."""
    if value is None or value == "":
        return None
    found = known.get(value) if isinstance(value, str) else None
    if found is None:
        reading.count_word(kind, "result", str(value)[:40])
    return found


def state_of(
    reading: Reading, kind: str, value: Any, known: dict[str, tuple[str, str | None]]
) -> tuple[str, str | None]:
    """Status and result that one word stands for; an unknown word is counted and kept."""
    if value is None or value == "":
        return "", None
    found = known.get(value) if isinstance(value, str) else None
    if found is None:
        reading.count_word(kind, "status", str(value)[:40])
        return plain(str(value)[:40]).lower(), None
    return found
