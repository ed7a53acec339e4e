"""Which addresses may be asked: https to public hosts, and what the settings list besides.

A name is resolved first and its addresses are judged, since ``127.1`` or ``2130706433`` or a
name that points inside look public to any test of the text alone.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from maestro.errors import MaestroError, shorten

CODES = {
    "S001": "The address is not one that may be asked. Use https and a public host, or list "
    "the host under hosts: in catalog/settings.yaml, for plain http as http://host:port.",
    "S002": "The host's name has no address. Check the spelling, and the network.",
}
"""Problem code to what it means and what to do."""

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to addresses; raises OSError when there is none."""

_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Ranges that some versions of Python take for public: local NAT64 (RFC 8215), and addresses that
# hold an IPv4 one in retired ways (RFC 4291, 2.5.5.1; RFC 6052 took the place of RFC 2765).
_NEVER = tuple(
    map(ipaddress.ip_network, ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10"))
)
_HOSTS = "hosts: in catalog/settings.yaml"
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Hosts:
    """Judges addresses; ``listed`` is what ``hosts:`` in the settings says.

    An item is ``host``, ``host:port`` or ``http://host:port``: a listed host need not be
    public, and only ``http://`` before one allows plain http.
    """

    listed: tuple[str, ...] = ()

    def check_url(self, url: str) -> tuple[str, int]:
        """Host and port of an address that may be asked, as far as its text tells.

        Raises MaestroError S001 for all others.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _refused(url, "is not an address") from None
        if not host or parts.scheme not in _PORTS or "\\" in url or "@" in parts.netloc:
            raise _refused(url, "is not a plain https address")
        port = port or _PORTS[parts.scheme]
        if parts.scheme == "http" and not self._lists(host, port, "http://"):
            item = _item(host, port, "http")
            raise _refused(url, "is not https", f'use https, or add "{item}" to {_HOSTS}')
        return host, port

    def check_addresses(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """Raise MaestroError S001 unless all addresses are public or the host is listed."""
        if self._lists(host, port, "") or self._lists(host, port, "http://"):
            return
        if not addresses or not all(map(is_public, addresses)):
            item = _item(host, port, "https")
            hint = f'use a public host, or add "{item}" to {_HOSTS}'
            raise _refused(host, "is not a public host", hint)

    def check(self, url: str, resolve: Resolver | None = None) -> None:
        """Both of the above with a look-up of the name; raises MaestroError S001 or S002."""
        host, port = self.check_url(url)
        try:
            addresses = (resolve or look_up)(host, port)
        except (OSError, UnicodeError):
            hint = "check the spelling, and the network"
            raise MaestroError("S002", f'host "{shorten(host)}" is not known', hint) from None
        self.check_addresses(host, port, addresses)

    def _lists(self, host: str, port: int, scheme: str) -> bool:
        shown = _shown(host)
        wanted = {f"{scheme}{shown}", f"{scheme}{shown}:{port}"}
        return not wanted.isdisjoint(item.rstrip("/").lower() for item in self.listed)


def look_up(host: str, port: int) -> list[str]:
    """Every address of a host, sorted; raises OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(item[4][0]) for item in found})


def is_public(address: str) -> bool:
    """True for an address of the open internet; also looks into addresses that carry another."""
    try:
        found: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _NEVER):
            return False
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner and not is_public(str(inner)):
            return False
        if found.ipv4_mapped:
            return True
    return found.is_global and not found.is_multicast


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _item(host: str, port: int, scheme: str) -> str:
    """What to write under ``hosts:`` for an address, no more of it than is asked for."""
    before = "http://" if scheme == "http" else ""
    after = "" if port == _PORTS[scheme] else f":{port}"
    return f"{before}{shorten(_shown(host), 80)}{after}"


def _refused(
    what: str, why: str, hint: str = "write https://, a public host and a path, without a login"
) -> MaestroError:
    # Never the query: it may hold a token.
    shown = shorten(what.partition("?")[0], 80)
    return MaestroError("S001", f'"{shown}" {why}', hint)
