"""Everything about one project's delivery: DORA and pull requests."""

from __future__ import annotations

from dataclasses import replace

from maestro.mining.activity import Period
from maestro.mining.base import Tables
from maestro.mining.figure import Figure

from .changes import delivered
from .dora import dora_figures
from .history import History
from .pulls import pull_figures
from .rules import DeliveryRules

_BY_WEEK = frozenset({"deployment_frequency", "deployments", "velocity", "velocity_trend"})
"""Figures per week: of full weeks alone. All others are of every day of the window."""


def delivery_figures(
    tables: Tables, history: History, period: Period, rules: DeliveryRules
) -> list[Figure]:
    """The DORA figures (source ``dora``), then those of pull requests (``pull_requests``).

    ``tables`` are the facts of CI and git host of this project; ``history`` its commits, with
    a head. What cannot be told is there with value None and the reason in its notes.
    """
    known = delivered(tables, history, rules)
    figures = [*dora_figures(known, period, rules), *pull_figures(tables, period, rules)]
    return [replace(figure, whole=figure.name not in _BY_WEEK) for figure in figures]
