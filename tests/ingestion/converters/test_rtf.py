from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.rtf import convert
from ingestion.document import Block

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}{\f1\fcharset128 MS Mincho;}}"


def blocks(body: str) -> list[Block]:
    return list(convert((HEAD + body + "}").encode("latin-1"), "a.rtf").blocks)


def test_paragraphs_headings_lists_and_tables() -> None:
    found = blocks(
        r"{\stylesheet{\s1 heading 1;}{\s2 Body;}}\pard\s1 Travel\par\pard\s2 Go by {\b train}.\par"
        r"\pard{\listtext\tab 1.}First\par\pard{\listtext\tab\'b7}Second\par"
        r"\trowd\intbl Country\cell Euro\cell\row\trowd\intbl Austria\cell 30\cell\row"
        r"\pard\outlinelevel1 Then\par"
    )
    assert found == [
        Block("heading", "Travel", level=1),
        Block("paragraph", "Go by train."),
        Block("list", "1. First\n- Second"),
        Block("table", "Country | Euro\nAustria | 30"),
        Block("heading", "Then", level=2),
    ]


def test_characters_of_all_kinds() -> None:
    [found] = blocks(r"Gr\'f6\'dfe \u8364?5 \emdash  {\uc0\u-10179\u-8704} a\~b\{c\}\par")
    assert found.text == "Größe €5 — 😀 a b{c}"
    japanese = "".join(f"\\'{byte:02x}" for byte in "日本".encode("cp932"))
    assert blocks(rf"{{\f1 {japanese}}} x\par")[0].text == "日本 x"


def test_what_is_no_text_of_the_document_is_left_out() -> None:
    found = blocks(
        r"{\header Page 1}{\pict 89504e47}{\*\unknown hidden}{\v hidden}{\field{\*\fldinst HYPERLINK x}"
        r"{\fldrslt shown}}\bin4 {{{{ end\par"
    )
    assert [block.text for block in found] == ["shown end"]


def test_metadata() -> None:
    body = r"{\info{\title Leave}{\author Ann}{\creatim\yr2026\mo3\dy4\hr5\min6}}Text\par"
    found = convert((HEAD + body).encode(), "a.rtf")
    assert (found.title, found.author) == ("Leave", "Ann")
    assert found.created == datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def test_hostile_nesting_and_endings() -> None:
    assert blocks("{" * 200_000 + "deep")[0].text == "deep"
    assert blocks("}" * 50 + "after")[0].text == "after"
    assert convert((HEAD + "cut \\").encode(), "a.rtf").blocks[0].text == "cut"
    with pytest.raises(ConversionFailed, match="does not begin"):
        convert(b"text", "a.rtf")
