"""Which network addresses the service may connect to. Pure.

An allow-list, because the lists of forbidden nets that others keep have gaps, and so has the
standard library's `is_global`: it calls `::127.0.0.1` and `64:ff9b::7f00:1` global.
Source: the IANA registries of special-purpose addresses for IPv4 and IPv6.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Net: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

HTTPS_PORT = 443

V4_RESERVED = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local; the clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
V6_UNICAST = ipaddress.IPv6Network("2000::/3")
V6_RESERVED = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID and more
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone, given back
        "3fff::/20",  # documentation
    )
)


def is_public(address: Ip) -> bool:
    """Return whether the address is one of the open Internet, for certain.

    IPv6 must lie in 2000::/3, outside what is reserved there; so all forms that carry an IPv4
    address (mapped, compatible, NAT64, 6to4, Teredo) are refused.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in V4_RESERVED)
    if address.scope_id is not None or address not in V6_UNICAST:
        return False
    return not any(address in net for net in V6_RESERVED)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A net, and perhaps one port of it, that a check opens although it is private."""

    net: Net
    port: int | None = None

    def covers(self, address: Ip, port: int) -> bool:
        """Return whether the rule opens `port` of `address`."""
        in_net = address.version == self.net.version and address in self.net
        return in_net and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class AddressRule:
    """The public addresses at the HTTPS port, and what a check opens besides."""

    allowed: Sequence[Allowed] = ()

    def permits(self, address: Ip, port: int) -> bool:
        """Return whether a connection may be opened to `port` of `address`."""
        if port == HTTPS_PORT and is_public(address):
            return True
        return any(rule.covers(address, port) for rule in self.allowed)

    @property
    def is_opened(self) -> bool:
        """Whether a check opens something: only then http:// and other ports are asked at all."""
        return bool(self.allowed)


def read_rule(items: Iterable[str]) -> AddressRule:
    """Read rules such as "127.0.0.0/8", "127.0.0.2/32:8081" or "[::1/128]:8081".

    Raises: ValueError.
    """
    return AddressRule(tuple(_read_allowed(item) for item in items))


def _split(item: str) -> tuple[str, int | None]:
    # An IPv6 network with a port stands in brackets.
    if item.startswith("["):
        net, _, port = item[1:].partition("]")
        return net, int(port.removeprefix(":")) if port else None
    if item.count(":") == 1:
        net, _, port = item.partition(":")
        return net, int(port)
    return item, None


def _read_allowed(item: str) -> Allowed:
    text, port = _split(item)
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"no such port: {port}")
    return Allowed(ipaddress.ip_network(text), port)
