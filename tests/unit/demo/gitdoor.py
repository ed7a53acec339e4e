"""A closed door to git for these tests: own home, no configuration, fixed identity and dates."""

from __future__ import annotations

import subprocess
from pathlib import Path

_CONFIG = (
    "-c", "init.defaultBranch=main", "-c", "core.logAllRefUpdates=false",
    "-c", "fastimport.unpackLimit=1", "-c", "pack.threads=1",
)  # fmt: skip


class Git:
    """Runs git with ``home`` as the home folder."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_OPTIONAL_LOCKS": "0",
            "TZ": "UTC",
            "LC_ALL": "C",
        }

    def run(self, folder: Path, *arguments: str, stdin: bytes = b"") -> str:
        """The output of one git command; fails the test when git does."""
        done = subprocess.run(
            ["git", *_CONFIG, *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            env=self.environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def run_import(self, folder: Path, stream: bytes, *, bare: bool) -> None:
        """What ``maestro.demo.RunImport`` asks for."""
        folder.mkdir(parents=True, exist_ok=True)
        self.run(folder, "init", "-q", "--template=", *(["--bare"] if bare else []))
        self.run(folder, "fast-import", "--quiet", stdin=stream)
        if not bare:
            self.run(folder, "read-tree", "HEAD")
