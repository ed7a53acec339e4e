"""Throw-away git repositories: own home and identity, fixed dates, no user configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

MONDAY = 1_757_894_400
"""2025-09-15 00:00:00 UTC, a Monday."""
DAY = 86_400


class Git:
    """One repository made by hand; every command runs real git in a closed environment."""

    def __init__(self, folder: Path, *, bare: bool = False) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main", *(["--bare"] if bare else []))

    def __call__(self, *arguments: str, stdin: bytes = b"", at: int = MONDAY, **who: str) -> str:
        """Run git and return its output without the last newline."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": who.get("name", "Ada"),
            "GIT_AUTHOR_EMAIL": who.get("email", "ada@example.org"),
            "GIT_COMMITTER_NAME": "Carl",
            "GIT_COMMITTER_EMAIL": "carl@example.org",
            "GIT_AUTHOR_DATE": f"{at} +0000",
            "GIT_COMMITTER_DATE": f"{at + int(who.get('late', 0))} +0000",
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=env,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes) -> None:
        """Write one file of the work tree."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: dict[str, str | bytes], at: int = MONDAY, **who: str) -> str:
        """Commit files with their contents; returns the full id."""
        for path, content in files.items():
            self.write(path, content)
        self("add", "-A", at=at)
        message = who.pop("message", "change")
        self("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message, at=at, **who)
        return self("rev-parse", "HEAD")


def import_stream(git: Git, commits: list[bytes]) -> None:
    """Feed whole commit blocks of ``git fast-import``, for what the command line refuses."""
    git(
        "fast-import", "--quiet", "--force", "--date-format=raw-permissive", stdin=b"".join(commits)
    )


def block(
    author: bytes, when: bytes, message: bytes, files: dict[bytes, bytes], parent: bytes = b""
) -> bytes:
    """One commit for :func:`import_stream`; ``parent`` is ``from :1`` style text or empty."""
    lines = [b"commit refs/heads/main\nauthor ", author, b" ", when, b"\ncommitter Carl <c@x> "]
    lines += [b"1600000000 +0000\ndata %d\n%s\n" % (len(message), message), parent]
    for path, content in files.items():
        lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(content), content))
    return b"".join(lines) + b"\n"
