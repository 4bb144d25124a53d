from __future__ import annotations

import socket

import pytest

from rag_app.cli.listening import check_address
from storage.errors import Permanent

SETTING = "RAG_APP_RERANK_SERVER__ALLOW_REMOTE"


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.7", "example.org", "::"])  # noqa: S104
def test_an_address_beyond_this_machine_must_be_allowed(address: str) -> None:
    with pytest.raises(Permanent, match=f"can be reached from other machines.*{SETTING}=true"):
        check_address(address, 0, allow_remote=False, setting=SETTING)


def test_this_machine_may_always_listen_and_others_where_allowed() -> None:
    check_address("127.0.0.1", 0, allow_remote=False, setting=SETTING)
    check_address("localhost", 0, allow_remote=False, setting=SETTING)
    check_address("0.0.0.0", 0, allow_remote=True, setting=SETTING)  # noqa: S104


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Permanent, match=f"port {port}"):
            check_address("127.0.0.1", port, allow_remote=False, setting=SETTING)
