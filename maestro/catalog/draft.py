"""A record that is not written yet, checked as if it were."""

from __future__ import annotations

from pathlib import Path

from maestro.errors import Problem

from .checks import check_catalog
from .files import classify, scan
from .load import load_files


def check_draft(root: Path, path: str, text: str) -> list[Problem]:
    """Every fault that the file ``path`` would have, or bring, with ``text``.

    It is judged against the whole catalog. ``path`` is relative to ``root`` and need not be
    there; nothing is written. Raises MaestroError when ``root`` is no catalog repository.
    """
    files = scan(root)
    files.texts[path] = text.encode()
    if found := classify(path):
        files.records = [*(one for one in files.records if one.path != path), found]
    catalog = load_files(root, files)
    problems = {*catalog.problems, *check_catalog(catalog)}
    # Of two names that clash, the file that comes later in the tree is blamed: maybe the old one.
    clash = f"is taken by {path}"
    return sorted(
        problem
        for problem in problems
        if problem.path == path or (problem.code == "F008" and problem.message.endswith(clash))
    )
