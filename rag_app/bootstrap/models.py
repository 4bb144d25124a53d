"""The embedder that settings name, or another by its name, loaded."""

from __future__ import annotations

from rag_app.settings import Settings
from storage.encoding.dense import DenseEncoder
from storage.inference import InferencePool
from storage.models import ModelStore
from storage.models.assembly import Progress


def open_embedder(
    settings: Settings, pool: InferencePool, progress: Progress, other: str | None = None
) -> DenseEncoder:
    store = ModelStore(settings.models.cache, settings.models.offline)
    name = other or settings.models.embedder
    return DenseEncoder(name, store.resolve(name, progress), pool)
