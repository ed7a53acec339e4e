"""Files behind https, s3 and gs addresses, read as a stream and hashed.

Every host is judged before it is asked, with the addresses that the connection will really
use; a redirect to another host ends the reading.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from maestro.errors import MaestroError, shorten

from .digest import MAX_BYTES, Read, hash_stream, shown, too_large
from .hosts import Hosts

if TYPE_CHECKING:
    import aiohttp

CODES = {
    "S006": "The server did not give the file. Look at the message, and try again later.",
    "S007": "An optional package is missing. Install it with the command shown.",
    "S008": "Sources by this kind of address are not read. Use https, s3 or gs.",
}
"""Problem code to what it means and what to do."""

_BLOCK = 8 << 20
_EXTRAS = {
    "https": ("aiohttp", "https"),
    "http": ("aiohttp", "https"),
    "s3": ("s3fs", "s3"),
    "gs": ("gcsfs", "gs"),
}
# What says who asks; without any of them the storage libraries would search the machine.
_IDENTITY = {"key", "token", "profile", "anon", "session"}


@dataclass(frozen=True, slots=True)
class Access:
    """How far reading may go.

    ``storage_options`` holds what the storage libraries need (endpoint, credentials) by scheme,
    ``s3`` or ``gs``; without an identity in it they read as an anonymous visitor.
    """

    hosts: Hosts = field(default_factory=Hosts)
    storage_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES
    timeout_seconds: float = 300.0


def require(url: str) -> None:
    """Raise MaestroError S007 when the package that reads this kind of address is missing.

    S008 when no package does.
    """
    scheme = url.partition("://")[0]
    if scheme not in _EXTRAS:
        raise MaestroError("S008", f'"{shown(url)}" is not read', "use https, s3 or gs")
    package, extra = _EXTRAS[scheme]
    if importlib.util.find_spec(package) is None:
        raise MaestroError(
            "S007",
            f"{scheme} addresses need the package {package}",
            f"pip install 'maestro-library[{extra}]'",
        )


def digest_url(url: str, access: Access) -> Read:
    """The digest of the file behind an https, s3 or gs address.

    Raises MaestroError S001 or S002 for hosts that may not be asked, S003 when there is no
    file, S004 when it is too large, S006 when the server fails, S007 and S008 as
    :func:`require`.
    """
    require(url)
    read = _read_http if url.startswith(("https://", "http://")) else _read_store
    try:
        size, digest = read(url, access)
    except MaestroError:
        raise
    except Exception as error:
        # Each storage library has a family of errors of its own without a common parent.
        raise _failed(url, error) from None
    return Read(f"sha256:{digest}", size)


def _failed(url: str, error: Exception) -> MaestroError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MaestroError):
            return cause
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, FileNotFoundError):
        hint = "correct the source, or put the file there"
        return MaestroError("S003", f'"{shown(url)}" does not exist', hint)
    status = getattr(error, "status", None)
    if isinstance(error, TimeoutError):
        reason = "took too long"
    elif isinstance(error, PermissionError) or status in (401, 403):
        reason = "may not be read: permission denied"
    else:
        reason = f"could not be read: {type(error).__name__}" + (f" {status}" if status else "")
    return MaestroError("S006", f'"{shown(url)}" {reason}', "try again later, or check access")


def _read_store(url: str, access: Access) -> tuple[int, str]:
    import fsspec

    scheme, _, path = url.partition("://")
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    options |= access.storage_options.get(scheme, {})
    if scheme == "s3":
        waits = {"connect_timeout": 20, "read_timeout": 60}
        options["config_kwargs"] = waits | dict(options.get("config_kwargs", {}))
    if not options.keys() & _IDENTITY:
        options |= {"anon": True} if scheme == "s3" else {"token": "anon"}
    store = fsspec.filesystem(scheme, **options)
    size = store.info(path)["size"]
    if size > access.max_bytes:
        raise too_large(url, f"{access.max_bytes:,} bytes")
    with store.open(path, "rb", block_size=_BLOCK, cache_type="readahead") as stream:
        return hash_stream(stream.read, url, access.max_bytes)


def _read_http(url: str, access: Access) -> tuple[int, str]:
    import fsspec
    from fsspec.asyn import sync

    access.hosts.check(url)
    session: list[aiohttp.ClientSession] = []

    async def client(**_: Any) -> aiohttp.ClientSession:
        """The one session of this access, kept to be closed."""
        session.append(_guarded_session(access))
        return session[0]

    store = fsspec.filesystem("https", skip_instance_cache=True, get_client=client)
    try:
        # A size that is not asked for and no blocks: one plain GET, read as it comes.
        with store.open(url, "rb", block_size=0, size=-1) as stream:
            return hash_stream(stream.read, url, access.max_bytes)
    finally:
        for opened in session:
            sync(store.loop, opened.close)


def _guarded_session(access: Access) -> aiohttp.ClientSession:
    """A session that only connects to judged addresses and keeps the bytes as they are sent."""
    import aiohttp
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Judge(AbstractResolver):
        """Looks a name up and judges what it gives, so that it cannot change in between."""

        def __init__(self) -> None:
            self.inner = aiohttp.ThreadedResolver()

        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
            """Addresses of a host, each judged before it is connected to."""
            found = await self.inner.resolve(host, port, family)
            access.hosts.check_addresses(host, port, [str(item["host"]) for item in found])
            return found

        async def close(self) -> None:
            """Close the resolver inside."""
            await self.inner.close()

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_same_origin_only)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=Judge(), force_close=True),
        timeout=aiohttp.ClientTimeout(total=access.timeout_seconds, sock_connect=20, sock_read=60),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "User-Agent": "maestro"},
        auto_decompress=False,
        trust_env=False,
        trace_configs=[trace],
    )


async def _same_origin_only(
    session: aiohttp.ClientSession,
    context: SimpleNamespace,
    redirect: aiohttp.TraceRequestRedirectParams,
) -> None:
    headers = redirect.response.headers
    target = redirect.url.join(type(redirect.url)(headers.get("Location", headers.get("URI", ""))))
    if target.origin() != redirect.url.origin():
        host = shorten(str(target.host or target), 80)
        message = f'"{shown(str(redirect.url))}" leads on to another host, "{host}"'
        raise MaestroError("S006", message, "write the address that the file really has")
