"""Which scorer the settings choose."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from rag_app.bootstrap.scorers import open_caches, open_local_scorer, open_scorers
from rag_app.settings import Cache, Models, Reranker, Settings
from ranking.cross_encoder.memory_scores import MemoryScores
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models.assembly import no_progress
from tests.contract_scorers.tiny_model import save_tiny_model


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(1)
    yield pool
    pool.close()


def _named(folder: Path) -> Settings:
    return Settings(models=Models(cross_encoder=str(folder)))


def test_a_folder_without_an_onnx_file_is_loaded_by_torch(tmp_path: Path, pool: InferencePool) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")
    scorer, check = open_local_scorer(_named(save_tiny_model(tmp_path)), pool, no_progress)
    assert scorer.version.startswith(f"{tmp_path}@")
    assert np.isfinite(scorer.score("how long", ["three months"])).all()
    assert check() is None
    save_tiny_model(tmp_path, seed=8)
    assert "is no longer what was loaded" in str(check())


def test_a_model_that_gives_classes_is_told(tmp_path: Path, pool: InferencePool) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")
    scorer, _ = open_local_scorer(_named(save_tiny_model(tmp_path, labels=3)), pool, no_progress)
    with pytest.raises(Permanent, match=r"gives \(1, 3\) values for 1 pairs"):
        scorer.score("how long", ["three months"])


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path, pool: InferencePool) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")
    (tmp_path / "readme.txt").write_text("no model")
    with pytest.raises(Permanent, match="cannot be loaded"):
        open_local_scorer(_named(tmp_path), pool, no_progress)


def test_without_torch_it_is_told_what_to_install(
    tmp_path: Path, pool: InferencePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(Permanent, match=r"rag-app\[torch\]"):
        open_local_scorer(_named(tmp_path), pool, no_progress)


def test_a_service_needs_the_name_of_a_model(pool: InferencePool) -> None:
    settings = Settings(reranker=Reranker(url="http://127.0.0.1:8001"))
    with ExitStack() as stack, pytest.raises(Permanent, match="RAG_APP_RERANKER__MODEL"):
        open_scorers(settings, pool, no_progress, stack)


def test_scores_are_kept_in_process_and_in_redis_where_it_is_set(tmp_path: Path) -> None:
    with ExitStack() as stack:
        assert isinstance(open_caches(Settings(), stack), MemoryScores)
        away = open_caches(Settings(cache=Cache(url=f"unix://{tmp_path}/redis.sock")), stack)
        away.put_many("m", "q", {"0" * 64: 1.0})
        assert away.get_many("m", "q", ["0" * 64]) == {"0" * 64: 1.0}
        off = open_caches(Settings(cache=Cache(megabytes=0)), stack)
        off.put_many("m", "q", {"0" * 64: 1.0})
        assert off.get_many("m", "q", ["0" * 64]) == {}
