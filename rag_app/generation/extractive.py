"""Answers without a language model: the best sentences of the passages, word for word and cited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import date
from itertools import combinations

from rag_app.generation.generator import Piece
from rag_app.generation.refusal import REFUSAL
from rag_app.generation.selection import Quotation, about_another, chosen, disagree_by_date, likely, overlaps
from rag_app.generation.statements import Statement, statements
from ranking.candidate import Candidate
from ranking.reranking import CrossEncoder, score_apart
from storage.encoding.languages import STOP_WORDS
from storage.encoding.questions import normalised
from storage.encoding.terms import TermAnalyser
from storage.errors import Permanent, Transient


class ExtractiveGenerator:
    """At most `max_sentences` quotations an answer; at most `max_scored` are read by the cross-encoder.

    A pair of 40 tokens costs about 10 ms of one core, so 40 pairs cost 0.2 s of two. Where the cross-encoder
    fails, the words that sentence and question share decide. Sentences of `uncached_sets` go to `uncached`.
    """

    def __init__(
        self,
        cross_encoder: CrossEncoder,
        uncached: CrossEncoder | None = None,
        uncached_sets: Callable[[], frozenset[str]] = frozenset,
        *,
        max_sentences: int = 3,
        max_scored: int = 40,
    ) -> None:
        self._cross_encoder = cross_encoder
        self._uncached = uncached or cross_encoder
        self._uncached_sets = uncached_sets
        self._max_sentences = max_sentences
        self._max_scored = max_scored
        self._analyser = TermAnalyser()

    @property
    def name(self) -> str:
        return "extractive"

    async def stream(self, question: str, passages: Sequence[Candidate]) -> AsyncGenerator[Piece, None]:
        """As of the `Generator` protocol; a sentence a piece. It never invents: every word is a passage's."""
        quotations = await asyncio.to_thread(self.quotations, question, passages)
        for piece in composed(quotations) if quotations else [REFUSAL]:
            yield piece

    def quotations(self, question: str, passages: Sequence[Candidate]) -> list[Quotation]:
        """The quotations that answer best, best first."""
        found = [
            self._quotation(number, candidate, statement)
            for number, candidate in enumerate(passages, start=1)
            for statement in statements(candidate.chunk)
        ]
        asked = self._terms(question)
        fitting = [quotation for quotation in found if not about_another(quotation, asked)]
        scored = likely(fitting, asked, self._max_scored)
        if not scored:
            return []
        try:
            logits = self._logits(question, passages, scored)
        except (Transient, Permanent):  # the ranking has said so already, or the next one will
            shared = overlaps(scored, asked)
            logits = [score for score in shared if score]
            scored = [quotation for quotation, score in zip(scored, shared, strict=True) if score]
        return chosen(scored, logits, self._max_sentences)

    def _logits(
        self, question: str, passages: Sequence[Candidate], scored: Sequence[Quotation]
    ) -> list[float]:
        heads = [candidate.chunk.contextual_text.removesuffix(candidate.chunk.text) for candidate in passages]
        texts = [heads[quotation.number - 1] + quotation.statement.text for quotation in scored]
        uncached = self._uncached_sets()
        apart = [passages[quotation.number - 1].chunk.set in uncached for quotation in scored]
        return score_apart(normalised(question), texts, apart, self._cross_encoder, self._uncached)

    def _quotation(self, number: int, candidate: Candidate, statement: Statement) -> Quotation:
        dated = candidate.chunk.modified or candidate.chunk.created
        return Quotation(
            number,
            f"{candidate.chunk.set}/{candidate.chunk.document_id}",
            candidate.chunk.title,
            dated.date() if dated else None,
            statement,
            self._terms(statement.own),
        )

    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(word.stem for word in self._analyser.words(text)) - STOP_WORDS


def composed(quotations: Sequence[Quotation]) -> Iterator[str]:
    """Quotations with their markers; where documents of different dates disagree, newest first and named."""
    if not any(disagree_by_date(*pair) for pair in combinations(quotations, 2)):
        for position, quotation in enumerate(quotations):
            yield f"{' ' if position else ''}{quotation.statement.text} [{quotation.number}]"
        return
    newest = max(quotation.dated for quotation in quotations if quotation.dated)
    document = ""
    for position, quotation in enumerate(sorted(quotations, key=_newest_first)):
        label = _label(quotation, newest) if quotation.document != document else ""
        document = quotation.document
        yield f"{' ' if position else ''}{label}{quotation.statement.text} [{quotation.number}]"


def _newest_first(quotation: Quotation) -> tuple[int, str]:
    return (-quotation.dated.toordinal() if quotation.dated else 0, quotation.document)


def _label(quotation: Quotation, newest: date) -> str:
    """Date and title: by the title a reader sees whether the older document is about the same matter."""
    if quotation.dated is None:
        return f"Undated ({quotation.title}): "
    return f"{'As of' if quotation.dated == newest else 'Earlier,'} {quotation.dated} ({quotation.title}): "
