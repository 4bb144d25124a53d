"""E-books: the chapters in the order of the book's spine, each an HTML page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from ingestion.converters import html
from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import parse_date
from ingestion.converters.package import Package, resolved
from ingestion.converters.xml_tree import attribute, local
from ingestion.document import Block

CONTAINER, ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
PAGES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"))


def convert(content: bytes, name: str) -> Converted:
    """Navigation pages are left out; a chapter that is not in the package counts as empty."""
    package = Package(content, name)
    container = package.xml(CONTAINER, recover=True)
    place = None if container is None else container.find(".//{*}rootfile")
    path = None if place is None else place.get("full-path")
    book = package.xml(path, recover=True) if path else None
    if path is None or book is None:
        raise ConversionFailed("corrupt", f"{name} is a damaged e-book: it has no list of its chapters.")
    chapters = list(_chapters(book, posixpath.dirname(path)))
    _check_readable(package, chapters, name)
    meta = {local(item): item.text for item in book.iterfind("{*}metadata//*") if item.text}
    return Converted(
        blocks=tuple(block for chapter in chapters for block in _blocks(package, chapter)),
        title=meta.get("title"),
        created=parse_date(meta.get("date")),
        modified=_modified(book),
        author=meta.get("creator"),
        language=meta.get("language"),
    )


def _chapters(book: Any, folder: str) -> Iterator[str]:
    items = {item.get("id"): item for item in book.iterfind(".//{*}manifest/{*}item")}
    for reference in book.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        if item.get("media-type", "") in PAGES:
            yield resolved(folder, item.get("href", ""))


def _check_readable(package: Package, chapters: list[str], name: str) -> None:
    """Fonts may be scrambled; chapters that are can be read by the shop's program alone."""
    encryption = package.xml(ENCRYPTION, recover=True)
    locked = (
        ()
        if encryption is None
        else {resolved("", attribute(item, "URI") or "") for item in encryption.iter("{*}CipherReference")}
    )
    if any(chapter in locked for chapter in chapters):
        raise ConversionFailed("encrypted", f"{name} is encrypted.")


def _blocks(package: Package, chapter: str) -> tuple[Block, ...]:
    content = package.read(chapter)
    try:
        return html.convert(content, chapter).blocks if content else ()
    except ConversionFailed as failure:
        if failure.reason == "empty":
            return ()
        raise


def _modified(book: Any) -> Any:
    stamps = (item.text for item in book.iter("{*}meta") if item.get("property") == "dcterms:modified")
    return parse_date(next(stamps, None))
