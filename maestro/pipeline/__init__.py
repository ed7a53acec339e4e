"""The only place that joins the parts: check, and the batch run with its stages in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .checking import WORK, Checked, check, load_base, open_cache

if TYPE_CHECKING:
    from .fetching import fetch_all, git_blob

_LATE = {"fetch_all": "fetching", "git_blob": "fetching"}


def __getattr__(name: str) -> Any:
    """Parts that need git are imported when they are used: checking must stay quick."""
    if name not in _LATE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f".{_LATE[name]}", __name__), name)


__all__ = ["WORK", "Checked", "check", "fetch_all", "git_blob", "load_base", "open_cache"]
