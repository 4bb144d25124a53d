from __future__ import annotations

from ingestion.sources.web.page import Links, read_links

URL = "https://e.com/docs/a.html"


def test_links_are_those_of_anchors_in_canonical_form_each_once() -> None:
    page = b"""<html><head><link rel="stylesheet" href="/s.css">
    <link rel="canonical" href="/docs/a.html"></head>
    <body><a href="b.html#x">b</a> <a href="/docs/b.html">again</a> <a href="#top">top</a> <a>none</a>
    <a rel="external nofollow" href="ad.html">ad</a> <a href="mailto:ann@e.com">Ann</a>
    <img src="i.png"><map><area href="../c"></map> <a href="javascript:x()">x</a></body></html>"""
    assert read_links(page, URL) == Links(("https://e.com/docs/b.html", "https://e.com/c"), URL)


def test_a_base_moves_them() -> None:
    page = b'<base href="/wiki/"><a href="x">x</a>'
    assert read_links(page, URL).pages == ("https://e.com/wiki/x",)


def test_what_is_no_html_has_none() -> None:
    for content in (b"", b"   ", b"\x00\x01\x02", b"<!-- -->", b"%PDF-1.7"):
        assert read_links(content, URL) == Links()
