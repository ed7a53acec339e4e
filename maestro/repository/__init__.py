"""The only door to git: a closed way to start it, and the few questions Maestro asks it."""

from __future__ import annotations

from .command import CODES, seconds
from .local import LOG_FIELDS, LogEntry, Repository, counting_rules
from .login import PUBLIC, Access, Login, check_token
from .remote import clone_bare, is_allowed, update_bare
from .survey import Tag, attribute_files, mailmapped, tags

__all__ = [
    "CODES",
    "LOG_FIELDS",
    "PUBLIC",
    "Access",
    "LogEntry",
    "Login",
    "Repository",
    "Tag",
    "attribute_files",
    "check_token",
    "clone_bare",
    "counting_rules",
    "is_allowed",
    "mailmapped",
    "seconds",
    "tags",
    "update_bare",
]
