"""The vector store ranks by words as rank-bm25 does: same terms, idf ln(1 + (N - n + 0.5) / (n + 0.5))."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest

from ranking.okapi import OkapiSource
from storage.chunk import Chunk
from storage.encoding.lexical import LexicalEncoder
from storage.scope import Scope
from storage.vectors import ChunkIndex
from tests.contract.conftest import DIMENSION

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

ROOT = Path(__file__).parents[2]
SENTENCES = sorted(
    {
        sentence
        for page in sorted((ROOT / "examples/knowledge_base").rglob("*.md"))
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", page.read_text())
        if len(sentence.split()) >= 6
    }
)
GERMAN = re.compile(r"\b(der|die|das|und|wird|ist)\b")
QUESTIONS = {"local": 40, "edge": 500, "server": 500}  # the local mode takes a tenth of a second for each
LEXICAL = LexicalEncoder(average_length=30)
EAST = np.eye(1, DIMENSION, dtype=np.float32)[0]


def test_the_ten_best_are_those_of_rank_bm25(index: ChunkIndex, target: str) -> None:
    draw = random.Random(5)
    chunks = [_chunk(number, draw) for number in range(300)]
    sparse = [LEXICAL.encode_document(c.contextual_text, c.language) for c in chunks]
    index.write(chunks, np.tile(EAST, (len(chunks), 1)), sparse, 1)
    reference, scope = OkapiSource(index, LEXICAL), Scope({"examples": 1}, frozenset())
    overlaps, differences = [], []
    for _ in range(QUESTIONS[target]):
        words = draw.choice(SENTENCES).split()
        start = draw.randrange(len(words) - 5)
        asked = LEXICAL.encode_question(" ".join(words[start : start + draw.randint(6, 12)]), {"de", "en"})
        _, ours = index.search(EAST, asked, scope, 10)
        _, theirs = reference.search(EAST, asked, scope, 10)
        overlaps.append(len({h.id for h in ours} & {h.id for h in theirs}) / max(len(theirs), 1))
        differences += [abs(a.score - b.score) / b.score for a, b in zip(ours, theirs, strict=True)]
    assert np.mean(overlaps) >= 0.99
    assert max(differences) < 1e-5


def _chunk(number: int, draw: random.Random) -> Chunk:
    """One to four sentences of the examples: lengths and frequencies as in real passages."""
    text = " ".join(draw.sample(SENTENCES, draw.randint(1, 4)))
    return Chunk("examples", f"d{number}", 0, text, "", language="de" if GERMAN.search(text) else "en")
