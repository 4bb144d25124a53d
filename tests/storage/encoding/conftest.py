from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_app.settings import Models
from storage.encoding.dense import DenseEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models import ModelStore


@pytest.fixture(scope="session")
def embedder_folder() -> Path:
    models = Models()
    try:
        return ModelStore(models.cache, offline=True).resolve(models.embedder)
    except Permanent:
        pytest.skip(f"the model {models.embedder} is not here: rag-app models fetch")


@pytest.fixture(scope="session")
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(2)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def dense(embedder_folder: Path, pool: InferencePool) -> DenseEncoder:
    return DenseEncoder("bge-small-en-v1.5-int8", embedder_folder, pool)
