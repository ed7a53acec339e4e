"""Playing a page: its files are written, its commands run, their answers kept."""

from __future__ import annotations

import io
import os
import re
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from maestro.cli.main import guarded
from maestro.pipeline.building import STAGES

from .pages import blocks, commands, exchanges

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_AUTHOR_DATE": "2026-11-20T08:00:00Z",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
    "GIT_COMMITTER_DATE": "2026-11-20T08:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
_VARIES = (
    (re.compile(r"\b[0-9]+\.[0-9] s\b"), "0.0 s"),
    (re.compile(r"\b[0-9]+ pages\b"), "0 pages"),
    (re.compile(r"\bcommit [0-9a-f]{12}\b"), "commit 0"),
)
_PROGRESS = re.compile(rf"  ({'|'.join(STAGES)}|mining .*|learning .*|fetching .*)$")


@dataclass(frozen=True)
class Said:
    """One command of a page: what the page claims that it says, and what it says."""

    place: str
    command: str
    claimed: str
    found: str


def play(page: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[Said]:
    """Play a page in ``folder``, block by block; the working folder and environment change."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    done = []
    for block in blocks(page):
        if block.path:
            target = Path(block.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text.split("\n", 1)[1], encoding="utf-8")
        elif block.language == "console":
            for command, claimed in exchanges(block):
                said = "".join(_run(words, monkeypatch) for words in commands(command))
                done.append(Said(block.place, command, claimed, said))
    return done


def _run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return ""
    if words[0] == "git":
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr
    assert words[0] == "maestro", f"a page may only show maestro, git and cd: {words}"
    answer = io.StringIO()
    with redirect_stdout(answer), redirect_stderr(answer):
        guarded(words[1:])
    return answer.getvalue()


def plain(text: str) -> list[str]:
    """The lines of an answer without progress, and with 0 for what differs from run to run."""
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return [line.rstrip() for line in text.splitlines() if not _PROGRESS.match(line)]


def fits(claimed: list[str], found: list[str]) -> bool:
    """Whether an answer is as claimed; a line ``...`` stands for any number of lines."""
    if "..." not in claimed:
        return claimed == found
    cut = claimed.index("...")
    head, rest = claimed[:cut], claimed[cut + 1 :]
    if found[:cut] != head:
        return False
    return any(fits(rest, found[start:]) for start in range(cut, len(found) + 1))
