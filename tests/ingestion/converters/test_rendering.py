from __future__ import annotations

from ingestion.converters.rendering import item_text, one_line, table_text, tidy


def test_tidy_keeps_line_breaks_and_nothing_invisible() -> None:
    assert tidy(" a\u00ad\u200b  b\u00a0c \n\n d ") == "a b c\nd"
    assert one_line("a\n b\tc") == "a b c"


def test_items_are_indented_with_their_further_lines() -> None:
    assert item_text("one\nmore", depth=1, marker="2.") == "  2. one\n    more"


def test_rows_are_lines_and_empty_rows_none() -> None:
    assert table_text([["a", "b\nc"], ["", " "], ["", "d"]]) == "a | b c\n| d"
