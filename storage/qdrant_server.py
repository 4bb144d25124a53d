"""A Qdrant server or cluster, its errors turned into ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from storage.errors import InvalidInput, NotFound, Permanent, Problem, Transient

P = ParamSpec("P")
R = TypeVar("R")

_REFUSED_KEY = (401, 403)
_MAY_PASS = (408, 425, 429, 500, 502, 503, 504)


def _translated(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return method(*arguments, **named)
        except ApiException as error:
            raise _problem(error, getattr(arguments[0], "address", "")) from error

    return call


class ServerClient(QdrantClient):
    """`QdrantClient` whose methods named here raise `storage.errors` Problems. `timeout` in seconds."""

    def __init__(self, url: str, api_key: str | None, timeout: int = 30) -> None:
        self.address = url
        # the check would warn from a thread of its own where the server cannot be reached
        super().__init__(url=url, api_key=api_key, timeout=timeout, check_compatibility=False)

    create_collection = _translated(QdrantClient.create_collection)
    delete_collection = _translated(QdrantClient.delete_collection)
    create_payload_index = _translated(QdrantClient.create_payload_index)
    upsert = _translated(QdrantClient.upsert)
    update_vectors = _translated(QdrantClient.update_vectors)
    set_payload = _translated(QdrantClient.set_payload)
    delete = _translated(QdrantClient.delete)
    query_batch_points = _translated(QdrantClient.query_batch_points)
    scroll = _translated(QdrantClient.scroll)
    retrieve = _translated(QdrantClient.retrieve)
    count = _translated(QdrantClient.count)

    @_translated
    def collection_exists(self, collection_name: str, **kwargs: Any) -> bool:
        return super().collection_exists(collection_name, **kwargs)

    @_translated
    def get_collection(self, collection_name: str, **kwargs: Any) -> models.CollectionInfo:
        return super().get_collection(collection_name, **kwargs)


def _problem(error: ApiException, url: str) -> Problem:
    if isinstance(error, ResponseHandlingException):
        return Transient(
            f"The Qdrant server at {url} cannot be reached: {error.source}.",
            "Check the address and that the server runs, then try again.",
        )
    if not isinstance(error, UnexpectedResponse):
        return Transient(f"The Qdrant server at {url} answered: {error}.", "Try again in a moment.")
    status, said = error.status_code or 0, error.content[:300].decode(errors="replace")
    if status in _REFUSED_KEY:
        return Permanent(
            f"The Qdrant server at {url} refused the API key ({status}).", "Set a key that it accepts."
        )
    if status == 404:
        return NotFound(f"The Qdrant server at {url} does not have it: {said}.")
    if status in _MAY_PASS:
        return Transient(f"The Qdrant server at {url} failed ({status}): {said}.", "Try again in a moment.")
    return InvalidInput(f"The Qdrant server at {url} refused a request ({status}): {said}.")
