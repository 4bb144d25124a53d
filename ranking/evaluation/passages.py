"""Which chunks are relevant: those of the gold document that hold the words quoted from it.

A chunk holds its title and heading path too: quotations begin with the heading as often as not, and it is
part of what a reader of the passage sees. Of a quotation in Markdown or HTML only what a reader sees counts:
no link targets, no tags.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ranking.evaluation.evaluation_set import Question
from storage.chunk import Chunk

HELD_SHARE = 0.8  # a chunk border may cost a quotation some words

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True)
class PassageRelevance:
    """`grades`: question id -> chunk id -> grade, of the questions whose documents hold what is quoted.

    `unheld`: those among them of which no single chunk holds a quotation: chunking's loss, counted as zero.
    `unfounded`: questions left out, since not even a whole document holds the words quoted from it.
    """

    grades: Mapping[str, Mapping[str, int]]
    unheld: tuple[str, ...]
    unfounded: tuple[str, ...] = ()


def passage_relevance(questions: Iterable[Question], chunks: Mapping[str, Chunk]) -> PassageRelevance:
    """`chunks`: chunk id -> chunk, of every document, retrieved or not, so that recall is against all."""
    quoting = [question for question in questions if question.quotations]
    quoted = {quotation.document for question in quoting for quotation in question.quotations}
    words_by_document: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for chunk_id, chunk in chunks.items():
        if chunk.document_id in quoted:
            words_by_document[chunk.document_id][chunk_id] = words(chunk.contextual_text)
    whole = {
        document: {document: frozenset().union(*held.values())}
        for document, held in words_by_document.items()
    }
    founded = [question for question in quoting if _grades(question, whole)]
    grades = {question.id: _grades(question, words_by_document) for question in founded}
    return PassageRelevance(
        grades,
        unheld=tuple(key for key, held in grades.items() if not held),
        unfounded=tuple(question.id for question in quoting if question.id not in grades),
    )


def holds(chunk: Chunk, quotation: str) -> bool:
    """Whether the chunk counts as holding the words quoted from its document."""
    quoted = words(visible(quotation))
    return bool(quoted) and _hold(words(chunk.contextual_text), quoted)


def words(text: str) -> frozenset[str]:
    """The set of words: how often one is repeated says nothing about what is held."""
    return frozenset(_WORD.findall(text.casefold()))


def visible(text: str) -> str:
    """What a reader sees of Markdown or HTML: a link's text, a picture's description, no tags."""
    return html.unescape(_TAG.sub(" ", _LINK.sub(r"\1", text)))


def _hold(held: frozenset[str], quoted: frozenset[str]) -> bool:
    return len(quoted & held) >= HELD_SHARE * len(quoted)


def _grades(
    question: Question, words_by_document: Mapping[str, Mapping[str, frozenset[str]]]
) -> Mapping[str, int]:
    grades: dict[str, int] = {}
    for quotation in question.quotations:
        quoted = words(visible(quotation.text))
        for chunk_id, held in words_by_document.get(quotation.document, {}).items():
            if quoted and _hold(held, quoted):
                grades[chunk_id] = max(quotation.grade, grades.get(chunk_id, 0))
    return grades
