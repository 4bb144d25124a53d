"""Files made by others, where RAG_APP_TEST_DATA names the folder that holds them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

from ingestion.converters import ConversionFailed, Limits, convert
from ingestion.document import Document

DATA = os.environ.get("RAG_APP_TEST_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="no data: set RAG_APP_TEST_DATA")

LIMITS = Limits()
MAX_SECONDS = 10.0


def files(place: str) -> Iterator[Path]:
    return (path for path in sorted((Path(DATA or ".") / place).rglob("*")) if path.is_file())


def test_every_broken_file_is_converted_or_refused_in_time() -> None:
    outcomes: Counter[str] = Counter()
    for path in files("torture/files"):
        started = process_time()
        try:
            convert(path, path.name, LIMITS)
            outcomes["converted"] += 1
        except ConversionFailed as problem:
            outcomes[problem.reason] += 1
        assert process_time() - started < MAX_SECONDS, path
    assert outcomes["converted"] >= 60
    assert outcomes["encrypted"] >= 3


@pytest.mark.parametrize(
    ("extension", "words", "headings"),
    [("html", 0.999, 0.99), ("docx", 0.999, 0.99), ("pptx", 0.99, 0.98), ("pdf", 0.99, 0.95)],
)
def test_a_format_says_what_its_markdown_says(extension: str, words: float, headings: float) -> None:
    shares: list[tuple[float, float]] = []
    for path in files("companies/files"):
        twin = path.parent.parent / extension / f"{path.stem}.{extension}"
        if path.suffix == ".md" and twin.is_file():
            reference, document = (convert(file, file.name, LIMITS) for file in (path, twin))
            shares.append(
                (
                    _overlap(_words(reference), _words(document)),
                    _overlap(_headings(reference), _headings(document)),
                )
            )
    assert len(shares) > 100
    assert sum(share for share, _ in shares) / len(shares) >= words
    assert sum(share for _, share in shares) / len(shares) >= headings


def _words(document: Document) -> Counter[str]:
    return Counter(re.findall(r"\w+", document.text.casefold()))


def _headings(document: Document) -> Counter[str]:
    texts = (block.text for block in document.blocks if block.kind == "heading")
    return Counter(re.sub(r"\W+", "", text.casefold()) for text in texts)


def _overlap(reference: Counter[str], found: Counter[str]) -> float:
    return (reference & found).total() / max(1, reference.total())
