"""Sources through the facade, into the real engine: a folder, uploads and a site in one set."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application, Principal
from rag_app.bootstrap import open_application
from rag_app.settings import Settings, Sources
from storage.errors import InvalidInput, NotFound, Transient
from tests.ingestion.sources.web.site_server import Page, Site, links, serving

ANN = Principal("ann")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(
        data_dir=tmp_path / "data", sources=Sources(networks="127.0.0.1/32", timeout_seconds=5.0)
    )
    with open_application(settings) as application:
        application.documents.sets.create("office")
        yield application


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/", links("/towels", title="Gym"))
        site.put("/towels", links(title="Towels of the gym cost two euros"))
        yield site


def _add_site(application: Application, site: Site) -> None:
    application.sources.add("office", "wiki", "web", {"url": f"{site.url}/", "delay": 0}, ANN)


def test_all_sources_of_a_set_are_searched_and_each_can_be_opened(
    application: Application, folder: Path, site: Site
) -> None:
    _add_site(application, site)
    application.sources.add("office", "desk", "upload", {}, ANN)
    application.sources.upload(
        "office", "desk", "keys/lost.md", io.BytesIO(b"# Keys\n\nLost keys cost 40 euros.\n")
    )

    report = application.documents.ingest(folder, "office")

    ids = ["badges.txt", "coffee.md", "desk/keys/lost.md", "parking.md", "wiki/index.html", "wiki/towels"]
    assert report.added == ids
    found = application.answers.search("what do towels of the gym cost?", ANONYMOUS).results
    assert (found[0].document, found[0].url) == ("wiki/towels", f"{site.url}/towels")
    assert {r.url for r in found if not r.document.startswith("wiki/")} == {None}
    shown = {source.name: (source.kind, source.documents) for source in application.sources.all("office")}
    assert shown == {"": ("folder", None), "desk": ("upload", 1), "wiki": ("web", 2)}
    assert application.sources.show("office", "wiki").requested_by == "ann"


def test_without_a_folder_the_set_is_brought_in_line_with_the_sources_it_has(
    application: Application, folder: Path, site: Site
) -> None:
    application.documents.ingest(folder, "office")
    _add_site(application, site)
    (folder / "coffee.md").unlink()

    report = application.documents.ingest(None, "office")

    assert (report.added, report.removed) == (["wiki/index.html", "wiki/towels"], ["coffee.md"])
    assert application.documents.ingest(None, "office").outcome == "unchanged"
    application.sources.remove("office", "wiki")
    assert application.documents.ingest(None, "office").removed == ["wiki/index.html", "wiki/towels"]


def test_a_source_that_fails_loses_nothing_and_is_told_of(
    application: Application, folder: Path, site: Site
) -> None:
    _add_site(application, site)
    application.documents.ingest(folder, "office")
    site.pages["/robots.txt"] = Page(status=500)
    (folder / "coffee.md").unlink()

    report = application.documents.ingest(None, "office")

    assert (report.removed, report.unchanged) == (["coffee.md"], 4)
    assert [problem.document for problem in report.skipped] == ["wiki"]
    assert "HTTP status 500" in (application.sources.show("office", "wiki").last_problem or "")

    del site.pages["/robots.txt"]
    folder.rename(folder.with_name("moved"))
    report = application.documents.ingest(None, "office")
    assert (report.removed, report.unchanged) == ([], 4)
    assert application.sources.show("office", "wiki").last_problem is None

    site.pages["/robots.txt"] = Page(status=500)
    with pytest.raises(InvalidInput, match="no folder"):
        application.documents.ingest(None, "office")


def test_a_set_of_uploads_that_were_all_deleted_is_empty(application: Application) -> None:
    application.sources.add("office", "desk", "upload", {})
    application.sources.upload("office", "desk", "a.md", io.BytesIO(b"# Keys\n\nLost keys cost 40 euros.\n"))
    assert application.documents.ingest(None, "office").added == ["desk/a.md"]
    assert [file.name for file in application.sources.files("office", "desk")] == ["a.md"]
    application.sources.delete_file("office", "desk", "a.md")
    assert application.documents.ingest(None, "office").removed == ["desk/a.md"]


def test_what_cannot_be_asked_for_is_refused(application: Application, folder: Path) -> None:
    sources = application.sources
    with pytest.raises(InvalidInput, match="has no source"):
        application.documents.ingest(None, "office")
    with pytest.raises(InvalidInput, match="Neither a folder nor a document set"):
        application.documents.ingest(None)
    with pytest.raises(NotFound):
        sources.upload("office", "desk", "a.md", io.BytesIO(b"x"))
    sources.add("office", "docs", "folder", {"path": str(folder)})
    with pytest.raises(InvalidInput, match="is of kind folder"):
        sources.upload("office", "docs", "a.md", io.BytesIO(b"x"))
    with pytest.raises(InvalidInput, match="Its options are path"):
        sources.change("office", "docs", {"url": "x"})


def test_an_option_can_be_changed_and_set_back(application: Application) -> None:
    sources = application.sources
    sources.add("office", "wiki", "web", {"url": "https://e.com/docs/x", "max_pages": "7"})
    assert sources.change("office", "wiki", {"delay": 1}).options == {
        "url": "https://e.com/docs/x",
        "max_pages": 7,
        "delay": 1.0,
    }
    assert sources.change("office", "wiki", {"delay": None, "max_pages": None}).options == {
        "url": "https://e.com/docs/x"
    }


def test_a_build_that_fails_keeps_the_copy_and_does_not_fetch_again(
    application: Application, site: Site
) -> None:
    def full(_: object) -> None:
        raise Transient("The disk is full.")

    _add_site(application, site)
    with pytest.raises(Transient):
        application.documents.ingest(None, "office", progress=full)
    site.asked.clear()
    report = application.documents.ingest(None, "office")
    assert report.added == ["wiki/index.html", "wiki/towels"]
    assert sum(asked.sent for asked in site.asked if asked.path != "/robots.txt") == 0


def _holds(place: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_a_purged_document_leaves_the_copies_too(
    application: Application, site: Site, tmp_path: Path
) -> None:
    _add_site(application, site)
    application.sources.add("office", "desk", "upload", {})
    application.sources.upload("office", "desk", "a.md", io.BytesIO(b"# Keys\n\nLost keys cost 40 euros.\n"))
    application.documents.ingest(None, "office")
    copies = tmp_path / "data" / "sources"
    assert _holds(copies, b"Lost keys")

    assert application.sets.purge("office", "desk/a.md", ANN).still_at is None
    assert application.sets.purge("office", "wiki/towels", ANN).still_at == f"{site.url}/towels"

    assert not _holds(copies, b"Lost keys")
    assert not _holds(copies, b"Towels of the gym cost")
    assert application.sources.files("office", "desk") == []
    assert application.documents.ingest(None, "office").added == ["wiki/towels"]


def test_a_deleted_set_leaves_no_copy(application: Application, tmp_path: Path) -> None:
    application.sources.add("office", "desk", "upload", {})
    application.sources.upload("office", "desk", "a.md", io.BytesIO(b"Lost keys cost 40 euros."))
    application.sets.delete("office", ANN)
    assert list((tmp_path / "data" / "sources").iterdir()) == []
    assert application.sources.all("office") == []
