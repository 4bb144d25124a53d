from __future__ import annotations

import pytest

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.opendocument import convert
from ingestion.document import Block
from tests.ingestion.converters.files import archive

NAMES = " ".join(
    f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
    for name in ("office", "text", "table", "presentation", "draw", "meta", "manifest")
)
META = (
    f"<office:document-meta {NAMES} xmlns:dc='http://purl.org/dc/elements/1.1/'><office:meta><dc:title>Leave</dc:title>"
    "<meta:initial-creator>Ann</meta:initial-creator><meta:creation-date>2026-03-04T05:06:07</meta:creation-date>"
    "<dc:language>de-AT</dc:language></office:meta></office:document-meta>"
)


def package(body: str, **others: str) -> bytes:
    content = f"<office:document-content {NAMES}><office:body>{body}</office:body></office:document-content>"
    members = {"content.xml": content, **{name.replace("_", "."): text for name, text in others.items()}}
    return archive({name: text.encode() for name, text in members.items()})


def test_a_text() -> None:
    body = (
        "<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:h text:outline-level='2'>Scope</text:h><text:p>All<text:s/>staff<text:note><text:note-body>"
        "<text:p>But not guests.</text:p></text:note-body></text:note>.<text:line-break/>Really.</text:p>"
        "<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Deep</text:p>"
        "</text:list-item></text:list></text:list-item></text:list><table:table><table:table-row>"
        "<table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p>"
        "</table:table-cell></table:table-row></table:table></office:text>"
    )
    found = convert(package(body, meta_xml=META), "a.odt")
    assert found.blocks == (
        Block("heading", "Scope", level=2),
        Block("paragraph", "All staff.\nReally."),
        Block("paragraph", "But not guests."),
        Block("list", "- One\n  - Deep"),
        Block("table", "a | b"),
    )
    assert (found.title, found.author, found.language) == ("Leave", "Ann", "de-AT")
    assert found.created is not None


def test_a_sheet_whose_cells_are_counted() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    body = (
        "<office:spreadsheet><table:table table:name='Prices'><table:table-row>"
        f"{cell.format('', 'Plan')}{cell.format('', 'Price')}</table:table-row>"
        f"<table:table-row>{cell.format('', 'Basic')}{cell.format('', '10')}"
        "<table:table-cell table:number-columns-repeated='99999999999'/></table:table-row>"
        "<table:table-row table:number-rows-repeated='1048576'><table:table-cell/></table:table-row>"
        "</table:table></office:spreadsheet>"
    )
    found = convert(package(body), "price_list.ods")
    assert found.blocks == (Block("heading", "Prices", level=1), Block("table", "Plan: Basic | Price: 10"))
    assert found.title == "price list"


def test_slides() -> None:
    body = (
        "<office:presentation><draw:page><draw:frame presentation:class='title'>"
        "<draw:text-box><text:p>Results</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Up</text:p></draw:text-box>"
        "</draw:frame></draw:page></office:presentation>"
    )
    assert convert(package(body), "a.odp").blocks == (
        Block("heading", "Results", level=1, page=1),
        Block("paragraph", "Up", page=1),
    )


def test_encrypted_and_empty_packages_are_named() -> None:
    manifest = f"<manifest:manifest {NAMES}><manifest:encryption-data/></manifest:manifest>".encode()
    for content, words, reason in (
        (archive({"META-INF/manifest.xml": manifest, "content.xml": b"\1\2"}), "is encrypted", "encrypted"),
        (archive({"mimetype": b"x"}), "has no content", "corrupt"),
    ):
        with pytest.raises(ConversionFailed, match=words) as caught:
            convert(content, "a.odt")
        assert caught.value.reason == reason
