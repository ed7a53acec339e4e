"""Throw-away git repositories with their own home, identity and fixed dates."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

CLOSED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
    "LC_ALL": "C.UTF-8",
    "PATH": os.environ.get("PATH", ""),
}


def git(folder: Path, *arguments: str, day: str = "2025-03-01") -> str:
    """The output of one git command; the commit's date is noon of ``day``."""
    moment = f"{day}T12:00:00Z"
    dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, "HOME": str(folder)}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**CLOSED, **dates},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def commit_all(folder: Path, message: str = "Change", day: str = "2025-03-01") -> str:
    """Commit everything below ``folder`` (made a repository when it is none); the commit's id."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message, day=day)
    return git(folder, "rev-parse", "HEAD")
