"""The cross-encoder that settings name, wherever it runs, with its breaker and its caches."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag_app.settings import Settings
from ranking.cross_encoder.cached import CachedCrossEncoder, KnownScores
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from ranking.cross_encoder.layered_scores import LayeredScores
from ranking.cross_encoder.memory_scores import MemoryScores
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.score_store import ScoreStore
from ranking.reranking import CrossEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models import ModelStore
from storage.models.assembly import Progress

if TYPE_CHECKING:
    from ranking.cross_encoder.torch import TorchCrossEncoder

MEGABYTE = 1_000_000
PAIR_SCORES = "pair-scores.db"


@dataclass(frozen=True)
class Scorers:
    """One cross-encoder twice: `cached`, and `uncached` for sets whose scores are not kept.

    `check` asks whether it works, and tells what an operator should know; it raises Problems.
    """

    cached: CachedCrossEncoder
    uncached: GuardedCrossEncoder
    check: Callable[[], str | None]

    def forgetful(self) -> Scorers:
        """The same cross-encoder with nothing looked up: to be timed."""
        return replace(self, cached=CachedCrossEncoder(self.uncached, MemoryScores(0)))


def open_scorers(
    settings: Settings,
    pool: InferencePool,
    progress: Progress,
    stack: ExitStack,
    pair_scores: Path | None = None,
) -> Scorers:
    """With `pair_scores`, scores are kept in that file instead of in the caches."""
    if settings.reranker.url is not None:
        scorer, check = _remote(settings, settings.reranker.url, stack)
    else:
        scorer, check = open_local_scorer(settings, pool, progress)
    guarded = GuardedCrossEncoder(scorer)
    store = _score_store(pair_scores, stack) if pair_scores else open_caches(settings, stack)
    return Scorers(CachedCrossEncoder(guarded, store), guarded, check or (lambda: _as_it_was(guarded)))


def open_local_scorer(
    settings: Settings, pool: InferencePool, progress: Progress
) -> tuple[CrossEncoder, Callable[[], str | None]]:
    """The model in this process: ONNX where its folder holds a `model.onnx`, else torch."""
    name, seconds = settings.models.cross_encoder, settings.reranker.timeout_seconds
    folder = ModelStore(settings.models.cache, settings.models.offline).resolve(name, progress)
    if (folder / "model.onnx").is_file():
        onnx = OnnxCrossEncoder(name, folder, pool, seconds)
        return onnx, lambda: _asked(onnx)
    # Seconds to import, and an extra: only for those who name such a model.
    from ranking.cross_encoder.torch import TorchCrossEncoder

    torch = TorchCrossEncoder(name, folder, pool, seconds)
    return torch, lambda: _asked(torch)


def open_caches(settings: Settings, stack: ExitStack) -> KnownScores:
    """In this process, and in Redis where its URL is set."""
    memory = MemoryScores(settings.cache.megabytes * MEGABYTE)
    if settings.cache.url is None:
        return memory
    from ranking.cross_encoder.redis_scores import RedisScores

    redis = RedisScores(settings.cache.url.get_secret_value())
    stack.callback(redis.close)
    return LayeredScores(memory, redis)


def forget_filed_scores(data_dir: Path) -> Callable[[Collection[str]], None]:
    """Of evaluations, which keep them in a file of the data folder."""
    file = data_dir / PAIR_SCORES

    def forget(contents: Collection[str]) -> None:
        if file.is_file():
            store = ScoreStore(file)
            store.forget(contents)
            store.close()

    return forget


def _remote(
    settings: Settings, url: str, stack: ExitStack
) -> tuple[CrossEncoder, Callable[[], str | None] | None]:
    from ranking.cross_encoder.remote import RemoteCrossEncoder

    reranker = settings.reranker
    if not reranker.model:
        raise Permanent(
            f"RAG_APP_RERANKER__URL is {url}, but no model is named.",
            "Set RAG_APP_RERANKER__MODEL to a model that it serves.",
        )
    key = reranker.api_key.get_secret_value() if reranker.api_key else None
    remote = RemoteCrossEncoder(
        url, reranker.model, key, timeout_seconds=reranker.timeout_seconds, scale=reranker.scores
    )
    stack.callback(remote.close)
    return remote, None


def _score_store(file: Path, stack: ExitStack) -> ScoreStore:
    store = ScoreStore(file)
    stack.callback(store.close)
    return store


def _asked(scorer: OnnxCrossEncoder | TorchCrossEncoder) -> str | None:
    scorer.score("ready?", ["ready"])
    return scorer.replaced


def _as_it_was(guarded: GuardedCrossEncoder) -> str | None:
    """Of a service that is paid by the call nothing is asked: questions are answered without it, too."""
    return f"Questions are answered in fused order: {guarded.last_failure}" if guarded.last_failure else None
