from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_app.settings import Models
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models import ModelStore
from tests.language_model import LanguageModel, language_model


@pytest.fixture(scope="session")
def small_model() -> Iterator[LanguageModel]:
    """SmolLM2-135M, served for the whole session: it writes badly, and like any other."""
    folder = _cached("smollm2-135m-instruct")
    with language_model(next(folder.glob("*.gguf"))) as served:
        yield served


@pytest.fixture(scope="session")
def cross_encoder() -> Iterator[OnnxCrossEncoder]:
    """The default cross-encoder, on two threads."""
    name = Models().cross_encoder
    pool = InferencePool(2)
    yield OnnxCrossEncoder(name, _cached(name), pool)
    pool.close()


def _cached(name: str) -> Path:
    try:
        return ModelStore(Models().cache, offline=True).resolve(name)
    except Permanent:
        pytest.skip(f"the model {name} is not here: rag-app models fetch {name}")
