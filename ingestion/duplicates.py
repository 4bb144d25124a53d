"""Copies and superseded versions among a set's documents, found after each ingestion and recorded in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.alike import Signed, alike
from storage.document_family import family
from storage.likenesses import Likeness, Likenesses, SignedDocument

AT_ONCE = 5_000  # documents of 512 bytes each


@dataclass(frozen=True)
class DuplicateDetection:
    """Compares what was not compared yet with all the rest; may be broken off and repeated at any point."""

    likenesses: Likenesses

    def run(self, set_name: str) -> int:
        """How many documents were compared."""
        count = 0
        while new := self.likenesses.uncompared(set_name, AT_ONCE):
            signed = _signed(new)
            found = {_key(one): one for one in _found(new, signed, ())}
            for page in self.likenesses.compared(set_name):
                found.update((_key(one), one) for one in _found(new, signed, page))
            self.likenesses.record(set_name, list(found.values()), new)
            count += len(new)
        return count


def _found(
    new: Sequence[SignedDocument], signed: Sequence[Signed], page: Sequence[SignedDocument]
) -> list[Likeness]:
    documents = [*new, *page]
    return [
        _likeness(documents[one], documents[other], likeness)
        for one, other, likeness in alike([*signed, *_signed(page)], len(new))
    ]


def _signed(documents: Sequence[SignedDocument]) -> list[Signed]:
    return [Signed(family(document.id), document.title, document.signature) for document in documents]


def _likeness(one: SignedDocument, other: SignedDocument, likeness: float) -> Likeness:
    """By day, as the ranker compares dates; where that does not tell, by name."""
    dated = one.modified is not None and other.modified is not None
    superseded = dated and _day(one) != _day(other)
    older, later = sorted((one, other), key=lambda d: (_day(d) if superseded else 0, d.id))
    return Likeness(older.id, older.from_generation, later.id, later.from_generation, likeness, superseded)


def _day(document: SignedDocument) -> int:
    return document.modified.toordinal() if document.modified else 0


def _key(one: Likeness) -> tuple[str, str]:
    return one.document_id, one.other_id
