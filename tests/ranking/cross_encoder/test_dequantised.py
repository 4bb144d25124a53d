from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag_app.settings import Models
from ranking.cross_encoder.dequantised import dequantised, save_dequantised
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from ranking.cross_encoder.torch import TorchCrossEncoder
from storage.errors import Permanent
from storage.inference import InferencePool
from storage.models import ModelStore

QUESTION = "How long is the notice period?"
TEXTS = [
    "The notice period is three months to the end of a quarter.",
    "Either side may end the contract in writing.",
    "Paris is the capital of France.",
]


def test_the_torch_model_scores_as_the_int8_model_does(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")
    models = Models()
    try:
        folder = ModelStore(models.cache, offline=True).resolve(models.cross_encoder)
    except Permanent:
        pytest.skip(f"the model {models.cross_encoder} is not here: rag-app models fetch")
    pool = InferencePool(2)
    whole = OnnxCrossEncoder("int8", folder, pool).score(QUESTION, TEXTS)
    real = TorchCrossEncoder("real", save_dequantised(folder, tmp_path), pool).score(QUESTION, TEXTS)
    pool.close()
    assert np.abs(whole - real).max() < 0.5
    assert whole[0] > whole[1] > whole[2]
    assert real[0] > real[1] > real[2]


def test_what_is_no_such_model_is_told(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra [torch] is not installed")
    with pytest.raises(Permanent, match="no ONNX model"):
        dequantised(tmp_path / "model.onnx")
    (tmp_path / "model.onnx").write_bytes(b"neither")
    with pytest.raises(Permanent, match="no ONNX model"):
        dequantised(tmp_path / "model.onnx")
