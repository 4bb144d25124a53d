from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from ingestion.sources.addresses import is_private, reachable
from storage.errors import InvalidInput, Transient

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - to be refused
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:1:1:1:1:80ff:fffe",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_a_public_address_is_private_in_every_notation(address: str) -> None:
    assert is_private(ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_not(address: str) -> None:
    assert not is_private(ip_address(address), ())


def test_a_network_can_be_allowed_and_its_neighbours_are_not() -> None:
    allowed = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    assert [is_private(ip_address(a), allowed) for a in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1")] == [
        False
    ] * 3
    assert is_private(ip_address("192.168.0.1"), allowed)


def test_a_host_with_one_private_address_among_its_addresses_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolved(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("8.8.8.8", "169.254.169.254")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(InvalidInput, match=r"'rebound\.example' has the private address 169\.254\.169\.254"):
        reachable("rebound.example", 80, ())
    both = reachable("rebound.example", 80, [ip_network("169.254.0.0/16")])
    assert both == ["8.8.8.8", "169.254.169.254"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "::1", "0"])
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="private address"):
        reachable(host, 80, ())


def test_a_host_that_nobody_knows_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Transient, match="has no address"):
        reachable("nowhere.invalid", 80, ())
