"""Making a repository from a stream of ready-made commits."""

from __future__ import annotations

from pathlib import Path

from .command import Way, failure, run

_SETTINGS = (
    "init.defaultBranch=main",
    "core.logAllRefUpdates=false",
    # One pack instead of a file per object, made by one thread: the same bytes every time.
    "fastimport.unpackLimit=1",
    "pack.threads=1",
)
_WAY = Way(settings=_SETTINGS)


def import_stream(folder: Path, stream: bytes, *, bare: bool) -> None:
    """Make a repository at ``folder`` from a ``git fast-import`` stream, on branch main.

    With ``bare`` false the folder already holds the files of the last commit; the index is
    read from it. The same stream gives the same bytes. Raises MaestroError when git refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    git_dir = "." if bare else ".git"
    where = (f"--git-dir={git_dir}", *(() if bare else ("--work-tree=.",)))
    steps: list[tuple[tuple[str, ...], bytes]] = [
        ((*where, "init", "-q", "--template=", *(("--bare",) if bare else ())), b""),
        ((*where, "fast-import", "--quiet"), stream),
    ]
    if not bare:
        steps.append(((*where, "read-tree", "HEAD"), b""))
    for arguments, stdin in steps:
        code, _, complaint = run(folder, arguments, stdin, way=_WAY)
        if code:
            raise failure(folder, complaint)
