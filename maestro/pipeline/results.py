"""What the last build left on disk, for commands that ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from maestro.errors import MaestroError

from .building import BUILD


def read_findings(root: Path) -> list[dict[str, Any]]:
    """The findings of the last build, as plain data, sorted by kind and subject.

    Raises MaestroError when there is no finished build.
    """
    try:
        data = json.loads((root / BUILD / "findings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, list):
        raise MaestroError("M006", "there is no finished build here", "run maestro build")
    return data
