from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rag_app.settings import Models
from ranking.cross_encoder.cached import CachedCrossEncoder
from ranking.cross_encoder.guarded import GuardedCrossEncoder
from ranking.cross_encoder.memory_scores import MemoryScores
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.remote import RemoteCrossEncoder
from ranking.cross_encoder.torch import TorchCrossEncoder
from ranking.reranking import CrossEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models import ModelStore
from tests.contract_scorers.rerank_endpoint import rerank_endpoint, scoring
from tests.contract_scorers.tiny_model import save_tiny_model


@pytest.fixture(scope="session")
def onnx_folder() -> Path:
    models = Models()
    try:
        return ModelStore(models.cache, offline=True).resolve(models.cross_encoder)
    except Permanent:
        pytest.skip(f"the model {models.cross_encoder} is not here: rag-app models fetch")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(2)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def onnx_scorer(onnx_folder: Path, pool: InferencePool) -> OnnxCrossEncoder:
    return OnnxCrossEncoder("onnx", onnx_folder, pool)


def _onnx(request: pytest.FixtureRequest, _: ExitStack) -> CrossEncoder:
    scorer: OnnxCrossEncoder = request.getfixturevalue("onnx_scorer")
    return scorer


def _torch(request: pytest.FixtureRequest, _: ExitStack) -> CrossEncoder:
    return TorchCrossEncoder("torch", request.getfixturevalue("tiny_folder"), request.getfixturevalue("pool"))


def _torch_batches(request: pytest.FixtureRequest, _: ExitStack) -> CrossEncoder:
    folder, pool = request.getfixturevalue("tiny_folder"), request.getfixturevalue("pool")
    return TorchCrossEncoder("torch", folder, pool, batch_size=3)


def _remote(_: pytest.FixtureRequest, stack: ExitStack) -> CrossEncoder:
    remote = RemoteCrossEncoder(stack.enter_context(rerank_endpoint(scoring)).url, "scripted")
    stack.callback(remote.close)
    return remote


def _guarded_and_cached(request: pytest.FixtureRequest, stack: ExitStack) -> CrossEncoder:
    return CachedCrossEncoder(GuardedCrossEncoder(_torch_batches(request, stack)), MemoryScores(1_000_000))


SCORERS: dict[str, Callable[[pytest.FixtureRequest, ExitStack], CrossEncoder]] = {
    "onnx": _onnx,
    "torch": _torch,
    "torch in batches": _torch_batches,
    "remote": _remote,
    "guarded and cached": _guarded_and_cached,
}


@pytest.fixture(params=SCORERS)
def scorer(request: pytest.FixtureRequest) -> Iterator[CrossEncoder]:
    with ExitStack() as stack:
        yield SCORERS[request.param](request, stack)
