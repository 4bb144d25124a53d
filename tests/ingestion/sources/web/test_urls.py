from __future__ import annotations

import pytest

from ingestion.sources.web.urls import canonical, folder_of, page_id, same_page

BASE = "https://example.com/docs/guide/start.html"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("HTTP://Example.COM:80/a", "http://example.com/a"),
        ("https://example.com:8443", "https://example.com:8443/"),
        ("next.html#part-2", "https://example.com/docs/guide/next.html"),
        ("../x/./y", "https://example.com/docs/x/y"),
        ("/a/../../../b/", "https://example.com/b/"),
        ("/%7Eann/%2e%2e/%c3%a4?q=%41&b=c d", "https://example.com/%C3%A4?q=A&b=c%20d"),
        ("/100%", "https://example.com/100%25"),
        ("/ä", "https://example.com/%C3%A4"),
        ("//bücher.example/x", "https://xn--bcher-kva.example/x"),
        (" /a\nb ", "https://example.com/ab"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("?page=2", "https://example.com/docs/guide/start.html?page=2"),
    ],
)
def test_one_page_has_one_address(href: str, expected: str) -> None:
    assert canonical(href, BASE) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "href",
    [
        "mailto:ann@example.com",
        "javascript:void(0)",
        "ftp://example.com/",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://ann:secret@example.com/",
        "https://ann@example.com/",
        "http://",
        "http://[::1",
        "http://a:99999/",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_what_no_page_can_have_is_no_address(href: str) -> None:
    assert canonical(href, BASE) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/", "index.html"),
        ("https://example.com/docs/", "docs/index.html"),
        ("https://example.com/docs/a.pdf", "docs/a.pdf"),
        ("https://example.com/docs/r%C3%A4ume", "docs/räume"),
        ("https://example.com/a%2Fb/%00x", "a%2Fb/%00x"),
        ("https://example.com/wiki?page=Leave", "wiki?page=Leave"),
        ("https://example.com/a//b", "a/%2F/b"),
    ],
)
def test_a_page_is_called_by_its_path(url: str, expected: str) -> None:
    assert page_id(url) == expected


def test_where_a_site_begins_and_what_differs_in_its_query_alone() -> None:
    assert folder_of(BASE) == "https://example.com/docs/guide/"
    assert folder_of("https://example.com/") == "https://example.com/"
    assert same_page(BASE, f"{BASE}?utm_source=x")
    assert not same_page(BASE, "https://example.com/")
