"""A real site on this machine, read again and again while it changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.errors import InvalidInput, Transient
from tests.ingestion.sources.web.conftest import Clock, Reading, ids
from tests.ingestion.sources.web.site_server import NOW, Page, Site, links


def handbook(site: Site) -> None:
    site.put("/", links("/leave", "/travel/", "https://elsewhere.invalid/", "/logo.png"))
    site.put("/leave", links("/", "travel/rail.html#top", title="Leave"))
    site.put("/travel/", links("rail.html", title="Travel"))
    site.put("/travel/rail.html", links(title="Rail"))
    site.pages["/logo.png"] = Page(b"\x89PNG", type="image/png")


HANDBOOK = ["index.html", "leave", "travel/index.html", "travel/rail.html"]


def test_links_within_the_prefix_are_followed_each_once(site: Site, read: Reading) -> None:
    handbook(site)
    listing = read()
    assert ids(listing) == HANDBOOK
    assert listing.skipped == ()
    assert [file.url for file in listing.files][:2] == [f"{site.url}/", f"{site.url}/leave"]
    assert site.paths == ["/", "/leave", "/travel/", "/logo.png", "/travel/rail.html"]


def test_only_what_changed_is_sent_again(site: Site, read: Reading) -> None:
    handbook(site)
    first = read()
    site.asked.clear()
    site.put("/leave", links("/", title="Leave, revised"))
    second = read()
    sent = {asked.path: asked.sent for asked in site.asked if asked.path != "/robots.txt" and asked.sent}
    assert set(sent) == {"/leave", "/logo.png"}
    changed = [a.document_id for a, b in zip(first.files, second.files, strict=True) if a.sha256 != b.sha256]
    assert changed == ["leave"]


def test_a_page_without_an_etag_is_asked_for_by_its_date(site: Site, read: Reading) -> None:
    day = "Wed, 04 Mar 2026 10:00:00 GMT"
    site.put("/", links(), etag=None, headers={"Last-Modified": day})
    (file,) = read().files
    assert file.modified == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert not file.dated
    read()
    assert [asked.headers.get("if-modified-since") for asked in site.asked if asked.path == "/"] == [
        None,
        day,
    ]


def test_a_page_whose_date_nobody_knows_is_as_old_as_the_change_that_was_seen(
    site: Site, read: Reading
) -> None:
    site.put("/", links(title="One"), etag=None)
    assert read().files[0].modified is None
    assert read().files[0].modified is None  # sent again, and the same
    site.put("/", links(title="Two"), etag=None)
    assert read().files[0].modified == NOW
    assert read().files[0].modified == NOW


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_leaves(site: Site, read: Reading, status: int) -> None:
    handbook(site)
    read()
    site.pages["/travel/rail.html"] = Page(status=status)
    assert ids(read()) == ["index.html", "leave", "travel/index.html"]


def test_what_nobody_links_to_any_more_leaves(site: Site, read: Reading) -> None:
    handbook(site)
    read()
    site.put("/leave", links("/"))
    site.put("/travel/", links())
    assert ids(read()) == ["index.html", "leave", "travel/index.html"]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 401, 403])
def test_what_fails_stays_and_so_does_what_it_led_to(site: Site, read: Reading, status: int) -> None:
    handbook(site)
    site.put("/leave", links("/sick"))
    site.put("/sick", links())
    before = read()
    site.pages["/leave"] = Page(b"Oops", status)
    after = read()
    assert after.files == before.files
    assert [(entry.document_id, str(status) in entry.reason) for entry in after.skipped] == [("leave", True)]


def test_an_answer_that_breaks_off_stays_as_it_was(site: Site, read: Reading) -> None:
    handbook(site)
    before = read()
    site.pages["/leave"] = Page(b"Half", cut=True)
    after = read()
    assert after.files == before.files
    assert [entry.document_id for entry in after.skipped] == ["leave"]


def test_a_new_page_that_fails_may_lead_anywhere_so_nothing_leaves(site: Site, read: Reading) -> None:
    handbook(site)
    read()
    site.put("/", links("/new"))  # everything has moved below a page that does not answer
    site.pages["/new"] = Page(status=500)
    assert ids(read()) == HANDBOOK
    site.pages["/new"] = Page(status=403)  # which will not change by itself
    assert ids(read()) == ["index.html"]


def test_a_site_that_fails_altogether_loses_nothing(site: Site, read: Reading) -> None:
    site.put("/", links(*(f"/{n}" for n in range(20))))
    for number in range(20):
        site.put(f"/{number}", links())
    assert len(read().files) == 21
    site.pages = {path: Page(status=500) for path in site.pages if path != "/"}
    site.put("/", links(*(f"/{n}" for n in range(20))))
    site.asked.clear()
    with pytest.raises(Transient, match="10 pages after each other could not be read"):
        read()
    assert len(site.paths) == 11
    for number in range(20):
        site.put(f"/{number}", links())
    site.pages["/"] = Page(status=503)
    assert len(read().files) == 21
    site.pages["/"] = Page(status=404)
    with pytest.raises(InvalidInput, match="leads to no pages"):
        read()
    site.put("/", links(*(f"/{n}" for n in range(20))))
    assert len(read().files) == 21


def test_a_source_whose_server_is_gone_raises(site: Site, read: Reading) -> None:
    handbook(site)
    read()
    site.pages["/robots.txt"] = Page(status=500)
    with pytest.raises(Transient, match=r"robots\.txt cannot be read: HTTP status 500"):
        read()


def test_robots_are_obeyed(site: Site, read: Reading, clock: Clock) -> None:
    handbook(site)
    ours = b"User-agent: *\nDisallow: /*.html$\nDisallow: /leave\nCrawl-delay: 3\n"
    rules = b"User-agent: other\nDisallow: /\n\n" + ours
    site.pages["/robots.txt"] = Page(rules, type="text/plain")
    assert ids(read()) == ["index.html", "travel/index.html"]
    assert [asked.headers["user-agent"] for asked in site.asked] == ["rag-app"] * 4
    assert clock.slept == [3.0, 3.0]
    site.pages["/robots.txt"] = Page(b"User-agent: rag-app\nDisallow: /\n", type="text/plain")
    with pytest.raises(InvalidInput, match=r"robots\.txt does not allow"):
        read()


def test_pages_that_moved_for_good_are_found_under_their_new_address(site: Site, read: Reading) -> None:
    handbook(site)
    read()
    site.pages["/leave"] = Page(status=301, headers={"Location": "/absence?x=1#top"})
    site.put("/absence?x=1", links())
    assert ids(read()) == ["absence?x=1", "index.html", "travel/index.html", "travel/rail.html"]


def test_a_login_that_stands_before_everything_removes_nothing(site: Site, read: Reading) -> None:
    handbook(site)
    before = read()
    for path in ("/leave", "/travel/", "/travel/rail.html"):
        site.pages[path] = Page(status=302, headers={"Location": f"/login?to={path}"})
        site.pages[f"/login?to={path}"] = Page(b"Who are you?", status=401)
    after = read()
    assert [file for file in after.files if "login" not in file.document_id] == list(before.files)
    assert "leave" in {entry.document_id for entry in after.skipped}


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "file:///etc/passwd",
        "https://elsewhere.invalid/",
        "http://localhost/",
        "gopher://127.0.0.1/",
    ],
)
def test_no_redirect_leads_out_of_the_site(site: Site, read: Reading, target: str) -> None:
    handbook(site)
    site.pages["/leave"] = Page(status=302, headers={"Location": target})
    assert "leave" not in ids(read())


def test_redirects_without_end_are_one_failed_page(site: Site, read: Reading) -> None:
    handbook(site)
    site.pages["/leave"] = Page(status=301, headers={"Location": "/travel/loop"})
    site.pages["/travel/loop"] = Page(status=301, headers={"Location": "/travel/loop"})
    listing = read()
    assert "more than 10 times" in listing.skipped[0].reason
    assert ids(listing) == ["index.html", "travel/index.html", "travel/rail.html"]


def test_a_busy_server_is_given_the_time_it_asks_for_once(site: Site, read: Reading, clock: Clock) -> None:
    handbook(site)
    site.pages["/leave"] = Page(
        status=503, headers={"Retry-After": "7"}, before=lambda: site.put("/leave", links())
    )
    listing = read()
    assert clock.slept == [7.0]
    assert "leave" in ids(listing)


def test_addresses_that_differ_in_their_query_alone_are_one_page_if_it_says_so(
    site: Site, read: Reading
) -> None:
    stated = '<link rel="canonical" href="/leave">'
    site.put("/", stated + links("/leave?from=home"))  # names another page: passed over
    site.put("/leave?from=home", stated + links())
    site.put("/leave", stated + links())
    assert ids(read()) == ["index.html", "leave"]


def test_limits_end_it_and_then_nothing_leaves(site: Site, read: Reading, clock: Clock) -> None:
    handbook(site)
    assert ids(read()) == HANDBOOK
    few = read(max_pages=2)
    assert ids(few) == HANDBOOK
    assert "max_pages (2)" in few.skipped[0].reason
    assert read(max_depth=0).skipped[0].reason.startswith("The site has more pages than max_depth (0)")
    site.asked.clear()
    slow = read(delay=10, max_seconds=25)
    assert "max_seconds" in slow.skipped[0].reason
    assert ids(slow) == HANDBOOK
    assert len(site.paths) < 4


def test_pages_without_end_are_bounded(site: Site, read: Reading) -> None:
    site.put("/", links(*(f"/day?n={n}" for n in range(500))))
    for number in range(500):
        site.put(f"/day?n={number}", links(f"/day?n={number + 1}"))
    assert len(read(max_pages=30).files) == 30
    assert len(site.paths) == 30


def test_a_page_that_is_too_large_is_named_and_its_bytes_are_not_fetched(site: Site, read: Reading) -> None:
    handbook(site)
    site.put("/leave", "x" * 300_000)
    listing = read(each=10_000)
    assert [(entry.document_id, "10,000 bytes" in entry.reason) for entry in listing.skipped] == [
        ("leave", True)
    ]
    assert "leave" not in ids(listing)


def test_a_sitemap_lists_the_pages_and_their_days(site: Site, read: Reading) -> None:
    handbook(site)
    site.put("/unlinked", links())
    listed = "".join(
        f"<url><loc>{site.url}{path}</loc><lastmod>{day}</lastmod></url>"
        for path, day in (("/leave", "2026-03-04"), ("/unlinked", "2035-01-01"))
    )
    site.put("/1.xml", f"<urlset>{listed}<url><loc>https://elsewhere.invalid/</loc></url></urlset>")
    site.put("/sitemap.xml", f"<sitemapindex><sitemap><loc>{site.url}/1.xml</loc></sitemap></sitemapindex>")
    leave, unlinked = read(sitemap=f"{site.url}/sitemap.xml").files
    assert (leave.document_id, leave.modified, leave.dated) == (
        "leave",
        datetime(2026, 3, 4, tzinfo=UTC),
        True,
    )
    assert (unlinked.document_id, unlinked.modified, unlinked.dated) == ("unlinked", None, False)
    assert site.paths == ["/sitemap.xml", "/1.xml", "/leave", "/unlinked"]
    site.pages["/1.xml"] = Page(status=500)
    with pytest.raises(Transient, match=r"1\.xml cannot be read"):
        read(sitemap=f"{site.url}/sitemap.xml")
    with pytest.raises(InvalidInput, match=r"no sitemap .*none\.xml"):
        read(sitemap=f"{site.url}/none.xml")


def test_this_machine_and_its_networks_are_out_of_bounds_unless_allowed(site: Site, read: Reading) -> None:
    handbook(site)
    with pytest.raises(InvalidInput, match=r"private address 127\.0\.0\.1.*RAG_APP_SOURCES__NETWORKS"):
        read(networks=())
    assert site.asked == []
