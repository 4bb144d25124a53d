"""What a zip file is: an office file, an e-book, another program's document, or an archive of files."""

from __future__ import annotations

import zipfile
from typing import IO, Literal

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.package import METHODS, ZIP_ERRORS
from ingestion.converters.signatures import Foreign

ZipKind = Literal["docx", "pptx", "xlsx", "opendocument", "epub", "archive"]

# The content types of an office file's main part.
CONTENT_TYPES = "[Content_Types].xml"
OFFICE_TYPES: tuple[tuple[bytes, ZipKind], ...] = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"ms-word.document.macroenabled.main+xml", "docx"),
    (b"ms-word.template.macroenabledtemplate.main+xml", "docx"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"presentationml.slideshow.main+xml", "pptx"),
    (b"presentationml.template.main+xml", "pptx"),
    (b"ms-powerpoint.presentation.macroenabled.main+xml", "pptx"),
    (b"ms-powerpoint.slideshow.macroenabled.main+xml", "pptx"),
    (b"ms-powerpoint.template.macroenabled.main+xml", "pptx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"ms-excel.sheet.macroenabled.main+xml", "xlsx"),
    (b"ms-excel.template.macroenabled.main+xml", "xlsx"),
)
OTHER_OFFICE = (
    (b"ms-excel.sheet.binary", Foreign("a binary Excel workbook (XLSB)", "Save it as XLSX.")),
    (b"ms-visio.", Foreign("a Visio drawing", "Save it as PDF.")),
    (b"ms-package.xps", Foreign("an XPS document", "Save it as PDF.")),
    (b"ms-powerpoint.addin", Foreign("a PowerPoint add-in", "Leave it out.")),
    (b"ms-excel.addin", Foreign("an Excel add-in", "Leave it out.")),
)
OPENDOCUMENT = b"application/vnd.oasis.opendocument."
OPENDOCUMENT_READ = (b"text", b"spreadsheet", b"presentation")
APPLE = Foreign("a Pages, Numbers or Keynote document", "Export it as DOCX, XLSX, PPTX or PDF.")
JAVA = Foreign("a program (Java or Android)", "Leave it out.")
MAX_HEAD_BYTES = 1_000_000


def zip_kind(stream: IO[bytes], name: str) -> ZipKind | Foreign:
    """`corrupt` where it is no zip file that can be opened."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _kind(archive)
    except ZIP_ERRORS as error:
        raise ConversionFailed("corrupt", f"{name} is a damaged archive: {error}.") from error


def _kind(archive: zipfile.ZipFile) -> ZipKind | Foreign:
    names = set(archive.namelist())
    types = _head(archive, CONTENT_TYPES).lower()
    for content_type, kind in OFFICE_TYPES:
        if content_type in types:
            return kind
    for content_type, other in OTHER_OFFICE:
        if content_type in types:
            return other
    if types:
        return Foreign("an office file of an unknown kind", "Save it as DOCX, XLSX, PPTX or PDF.")
    if "META-INF/container.xml" in names:
        return "epub"
    if "content.xml" in names and ("META-INF/manifest.xml" in names or "mimetype" in names):
        return _opendocument(_head(archive, "mimetype").strip())
    if any(name == "Index.zip" or name.endswith(".iwa") for name in names):
        return APPLE
    return JAVA if names & {"META-INF/MANIFEST.MF", "AndroidManifest.xml"} else "archive"


def _opendocument(media_type: bytes) -> ZipKind | Foreign:
    kind = media_type.removeprefix(OPENDOCUMENT)
    if media_type and not kind.startswith(OPENDOCUMENT_READ):
        return Foreign("an OpenDocument file without running text", "Save it as PDF.")
    return "opendocument"


def _head(archive: zipfile.ZipFile, member: str) -> bytes:
    if member not in archive.namelist() or archive.getinfo(member).compress_type not in METHODS:
        return b""
    with archive.open(member) as stream:
        return stream.read(MAX_HEAD_BYTES)
