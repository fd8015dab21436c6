"""Which addresses are public does not depend on the Python that runs."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network

import numpy as np
import pytest

from analytics.addresses import IPV4, IPV6, are_public, is_public

LATER = (
    "192.0.0.0/24",
    "100::/64",
    "100:0:0:1::/64",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "64:ff9b:1::/48",
    "2001::/23",
)
"""Networks of which releases of Python differ, or whose neighbour is one."""


@pytest.mark.parametrize("network", [one for one in IPV4 if one not in LATER])
def test_at_the_ends_of_a_network_of_ipv4_python_agrees(network):
    ends = [int(IPv4Network(network)[place]) for place in (0, -1)]
    numbers = [number for end in ends for number in (end - 1, end, end + 1) if 0 <= number < 2**32]
    said = [IPv4Address(number).is_global for number in numbers]
    assert are_public(np.array(numbers)).tolist() == said


@pytest.mark.parametrize("network", [one for one in IPV6 if one not in LATER])
def test_at_the_ends_of_a_network_of_ipv6_python_agrees(network):
    first, last = IPv6Network(network)[0], IPv6Network(network)[-1]
    assert [is_public(str(end)) for end in (first, last)] == [first.is_global, last.is_global]
    assert is_public(str(last + 1)) == (last + 1).is_global


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("192.0.0.8", False),
        ("192.0.0.9", True),
        ("192.0.0.10", True),
        ("192.0.0.11", False),
        ("192.0.1.0", True),
    ],
)
def test_an_exception_within_a_network_of_ipv4(address, public):
    assert are_public(np.array([int(IPv4Address(address))])).tolist() == [public]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("2001:1::1", True),
        ("2001:1::4", False),
        ("2001:4:112::7", True),
        ("2001:4860:4860::8888", True),
        ("2002:808:808::1", False),
        ("3fff::1", False),
        ("2001:4860::x", False),
    ],
)
def test_an_exception_within_a_network_of_ipv6(address, public):
    assert is_public(address) == public


def test_what_is_no_number_is_not_public():
    assert not are_public(np.array([-1])).any()
