"""What is known of the fetching of one CI source: ``state.json`` beside its facts.

It changes only when something was learnt: the time of a fetch is kept as a day.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from maestro.mining.writing import replace_file

FORMAT = 1
NAME = "state.json"
MOST_BYTES = 4 << 20
"""A larger file is none of ours."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(slots=True)
class State:
    """One source: when it was fetched, what went wrong, and where to go on."""

    fetched: str = ""
    """The UTC day up to which the list of runs is whole, YYYY-MM-DD; empty when it never was."""
    code: str = ""
    """Code of the last try's failure; empty when it went well."""
    reason: str = ""
    """Why the last try failed."""
    hint: str = ""
    """What to do about it."""
    left: str = ""
    """What is still to be fetched, in words; empty when everything is there."""
    cursor: dict[str, Any] = field(default_factory=dict)
    """Where to go on, in the terms of the one who fetches."""


_TEXTS = tuple(one.name for one in fields(State) if one.name != "cursor")


def read_state(folder: Path, name: str = NAME) -> State:
    """The state beside the facts in ``folder``; a blank one when there is none or it is damaged."""
    path = folder / name
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            return State()
        data = json.loads(path.read_text("utf-8"))
        found = {name: data[name] for name in (*_TEXTS, "cursor")}
        sound = data["format"] == FORMAT and isinstance(found["cursor"], dict)
    except (OSError, ValueError, RecursionError, TypeError, LookupError):
        return State()
    if not sound or not all(isinstance(found[name], str) for name in _TEXTS):
        return State()
    if not _DAY.match(found["fetched"]):
        found["fetched"] = ""
    return State(**found)


def write_state(folder: Path, state: State, name: str = NAME) -> bool:
    """Keep the state; False when that changes nothing. Raises OSError when it cannot."""
    content = {"format": FORMAT} | asdict(state)
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return replace_file(folder / name, text.encode())
