from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from rag_app.settings import Models
from ranking.cross_encoder.onnx import MAX_QUESTION_TOKENS, OnnxCrossEncoder
from storage.errors import Permanent, Transient
from storage.inference import InferencePool
from storage.models import ModelStore

QUESTION = "How long is the notice period?"
TEXTS = [
    "The notice period is three months to the end of a quarter.",
    "Paris is the capital of France.",
    "Either side may end the contract in writing.",
    "",
    "The notice period. " * 40,
]


@pytest.fixture(scope="module")
def folder() -> Path:
    models = Models()
    try:
        return ModelStore(models.cache, offline=True).resolve(models.cross_encoder)
    except Permanent:
        pytest.skip(f"the model {models.cross_encoder} is not here: rag-app models fetch")


@pytest.fixture(scope="module")
def pool() -> Iterator[InferencePool]:
    pool = InferencePool(2)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def encoder(folder: Path, pool: InferencePool) -> OnnxCrossEncoder:
    return OnnxCrossEncoder("ms-marco-MiniLM-L-12-v2-int8", folder, pool)


def test_a_score_is_the_pair_s_own(encoder: OnnxCrossEncoder) -> None:
    together = encoder.score(QUESTION, TEXTS)
    assert together.dtype == np.float32
    assert [encoder.score(QUESTION, [text])[0] for text in TEXTS] == together.tolist()
    assert (encoder.score(QUESTION, TEXTS[::-1])[::-1] == together).all()


def test_a_score_does_not_depend_on_other_requests(encoder: OnnxCrossEncoder) -> None:
    alone = encoder.score(QUESTION, TEXTS).tolist()
    others = [Thread(target=encoder.score, args=("router reset", TEXTS * 3)) for _ in range(3)]
    for other in others:
        other.start()
    beside = [encoder.score(QUESTION, TEXTS).tolist() for _ in range(3)]
    for other in others:
        other.join()
    assert beside == [alone] * 3


@pytest.mark.parametrize(
    ("question", "relevant", "irrelevant"),
    [
        (QUESTION, TEXTS[0], TEXTS[1]),
        ("capital of France", TEXTS[1], TEXTS[0]),
        ("What does ERR-1042 mean?", "ERR-1042: the firmware update failed.", "ERR-1043: no network."),
    ],
)
def test_the_relevant_stands_before_the_irrelevant(
    encoder: OnnxCrossEncoder, question: str, relevant: str, irrelevant: str
) -> None:
    high, low = encoder.score(question, [relevant, irrelevant])
    assert high > low


def test_logits_are_raw_and_in_the_range_that_calibration_knows(encoder: OnnxCrossEncoder) -> None:
    good, bad = encoder.score(QUESTION, TEXTS[:2])
    assert good == pytest.approx(8.5, abs=1)
    assert bad == pytest.approx(-11.3, abs=1)


def test_no_texts_no_scores(encoder: OnnxCrossEncoder) -> None:
    scores = encoder.score(QUESTION, [])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_a_very_long_question_leaves_the_text_half(encoder: OnnxCrossEncoder) -> None:
    room = 512 - 3 - MAX_QUESTION_TOKENS
    at_bound = "word " * MAX_QUESTION_TOKENS
    texts = ["cat " * room, "cat " * (room - 1), "cat " * (room - 1) + "dog"]
    scores = encoder.score(at_bound + "word " * 20_000, texts)
    assert (scores == encoder.score(at_bound, texts)).all()
    assert len(set(scores.tolist())) == 3


def test_strange_text_has_a_score(encoder: OnnxCrossEncoder) -> None:
    texts = ["\ud800 \x00 \x1b[31m", "東京都", "\N{GRINNING FACE}" * 600]
    assert np.isfinite(encoder.score("\udfff?", texts)).all()
    assert np.isfinite(encoder.score("", texts)).all()


def test_the_version_names_the_weights(encoder: OnnxCrossEncoder) -> None:
    assert encoder.version == "ms-marco-MiniLM-L-12-v2-int8@1225ccd6afd0"


def test_a_file_that_changes_under_the_service_is_told_and_the_version_stays(
    folder: Path, pool: InferencePool, tmp_path: Path
) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copyfile(folder / name, tmp_path / name)
    loaded = OnnxCrossEncoder("mine", tmp_path, pool)
    version, before = loaded.version, loaded.score(QUESTION, TEXTS[:1])
    assert loaded.replaced is None

    os.utime(tmp_path / "model.onnx", (1, 1))
    assert loaded.replaced is None
    (tmp_path / "new").write_bytes(b"another model")
    (tmp_path / "new").rename(tmp_path / "model.onnx")

    assert "is no longer what was loaded (1225ccd6afd0): restart" in str(loaded.replaced)
    assert loaded.version == version
    assert loaded.score(QUESTION, TEXTS[:1]) == before


def test_a_question_that_waits_too_long_is_transient(folder: Path) -> None:
    pool = InferencePool(1)
    busy, release = Event(), Event()

    def occupy(_: int) -> None:
        busy.set()
        release.wait()

    pool.submit(occupy, [0])
    busy.wait()
    impatient = OnnxCrossEncoder("mine", folder, pool, timeout_seconds=0.01)
    with pytest.raises(Transient, match=r"longer than 0\.01 s"):
        impatient.score(QUESTION, TEXTS)
    release.set()
    pool.close()


def test_an_embedder_in_its_place_is_told(folder: Path, pool: InferencePool, tmp_path: Path) -> None:
    models = Models()
    try:
        embedder = ModelStore(models.cache, offline=True).resolve(models.embedder)
    except Permanent:
        pytest.skip(f"the model {models.embedder} is not here: rag-app models fetch")
    with pytest.raises(Permanent, match="a cross-encoder gives one"):
        OnnxCrossEncoder("embedder", embedder, pool).score(QUESTION, TEXTS[:1])


def test_a_missing_file_is_named(folder: Path, pool: InferencePool, tmp_path: Path) -> None:
    shutil.copy(folder / "model.onnx", tmp_path)
    with pytest.raises(Permanent, match=r"tokenizer\.json.*rag-app models verify"):
        OnnxCrossEncoder("broken", tmp_path, pool)
