"""The tables of how the work goes: which figures stand in each, and which of them is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maestro.publishing.measures import TITLES, Key


@dataclass(frozen=True, slots=True)
class Subject:
    """One table: which figures stand in it, and which of them is drawn."""

    key: Key
    page: Literal["velocity", "delivery", "runs"]
    """The dashboard that it stands on."""
    columns: tuple[tuple[str, str], ...]
    """Name of a figure and the head of its column; the first one orders the table."""
    drawn: str
    """The figure whose interval is drawn on the shared axis."""
    trend: str = ""
    """A slope whose direction is counted in the sentence above the table."""
    multiples: str = ""
    """The figure whose series is drawn for each project, all on one axis; empty: no drawing."""

    @property
    def axis(self) -> str:
        """Head of the column with the drawn intervals."""
        return f"{TITLES[self.drawn]}, one axis for all"


SUBJECTS = (
    Subject(
        "velocity",
        "velocity",
        (
            ("velocity", "Changes per week"),
            ("velocity_trend", "Trend"),
            ("pr_merge_time", "Time to merge"),
        ),
        drawn="velocity_trend",
        trend="velocity_trend",
        multiples="velocity",
    ),
    Subject(
        "ci",
        "runs",
        (
            ("success_rate", "Runs that succeeded"),
            ("pipeline_duration", "Duration, median"),
            ("flaky_rate", "Flaky"),
        ),
        drawn="success_rate",
        trend="tests_trend",
    ),
    Subject(
        "delivery",
        "delivery",
        (
            ("deployment_frequency", "Deployments"),
            ("change_lead_time", "Lead time"),
            ("change_failure_rate", "Failed"),
            ("recovery_time", "Recovery"),
        ),
        drawn="change_failure_rate",
    ),
    Subject(
        "training",
        "runs",
        (
            ("training_runs", "Runs"),
            ("training_time", "Time of a run, mean"),
            ("training_failed", "Failed"),
            ("best_performance", "Best"),
        ),
        drawn="training_runs_per_week",
    ),
)
