"""Which addresses of machines are public, by IANA's registries of special-purpose addresses.

Python's ``ipaddress`` asks the same registries, as they were when that release of Python was made; so that
one text has one answer everywhere, they stand here as of 2025. Multicast addresses are in neither registry.
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network

import numpy as np
from numpy.typing import NDArray

IPV4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
)
"""Networks that are not globally reachable."""
IPV4_IN_THEM = ("192.0.0.9/32", "192.0.0.10/32")
"""Within them, what is."""
IPV6 = (
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
)
IPV6_IN_THEM = (
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:20::/28",
    "2001:30::/28",
)


def are_public(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether IPv4 addresses, as numbers of 32 bits, are globally reachable, same shape; false below 0."""
    special, within = (
        np.logical_or.reduce([numbers & mask == network for network, mask in some]) for some in _ipv4()
    )
    public: NDArray[np.bool_] = (numbers >= 0) & (~special | within)
    return public


def is_public(address: str) -> bool:
    """Whether a text is an IPv6 address that is globally reachable."""
    try:
        said = IPv6Address(address)
    except ValueError:
        return False
    special, within = (any(said in network for network in some) for some in _ipv6())
    return not special or within


@lru_cache(maxsize=1)
def _ipv4() -> tuple[list[tuple[int, int]], ...]:
    """First address and mask of each network, of ``IPV4`` and of ``IPV4_IN_THEM``."""
    networks = ([*map(IPv4Network, some)] for some in (IPV4, IPV4_IN_THEM))
    return tuple([(int(one.network_address), int(one.netmask)) for one in some] for some in networks)


@lru_cache(maxsize=1)
def _ipv6() -> tuple[list[IPv6Network], ...]:
    return tuple([*map(IPv6Network, some)] for some in (IPV6, IPV6_IN_THEM))
