"""Which addresses may be asked."""

from __future__ import annotations

import pytest

from maestro.errors import MaestroError
from maestro.source.hosts import Hosts, is_public


def resolve(host: str, port: int) -> list[str]:
    """A name service of our own."""
    known = {"public.example": ["93.184.216.34"], "inside.example": ["10.0.0.7"]}
    known["both.example"] = ["93.184.216.34", "127.0.0.1"]
    known["mapped.example"] = ["::ffff:169.254.169.254"]
    if host in known:
        return known[host]
    if host.replace(".", "").isdigit() or ":" in host:
        return {"127.1": ["127.0.0.1"], "2130706433": ["127.0.0.1"]}.get(host, [host])
    raise OSError("no such host")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::7f00:1", False),
        ("::7f00:1", False),
        ("::ffff:0:7f00:1", False),
        ("fec0::1", False),
        ("2002:7f00:1::", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """Only addresses of the open internet are public, also those carried inside others."""
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["https://public.example/x", "https://public.example:8443/x"])
def test_public_https_is_allowed(url: str) -> None:
    """https to a public host needs no list."""
    Hosts().check(url, resolve)


@pytest.mark.parametrize(
    "url",
    [
        "http://public.example/x",
        "https://inside.example/x",
        "https://both.example/x",
        "https://mapped.example/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://[::1]/x",
        "https://user@public.example/x",
        "https://public.example\\@inside.example/x",
        "ftp://public.example/x",
        "file:///etc/passwd",
        "https:///x",
        "https://public.example:99999/x",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    """Plain http, hosts inside, odd spellings of them, and other schemes are refused."""
    with pytest.raises(MaestroError) as caught:
        Hosts().check(url, resolve)
    assert caught.value.code == "S001"


def test_unknown_host() -> None:
    """A name without an address is said to be unknown."""
    with pytest.raises(MaestroError) as caught:
        Hosts().check("https://nowhere.example/x", resolve)
    assert caught.value.code == "S002"


@pytest.mark.parametrize(
    ("listed", "url", "allowed"),
    [
        ("inside.example", "https://inside.example/x", True),
        ("inside.example", "https://inside.example:8443/x", True),
        ("inside.example", "http://inside.example/x", False),
        ("inside.example:8443", "https://inside.example:8443/x", True),
        ("inside.example:8443", "https://inside.example/x", False),
        ("http://inside.example", "http://inside.example/x", True),
        ("http://inside.example:9000", "http://inside.example:9000/x", True),
        ("http://inside.example:9000", "http://inside.example/x", False),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/x", True),
        ("http://[::1]:9000", "http://[::1]:9000/x", True),
        ("http://inside.example", "https://inside.example/x", True),
        ("example", "https://inside.example/x", False),
    ],
)
def test_the_list_allows_what_it_names(listed: str, url: str, allowed: bool) -> None:
    """A listed host need not be public; http needs http:// before it, a port is exact."""
    hosts = Hosts((listed,))
    if allowed:
        hosts.check(url, resolve)
    else:
        with pytest.raises(MaestroError):
            hosts.check(url, resolve)


def test_messages_hold_no_query() -> None:
    """What stands behind a question mark may be a token: it is never repeated."""
    with pytest.raises(MaestroError) as caught:
        Hosts().check("http://public.example/x?token=secret", resolve)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "item"),
    [
        ("http://127.0.0.1:5791/x", "http://127.0.0.1:5791"),
        ("http://public.example/x", "http://public.example"),
        ("https://inside.example/x", "inside.example"),
        ("https://inside.example:8443/x", "inside.example:8443"),
        ("https://[::1]/x", "[::1]"),
    ],
)
def test_the_hint_is_the_value_that_helps(url: str, item: str) -> None:
    """A refusal prints what to add under hosts:, and with it the address may be asked."""
    with pytest.raises(MaestroError) as refused:
        Hosts().check(url, resolve)
    assert f'add "{item}" to hosts: in catalog/settings.yaml' in (refused.value.hint or "")
    Hosts((item,)).check(url, resolve)
