"""Which quotations make the answer: the best, what stands close to it, nothing twice."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag_app.generation.statements import Statement

# In raw logits of the cross-encoder, where a good pair stands near +9 and an irrelevant one near -11.
MARGIN = 2.0
RANK_PENALTY = 0.5
SAME = 0.9
NUMBER = re.compile(r"\d+")
DIFFERENCES = frozenset(("not", "no", "never", "without", "nicht", "kein", "keine"))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A statement of passage `number` (from 1), with the terms of its own words."""

    number: int
    document: str
    title: str
    dated: date | None
    statement: Statement
    terms: frozenset[str]


def about_another(quotation: Quotation, question: frozenset[str]) -> bool:
    """It names ERR-1043 where the question names ERR-1042: the same form with other digits, and not it."""
    asked = {term: NUMBER.sub("#", term) for term in question if NUMBER.search(term)}
    forms = {NUMBER.sub("#", term) for term in quotation.terms if NUMBER.search(term)}
    identifiers = {term for term, form in asked.items() if form != "#" and form in forms}
    return bool(identifiers) and not identifiers & quotation.terms


def likely(quotations: Sequence[Quotation], question: frozenset[str], limit: int) -> list[Quotation]:
    """At most `limit`, by the question's terms they hold, rare ones first; better passages win ties."""
    if len(quotations) <= limit:
        return list(quotations)
    scores = overlaps(quotations, question)
    order = sorted(range(len(quotations)), key=lambda index: (-scores[index], quotations[index].number))
    return [quotations[index] for index in order[:limit]]


def overlaps(quotations: Sequence[Quotation], question: frozenset[str]) -> list[float]:
    """How much of the question each holds, rare terms counting more; in the order given, 0 where nothing."""
    holders = Counter(term for quotation in quotations for term in quotation.terms & question)
    return [
        sum(math.log1p(len(quotations) / holders[term]) for term in quotation.terms & question)
        for quotation in quotations
    ]


def chosen(quotations: Sequence[Quotation], logits: Sequence[float], limit: int) -> list[Quotation]:
    """Best first: at most `limit` that score within the margin of the best and say something new."""
    scores = [
        logit - RANK_PENALTY * math.log(quotation.number)
        for quotation, logit in zip(quotations, logits, strict=True)
    ]
    order = sorted(range(len(quotations)), key=lambda index: -scores[index])
    kept: list[Quotation] = []
    for index in order:
        if len(kept) == limit or scores[index] < scores[order[0]] - MARGIN:
            break
        if not any(repeats(quotations[index], other) for other in kept):
            kept.append(quotations[index])
    return kept


def repeats(one: Quotation, other: Quotation) -> bool:
    """One holds the other, or they share nearly all words and every figure: 38 GBP is not 46 GBP."""
    if one.statement.text in other.statement.text or other.statement.text in one.statement.text:
        return True
    smaller, larger = sorted((one.terms, other.terms), key=len)
    apart = one.terms ^ other.terms
    if any(term in DIFFERENCES or any(character.isdigit() for character in term) for term in apart):
        return False
    return smaller <= larger or len(smaller & larger) >= SAME * len(smaller | larger)


def disagree_by_date(one: Quotation, other: Quotation) -> bool:
    """Documents of different dates on the same matter: half the words of the shorter are in the longer."""
    if one.document == other.document or one.dated == other.dated or not (one.dated and other.dated):
        return False
    words = [frozenset(term for term in quotation.terms if term.isalpha()) for quotation in (one, other)]
    return 2 * len(words[0] & words[1]) >= max(1, min(map(len, words)))
