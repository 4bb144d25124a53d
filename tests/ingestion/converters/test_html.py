from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.html import convert
from ingestion.document import Block

PAGE = """<!DOCTYPE html><html lang="de-AT"><head><meta charset="utf-8"><title>Travel policy</title>
<meta name="author" content="Ann"><meta property="article:published_time" content="2025-01-02T03:04:05Z">
<meta name="last-modified" content="2026-01-02"><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a></nav><header><h1>Travel</h1></header>
<p>First <b>bold</b>
line<br>second line &amp; more.</p><script>alert(1)</script>
<h2>Table</h2><table><thead><tr><th>Class</th><th>Limit</th></tr></thead>
<tbody><tr><td>Economy</td><td>100&nbsp;EUR</td></tr></tbody></table>
<ul><li>one</li><li>two<ol><li>deep</li><li>deeper</li></ol></li></ul>
<pre>  a = 1
  b = 2</pre><div hidden>secret</div><footer>Imprint</footer></body></html>"""


def blocks(page: str) -> tuple[Block, ...]:
    return convert(page.encode(), "a.html").blocks


def test_a_page_gives_its_structure_in_order() -> None:
    assert blocks(PAGE) == (
        Block("heading", "Travel", level=1),
        Block("paragraph", "First bold line\nsecond line & more."),
        Block("heading", "Table", level=2),
        Block("table", "Class | Limit\nEconomy | 100 EUR"),
        Block("list", "- one\n- two\n  1. deep\n  2. deeper"),
        Block("code", "  a = 1\n  b = 2"),
    )


def test_metadata_are_those_of_the_head() -> None:
    converted = convert(PAGE.encode(), "a.html")
    assert (converted.title, converted.author, converted.language) == ("Travel policy", "Ann", "de-AT")
    assert converted.created == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert converted.modified is not None
    assert converted.modified.date().isoformat() == "2026-01-02"


def test_the_main_element_is_the_page_where_it_holds_most_of_it() -> None:
    assert blocks(f"<div>Menu</div><main><p>{'Text. ' * 20}</p></main>") == (
        Block("paragraph", ("Text. " * 20).strip()),
    )
    assert [block.text for block in blocks(f"<p>{'Text. ' * 20}</p><article>Teaser</article>")][
        -1
    ] == "Teaser"


def test_layout_tables_are_read_through() -> None:
    assert blocks(
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table><p>Text</p></td></tr></table>"
    ) == (
        Block("table", "a | b"),
        Block("paragraph", "Text"),
    )


def test_items_keep_their_paragraphs_and_terms_their_definitions() -> None:
    page = "<ul><li><p><b>A</b><br>street</p><p>more</p></li></ul><dl><dt>term</dt><dd>meaning</dd></dl>"
    assert blocks(page) == (
        Block("list", "- A\n  street\n  more"),
        Block("list", "- term\n  meaning"),
    )


def test_the_encoding_of_the_page_is_respected() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><p>Prüfung größerer Beträge</p>'
    assert convert(page.encode("iso-8859-1"), "a.html").blocks[0].text == "Prüfung größerer Beträge"


def test_a_page_without_text_is_empty() -> None:
    with pytest.raises(ConversionFailed, match=r"a\.html holds no text") as caught:
        convert(b"<!-- -->", "a.html")
    assert caught.value.reason == "empty"


DEEP = ("<div>" * 1_900, "<ul><li>" * 900, "<table><tr><td>" * 500, "<b>" * 1_900)
LONG = ("<p>x" * 100_000, "< " * 200_000)


@pytest.mark.parametrize("page", [*DEEP, *LONG])
def test_no_page_exhausts_the_stack_or_the_clock(page: str) -> None:
    started = process_time()
    assert "text" in "".join(block.text for block in blocks(f"<html>{page}text"))
    assert process_time() - started < 10


def test_a_page_that_the_parser_gives_up_is_refused_not_cut() -> None:
    with pytest.raises(ConversionFailed, match="deep") as caught:
        blocks("<p>kept</p>" + "<b>" * 5_000 + "lost")
    assert caught.value.reason == "corrupt"


def test_links_are_those_of_what_is_read() -> None:
    page = '<nav><a href="home.html">x</a></nav><p><a href="leave.md">Leave</a>, <a name="here">here</a>.</p>'
    assert convert(page.encode(), "a.html").links == ("leave.md",)
