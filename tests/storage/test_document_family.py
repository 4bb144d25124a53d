from __future__ import annotations

import pytest

from storage.document_family import family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("people/travel-policy-2024.docx", "people/travel-policy-2026.docx"),
        ("travel policy v2.1.pdf", "Travel_Policy_v3.docx"),
        ("guide.md@2023-07-01", "guide.md"),
        ("old/guide.md", "guide.md"),
        ("results-2025-q2.pptx", "results-2026-q1.pptx"),
    ],
)
def test_versions_are_one_family(one: str, other: str) -> None:
    assert family(one) == family(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("travel-policy.md", "leave-policy.md"),
        ("rill-200.pdf", "rill-400.pdf"),
        ("it/guide.md", "hr/guide.md"),
    ],
)
def test_other_documents_are_not(one: str, other: str) -> None:
    assert family(one) != family(other)
