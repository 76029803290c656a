"""No message goes to an address inside, however it is written."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    ip_address,
    ip_network,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.net_guard import (
    INSIDE,
    NEVER,
    BadUrl,
    is_allowed,
    may_connect,
    networks_of,
    target_of,
)

EVERYTHING = networks_of("0.0.0.0/0, ::/0")


def inside_of(*networks: str) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    """Addresses of these networks."""
    return st.sampled_from([ip_network(one) for one in networks]).flatmap(
        lambda network: st.integers(
            int(network.network_address), int(network.broadcast_address)
        ).map(IPv4Address if isinstance(network, IPv4Network) else IPv6Address)
    )


_v4_inside = inside_of(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
_v6_inside = inside_of("::/127", "fe80::/10", "fc00::/7", "ff00::/8", "2001:db8::/32", "fec0::/10")


@given(st.one_of(_v4_inside, _v6_inside))
def test_nothing_goes_inside(address: IPv4Address | IPv6Address) -> None:
    assert not may_connect(address, ())


@given(_v4_inside)
def test_nothing_goes_inside_by_an_address_of_the_other_kind(address: IPv4Address) -> None:
    number = int(address)
    written = [
        IPv6Address((0xFFFF << 32) + number),  # mapped
        IPv6Address((0x64FF9B << 96) + number),  # NAT64
        IPv6Address((0x2002 << 112) + (number << 80)),  # 6to4
        IPv6Address((0x20010000 << 96) + (~number & 0xFFFFFFFF)),  # Teredo
        IPv6Address(number),  # compatible
    ]
    assert not any(may_connect(one, ()) for one in written)


@given(st.ip_addresses())
def test_what_may_be_connected_to_is_known_to_be_global(
    address: IPv4Address | IPv6Address,
) -> None:
    if may_connect(address, ()):
        assert not address.is_multicast
        assert not address.is_loopback
        assert not any(address in one for one in (*INSIDE, *NEVER))
        mapped = getattr(address, "ipv4_mapped", None)
        assert (mapped or address).is_global


@given(st.ip_addresses(v=4).filter(lambda one: one.is_global and not one.is_multicast))
def test_the_internet_may_be_reached(address: IPv4Address) -> None:
    special = any(address in one for one in (*INSIDE, *NEVER))
    assert may_connect(address, ()) is not special


@given(inside_of("169.254.0.0/16", "224.0.0.0/4", "0.0.0.0/8", "fe80::/10", "ff00::/8"))
def test_link_local_and_multicast_cannot_even_be_allowed(
    address: IPv4Address | IPv6Address,
) -> None:
    assert not may_connect(address, EVERYTHING)
    assert not is_allowed(address, EVERYTHING)


@pytest.mark.parametrize(
    "written",
    [
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    ],
)
def test_where_clouds_keep_their_metadata_cannot_be_allowed(written: str) -> None:
    assert not may_connect(ip_address(written), EVERYTHING)


def test_a_network_that_is_allowed_is_allowed_and_its_neighbours_are_not() -> None:
    allowed = networks_of("10.20.0.0/16, fd12::/32")
    assert may_connect(ip_address("10.20.7.7"), allowed)
    assert may_connect(ip_address("::ffff:10.20.7.7"), allowed)
    assert may_connect(ip_address("fd12::1"), allowed)
    assert not may_connect(ip_address("10.21.0.1"), allowed)
    assert not may_connect(ip_address("fd13::1"), allowed)


def test_a_network_that_is_none_is_refused() -> None:
    assert networks_of("") == ()
    with pytest.raises(ValueError, match="host bits"):
        networks_of("10.20.0.1/16")


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "header"),
    [
        ("https://erp.example", "erp.example", 443, "/", "erp.example"),
        ("https://ERP.example:8443/a?b=1", "erp.example", 8443, "/a?b=1", "erp.example:8443"),
        ("https://bücher.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
        ("http://[fd12::1]:8080/x", "fd12::1", 8080, "/x", "[fd12::1]:8080"),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int, path: str, header: str) -> None:
    target = target_of(url)
    assert (target.host, target.port, target.path) == (host, port, path)
    assert target.host_header == header


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://erp.example/{text}"):
        try:
            target = target_of(url)
        except BadUrl:
            continue
        assert target.host.isascii()
        assert target.path.isascii()
        assert not set("\r\n ") & set(target.host + target.path)
