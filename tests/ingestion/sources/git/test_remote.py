from __future__ import annotations

from ipaddress import ip_network

import pytest

from ingestion.sources.git.remote import page, pinned, protocol
from storage.errors import InvalidInput

LOCAL = [ip_network("127.0.0.0/8")]


def test_what_leads_to_a_repository() -> None:
    urls = ["https://e.com/x.git", "git@e.com:x.git", "ssh://e.com/x", "file:///srv/x.git"]
    assert [protocol(url) for url in urls] == ["https", "ssh", "ssh", "file"]


def test_git_is_kept_to_the_address_that_was_checked() -> None:
    assert pinned("https://127.0.0.1:8443/x.git", LOCAL) == ["http.curloptResolve=127.0.0.1:8443:127.0.0.1"]
    assert pinned("git@127.0.0.1:x.git", LOCAL) == []
    assert pinned("file:///srv/x.git", ()) == []
    for url in ("https://127.0.0.1/x.git", "git@127.0.0.1:x.git", "ssh://localhost/x.git"):
        with pytest.raises(InvalidInput, match="private address"):
            pinned(url, ())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/handbook.git", "https://github.com/acme/handbook/blob/main/a%20b/c.md"),
        (
            "git@gitlab.com:acme/team/handbook.git",
            "https://gitlab.com/acme/team/handbook/-/blob/main/a%20b/c.md",
        ),
        ("https://git.example.com/acme/handbook.git", None),
    ],
)
def test_well_known_hosts_show_a_file(url: str, expected: str | None) -> None:
    assert page(url, "main", "a b/c.md", None) == expected
