"""Votes, gold labels and links rest on documents and quoted words: which of them find no passage any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.gold import parse_gold
from ranking.evaluation.passages import holds
from ranking.signals.feedback import share_held
from storage.chunk import Chunk
from storage.document_sets import DocumentSets
from storage.errors import NotFound
from storage.feedback.anchors import Anchors
from storage.feedback.records import Quotation
from storage.vectors import ChunkIndex

DOCUMENTS_AT_ONCE = 64
GONE, REWORDED = "the document is gone", "its words stand in no passage"


class LostAnchor(BaseModel):
    """One that finds no passage."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["vote", "gold", "link"]
    document: str = Field(description="That it rests on, or leads to")
    text: str = Field(description="The words; empty where it rests on the document as a whole")
    of: str = Field(description="How many votes, the gold question's id, or the document that links")
    reason: str


class AnchorReport(BaseModel):
    """How many passages voted on, gold labels and links there are, and which find nothing."""

    model_config = ConfigDict(frozen=True)

    set: str
    generation: int
    votes: int
    gold: int
    links: int
    lost: list[LostAnchor]


@dataclass(frozen=True, slots=True)
class _Anchor:
    kind: Literal["vote", "gold", "link"]
    document: str
    text: str
    of: str

    def held_by(self, chunk: Chunk) -> bool:
        """Votes as feedback inherits them, labels as passages are judged."""
        if self.kind == "vote":
            quotation = Quotation(chunk.set, self.document, self.text, 0, 0)
            return share_held(chunk, quotation) > 0
        return holds(chunk, self.text)

    def lost(self, reason: str) -> LostAnchor:
        return LostAnchor(kind=self.kind, document=self.document, text=self.text, of=self.of, reason=reason)


@dataclass(frozen=True)
class Anchoring:
    """Looks, and changes nothing: what is lost now may be found again by a later generation."""

    sets: DocumentSets
    anchors: Anchors
    index: ChunkIndex

    def check(self, set_name: str, generation: int | None = None) -> AnchorReport:
        """At a generation, published or not; by default the live one. Raises NotFound."""
        found = self.sets.find(set_name)
        if found is None:
            raise NotFound(f"There is no document set {set_name!r}.", "See `rag-app sets list`.")
        at = found.live_generation if generation is None else generation
        gold = parse_gold(found.gate_gold, "the gold questions") if found.gate_gold else None
        voted = self.anchors.voted(set_name)
        votes = [_Anchor("vote", q.document_id, q.text, str(count)) for q, count in voted]
        labels = list(_labels(gold)) if gold else []
        links = [_Anchor("link", target, "", document) for document, target in self.anchors.links(set_name)]
        lost = list(self._lost(set_name, at, [*votes, *labels, *links]))
        return AnchorReport(
            set=set_name, generation=at, votes=len(votes), gold=len(labels), links=len(links), lost=lost
        )

    def _lost(self, set_name: str, generation: int, anchors: Sequence[_Anchor]) -> Iterator[LostAnchor]:
        """A few documents at a time, so that no set is held in memory."""
        by_document: defaultdict[str, list[_Anchor]] = defaultdict(list)
        for anchor in anchors:
            by_document[anchor.document].append(anchor)
        names = sorted(by_document)
        for start in range(0, len(names), DOCUMENTS_AT_ONCE):
            some = names[start : start + DOCUMENTS_AT_ONCE]
            chunks: defaultdict[str, list[Chunk]] = defaultdict(list)
            for _, chunk in self.index.chunks_of(set_name, generation, some):
                chunks[chunk.document_id].append(chunk)
            for name in some:
                for anchor in by_document[name]:
                    if name not in chunks:
                        yield anchor.lost(GONE)
                    elif anchor.text and not any(map(anchor.held_by, chunks[name])):
                        yield anchor.lost(REWORDED)


def _labels(gold: EvaluationSet) -> Iterator[_Anchor]:
    """One for each quotation, and for each labelled document of which nothing is quoted."""
    for question in gold.answerable:
        quoted = {quotation.document for quotation in question.quotations}
        for quotation in question.quotations:
            yield _Anchor("gold", quotation.document, quotation.text, question.id)
        for document in sorted(question.labels.keys() - quoted):
            yield _Anchor("gold", document, "", question.id)
