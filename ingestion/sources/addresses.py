"""Which addresses a source may reach: none of this machine or its private networks, unless allowed."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from storage.errors import InvalidInput, Transient

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
REMEDY = "Allow its network in RAG_APP_SOURCES__NETWORKS, if its documents are meant to be read."


def reachable(host: str, port: int, networks: Sequence[Network]) -> list[str]:
    """The addresses of `host`, to connect to as they stand here: asking again may bring others.

    InvalidInput where one of them is private and not in `networks`; Transient where there are none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Transient(
            f"The host {host!r} has no address ({error}).", "Check its name, and this machine's network."
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if is_private(ip_address(address.partition("%")[0]), networks):
            raise InvalidInput(f"The host {host!r} has the private address {address}.", REMEDY)
    return addresses


def is_private(address: Address, networks: Sequence[Network]) -> bool:
    """Whether it is anything but a public address of one machine, and in none of `networks`."""
    told = _told(address)
    if any(inner in network for inner in (address, told) for network in networks):
        return False
    site_local = isinstance(told, IPv6Address) and told.is_site_local
    return not told.is_global or told.is_multicast or site_local


def _told(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(address, IPv4Address):
        return address
    within = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if within is None and any(address in network for network in NAT64):
        within = IPv4Address(int(address) & 0xFFFFFFFF)
    if within is None and int(address) >> 32 == 0 and int(address) > 1:  # ::a.b.c.d, long deprecated
        within = IPv4Address(int(address))
    return within or address
