"""Duplicates and superseded versions step back behind what replaces them, and never vanish.

Two passages say the same where one holds most of the other's word triples: containment of shingles
(Broder, On the resemblance and containment of documents, 1997). Of two that do, the one of the later
document replaces the other; undated or equally old ones are duplicates, and the less relevant steps back.
In documents of one title, or named alike but for a year, date or version, less likeness is enough.
The step is a boost of its own, of -1 to 0: as much as puts the one behind the other, if its weight allows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ranking.candidate import Candidate
from ranking.signals.boost import QuestionContext
from ranking.signals.likeness import shares, shingles
from ranking.signals.temporal_intent import temporal_intent
from storage.chunk import Chunk
from storage.document_family import family

NAME = "superseded"
LEAST_WORDS = 8  # a shorter passage, such as a heading, repeats without saying the same
SAME_TEXT = 0.8  # of the triples, in documents that nothing else connects
SAME_TITLE = 0.6  # of the triples, in documents of one title
SAME_WORDS = 0.5  # of the words, in documents that are named alike

NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Replacement:
    """`id` of the candidate to stand behind; how much of the replaced passage it holds, 0 to 1."""

    id: str
    likeness: float


def replacements(candidates: Sequence[Candidate], context: QuestionContext) -> Mapping[str, Replacement]:
    """Candidate id -> its replacement: the most alike, then the newest. None where the past is asked for."""
    intent = temporal_intent(context.question, context.now)
    if intent.wants == "period" and intent.end is not None and intent.end <= context.now:
        return {}
    found: dict[str, tuple[tuple[float, int, str], Replacement]] = {}
    for (one, other), likeness in _alike(candidates).items():
        pair = _ordered(candidates[one], candidates[other])
        if pair is None:
            continue
        replaced, by = pair
        preference = (likeness, _day(by.chunk) or 0, by.id)
        if replaced.id not in found or preference > found[replaced.id][0]:
            found[replaced.id] = preference, Replacement(by.id, likeness)
    return {id_: replacement for id_, (_, replacement) in found.items()}


def _alike(candidates: Sequence[Candidate]) -> Mapping[tuple[int, int], float]:
    """Pairs of positions that say the same, with their likeness."""
    chunks = [candidate.chunk for candidate in candidates]
    texts = [shingles(chunk.text) for chunk in chunks]
    # a text too short to say the same shares nothing
    words = shares([text.words if text.length >= LEAST_WORDS else NOTHING for text in texts])
    pairs = np.argwhere(np.triu(words >= SAME_WORDS, k=1))
    rows = np.unique(pairs)
    triples = shares([texts[row].triples for row in rows])
    place = {row: number for number, row in enumerate(rows.tolist())}
    found: dict[tuple[int, int], float] = {}
    for one, other in pairs.tolist():
        needed, by_words = _needed(chunks[one], chunks[other])
        likeness = float(triples[place[one], place[other]])
        if likeness >= needed or by_words:
            found[one, other] = max(likeness, float(words[one, other]) if by_words else 0.0)
    return found


def _needed(one: Chunk, other: Chunk) -> tuple[float, bool]:
    """Least share of word triples, and whether the words that they share are enough.

    Passages of one document overlap by design, and never replace each other.
    """
    if (one.set, one.document_id) == (other.set, other.document_id):
        return math.inf, False
    if one.set != other.set:
        return SAME_TEXT, False
    same_title = one.title.casefold().split() == other.title.casefold().split() != []
    named_alike = family(one.document_id) == family(other.document_id) != ""
    return (SAME_TITLE if same_title else SAME_TEXT), named_alike


def _ordered(one: Candidate, other: Candidate) -> tuple[Candidate, Candidate] | None:
    """(replaced, replacement); None where the date of one alone is known.

    By day, then by relevance: an order of all the dated, and one of all the undated, so no circle.
    """
    days = _day(one.chunk), _day(other.chunk)
    if (days[0] is None) != (days[1] is None):
        return None

    def standing(candidate: Candidate) -> tuple[int, float, int, str]:
        day = _day(candidate.chunk) or 0
        return (-day, -candidate.relevance, candidate.ranks["fused"], candidate.id)

    return (other, one) if standing(one) < standing(other) else (one, other)


def _day(chunk: Chunk) -> int | None:
    date = chunk.modified or chunk.created
    return None if date is None else date.toordinal()
