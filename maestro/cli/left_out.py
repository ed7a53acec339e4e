"""Why a name or a number is missing: records with faults, and records newer than the last build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from maestro.errors import MaestroError, shorten

if TYPE_CHECKING:
    from maestro.catalog.load import Catalog


def not_built(root: Path, name: str) -> MaestroError | None:
    """What to say of a record that is there and not in the last build; None when it is not."""
    catalog = _catalog(root)
    if any(bad.name == name for bad in catalog.broken):
        words = f'the record of "{shorten(name)}" has faults and is left out'
        return MaestroError("M006", words, "maestro check shows them")
    if name in catalog.entries or name in catalog.projects:
        words = f'"{shorten(name)}" is not in the last build'
        return MaestroError("M006", words, "run maestro build")
    return None


def faulty(root: Path) -> str:
    """How many records have faults and are left out, and where they stand; empty for none."""
    count = len(_catalog(root).broken)
    have = "record has faults and is" if count == 1 else "records have faults and are"
    return f"{count:,} {have} left out: maestro check shows them" if count else ""


def _catalog(root: Path) -> Catalog:
    from maestro.catalog.load import load_catalog
    from maestro.pipeline import open_cache

    return load_catalog(root, cache=open_cache(root))


__all__ = ["faulty", "not_built"]
