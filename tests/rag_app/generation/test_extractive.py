from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag_app.generation.citations import CitationFilter
from rag_app.generation.extractive import ExtractiveGenerator
from rag_app.generation.generator import Piece
from rag_app.generation.refusal import REFUSAL
from ranking.candidate import Candidate
from ranking.cross_encoder.onnx import OnnxCrossEncoder
from tests.rag_app.generation.passages import ALLOWANCE_2024, ALLOWANCE_2026, SUBSCRIPTIONS, a_passage


class WordOverlap:
    """Scores like a cross-encoder's logits: -11 where no word is shared, 9 where all are."""

    version = "words"

    def __init__(self) -> None:
        self.scored: list[str] = []
        self.threads: set[int] = set()

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.scored += texts
        self.threads.add(threading.get_ident())
        asked = set(question.casefold().strip("?").split())
        shares = [len(asked & set(text.casefold().replace(".", " ").split())) / len(asked) for text in texts]
        return np.array([20 * share - 11 for share in shares], dtype=np.float32)


def pieces(
    question: str, passages: Sequence[Candidate], generator: ExtractiveGenerator | None = None
) -> list[Piece]:
    async def read() -> list[Piece]:
        asked = generator or ExtractiveGenerator(WordOverlap())
        return [piece async for piece in asked.stream(question, passages)]

    return asyncio.run(read())


def answer(question: str, passages: Sequence[Candidate], generator: ExtractiveGenerator | None = None) -> str:
    return "".join(piece for piece in pieces(question, passages, generator) if isinstance(piece, str))


def test_the_best_sentence_is_quoted_and_cited() -> None:
    passages = [ALLOWANCE_2026, SUBSCRIPTIONS]
    assert answer("are subscriptions paid by card?", passages) == "Subscriptions are not paid by card. [2]"


def test_documents_that_disagree_by_date_are_dated_and_named_newest_first() -> None:
    said = answer("what is the daily allowance?", [ALLOWANCE_2024, SUBSCRIPTIONS, ALLOWANCE_2026])
    assert said == (
        "As of 2026-01-12 (Travel policy): The daily allowance is 46 GBP in the United Kingdom. [3] "
        "Earlier, 2024-03-18 (Travel policy): The daily allowance is 38 GBP in the United Kingdom. [1]"
    )


def test_one_date_needs_no_mention() -> None:
    assert answer("what is the daily allowance?", [ALLOWANCE_2026]) == (
        "The daily allowance is 46 GBP in the United Kingdom. [1]"
    )


def test_an_undated_document_beside_a_conflict_says_so() -> None:
    undated = a_passage("The daily allowance is 50 GBP in Ireland.", "Notes")
    said = answer("what is the daily allowance?", [ALLOWANCE_2026, ALLOWANCE_2024, undated])
    assert said.endswith(" Undated (Notes): The daily allowance is 50 GBP in Ireland. [3]")


def test_at_most_so_many_sentences() -> None:
    passage = a_passage("Cards cost 1 GBP. Cards cost 2 EUR. Cards cost 3 USD. Cards cost 4 CHF.")
    assert len(pieces("what do cards cost?", [passage])) == 3
    only_one = ExtractiveGenerator(WordOverlap(), max_sentences=1)
    assert len(pieces("what do cards cost?", [passage], only_one)) == 1


def test_the_number_of_sentences_read_is_bounded_and_the_likely_ones_are_read() -> None:
    scorer = WordOverlap()
    noise = a_passage(" ".join(f"Rule {n} holds." for n in range(100)))
    said = answer(
        "what is the daily allowance?", [noise, ALLOWANCE_2026], ExtractiveGenerator(scorer, max_scored=10)
    )
    assert len(scorer.scored) == 10
    assert said.endswith("46 GBP in the United Kingdom. [2]")


@pytest.mark.parametrize("passages", [[], [a_passage("")], [a_passage("---\n\n…")]])
def test_where_there_is_nothing_to_quote_nothing_is_invented(passages: list[Candidate]) -> None:
    assert answer("what is the allowance?", passages) == REFUSAL


def test_scoring_does_not_hold_up_the_event_loop() -> None:
    scorer = WordOverlap()
    answer("what is the allowance?", [ALLOWANCE_2026], ExtractiveGenerator(scorer))
    assert scorer.threads
    assert threading.get_ident() not in scorer.threads


def test_the_citation_filter_lets_everything_through() -> None:
    said = answer("what is the daily allowance?", [ALLOWANCE_2026, ALLOWANCE_2024])
    citations = CitationFilter(2)
    assert citations.feed(said) + citations.finish() == said
    assert citations.cited == [1, 2]


CARDS = a_passage(
    "Company cards\n\nWho gets a card\n\nA card is issued to people who travel on at least 20 days a year. "
    "Contractors receive no card.\n\nCard | Monthly limit\nTraveller | 2,500 GBP\nLaboratory | 1,500 GBP",
    "Company cards",
    ("Who gets a card",),
    "2025-08-11",
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Do contractors get a company card?", "Contractors receive no card. [1]"),
        ("What is the monthly limit of a laboratory card?", "Card: Laboratory; Monthly limit: 1,500 GBP [1]"),
        ("Can I pay for software with a card?", "Subscriptions are not paid by card."),
        ("What is the daily allowance in the UK?", "(Travel policy): The daily allowance is 46 GBP"),
    ],
)
def test_a_real_cross_encoder_finds_the_sentence(
    cross_encoder: OnnxCrossEncoder, question: str, said: str
) -> None:
    generator = ExtractiveGenerator(cross_encoder)
    assert said in answer(question, [CARDS, SUBSCRIPTIONS, ALLOWANCE_2026, ALLOWANCE_2024], generator)
