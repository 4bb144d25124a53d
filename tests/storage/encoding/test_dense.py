from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from storage.encoding.dense import BGE_QUESTION_PREFIX, DenseEncoder

TEXTS = [
    "The notice period is three months to the end of a quarter.",
    "Paris is the capital of France.",
    "Reset the router by holding the button for ten seconds.",
    "",
    "naïve — 東京 \N{GRINNING FACE}",
]


@pytest.fixture(scope="module")
def vectors(dense: DenseEncoder) -> NDArray[np.float32]:
    return dense.encode_documents(TEXTS)


def test_vectors_are_of_length_one(dense: DenseEncoder, vectors: NDArray[np.float32]) -> None:
    assert vectors.shape == (5, dense.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_vector_does_not_depend_on_its_neighbours(
    dense: DenseEncoder, vectors: NDArray[np.float32]
) -> None:
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert (dense.encode_documents([text])[0] == vector).all()
    assert (dense.encode_documents(TEXTS[::-1])[::-1] == vectors).all()


def test_it_is_the_first_state_of_a_bare_session(vectors: NDArray[np.float32], embedder_folder: Path) -> None:
    import onnxruntime  # not before our own code has switched its telemetry off

    session = onnxruntime.InferenceSession(embedder_folder / "model.onnx")
    encoding = Tokenizer.from_file(str(embedder_folder / "tokenizer.json")).encode(TEXTS[0])
    ids = np.array([encoding.ids], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    first = session.run(None, inputs)[0][0, 0]
    np.testing.assert_allclose(vectors[0], first / np.linalg.norm(first), atol=1e-5)


def test_a_question_finds_its_passage(dense: DenseEncoder, vectors: NDArray[np.float32]) -> None:
    for question, expected in [("How long is the notice period?", 0), ("router reset", 2)]:
        vector = dense.encode_question(question)
        assert vector.shape == (384,)
        assert int(np.argmax(vectors @ vector)) == expected


def test_questions_carry_the_prefix_that_the_model_was_trained_with(dense: DenseEncoder) -> None:
    as_document = dense.encode_documents([BGE_QUESTION_PREFIX + "router reset"])[0]
    assert (dense.encode_question("router reset") == as_document).all()


def test_no_documents_make_no_rows(dense: DenseEncoder) -> None:
    assert dense.encode_documents([]).shape == (0, 384)


def test_what_follows_512_tokens_is_cut(dense: DenseEncoder) -> None:
    start = "word " * 510
    whole, longer, shorter = dense.encode_documents([start, start + "router " * 500, start[:-5]])
    assert (whole == longer).all()
    assert (whole != shorter).any()


def test_a_lone_surrogate_is_no_error(dense: DenseEncoder) -> None:
    assert np.isfinite(dense.encode_question("a \ud800 b")).all()


def test_the_version_names_the_weights(dense: DenseEncoder) -> None:
    assert dense.version == "bge-small-en-v1.5-int8@68807e3ff2ab"


def test_token_offsets_point_into_the_text(dense: DenseEncoder) -> None:
    text = "Maximum Überraschung — \ud800 router resets 東京"
    pieces = [text[start:end] for start, end in dense.token_offsets(text)]
    assert pieces[0] == "Maximum"
    assert "".join(pieces) == text.replace(" ", "")
    assert pieces[-2:] == ["東", "京"]
    assert dense.token_offsets("") == []


def test_token_offsets_are_not_truncated(dense: DenseEncoder) -> None:
    offsets = dense.token_offsets("word " * 2000)
    assert len(offsets) == 2000
    assert offsets[-1] == (9995, 9999)
