from __future__ import annotations

import pytest

from ingestion.converters.epub import convert
from ingestion.converters.failure import ConversionFailed
from tests.ingestion.converters.files import archive

CONTAINER = b"<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"
BOOK = b"""<package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata><dc:title>Guide</dc:title>
<dc:creator>Ann</dc:creator><dc:date>2026-03-04</dc:date><dc:language>de</dc:language></metadata><manifest>
<item id='n' href='nav.xhtml' media-type='application/xhtml+xml' properties='nav'/>
<item id='b' href='two%20.xhtml' media-type='application/xhtml+xml'/>
<item id='a' href='../one.xhtml' media-type='application/xhtml+xml'/>
<item id='gone' href='gone.xhtml' media-type='application/xhtml+xml'/>
<item id='p' href='p.png' media-type='image/png'/></manifest>
<spine><itemref idref='n'/><itemref idref='a'/><itemref idref='p'/><itemref idref='gone'/>
<itemref idref='b'/></spine></package>"""
MEMBERS = {
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": BOOK,
    "OPS/two .xhtml": b"<html><body><h1>Second</h1><p>Then.</p></body></html>",
    "one.xhtml": b"<html><body><h1>First</h1></body></html>",
    "OPS/nav.xhtml": b"<html><body>Contents</body></html>",
}


def test_chapters_come_in_the_order_of_the_spine() -> None:
    found = convert(archive(MEMBERS), "a.epub")
    assert [block.text for block in found.blocks] == ["First", "Second", "Then."]
    assert (found.title, found.author, found.language) == ("Guide", "Ann", "de")
    assert found.created is not None


def test_scrambled_chapters_are_encrypted_scrambled_fonts_are_not() -> None:
    for locked, refused in (("one.xhtml", True), ("OPS/font.ttf", False)):
        encryption = f"<encryption><CipherReference URI='{locked}'/></encryption>".encode()
        content = archive({**MEMBERS, "META-INF/encryption.xml": encryption})
        if refused:
            with pytest.raises(ConversionFailed, match="encrypted"):
                convert(content, "a.epub")
        else:
            assert convert(content, "a.epub").blocks


def test_a_book_without_its_list_is_damaged() -> None:
    with pytest.raises(ConversionFailed, match="no list of its chapters"):
        convert(archive({"META-INF/container.xml": CONTAINER}), "a.epub")
