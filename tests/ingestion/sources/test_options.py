from __future__ import annotations

from typing import Any

import pytest

from ingestion.sources.options import GitOptions, WebOptions, parse_options
from storage.errors import InvalidInput


def test_a_site_reaches_from_the_folder_of_its_address_down() -> None:
    site = parse_options("web", {"url": "HTTPS://Wiki.Example.com:443/docs/start.html#top", "max_pages": "5"})
    assert isinstance(site, WebOptions)
    assert (site.url, site.scope) == (
        "https://wiki.example.com/docs/start.html",
        "https://wiki.example.com/docs/",
    )
    assert (site.max_pages, site.max_depth) == (5, 10)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/handbook.git",
        "ssh://git@git.example.com:2222/acme/handbook.git",
        "git@github.com:acme/handbook.git",
        "file:///srv/git/handbook.git",
    ],
)
def test_addresses_that_git_can_clone_are_taken(url: str) -> None:
    options = parse_options("git", {"url": url, "branch": "release/2026", "folder": "/docs/"})
    assert isinstance(options, GitOptions)
    assert (options.url, options.folder) == (url, "docs")


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("web", {}, "url: Field required"),
    ("web", {"url": "https://ann:secret@example.com/"}, "name or password"),
    ("web", {"url": "ftp://example.com/"}, "no http"),
    ("web", {"url": "file:///etc/passwd"}, "no http"),
    ("web", {"url": "//example.com/"}, "no http"),
    ("web", {"url": "https://a.example/", "prefix": "https://b.example/"}, "does not begin with prefix"),
    ("web", {"url": "https://a.example/", "max_pages": 0}, "max_pages"),
    ("web", {"url": "https://a.example/", "cookie": "x"}, "cookie"),
    ("git", {"url": "--upload-pack=touch /tmp/x"}, "neither an address"),
    ("git", {"url": "-oProxyCommand=x:y"}, "neither an address"),
    ("git", {"url": "ext::sh -c touch% /tmp/x"}, "neither an address"),
    ("git", {"url": "/srv/git/x.git"}, "neither an address"),
    ("git", {"url": "ssh://-oProxyCommand=x/y"}, "host or port"),
    ("git", {"url": "https://ann:secret@example.com/x.git"}, "credential helper"),
    ("git", {"url": "https://token@example.com/x.git"}, "credential helper"),
    ("git", {"url": "https://example.com/x y.git"}, "characters"),
    ("git", {"url": "https://e.com/x.git", "branch": "--output=/tmp/x"}, "no name of a branch"),
    ("git", {"url": "https://e.com/x.git", "branch": "a..b"}, "no name of a branch"),
    ("git", {"url": "https://e.com/x.git", "folder": "a/../../b"}, "leaves the repository"),
    ("git", {"url": "https://e.com/x.git", "link": "javascript:{path}"}, "link"),
    ("object_store", {"bucket": "a/b"}, "prefix"),
    ("object_store", {"bucket": "abc", "secret_key": "x"}, "secret_key"),
    ("object_store", {"bucket": "abc", "endpoint_url": "http://ann:secret@minio:9000"}, "name or password"),
    ("folder", {"path": ""}, "no folder"),
    ("upload", {"path": "/x"}, "path"),
    ("ftp", {}, "kind of source 'ftp'"),
]


@pytest.mark.parametrize(("kind", "options", "told"), WRONG)
def test_impossible_options_are_named_and_secrets_are_not_repeated(
    kind: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told) as caught:
        parse_options(kind, options)
    assert "secret@" not in str(caught.value)
    assert "token@" not in str(caught.value)
