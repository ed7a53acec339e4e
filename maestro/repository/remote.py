"""Bare clones of remote repositories: which addresses are allowed, and how they are fetched.

A clone of ours has no remote, no hooks and no settings but the constant ones below; the
address is given anew for each fetch, after its host has been resolved and judged.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maestro.errors import MaestroError, shorten
from maestro.source.hosts import is_public, look_up

from .command import Way, run, trouble
from .local import Repository
from .login import PUBLIC, Access, Login

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?(?P<rest>/[A-Za-z0-9._~/@+%-]*)\Z"
)
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_SAFE = (
    *("http.followRedirects=false", "http.sslVerify=true", "http.emptyAuth=false"),
    *("http.lowSpeedLimit=1000", "http.lowSpeedTime=60", "fetch.recurseSubmodules=false"),
    *("transfer.fsckObjects=true", "fetch.fsckObjects=true", "transfer.bundleURI=false"),
    # Old, harmless slips in commits of well-known histories; the miner copes with each.
    *("fetch.fsck.badTimezone=ignore", "fetch.fsck.zeroPaddedFilemode=ignore"),
    *("fetch.fsck.missingSpaceBeforeDate=ignore", "fetch.fsck.missingSpaceBeforeEmail=ignore"),
    *("fetch.fsck.badDate=ignore", "fetch.fsck.badDateOverflow=ignore"),
    *("fetch.fsck.zeroPaddedDate=ignore", "fetch.fsck.missingNameBeforeEmail=ignore"),
    *("fetch.fsck.missingEmail=ignore", "fetch.fsck.badEmail=ignore", "fetch.fsck.badName=ignore"),
    *("fetch.fsck.multipleAuthors=ignore", "fetch.fsck.missingTaggerEntry=ignore"),
)
_FETCH = (
    *("fetch", "--quiet", "--atomic", "--prune", "--force", "--no-tags", "--no-write-fetch-head"),
    *("--no-recurse-submodules", "--no-auto-maintenance"),
)
_REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
# What git says after an answer 401, when it may ask nobody for a name and a password.
_LOGIN = re.compile(r"could not read (Username|Password)|Authentication failed|error: 401")
_FORBIDDEN = re.compile(r"returned error: 403")
_VERSION = re.compile(r"\bversion (\d{1,4})\.(\d{1,4})")
_PINS = (2, 37)
"""The first version of git with ``http.curloptResolve``; older ones ignore it in silence."""
_BRANCH = re.compile(r"refs/heads/[A-Za-z0-9_][A-Za-z0-9._/+@#-]*\Z")


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    host: str
    port: int
    url: str

    @property
    def place(self) -> str:
        """Host and port as FORGE_HOST names them."""
        return self.host if self.port == 443 else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Remote:
    address: _Address
    way: Way
    login: Login | None
    """The login that is sent; None when there is none for this host."""


def is_allowed(url: str, allowed_hosts: Sequence[str]) -> bool:
    """True when ``url`` has the shape and scheme of an address that may be fetched.

    ``allowed_hosts`` as in :class:`Access`. Nothing is resolved here.
    """
    try:
        _address(url, allowed_hosts)
    except MaestroError:
        return False
    return True


def clone_bare(url: str, folder: Path, access: Access = PUBLIC) -> Repository:
    """Clone every branch and tag of ``url`` into the new folder ``folder``.

    Made beside ``folder`` and renamed when whole. Raises MaestroError G010 to G013 and G019.
    """
    remote = _reach(url, access)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One name per clone: what a killed run left behind is cleared by the next one.
    whole = folder.with_name(folder.name + ".part")
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir()
    try:
        _init(whole)
        _fetch(whole, remote)
        whole.rename(folder)
    except BaseException:
        shutil.rmtree(whole, ignore_errors=True)
        raise
    return Repository.open(folder)


def update_bare(folder: Path, url: str, access: Access = PUBLIC) -> Repository:
    """Fetch what is new of ``url`` into our own clone ``folder``; rewritten branches follow.

    Raises MaestroError G010 to G013 and G019; the clone then holds what it held before.
    """
    remote = _reach(url, access)
    config = folder / "config"
    # Settings in a clone could send the fetch elsewhere, and ours never has any.
    if not config.is_file() or config.is_symlink() or config.read_text("utf-8") != _CONFIG:
        config.unlink(missing_ok=True)
        config.write_text(_CONFIG, "utf-8")
    _fetch(folder, remote)
    return Repository.open(folder)


def _init(folder: Path) -> None:
    code, _, complaint = run(folder, ("init", "--quiet", "--bare", "--template=", "."))
    if code:
        raise trouble("G006", f"git init failed: {shorten(complaint)}")
    (folder / "config").write_text(_CONFIG, "utf-8")


def _reach(url: str, access: Access) -> _Remote:
    address = _address(url, access.hosts)
    settings = (*_SAFE, *_pinned(address, access.hosts))
    login = access.login
    if login is None or not login.covers(address.host, address.port):
        return _Remote(address, Way(address.scheme, settings), None)
    if address.scheme == "http":
        # A proxy on the way would be another host that reads the token.
        settings = (*settings, "http.proxy=")
    return _Remote(address, Way(address.scheme, settings, login.settings(url)), login)


def _fetch(folder: Path, remote: _Remote) -> None:
    head = _default_branch(folder, remote)
    _ask(folder, (*_FETCH, "--end-of-options", remote.address.url, *_REFSPECS), remote)
    if head:
        run(folder, ("--git-dir=.", "symbolic-ref", "HEAD", head))


def _default_branch(folder: Path, remote: _Remote) -> str:
    url, asked = remote.address.url, ("HEAD", "refs/heads/*")
    output = _ask(folder, ("ls-remote", "--symref", "--end-of-options", url, *asked), remote)
    if not output.strip():
        # Git takes any page with status 200 for an empty repository, and would prune all.
        raise trouble("G013", f"{url} has no branches, or is not a git repository")
    for line in output.decode("utf-8", "replace").splitlines():
        name = line.removeprefix("ref: ").partition("\t")[0]
        if line.startswith("ref: ") and _BRANCH.match(name) and ".." not in name:
            return name
    return ""


def _ask(folder: Path, arguments: tuple[str, ...], remote: _Remote) -> bytes:
    code, output, complaint = run(folder, ("--git-dir=.", *arguments), b"", remote.way)
    if code:
        raise _refusal(complaint, remote)
    return output


def _refusal(complaint: str, remote: _Remote) -> MaestroError:
    url, login = remote.address.url, remote.login
    if login and (_LOGIN.search(complaint) or _FORBIDDEN.search(complaint)):
        hint = "check that FORGE_TOKEN has not expired and may read this repository"
        return trouble("G019", f"{url} refuses the token", hint)
    if _LOGIN.search(complaint):
        hint = "set FORGE_TOKEN to a token that may read it"
        hint += f" and FORGE_HOST to {remote.address.place}, then run maestro fetch"
        return trouble("G019", f"{url} cannot be read without logging in", hint)
    if login:
        complaint = login.hide(complaint)
    lines = [line for line in complaint.splitlines() if line.startswith(("fatal:", "error:"))]
    said = shorten((lines or complaint.splitlines() or ["no answer"])[0], 200)
    hint = "check that it exists and that FORGE_TOKEN may read it" if login else ""
    return trouble("G013", f"{url} could not be fetched: {said}", hint)


def _address(url: str, allowed_hosts: Sequence[str]) -> _Address:
    found = _URL.match(url) if len(url) <= 500 else None
    if not found or ".." in url:
        raise trouble("G010", f'"{shorten(url, 100)}" is not an address that may be fetched')
    scheme, host = found["scheme"], found["host"]
    port = int(found["port"] or (443 if scheme == "https" else 80))
    if not 0 < port < 65536:
        raise trouble("G010", f'"{shorten(url, 100)}" has no possible port')
    address = _Address(scheme, host, port, url)
    if scheme == "http" and not _listed(address, allowed_hosts):
        hint = f"use https, or list http://{host}:{port} under hosts in catalog/settings.yaml"
        raise trouble("G010", f'"{shorten(url, 100)}" is plain http', hint)
    return address


def _listed(address: _Address, allowed_hosts: Sequence[str]) -> bool:
    plain = [f"http://{address.host}:{address.port}"]
    if address.port == 80 or address.scheme == "https":
        plain.append(f"http://{address.host}")
    names = [address.host, f"{address.host}:{address.port}"] if address.scheme == "https" else []
    wanted = {*plain, *names}
    return any(entry.lower().rstrip("/") in wanted for entry in allowed_hosts)


def _pinned(address: _Address, allowed_hosts: Sequence[str]) -> tuple[str, ...]:
    # A listed host may be private, and behind a proxy its name need not resolve here.
    if _listed(address, allowed_hosts):
        return ()
    try:
        numbers = look_up(address.host.strip("[]"), address.port)
    except (OSError, UnicodeError) as error:
        raise trouble("G012", f'the host "{address.host}" has no address') from error
    for number in numbers:
        if not is_public(number):
            raise trouble("G011", f'the host "{address.host}" is not public ({number})')
    _refuse_old_git()
    # Git shall ask the address that was judged, not what the name means a moment later.
    return (f"http.curloptResolve={address.host}:{address.port}:{','.join(numbers)}",)


def _refuse_old_git() -> None:
    """Raise MaestroError G021 when git does not know the setting that pins a name's address."""
    if _git_version() < _PINS:
        found = ".".join(map(str, _git_version()))
        raise trouble("G021", f"git {found} cannot be told which address of a host to ask")


@lru_cache(maxsize=1)
def _git_version() -> tuple[int, int]:
    """First two numbers of git's version; zeros when it does not say them."""
    _, output, _ = run(Path(os.sep), ("--version",))
    found = _VERSION.search(output.decode("utf-8", "replace"))
    return (int(found[1]), int(found[2])) if found else (0, 0)
