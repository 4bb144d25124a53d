"""What the weight of a glossary's synonyms gains and costs, by NDCG@10 of BM25 over whole documents.

    python -m benchmarks.glossary DATA/companies DATA/handbook_qa DATA/scifact_train

In each question, a phrase that it shares with a relevant document is replaced by a made-up acronym.
`acronym` asks so with the glossary that explains it; `wrong` asks the question as it was, with a glossary
that adds a phrase of another question; `both` asks with the acronym, its meaning, and the wrong phrase.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csc_matrix

import storage.encoding.lexical
from benchmarks.clock import table
from ranking.evaluation.datasets import CorpusDocument, Dataset, read_dataset
from ranking.evaluation.evaluation_set import Question
from storage.encoding.languages import STOP_WORDS
from storage.encoding.lexical import LexicalEncoder
from storage.encoding.synonyms import Expansion
from storage.sparse import SparseVector

ACRONYM = "QZX"
WEIGHTS = (0.0, 0.1, 0.25, 0.5, 0.7, 1.0)
QUESTIONS = 300


@dataclass(frozen=True)
class Case:
    """A question, the same with the acronym, what that stands for, and what it does not."""

    question: Question
    acronym: str
    meaning: tuple[Expansion, ...]
    wrong: tuple[Expansion, ...]


class Corpus:
    """Documents as columns of BM25 weights, their terms' rarity multiplied in."""

    def __init__(self, documents: Sequence[CorpusDocument]) -> None:
        texts = [f"{d.title}\n{d.text}" for d in documents]
        length = np.mean([len(LexicalEncoder(1).terms(text)) for text in texts[:500]]).item()
        self.ids = [d.id for d in documents]
        self.encoder = LexicalEncoder(length)
        self._columns: dict[int, int] = {}
        vectors = [self.encoder.encode_document(text) for text in texts]
        terms = [self._columns.setdefault(i, len(self._columns)) for v in vectors for i in v.indices]
        rows = np.repeat(np.arange(len(vectors)), [len(v.indices) for v in vectors])
        values = np.concatenate([v.values for v in vectors])
        self._weights = csc_matrix((values, (rows, terms)))
        holders = np.diff(self._weights.indptr)
        self._idf = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))

    def best(self, words: SparseVector, depth: int) -> list[str]:
        scores = np.zeros(len(self.ids))
        for index, weight in zip(words.indices, words.values, strict=True):
            if (column := self._columns.get(index)) is not None:
                part = slice(*self._weights.indptr[column : column + 2])
                scores[self._weights.indices[part]] += weight * self._idf[column] * self._weights.data[part]
        return [self.ids[row] for row in np.argsort(-scores, kind="stable")[:depth] if scores[row] > 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    for folder in parser.parse_args().data:
        dataset = read_dataset(folder)
        corpus, some = Corpus(dataset.corpus), cases(dataset)
        plain = np.mean([ndcg(corpus, case.question, case.question.text, ()) for case in some])
        print(f"\n{folder.name}: {len(some)} questions, {plain:.3f} as they were\n")
        print(table(["weight", "acronym", "wrong", "both"], [_row(corpus, some, w) for w in WEIGHTS]))


def _row(corpus: Corpus, some: Sequence[Case], weight: float) -> tuple[str, ...]:
    storage.encoding.lexical.SYNONYM_WEIGHT = weight
    means = (
        np.mean([ndcg(corpus, c.question, c.acronym, c.meaning if weight else ()) for c in some]),
        np.mean([ndcg(corpus, c.question, c.question.text, c.wrong if weight else ()) for c in some]),
        np.mean([ndcg(corpus, c.question, c.acronym, c.meaning + c.wrong if weight else ()) for c in some]),
    )
    return (f"{weight:g}", *(f"{mean:.3f}" for mean in means))


def cases(dataset: Dataset) -> list[Case]:
    """Of up to 300 questions, those that share a phrase of one to three words with a relevant document."""
    draw = random.Random(7)
    texts = {d.id: f"{d.title} {d.text}".lower() for d in dataset.corpus}
    questions = list(dataset.evaluation.answerable)
    draw.shuffle(questions)
    found = []
    for question in questions[:QUESTIONS]:
        relevant = " ".join(texts[document] for document, grade in question.labels.items() if grade > 0)
        if phrases := _shared(question.text, relevant):
            found.append((question, draw.choice(phrases)))
    others = [phrase for _, phrase in found]
    return [
        Case(
            question,
            re.sub(re.escape(phrase), ACRONYM, question.text, count=1, flags=re.IGNORECASE),
            (Expansion(ACRONYM, (phrase,)),),
            (Expansion("another", (draw.choice(others),)),),
        )
        for question, phrase in found
    ]


def _shared(question: str, document: str) -> list[str]:
    words = re.findall(r"[a-z]{2,}", question.lower())
    runs = (words[i : i + n] for n in (1, 2, 3) for i in range(len(words) - n + 1))
    phrases = [" ".join(run) for run in runs if STOP_WORDS.isdisjoint(run)]
    return [
        phrase
        for phrase in phrases
        if len(phrase) > 3 and phrase in question.lower() and re.search(rf"\b{phrase}\b", document)
    ]


def ndcg(corpus: Corpus, question: Question, text: str, expansions: tuple[Expansion, ...]) -> float:
    """At 10, gain 2^grade - 1."""
    words = corpus.encoder.encode_question(text, expansions=expansions)
    gains = [2.0 ** question.labels.get(id_, 0) - 1 for id_ in corpus.best(words, 10)]
    ideal = sorted((2.0**grade - 1 for grade in question.labels.values()), reverse=True)[:10]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[float]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, start=1)))


if __name__ == "__main__":
    main()
