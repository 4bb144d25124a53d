from __future__ import annotations

import random

import pytest

from ingestion.alike import COPIES, Signed, alike
from ingestion.minhash import signature
from storage.document_family import family

DRAW = random.Random(7)


def text(seed: int, changed: int = 0) -> str:
    """400 words of a seed, the first `changed` of them others."""
    words = [f"w{number}" for number in random.Random(seed).choices(range(9_999), k=400)]
    return " ".join([*(f"x{seed}y{n}" for n in range(changed)), *words[changed:]])


Named = tuple[str, Signed]


def signed(id_: str, content: str, title: str = "") -> Named:
    return id_, Signed(family(id_), title, signature(content))


def pairs(*documents: Named, new: int | None = None) -> set[tuple[str, str]]:
    found = alike([one for _, one in documents], len(documents) if new is None else new)
    return {(documents[one][0], documents[other][0]) for one, other, _ in found}


def test_copies_are_found_whatever_their_names() -> None:
    assert pairs(signed("a", text(1)), signed("b", text(2)), signed("c", text(1, changed=20))) == {("a", "c")}


def test_half_a_text_needs_a_common_name_or_title() -> None:
    whole, half = text(1), text(1, changed=120)  # 278 of 518 triples are common
    assert pairs(signed("a", whole), signed("b", half)) == set()
    assert pairs(signed("a", whole, "Leave"), signed("b", half, "leave ")) == {("a", "b")}
    assert pairs(signed("p/leave-2024.md", whole), signed("p/leave-2026.docx", half)) == {
        ("p/leave-2024.md", "p/leave-2026.docx")
    }


def test_other_texts_of_one_name_are_no_versions() -> None:
    assert pairs(signed("notes-2024.md", text(1)), signed("notes-2025.md", text(2))) == set()


def test_only_what_is_new_is_compared() -> None:
    documents = [signed(name, text(1)) for name in ("new", "old", "older")]
    assert pairs(*documents, new=1) == {("new", "old"), ("new", "older")}
    assert pairs(*documents, new=0) == set()


def test_the_likeness_is_told() -> None:
    ((_, _, likeness),) = alike([signed("a", text(1))[1], signed("b", text(1))[1]], 2)
    assert likeness == 1.0


def test_of_many_copies_each_has_a_bounded_number_of_pairs() -> None:
    found = pairs(*(signed(f"d{n:03}", text(1)) for n in range(200)))
    assert len(found) <= 200 * COPIES
    assert {name for pair in found for name in pair} == {f"d{n:03}" for n in range(200)}


@pytest.mark.parametrize("count", [0, 1])
def test_one_document_has_no_like(count: int) -> None:
    assert pairs(*(signed(f"d{n}", text(1)) for n in range(count))) == set()


def test_all_copies_are_found_among_many() -> None:
    originals = [signed(f"a{n}", text(n)) for n in range(300)]
    copies = [signed(f"b{n}", text(n, changed=DRAW.randint(0, 10))) for n in range(300)]
    assert {(f"a{n}", f"b{n}") for n in range(300)} == pairs(*originals, *copies)
