"""The two sorts of things that go wrong: faults in what users wrote, and reasons to stop."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]

OK = 0
"""Exit code: everything is fine."""
PROBLEMS = 1
"""Exit code: your files or your policy have problems."""
WRONG_USE = 2
"""Exit code: the command was used wrongly."""
CANNOT = 3
"""Exit code: Maestro could not do it (git, disk or network, a missing extra, our own fault)."""
INTERRUPTED = 130
"""Exit code: stopped by the user."""

CODES = {
    "M001": "The folder is no catalog repository: it has no catalog/ in it. Go to one, name one "
    "with -C DIR, or make one with maestro init.",
    "M002": "Another run is at work in the same repository. Wait until it is done.",
    "M003": "A setting from a flag or the environment cannot be used. See maestro settings.",
    "M004": "The operating system refused: no space, no permission, no such file.",
    "M005": "Nothing in the library has that name. See maestro list.",
    "M006": "There is no finished build to take findings from. Run maestro build.",
    "M007": "Much of what the last run had is gone or broken, so nothing was published and the "
    "last good site stays. Mend the records, or say that it is meant.",
    "M008": "The address of the server to be started is not free. Name another port.",
    "M009": "A link stands where Maestro writes or removes files: in .maestro, build, the data "
    "folder or a folder of records. Links are never followed. Remove it.",
    "M010": "The library's settings, owners or taxonomy are there and have faults, so nothing was "
    "published and the last good site stays: with defaults in their place, numbers and pages would "
    "be another library's. Mend the file at the place that is named.",
    "M040": "The simulator needs at least 10 projects, 6 artifacts and a seed of 0 or more.",
    "M041": "The folder for a simulated library is not empty. Name another one.",
}
"""Code of an error that ends a command to what it means and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in what a user wrote, at its place, with the next thing to do.

    ``path`` is relative to the catalog repository, with forward slashes; ``line`` and
    ``column`` count from 1. ``code`` has a page of its own in the reference. ``cause`` is the
    path of the other file from whose faults it follows, empty where the fault is its own: mend
    the cause, and it goes.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    cause: str = ""

    @property
    def place(self) -> str:
        """Where it is: ``path:line:column``."""
        return f"{self.path}:{self.line}:{self.column}"


class MaestroError(Exception):
    """We cannot go on: a sentence, the next thing to do, and the exit code."""

    def __init__(self, code: str, message: str, hint: str = "", *, exit_code: int = CANNOT) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def close_matches(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Up to ``most`` known words that look like ``word``, best first; empty when none does."""
    candidates = sorted(set(known))
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    hits = difflib.get_close_matches(word.casefold()[:200], list(folded), n=most, cutoff=0.6)
    return [folded[hit] for hit in hits]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean x or y?``, or an empty text when nothing known looks like ``word``."""
    hits = close_matches(word, known)
    return f"did you mean {' or '.join(hits)}?" if hits else ""


def shorten(text: str, most: int = 60) -> str:
    """``text`` on one line, control characters removed, cut to ``most`` characters."""
    flat = "".join(c if c.isprintable() else " " for c in text[: most * 4])
    flat = " ".join(flat.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
