"""Addresses and networks: however an IPv4 address is written, it is in the networks that it is in."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.networks import is_within, parse_address, parse_network


def in_ipv6(address: IPv4Address) -> str:
    """The address as a socket that takes IPv4 and IPv6 states it."""
    return f"::ffff:{address}"


def test_an_ipv4_address_is_the_same_address_in_ipv6() -> None:
    assert parse_address("::ffff:192.0.2.1") == parse_address("::FFFF:c000:201") == ip_address("192.0.2.1")
    assert parse_address("2001:db8::1") == ip_address("2001:db8::1")


@pytest.mark.parametrize("text", ["", None, "unknown", "192.0.2", "192.0.2.01", "192.0.2.1/24", "localhost"])
def test_what_is_not_an_address_is_none(text: str | None) -> None:
    assert parse_address(text) is None
    assert not is_within(parse_address(text), [ip_network("0.0.0.0/0"), ip_network("::/0")])


def test_a_network_may_be_a_bare_address() -> None:
    assert parse_network("192.0.2.1") == IPv4Network("192.0.2.1/32")
    assert parse_network("2001:db8::1") == IPv6Network("2001:db8::1/128")
    assert parse_network("::ffff:10.0.0.0/104") == IPv4Network("10.0.0.0/8")


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.300", "all", "*", 167772160])
def test_what_is_not_a_network_is_refused_without_its_value(text: object) -> None:
    with pytest.raises(ValueError, match=r"^not a network such as 192\.0\.2\.0/24$"):
        parse_network(text)


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_both_spellings_of_an_address_and_of_a_network_agree(
    address: IPv4Address, prefix: int, other: IPv4Address
) -> None:
    network = IPv4Network((int(other), prefix), strict=False)
    same = parse_network(f"{in_ipv6(network.network_address)}/{96 + prefix}")
    assert same == network
    assert is_within(parse_address(in_ipv6(address)), [network]) == (address in network)
    assert is_within(parse_address(str(address)), [same]) == (address in network)
