from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from ingestion.sources.web import sitemap
from ingestion.sources.web.sitemap import Sitemap, parse_sitemap
from storage.errors import InvalidInput

PAGES = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc> https://e.com/a </loc><lastmod>2026-03-04</lastmod></url>
  <url><loc>https://e.com/b?x=1&amp;y=2</loc><lastmod>2026-03-04T10:00:00+02:00</lastmod></url>
  <url><loc>https://e.com/c</loc><lastmod>yesterday</lastmod><changefreq>daily</changefreq></url>
  <url><lastmod>2026-03-04</lastmod></url>
</urlset>"""
FOUND = Sitemap(
    (
        ("https://e.com/a", datetime(2026, 3, 4, tzinfo=UTC)),
        ("https://e.com/b?x=1&y=2", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        ("https://e.com/c", None),
    )
)


def test_pages_come_with_the_days_of_their_last_change() -> None:
    assert parse_sitemap(PAGES, "s.xml") == FOUND
    assert parse_sitemap(gzip.compress(PAGES), "s.xml.gz") == FOUND


def test_an_index_names_further_sitemaps() -> None:
    index = b"<sitemapindex><sitemap><loc>https://e.com/1.xml</loc></sitemap><!-- x --></sitemapindex>"
    assert parse_sitemap(index, "s.xml") == Sitemap((), ("https://e.com/1.xml",))


def test_text_has_an_address_a_line() -> None:
    text = "\ufeffhttps://e.com/a\r\n\r\nhttps://e.com/b\n".encode()
    assert parse_sitemap(text, "s.txt") == Sitemap((("https://e.com/a", None), ("https://e.com/b", None)))


def test_what_is_no_sitemap_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"https://e\.com/ is no sitemap"):
        parse_sitemap(b"<!doctype html><html><body>Login</body></html>", "https://e.com/")
    with pytest.raises(InvalidInput, match="damaged"):
        parse_sitemap(b"\x1f\x8bxx", "s.xml.gz")


def test_entities_and_bombs_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    laughs = b"""<!DOCTYPE urlset [<!ENTITY a "https://e.com/"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <urlset><url><loc>&f;</loc></url><url><loc>https://e.com/x</loc></url></urlset>"""
    assert parse_sitemap(laughs, "s.xml") == Sitemap((("https://e.com/x", None),))
    monkeypatch.setattr(sitemap, "MAX_BYTES", 10_000)
    with pytest.raises(InvalidInput, match="unpacks to more than 10,000 bytes"):
        parse_sitemap(gzip.compress(b" " * 1_000_000), "s.xml.gz")
