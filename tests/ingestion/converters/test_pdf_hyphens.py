from __future__ import annotations

import pytest

from ingestion.converters.pdf_fragments import HYPHEN_MARK
from ingestion.converters.pdf_hyphens import mended, words_of

WORDS = words_of(["The committee and its long-term budget, a cooperation."])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("com-\nmittee", "committee"),
        (f"com{HYPHEN_MARK}mittee", "committee"),
        ("long-\nterm", "long-term"),
        ("co-\noperation", "cooperation"),
        ("unseen-\nword", "unseenword"),
        ("COVID-\n19", "COVID-19"),
        ("North-\nSouth", "North-South"),
        ("a - b\nc", "a - b\nc"),
    ],
)
def test_the_document_tells_whether_a_hyphen_belongs_to_the_word(text: str, expected: str) -> None:
    assert mended(text, WORDS) == expected
