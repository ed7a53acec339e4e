"""The only door to git: a closed way to start it, and the few questions Maestro asks it."""

from __future__ import annotations

from .command import CODES, seconds
from .local import LOG_FIELDS, LogEntry, Repository, counting_rules
from .remote import clone_bare, is_allowed, update_bare

__all__ = [
    "CODES",
    "LOG_FIELDS",
    "LogEntry",
    "Repository",
    "clone_bare",
    "counting_rules",
    "is_allowed",
    "seconds",
    "update_bare",
]
