from __future__ import annotations

from time import process_time

from ingestion.converters.text import convert
from ingestion.document import Block


def test_blank_lines_part_paragraphs_and_underlines_make_headings() -> None:
    content = b"Title\n=====\n\nFirst line\nsecond   line.\r\n \r\n\r\nPart\n----\nText.\n"
    assert convert(content, "a.txt").blocks == (
        Block("heading", "Title", level=1),
        Block("paragraph", "First line\nsecond line."),
        Block("heading", "Part", level=2),
        Block("paragraph", "Text."),
    )


def test_rules_and_tables_are_no_headings() -> None:
    assert convert(b"a | b\n-----|---\n1 | 2", "a.txt").blocks == (
        Block("paragraph", "a | b\n-----|---\n1 | 2"),
    )


def test_ten_megabytes_take_linear_time() -> None:
    content = b"The leave policy has changed again.\n" * 280_000
    started = process_time()
    (block,) = convert(content, "a.txt").blocks
    assert len(block.text) == len(content) - 1
    assert process_time() - started < 10
