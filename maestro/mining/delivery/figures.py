"""Everything about one project's delivery: DORA and pull requests."""

from __future__ import annotations

from maestro.mining.activity import Period
from maestro.mining.base import Tables
from maestro.mining.figure import Figure

from .changes import delivered
from .dora import dora_figures
from .history import History
from .pulls import pull_figures
from .rules import DeliveryRules


def delivery_figures(
    tables: Tables, history: History, period: Period, rules: DeliveryRules
) -> list[Figure]:
    """The DORA figures (source ``dora``), then those of pull requests (``pull_requests``).

    ``tables`` are the facts of CI and git host of this project; ``history`` its commits, with
    a head. What cannot be told is there with value None and the reason in its notes.
    """
    known = delivered(tables, history, rules)
    return [*dora_figures(known, period, rules), *pull_figures(tables, period, rules)]
