"""Custom metrics of simulated projects: what a team writes into its ``evidence/`` folder.

Every third project that is done counts the hours that its model saved, week by week: they rise
towards ``saved_hours`` a week (half of the way in four weeks) with noise of 8 %, beside the
people who use it. None of the numbers is a part of the success score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .practice import stream
from .simulator import World

EVERY = 3
"""Every third project, if it is done, has custom metrics."""
_NOISE = 0.08
_HALF_WEEKS = 4.0


@dataclass(frozen=True, slots=True)
class Business:
    """The true values of one project's custom metrics."""

    saved_hours: float
    """Hours saved a week, once everybody uses it."""
    users: int
    """People using it, once everybody does."""


def business_of(world: World, index: int) -> Business | None:
    """The custom metrics of project ``index``; None when it has none."""
    project = world.projects[index]
    if not world.options.histories or project.status != "done" or index % EVERY:
        return None
    random = stream(world, "business", index)
    saved = float(12 * np.exp(0.7 * random.normal()))
    return Business(round(saved, 2), int(random.integers(5, 80)))


def business_file(world: World, index: int) -> tuple[date, str, bytes] | None:
    """Day, path and content of the project's table; None when it has none."""
    business, project = business_of(world, index), world.projects[index]
    if business is None or project.ended is None:
        return None
    random = stream(world, "business weeks", index)
    lines = ["time,name,value,unit,source"]
    day, week = project.started + timedelta(days=7), 1
    while day <= project.ended:
        share = 1 - 0.5 ** (week / _HALF_WEEKS)
        saved = max(0.0, business.saved_hours * share * (1 + _NOISE * random.normal()))
        lines.append(f"{day},saved_hours,{saved:.2f},hours/week,simulated survey")
        lines.append(f"{day},users,{round(business.users * share)},people,simulated log")
        day, week = day + timedelta(days=7), week + 1
    path = f"projects/{project.name}/evidence/business.csv"
    return project.ended, path, ("\n".join(lines) + "\n").encode()


__all__ = ["Business", "business_file", "business_of"]
