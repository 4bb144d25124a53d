"""Office files in forms that the libraries refuse: with macros, templates, shows, "strict" ones."""

from __future__ import annotations

import io
import re
import zipfile

CONTENT_TYPES = "[Content_Types].xml"
# What the main part of such a file is, and the plain kind that is read in the same way.
MAIN_PARTS = (
    (
        re.compile(rb"application/[\w.-]*ms-word\.(?:document|template)[\w.]*\.main\+xml", re.IGNORECASE),
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    (
        re.compile(rb"application/[\w.-]*wordprocessingml\.template\.main\+xml"),
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    (
        re.compile(
            rb"application/[\w.-]*ms-powerpoint\.(?:slideshow|template)[\w.]*\.main\+xml", re.IGNORECASE
        ),
        b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
    (
        re.compile(rb"application/[\w.-]*presentationml\.(?:slideshow|template)\.main\+xml"),
        b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
)
STRICT = b"http://purl.oclc.org/ooxml/"
NAMESPACES = (
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/presentationml/main",
     b"http://schemas.openxmlformats.org/presentationml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main",
     b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)  # fmt: skip


def plain_package(archive: zipfile.ZipFile) -> bytes | None:
    """The package as a plain document or presentation; None where it is one already."""
    names = archive.namelist()
    types = archive.read(CONTENT_TYPES) if CONTENT_TYPES in names else b""
    plain = types
    for pattern, kind in MAIN_PARTS:
        plain = pattern.sub(kind, plain)
    strict = "_rels/.rels" in names and STRICT in archive.read("_rels/.rels")
    if plain == types and not strict:
        return None
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as rewritten:
        for info in archive.infolist():
            content = plain if info.filename == CONTENT_TYPES else archive.read(info)
            rewritten.writestr(info.filename, _transitional(content) if strict else content)
    return target.getvalue()


def _transitional(content: bytes) -> bytes:
    for strict, usual in NAMESPACES:
        content = content.replace(strict, usual)
    return content
