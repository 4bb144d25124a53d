"""What every scorer must do, wherever it computes."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

from ranking.reranking import CrossEncoder

QUESTION = "how long is the notice period?"
TEXTS = [
    "three months to the end of a quarter",
    "paris is the capital of france",
    "the notice period is long",
    "",
    "word",
    "the notice period. " * 12,
]
TOLERANCE = 1e-4


def test_scores_come_in_the_order_of_the_texts(scorer: CrossEncoder) -> None:
    scores = scorer.score(QUESTION, TEXTS)
    assert (scores.shape, scores.dtype) == ((6,), np.dtype(np.float32))
    assert np.isfinite(scores).all()
    assert len(set(scores.round(3).tolist())) > 3, "the scores are too alike for this suite to tell"


def test_a_pair_scores_the_same_alone_and_in_any_batch_and_order(scorer: CrossEncoder) -> None:
    together = scorer.score(QUESTION, TEXTS)
    alone = np.concatenate([scorer.score(QUESTION, [text]) for text in TEXTS])
    backwards = scorer.score(QUESTION, TEXTS[::-1])[::-1]
    beside_long_ones = scorer.score(QUESTION, [*TEXTS, *["zebra " * 40] * 3])[: len(TEXTS)]
    for other in (alone, backwards, beside_long_ones):
        assert np.abs(together - other).max() <= TOLERANCE


def test_a_pair_scores_the_same_beside_any_other_question(scorer: CrossEncoder) -> None:
    alone = scorer.score(QUESTION, TEXTS)
    others = [Thread(target=scorer.score, args=(f"capital {n}", TEXTS * 2)) for n in range(3)]
    for other in others:
        other.start()
    beside = [scorer.score(QUESTION, TEXTS) for _ in range(2)]
    for other in others:
        other.join()
    assert np.abs(beside - alone).max() <= TOLERANCE


def test_equal_texts_score_equally(scorer: CrossEncoder) -> None:
    first, second = scorer.score(QUESTION, [TEXTS[0], TEXTS[0]])
    assert first == pytest.approx(second, abs=TOLERANCE)


def test_no_texts_no_scores(scorer: CrossEncoder) -> None:
    scores = scorer.score(QUESTION, [])
    assert (scores.shape, scores.dtype) == ((0,), np.dtype(np.float32))


@pytest.mark.parametrize("question", ["?", "the", "word " * 10_000, "Was kostet 東京 сколько", "\udfff\x00?"])
def test_strange_questions_have_scores(scorer: CrossEncoder, question: str) -> None:
    assert np.isfinite(scorer.score(question, TEXTS[:2])).all()


def test_strange_texts_have_scores(scorer: CrossEncoder) -> None:
    texts = ["\ud800 \x00 \x1b[31m", "東京都 und Graz", "\N{GRINNING FACE}" * 50]
    assert np.isfinite(scorer.score(QUESTION, texts)).all()


def test_the_version_names_the_model(scorer: CrossEncoder) -> None:
    before = scorer.version
    scorer.score(QUESTION, TEXTS[:1])
    assert before == scorer.version
    assert before
