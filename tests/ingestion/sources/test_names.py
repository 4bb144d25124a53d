from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.names import MAX_BYTES, checked, document_id, is_hidden
from storage.errors import InvalidInput


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reports/2026/plan.pdf", "reports/2026/plan.pdf"),
        ("Übersicht für März.docx", "Übersicht für März.docx"),
        ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"),
        ("/etc/passwd", "%2F/etc/passwd"),
        ("a//b/./c", "a/%2F/b/%2E/c"),
        ("line\nbreak\0.txt", "line%0Abreak%00.txt"),
        ("turned\u202etxt.exe", "turned%E2%80%AEtxt.exe"),
        (os.fsdecode(b"caf\xe9.txt"), "caf\\xe9.txt"),
    ],
)
def test_a_name_becomes_an_id_in_which_nothing_is_hidden(name: str, expected: str) -> None:
    assert document_id(name) == expected


def test_names_too_long_for_an_index_are_cut_and_stay_apart() -> None:
    long = "ä" * 600
    one, other = document_id(f"{long}1.pdf"), document_id(f"{long}2.pdf")
    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= MAX_BYTES
    assert one.endswith(".pdf")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=2_000))
def test_no_id_climbs_or_is_longer_than_an_index_takes(name: str) -> None:
    made = document_id(name)
    assert not {"", ".", ".."} & set(made.split("/"))
    assert len(made.encode()) <= MAX_BYTES
    assert document_id(made) == made


@pytest.mark.parametrize("name", ["plan.pdf", "reports/2026/März.pdf", "a b.txt"])
def test_plain_names_are_taken(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/plan.pdf",
        "../plan.pdf",
        "a/../b",
        "a//b",
        "a\\b.txt",
        "a\0b",
        ".env",
        "a/.git/config",
        "~$x.docx",
        "x" * 901,
        "a\tb",
        "c:\\plan.pdf",
        "reports/",
    ],
)
def test_other_names_are_refused_with_what_is_meant(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be called.*reports/2026/plan\.pdf"):
        checked(name)


def test_hidden_is_what_a_folder_passes_over() -> None:
    assert [is_hidden(name) for name in ("a/b.md", "a/.b.md", ".git/config", "a/Thumbs.db")] == [
        False,
        True,
        True,
        True,
    ]
