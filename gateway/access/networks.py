"""IP addresses and networks. An IPv4 address is the same address when it is written as IPv6 (`::ffff:192.0.2.1`)."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAPPED_BITS = 96
"""How many leading bits every IPv4-mapped IPv6 address has in common, RFC 4291 §2.5.5.2."""


def parse_address(text: str | None) -> Address | None:
    """The address that a text states; None if it states none."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def parse_network(text: object) -> Network:
    """A network in CIDR notation, or a single address. Raises ValueError, also where bits of the host are set."""
    if not isinstance(text, str):
        raise ValueError("not a network such as 192.0.2.0/24")  # noqa: TRY004 - pydantic reports only ValueError
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError("not a network such as 192.0.2.0/24") from None
    ipv4 = getattr(network.network_address, "ipv4_mapped", None)
    if ipv4 is None or network.prefixlen < MAPPED_BITS:
        return network
    return IPv4Network((ipv4, network.prefixlen - MAPPED_BITS))


def subscriber_network(text: str | None) -> str:
    """The network that limits count as one client: the address, or the /64 that an IPv6 subscriber has."""
    address = parse_address(text)
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)


def is_within(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether the address belongs to one of the networks. An unknown address belongs to none."""
    return address is not None and any(address in network for network in networks)
