"""Delivery: deployments, lead times, failures and pull requests, counted from facts."""

from __future__ import annotations

from .changes import deployed
from .deployments import Deployment, find_deployments
from .devlake import devlake_tables
from .figures import delivery_figures
from .history import History
from .rules import DeliveryRules

__all__ = [
    "DeliveryRules",
    "Deployment",
    "History",
    "delivery_figures",
    "deployed",
    "devlake_tables",
    "find_deployments",
]
