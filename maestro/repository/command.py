"""How git is started, and what its complaints mean.

Git runs through GitPython's command interface, never through its objects: those read the
user's configuration, run commands that a hostile repository names, and stop at one impossible
date. Every option is a constant, data goes in by standard input or behind
``--end-of-options``, and the environment holds nothing that changes results or runs programs.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from maestro.errors import MaestroError, shorten

if TYPE_CHECKING:
    from git.cmd import Git

CODES: dict[str, str] = {
    "G001": "git itself is missing: install git 2.37 or later and put it on the PATH",
    "G002": "the folder of a repository does not exist or cannot be entered: correct the path",
    "G003": "the folder is not in a git repository: run git init there, or correct the path",
    "G004": "git refuses a repository that another user owns: give the folder to this user",
    "G005": "objects of a repository are missing or damaged: run git fsck, then clone it anew",
    "G006": "git stopped for a reason Maestro does not know: run git log in that repository",
    "G007": "a branch, tag or commit does not exist: correct ref, or fetch the repository",
    "G008": "a shallow clone lacks older history and gives wrong numbers: fetch the whole history",
    "G009": "a partial clone lacks contents of files, which lines are counted from: fetch them all",
    "G010": "an address is not one that may be fetched: write https://host/path",
    "G011": "a host is not public: add it to hosts in catalog/settings.yaml if it is yours",
    "G012": "a host has no address: correct its name, or try again when the network is back",
    "G013": "a remote repository could not be fetched: check that it exists and may be read",
    "G014": "a path leads out of the allowed folders: add its folder to local_roots in settings",
    "G015": "a remote repository has not been fetched yet: run maestro fetch",
    "G016": "a repository has more commits than allowed: raise sources.max_commits in settings",
    "G017": "a commit has no usable date: set as_of in catalog/settings.yaml",
    "G018": "a repository has no commits on the branch to be read: commit something, or name a ref",
    "G019": "a repository may not be read: give maestro fetch a token that may, in FORGE_TOKEN",
    "G020": "FORGE_TOKEN or FORGE_HOST cannot be used: set a token alone, and host or host:port",
    "G021": "git is too old to fetch from a host by name: install git 2.37 or later",
}
"""Code to what it means and what to do; each has a page in the reference."""

MAX_TIME = 253_402_300_799
"""The last second of the year 9999; a later date in a commit is impossible."""

BLOCK = 1 << 20
"""Bytes read at a time from a streamed command."""

_NOWHERE = os.devnull
# Variables that lead git to another repository, change its answers, start programs, or are
# none of its business.
_UNSET = (
    "FORGE_TOKEN",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ASKPASS",
    "GIT_ATTR_SOURCE",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DEFAULT_HASH",
    "GIT_DIFF_OPTS",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_PROXY_COMMAND",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSL_NO_VERIFY",
    "GIT_TEMPLATE_DIR",
    "GIT_WORK_TREE",
    "SSH_ASKPASS",
)
# Variables that make git write down what it sends, or its environment.
_TELLING = (
    "GIT_CURL_VERBOSE",
    "GIT_TRACE2_CONFIG_PARAMS",
    "GIT_TRACE2_ENV_VARS",
    "GIT_TRACE_CURL",
    "GIT_TRACE_REDACT",
)
_ENVIRONMENT = {
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": _NOWHERE,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": _NOWHERE,
    "GIT_GRAFT_FILE": _NOWHERE,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C.UTF-8",
}
SETTINGS = (
    # What counts depend on.
    *("core.quotePath=false", f"core.attributesFile={_NOWHERE}", f"core.excludesFile={_NOWHERE}"),
    *("core.bigFileThreshold=512m", "diff.renames=true", "diff.renameLimit=1000"),
    *("diff.context=3", "diff.interHunkContext=0", "diff.ignoreSubmodules=all"),
    *("log.diffMerges=separate", "core.useReplaceRefs=false", "core.logAllRefUpdates=false"),
    *("diff.algorithm=myers", f"diff.orderFile={_NOWHERE}", "diff.relative=false"),
    *("diff.default.binary=auto", "log.showRoot=true", "log.mailmap=false", "log.follow=false"),
    *("i18n.logOutputEncoding=UTF-8", "log.showSignature=false"),
    # What could start a program, ask someone, or write.
    *("core.fsmonitor=false", "core.untrackedCache=false", f"core.hooksPath={_NOWHERE}"),
    *("core.pager=cat", "core.askPass=", "credential.helper=", "submodule.recurse=false"),
    *("safe.directory=*", "safe.bareRepository=explicit", "gc.auto=0", "maintenance.auto=false"),
)
"""Settings of every call, over whatever the repository itself configures."""


@dataclass(frozen=True, slots=True)
class Way:
    """What one call of git has besides the settings of every call."""

    protocols: str = "none"
    """Those it may fetch by, parted by colons."""
    settings: Sequence[str] = ()
    """More settings, ``name=value``."""
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Settings that no command line may show, name to value: git finds them in its environment."""
    objects: str = ""
    """The folder of objects to read instead of the repository's own."""


_LOCAL = Way()
_KINDS = (
    ("G003", re.compile(r"not a git repository|cannot use bare repository")),
    ("G004", re.compile(r"dubious ownership")),
    (
        "G005",
        re.compile(
            r"corrupt|missing|bad object|unable to read|could not read|loose object|packfile"
            r"|bad tree|invalid sha1|not a valid object|could not parse|unable to open|inflate"
            r"|broken|bad config|unknown repository extension|expected git repo version|not valid"
            r"|revision walk setup failed|failed to traverse parents",
            re.IGNORECASE,
        ),
    ),
)


def trouble(code: str, message: str, hint: str = "") -> MaestroError:
    """The error of one code; its hint is the remedy of :data:`CODES` unless another is given."""
    return MaestroError(code, message, hint or CODES[code].split(": ", 1)[1])


def seconds(text: bytes) -> int | None:
    """A date of git's log as seconds since 1970; None when it is missing or impossible."""
    if not text.isdigit() or len(text) > 12:
        return None
    found = int(text)
    return found if found <= MAX_TIME else None


def launch(folder: Path, arguments: Sequence[str], way: Way = _LOCAL) -> Git.AutoInterrupt:
    """Start git in ``folder``. It ends with the result.

    ``env -u`` because variables cannot be taken away through GitPython, only replaced, and
    an empty GIT_DIR is not the same as none.
    """
    try:
        from git.cmd import Git
        from git.exc import GitCommandNotFound
    except ImportError as error:
        raise trouble("G001", "git was not found") from error
    command = ["env"]
    hidden = _hidden(way.hidden)
    if way.objects:
        hidden["GIT_OBJECT_DIRECTORY"] = way.objects
    for name in (*_UNSET, *(_TELLING if way.hidden else ())):
        if name not in hidden:
            command += ["-u", name]
    command += [str(Git.GIT_PYTHON_GIT_EXECUTABLE or "git"), "--no-pager"]
    for setting in (*SETTINGS, *way.settings):
        command += ["-c", setting]
    environment = {**_ENVIRONMENT, **hidden, "GIT_ALLOW_PROTOCOL": way.protocols}
    try:
        return Git(folder).execute(
            [*command, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            env=environment,
            shell=False,
        )
    except (GitCommandNotFound, OSError) as error:
        raise trouble("G001", f"git cannot be started: {shorten(str(error))}") from error


def _hidden(settings: Mapping[str, str]) -> dict[str, str]:
    variables = {"GIT_CONFIG_COUNT": str(len(settings))} if settings else {}
    for number, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def run(
    folder: Path, arguments: Sequence[str], stdin: bytes = b"", way: Way = _LOCAL
) -> tuple[int, bytes, str]:
    """Exit code, output and complaint of one git command."""
    process = launch(folder, arguments, way)
    output, complaint = process.communicate(stdin)
    code = process.returncode
    if code == 127 and not output:
        raise trouble("G001", "git was not found")
    return code, output, complaint.decode("utf-8", "replace")


def stream(
    folder: Path,
    arguments: Sequence[str],
    stdin: bytes,
    way: Way = _LOCAL,
    called: Path | None = None,
) -> Iterator[bytes]:
    """The output of one git command in blocks; MaestroError at the end when git failed.

    ``stdin`` must be small: it is written before anything is read. ``called`` is what the
    error calls the repository, instead of ``folder``.
    """
    process = launch(folder, arguments, way)
    complaints: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(process.stderr, complaints), daemon=True)
    reader.start()
    try:
        process.stdin.write(stdin)
        process.stdin.close()
        while block := process.stdout.read(BLOCK):
            yield block
        code = process.proc.wait() if process.proc else 1
    except BrokenPipeError:
        code = 128
    finally:
        if process.proc and process.proc.poll() is None:
            process.proc.kill()
            process.proc.wait()
        reader.join()
        for pipe in (process.stdin, process.stdout, process.stderr):
            _close(pipe)
    if code:
        raise failure(called or folder, b"".join(complaints).decode("utf-8", "replace"))


def _drain(pipe: IO[bytes], kept: list[bytes]) -> None:
    # A full pipe would stop git; only the first complaints are worth keeping.
    while block := pipe.read(1 << 16):
        if len(kept) < 4:
            kept.append(block)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


def failure(folder: Path, complaint: str) -> MaestroError:
    """Git's complaint about the repository in ``folder`` as an error with a code and a remedy."""
    words = {
        "G003": f'"{folder}" is not in a git repository',
        "G004": f'"{folder}" belongs to another user',
        "G005": f'the repository "{folder}" is damaged',
    }
    said = _said(complaint)
    for code, pattern in _KINDS:
        if pattern.search(complaint):
            more = f": {said}" if code == "G005" else ""
            return trouble(code, words[code] + more)
    return trouble("G006", f'git failed in "{folder}": {said or "without a word"}')


def _said(complaint: str) -> str:
    lines = [line for line in complaint.splitlines() if line.startswith(("fatal:", "error:"))]
    return shorten((lines or complaint.splitlines() or [""])[0].partition(": ")[2], 160)
