from __future__ import annotations

import pytest

from ingestion.links import MAX_LINKS, resolved_links


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("leave.md", "people/leave.md"),
        ("./leave.md#days", "people/leave.md"),
        ("../it/vpn%20staff.md?x=1", "it/vpn staff.md"),
        ("/it/vpn.md", "it/vpn.md"),
        ("..\\it\\vpn.md", "it/vpn.md"),
    ],
)
def test_links_within_the_folder_become_ids(href: str, target: str) -> None:
    assert resolved_links([href], "people/travel.md") == (target,)


@pytest.mark.parametrize(
    "href",
    [
        "https://example.com/a.md",
        "//example.com/a.md",
        "mailto:ann@example.com",
        "#days",
        "travel.md",
        "../../outside.md",
        "",
        "..",
        "http://[broken",
    ],
)
def test_links_to_elsewhere_and_to_itself_are_none(href: str) -> None:
    assert resolved_links([href], "people/travel.md") == ()


def test_each_counts_once_and_a_page_of_too_many_recommends_nothing() -> None:
    assert resolved_links(["b.md", "a.md", "b.md#x"], "t.md") == ("a.md", "b.md")
    assert resolved_links([f"{n}.md" for n in range(MAX_LINKS + 1)], "t.md") == ()


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("next.html#x", "wiki/docs/guide/next.html"),
        ("../", "wiki/docs/index.html"),
        ("/r%C3%A4ume", "wiki/räume"),
        ("https://e.com/docs/?page=2", "wiki/docs/index.html?page=2"),
        ("//e.com/docs/a", "wiki/docs/a"),
    ],
)
def test_links_of_a_page_are_addresses_of_its_site(href: str, target: str) -> None:
    assert resolved_links([href], "wiki/docs/guide/start", "https://e.com/docs/guide/start") == (target,)


@pytest.mark.parametrize(
    "href", ["https://other.com/a", "start#top", "mailto:ann@e.com", "http://e.com/docs/a"]
)
def test_links_to_other_sites_are_none(href: str) -> None:
    assert resolved_links([href], "wiki/docs/guide/start", "https://e.com/docs/guide/start") == ()


def test_a_file_that_is_shown_elsewhere_links_by_its_path() -> None:
    shown = "https://git.example.com/blob/main/leave/a.md"
    assert resolved_links(["b.md"], "repo/leave/a.md", shown) == ("repo/leave/b.md",)
