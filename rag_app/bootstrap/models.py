"""The models that settings name, loaded."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from rag_app.settings import Settings
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.score_store import CachedCrossEncoder, ScoreStore
from ranking.reranking import CrossEncoder
from storage.encoding.dense import DenseEncoder
from storage.inference import InferencePool
from storage.models import ModelStore
from storage.models.assembly import Progress


def open_encoders(
    settings: Settings, pool: InferencePool, progress: Progress
) -> tuple[DenseEncoder, OnnxCrossEncoder]:
    store = ModelStore(settings.models.cache, settings.models.offline)
    embedder, cross_encoder = settings.models.embedder, settings.models.cross_encoder
    return (
        DenseEncoder(embedder, store.resolve(embedder, progress), pool),
        OnnxCrossEncoder(cross_encoder, store.resolve(cross_encoder, progress), pool),
    )


def with_kept_scores(scorer: CrossEncoder, path: Path, stack: ExitStack) -> CachedCrossEncoder:
    store = ScoreStore(path)
    stack.callback(store.close)
    return CachedCrossEncoder(scorer, store)
