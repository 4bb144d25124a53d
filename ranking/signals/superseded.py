"""Duplicates and superseded versions step back behind what replaces them, and never vanish.

Two passages say the same where one holds most of the other's word triples: containment of shingles
(Broder, On the resemblance and containment of documents, 1997). Of two that do, the one of the later
document replaces the other; undated or equally old ones are duplicates, and the less relevant steps back.
In documents of one title, or named alike but for a year, date or version, less likeness is enough.
The step is a boost of its own, of -1 to 0: as much as puts the one behind the other, if its weight allows.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ranking.candidate import Candidate
from ranking.signals.boost import QuestionContext
from ranking.signals.temporal_intent import temporal_intent
from storage.chunk import Chunk

NAME = "superseded"
LEAST_WORDS = 8  # a shorter passage, such as a heading, repeats without saying the same
SAME_TEXT = 0.8  # of the triples, in documents that nothing else connects
SAME_TITLE = 0.6  # of the triples, in documents of one title
SAME_WORDS = 0.5  # of the words, in documents that are named alike
MAX_SHARED = 20  # a triple in more passages than this is boilerplate

_WORD = re.compile(r"\w+")
_EXTENSION = re.compile(r"\.[a-z]{2,5}(?![a-z0-9/])")
_VERSION = re.compile(
    r"(?<![a-z0-9])(?:v(?:er(?:sion)?)?[ ._-]?\d+(?:[._]\d+)*|"
    r"(?:19|20)\d\d(?:[-_.]?(?:0[1-9]|1[0-2]))?(?:[-_.]?[0-3]\d)?"
    r"|q[1-4]|h[12]|old|new|draft|final|copy|archive[d]?|rev(?:ision)?[ ._-]?\d+)(?![a-z0-9])"
)


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


def family(document_id: str) -> str:
    """The name of a document without what tells its versions apart: year, date, version, "old", format."""
    name = _EXTENSION.sub("", _VERSION.sub("", document_id.casefold()))
    return re.sub(r"[\W_]+", "-", name).strip("-")


def _alike(candidates: Sequence[Candidate]) -> Mapping[tuple[int, int], float]:
    """Pairs of positions that say the same, with their likeness."""
    chunks = [candidate.chunk for candidate in candidates]
    texts = [_WORD.findall(chunk.text.casefold()) for chunk in chunks]
    found = {
        pair: likeness
        for pair, likeness in _containment([_triples(text) for text in texts]).items()
        if likeness >= _needed(chunks[pair[0]], chunks[pair[1]])
    }
    for pair in _named_alike(chunks):
        words = [frozenset(texts[position]) for position in pair]
        likeness = len(words[0] & words[1]) / max(min(map(len, words)), 1)
        if min(map(len, words)) >= LEAST_WORDS and likeness >= SAME_WORDS:
            found[pair] = max(likeness, found.get(pair, 0.0))
    return found


def _containment(sets: Sequence[frozenset[tuple[str, ...]]]) -> Mapping[tuple[int, int], float]:
    """Of each pair that shares something: the share of the smaller set that the larger holds."""
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, own in enumerate(sets):
        for shingle in own:
            holders[shingle].append(position)
    shared: Counter[tuple[int, int]] = Counter()
    for held_by in holders.values():
        if 1 < len(held_by) <= MAX_SHARED:
            shared.update(combinations(held_by, 2))
    return {
        (one, other): count / min(len(sets[one]), len(sets[other])) for (one, other), count in shared.items()
    }


def _needed(one: Chunk, other: Chunk) -> float:
    """Of word triples. Passages of one document overlap by design, and never replace each other."""
    if (one.set, one.document_id) == (other.set, other.document_id):
        return math.inf
    same_title = one.title.casefold().split() == other.title.casefold().split() != []
    return SAME_TITLE if one.set == other.set and same_title else SAME_TEXT


def _named_alike(chunks: Sequence[Chunk]) -> Iterator[tuple[int, int]]:
    """Pairs of positions whose documents have another name but for year, date or version."""
    families: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, chunk in enumerate(chunks):
        families[chunk.set, family(chunk.document_id)].append(position)
    for (_, name), members in families.items():
        for one, other in combinations(members, 2):
            if name and chunks[one].document_id != chunks[other].document_id:
                yield one, other


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


def _triples(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    if len(words) < LEAST_WORDS:
        return frozenset()
    return frozenset(zip(words, words[1:], words[2:], strict=False))
