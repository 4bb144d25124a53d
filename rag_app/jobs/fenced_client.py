"""The vector store as a worker writes to it: not a point once it may have been taken for dead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from storage.vector_client import VectorClient

WRITES = frozenset(("upsert", "set_payload", "update_vectors", "batch_update_points", "delete"))


class _FencedClient:
    """Every request of at most a few hundred points is asked for; `check` raises what stops it."""

    def __init__(self, client: VectorClient, check: Callable[[], None]) -> None:
        self._client = client
        self._check = check

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            self._check()
        return getattr(self._client, name)


def fenced(client: VectorClient, check: Callable[[], None]) -> VectorClient:
    return cast(VectorClient, _FencedClient(client, check))
