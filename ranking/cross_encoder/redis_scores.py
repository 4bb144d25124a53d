"""Pair scores in Redis, shared by all processes; when it is down, they are merely not known."""

from __future__ import annotations

import logging
import math
import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

from ranking.cross_encoder.breaker import Breaker, BreakerPolicy
from ranking.cross_encoder.memory_scores import pair_keys
from storage.errors import Permanent, Transient

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

PREFIX = b"rag-app:score:2:"
CONTENT_BYTES = 8  # of the content in a key, so that its scores can be found again
KEYS_AT_ONCE = 1_000
SCORE = struct.Struct("<d")
SECONDS_KEPT = 30 * 86_400
SECONDS_TO_ANSWER = 0.2  # a question waits no longer for it, and then not again for a while
AFTER_FAILURE = BreakerPolicy(failures=1, cooldown_seconds=15.0)


class RedisScores:
    """As of `KnownScores`, at a `redis://`, `rediss://` or `unix://` URL; never fails a question.

    A score is forgotten 30 days after it was written; Redis's own `maxmemory` bounds them all. Raises
    Permanent where the client is not installed or the URL is none.
    """

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self._redis = _client(url)
        self._clock = clock
        self._breaker = Breaker(AFTER_FAILURE)

    @property
    def reachable(self) -> bool:
        """As far as is known from the last call."""
        return self._breaker.state(self._clock()) == "closed"

    def get_many(self, version: str, question: str, contents: Sequence[str]) -> dict[str, float]:
        keys = score_keys(version, question, contents)
        values = self._tried(lambda: self._redis.mget(keys)) if keys else None
        found = {content: _score(value) for content, value in zip(contents, values or [], strict=False)}
        return {content: score for content, score in found.items() if score is not None}

    def put_many(self, version: str, question: str, scores: Mapping[str, float]) -> None:
        if not scores:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for key, score in zip(score_keys(version, question, list(scores)), scores.values(), strict=True):
            pipeline.set(key, SCORE.pack(score), ex=SECONDS_KEPT)
        self._tried(pipeline.execute)

    def forget(self, contents: Collection[str]) -> None:
        """Looks at every key once."""
        from redis.exceptions import RedisError

        heads = {PREFIX + bytes.fromhex(content)[:CONTENT_BYTES] for content in contents}
        length = len(PREFIX) + CONTENT_BYTES
        try:
            found = self._redis.scan_iter(match=PREFIX + b"*", count=KEYS_AT_ONCE)
            for some in _batches(key for key in found if key[:length] in heads):
                self._redis.unlink(*some)
        except (RedisError, OSError) as error:
            raise Transient(
                f"The score cache in Redis cannot be told to forget: {error}.",
                "Try again when it works, or unset RAG_APP_CACHE__URL and empty it.",
            ) from error

    def close(self) -> None:
        self._redis.close()

    def _tried(self, call: Callable[[], Any]) -> list[Any] | None:
        """What Redis says; None where it fails, or is left alone since it did."""
        from redis.exceptions import RedisError

        now = self._clock()
        if self._breaker.waits(now):
            return None
        self._breaker = self._breaker.entered(now)
        try:
            said: list[Any] = call()
        except (RedisError, OSError) as error:
            logger.warning("The score cache in Redis does not work, scores are computed: %s", error)
            self._breaker = self._breaker.after_failure(self._clock())
            return None
        self._breaker = self._breaker.succeeded()
        return said


def score_keys(version: str, question: str, contents: Sequence[str]) -> list[bytes]:
    """The pair's digest behind the beginning of its content's."""
    pairs = pair_keys(version, question, contents)
    return [
        PREFIX + bytes.fromhex(content)[:CONTENT_BYTES] + pair
        for content, pair in zip(contents, pairs, strict=True)
    ]


def _batches(keys: Iterator[bytes]) -> Iterator[list[bytes]]:
    while some := list(islice(keys, KEYS_AT_ONCE)):
        yield some


def _client(url: str) -> Redis:
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ModuleNotFoundError as error:
        raise Permanent(
            "A score cache in Redis is set, and its client is not installed.",
            "Run `pip install 'rag-app[redis]'`, or unset RAG_APP_CACHE__URL.",
        ) from error
    # Once more, at once: a server closes connections that were idle for long.
    again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    limits = {"socket_timeout": SECONDS_TO_ANSWER, "socket_connect_timeout": SECONDS_TO_ANSWER}
    try:
        return redis.Redis.from_url(url, protocol=2, retry=again, **limits)
    except ValueError as error:
        raise Permanent(
            "The URL of the score cache is none of Redis.",
            "Set RAG_APP_CACHE__URL to redis://host:6379/0, rediss:// for TLS, or unix:///path.",
        ) from error


def _score(value: Any) -> float | None:
    """None also for what is no score: others may write there."""
    if not isinstance(value, bytes) or len(value) != SCORE.size:
        return None
    score: float = SCORE.unpack(value)[0]
    return score if math.isfinite(score) else None
