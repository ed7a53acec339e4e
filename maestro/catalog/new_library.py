"""The files of a fresh library, from the template that comes with the program.

A leading ``dot-`` in a name of the template stands for a dot, so that git, packaging and tools
do not take the template's files for this project's own.
"""

from __future__ import annotations

import json
from pathlib import Path

from maestro.errors import WRONG_USE, MaestroError
from maestro.schema.base import name_fault

TEMPLATE = Path(__file__).parent / "template"


def new_library(title: str, team: str, version: str) -> dict[str, str]:
    """Path to text of every hand-editable file of a library, sorted by path.

    ``title`` is one line of free text, ``team`` the name of its first team, ``version`` that of
    the program. The JSON Schemas that editors read are not among them. Raises MaestroError when
    title or team cannot be used.
    """
    if fault := name_fault(team):
        raise MaestroError(
            "M003", fault[0].replace("name", "team", 1), fault[1], exit_code=WRONG_USE
        )
    if not title.strip() or not title.isprintable() or len(title) > 300:
        hint = "write one line of at most 300 characters"
        raise MaestroError("M003", "the title cannot be used", hint, exit_code=WRONG_USE)
    texts = {}
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = _real_name(path.relative_to(TEMPLATE))
            texts[name] = _filled(path.read_text(encoding="utf-8"), name, title, team, version)
    return dict(sorted(texts.items()))


def _real_name(path: Path) -> str:
    parts = ("." + part[4:] if part.startswith("dot-") else part for part in path.parts)
    return "/".join(parts)


def _filled(text: str, name: str, title: str, team: str, version: str) -> str:
    if name.endswith(".yaml"):
        title = json.dumps(title, ensure_ascii=False)[1:-1]  # it stands between double quotes
    text = text.replace("TEAM_PLACEHOLDER", team).replace("VERSION_PLACEHOLDER", version)
    return text.replace("TITLE_PLACEHOLDER", title)
