"""Which addresses a message may be sent to (pure): none inside our own network, unless allowed.

The name of a receiver is chosen outside, so it may lead anywhere: to this machine, to the metadata
service of a cloud, to a database. What counts is therefore the address it leads to at the moment
of sending, whatever it led to before, and that address is the one connected to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Never, whatever is allowed: no receiver lives there. Some hold the metadata of clouds.
NEVER: Final = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "100.100.100.200/32",  # metadata of Alibaba
        "168.63.129.16/32",  # metadata of Azure
        "169.254.0.0/16",
        "192.0.0.192/32",  # metadata of Oracle
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "fd00:ec2::/32",  # metadata of Amazon over IPv6
        "fd20:ce::254/128",  # metadata of Google over IPv6
    )
)
#: Only where allowed: private, shared and special use (IANA, RFC 6890 and what has come since).
INSIDE: Final = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "::1/128",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
    )
)
_NAME: Final = re.compile(r"[a-z0-9._-]{1,253}")
_MAPPED: Final = (ip_network("::ffff:0:0/96"), ip_network("::/96"), ip_network("64:ff9b::/96"))
_6TO4: Final = ip_network("2002::/16")
_TEREDO: Final = ip_network("2001::/32")


class BadUrl(ValueError):
    """This is no address to send to. `code` says why: url, scheme, host, port, user, fragment."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The value of `Host`: with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take an http or https address apart. Raises BadUrl."""
    if not url.isprintable() or any(one in url for one in ' "<>\\^`{|}'):
        raise BadUrl("url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl("port" if "ort" in str(error) else "url") from error
    if parts.scheme not in {"http", "https"}:
        raise BadUrl("scheme")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("user")
    if parts.fragment:
        raise BadUrl("fragment")
    secure = parts.scheme == "https"
    if port == 0:
        raise BadUrl("port")
    if not parts.path.isascii() or not parts.query.isascii():
        raise BadUrl("url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, _host(parts.hostname or ""), port or (443 if secure else 80), path)


def _host(name: str) -> str:
    """The host in ASCII; an address as it is usually written."""
    if "%" in name:
        raise BadUrl("host")
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        host = name.encode("idna").decode().lower()
    except UnicodeError as error:
        raise BadUrl("host") from error
    if not _NAME.fullmatch(host):
        raise BadUrl("host")
    return host


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas, such as "10.20.0.0/16, fd12::/32". Raises ValueError."""
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether this address lies in a network that the installation has named."""
    return any(one in network for one in _meanings(address) for network in allowed) and not _in(
        address, NEVER
    )


def may_connect(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether a message may be sent to this address."""
    if _in(address, NEVER):
        return False
    if is_allowed(address, allowed):
        return True
    # What the library knows beyond our list is refused as well.
    return not _in(address, INSIDE) and all(one.is_global for one in _meanings(address))


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(one in network for one in _meanings(address) for network in networks)


def _meanings(address: Address) -> Iterator[Address]:
    """The address, and those of IPv4 that packets to it would reach."""
    inner = list(_inner(address))
    # A mapped address is the inner one and nothing else.
    if not (isinstance(address, IPv6Address) and inner and address not in _TEREDO):
        yield address
    yield from inner


def _inner(address: Address) -> Iterator[Address]:
    if isinstance(address, IPv4Address):
        return
    number = int(address)
    if any(address in one for one in _MAPPED) and number > 1:
        yield IPv4Address(number & 0xFFFFFFFF)
    elif address in _6TO4:
        yield IPv4Address((number >> 80) & 0xFFFFFFFF)
    elif address in _TEREDO:
        yield IPv4Address(~number & 0xFFFFFFFF)
