"""The dashboards of Insights: what each is called, where it stands and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard: the name of its stub, its title and its sections with their headings."""

    name: str
    title: str
    short: str
    """Its title in the line that leads from one dashboard to another."""
    about: str
    """What it answers, for search engines and the search box."""
    sections: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """Where its page stands."""
        return f"insights/{self.name}.html"


DASHBOARDS: tuple[Dashboard, ...] = (
    Dashboard(
        "success",
        "Project success",
        "Success",
        "How projects ended: every success score, over time and by class, team and complexity.",
        (("lead", ""), ("ended", "Every score"), ("without", "Without a score")),
    ),
    Dashboard(
        "impact",
        "Impact leaderboard",
        "Impact",
        "What goes with success: every version with enough evidence, on one axis.",
        (("lead", ""), ("versions", "All versions"), ("classes", "By problem class")),
    ),
    Dashboard(
        "velocity",
        "Development velocity",
        "Velocity",
        "How fast changes land in each project, and where that rises or falls.",
        (("lead", ""), ("velocity", "Changes that land")),
    ),
    Dashboard(
        "delivery",
        "Delivery",
        "Delivery",
        "The DORA figures of each project: how often, how fast and how safely it delivers.",
        (("lead", ""), ("delivery", "DORA figures")),
    ),
    Dashboard(
        "runs",
        "CI and training runs",
        "Runs",
        "How the automated runs of each project fare, and what its training runs come to.",
        (("lead", ""), ("ci", "CI health"), ("training", "Training runs")),
    ),
    Dashboard(
        "accuracy",
        "Accuracy of predictions",
        "Accuracy",
        "What the models of outcomes know, and what was predicted against what happened.",
        (
            ("lead", ""),
            ("held", "Ranges: claimed and held"),
            ("accuracy", "Predicted and actual"),
            ("knows", "What the model knows"),
            ("advice", "Recommendations, tried on past projects"),
        ),
    ),
    Dashboard(
        "reuse",
        "Reuse network",
        "Reuse",
        "Who reuses whose work: uses between teams, and the pieces that cross most of them.",
        (
            ("lead", ""),
            ("between", "Between teams"),
            ("teams", "Lenders and borrowers"),
            ("pieces", "Pieces by the teams they reach"),
        ),
    ),
    Dashboard(
        "health",
        "Library health",
        "Health",
        "What in the library needs somebody: unowned, unused, duplicate, behind and more.",
        (("lead", ""), ("todo", "What to mend"), ("trend", "From run to run")),
    ),
)
"""Every dashboard, in the order of the overview."""
