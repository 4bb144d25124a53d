"""Redis that is down, comes back, or holds what nobody wrote."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ranking.cross_encoder.layered_scores import LayeredScores
from ranking.cross_encoder.memory_scores import MemoryScores
from ranking.cross_encoder.redis_scores import RedisScores, score_keys
from storage.errors import Permanent, Transient
from tests.redis_server import redis_server

CONTENT = "0" * 64


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_while_it_is_down_nothing_is_known_and_nothing_fails(tmp_path: Path) -> None:
    clock = Clock()
    store = RedisScores(f"unix://{tmp_path}/redis.sock", clock)
    store.put_many("m", "q", {CONTENT: 1.0})
    assert store.get_many("m", "q", [CONTENT]) == {}
    assert not store.reachable

    with redis_server(tmp_path):
        store.put_many("m", "q", {CONTENT: 1.0})
        assert store.get_many("m", "q", [CONTENT]) == {}, "it is left alone for a while"
        clock.now = 15.0
        store.put_many("m", "q", {CONTENT: 1.0})
        assert store.get_many("m", "q", [CONTENT]) == {CONTENT: 1.0}
        assert store.reachable

    assert store.get_many("m", "q", [CONTENT]) == {}
    store.close()


def test_one_that_accepts_and_says_nothing_is_waited_for_once(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        store = RedisScores(f"unix://{tmp_path}/silent.sock", Clock())
        assert store.get_many("m", "q", [CONTENT]) == {}
        assert not store.reachable
        store.close()


def test_what_is_no_score_is_not_known(tmp_path: Path) -> None:
    import redis

    with redis_server(tmp_path) as url, redis.Redis.from_url(url, protocol=2) as client:
        store = RedisScores(url)
        (key,) = score_keys("m", "q", [CONTENT])
        for strange in (b"", b"hello", b"\x00" * 6 + b"\xf8\x7f"):  # the last is NaN
            client.set(key, strange)
            assert store.get_many("m", "q", [CONTENT]) == {}
        client.delete(key)
        client.lpush(key, "of another type")
        assert store.get_many("m", "q", [CONTENT]) == {}
        store.close()


def test_scores_are_forgotten_in_time_and_questions_are_not_readable(tmp_path: Path) -> None:
    import redis

    with redis_server(tmp_path) as url, redis.Redis.from_url(url, protocol=2) as client:
        store = RedisScores(url)
        store.put_many("m", "what does Ann earn?", {CONTENT: 1.0})
        (key,) = client.keys()
        assert isinstance(key, bytes)
        assert b"Ann" not in key
        assert 29 * 86_400 < int(client.ttl(key)) <= 30 * 86_400
        store.close()


def test_what_only_redis_knows_is_near_afterwards(tmp_path: Path) -> None:
    near = MemoryScores(1_000_000)
    with redis_server(tmp_path) as url:
        far = RedisScores(url)
        far.put_many("m", "q", {CONTENT: 2.5})
        assert LayeredScores(near, far).get_many("m", "q", [CONTENT]) == {CONTENT: 2.5}
        far.close()
    assert near.get_many("m", "q", [CONTENT]) == {CONTENT: 2.5}


def test_a_url_that_is_none_is_told() -> None:
    with pytest.raises(Permanent, match="RAG_APP_CACHE__URL"):
        RedisScores("localhost:6379")


def test_it_forgets_what_it_is_told_to_and_says_so_where_it_cannot(tmp_path: Path) -> None:
    other = "1" * 64
    with redis_server(tmp_path) as url:
        store = RedisScores(url)
        store.put_many("m", "q", {CONTENT: 1.0, other: 2.0})
        store.forget([CONTENT])
        assert store.get_many("m", "q", [CONTENT, other]) == {other: 2.0}
    with pytest.raises(Transient, match="cannot be told to forget"):
        store.forget([other])
    store.close()
