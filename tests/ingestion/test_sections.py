from __future__ import annotations

from ingestion.document import Block, Document
from ingestion.sections import sections


def document(*blocks: Block) -> Document:
    return Document("d", "Title", blocks)


def heading(text: str, level: int) -> Block:
    return Block("heading", text, level=level)


def test_sections_know_their_path_and_place() -> None:
    first = (Block("paragraph", "Preamble."), heading("A", 1), Block("paragraph", "One."), heading("B", 2))
    made = document(
        *first, Block("paragraph", "Two."), Block("list", "- x"), heading("C", 1), Block("code", "y")
    )
    found = sections(made)
    assert [section.path for section in found] == [(), ("A",), ("A", "B"), ("C",)]
    for section in found:
        for placed in (*section.body, *([section.heading] if section.heading else [])):
            assert made.text[placed.start :].startswith(placed.block.text)


def test_a_level_that_was_skipped_does_not_break_the_path() -> None:
    found = sections(
        document(
            heading("A", 1),
            heading("Deep", 4),
            Block("paragraph", "x"),
            heading("B", 2),
            Block("paragraph", "y"),
        )
    )
    assert [section.path for section in found] == [("A", "Deep"), ("A", "B")]


def test_a_heading_without_a_body_stays_only_where_no_path_names_it() -> None:
    found = sections(document(heading("A", 1), heading("B", 2), heading("C", 2)))
    assert [section.path for section in found] == [("A", "B"), ("A", "C")]


def test_no_blocks_no_sections() -> None:
    assert sections(document()) == []
