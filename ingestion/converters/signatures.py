"""Content that is known by its first bytes, and known to hold no text that we read: what to call it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PICTURE, SOUND, FILM, PROGRAM, PACKED, DATABASE, FONT = (
    "a picture", "a sound recording", "a film", "a program", "an archive", "a database", "a font",
)  # fmt: skip
DESCRIBED = "Write what it says into a document, or leave it out."
UNPACKED = "Unpack it, or pack its files into a ZIP archive."
LEFT_OUT = "Leave it out."
SAVED = "Save it as {}."
REMEDIES = {
    PICTURE: "Put its text into a document, or leave it out.",
    SOUND: DESCRIBED,
    FILM: DESCRIBED,
    PROGRAM: LEFT_OUT,
    PACKED: UNPACKED,
    DATABASE: "Export its tables as CSV.",
    FONT: LEFT_OUT,
}


@dataclass(frozen=True, slots=True)
class Foreign:
    """`what` completes "The file is ..."."""

    what: str
    remedy: str


# Offset, bytes, class, name.
SIGNATURES = (
    (0, b"\x89PNG\r\n", PICTURE, "PNG"),
    (0, b"\xff\xd8\xff", PICTURE, "JPEG"),
    (0, b"GIF8", PICTURE, "GIF"),
    (0, b"II*\0", PICTURE, "TIFF"),
    (0, b"MM\0*", PICTURE, "TIFF"),
    (0, b"8BPS", PICTURE, "Photoshop"),
    (0, b"\0\0\x01\0", PICTURE, "icon"),
    (0, b"\xd7\xcd\xc6\x9a", PICTURE, "WMF"),
    (40, b" EMF", PICTURE, "EMF"),
    (8, b"WEBP", PICTURE, "WebP"),
    (0, b"\0\0\0\x0cjP  ", PICTURE, "JPEG 2000"),
    (0, b"AT&TFORM", PICTURE, "DjVu"),
    (8, b"WAVE", SOUND, "WAV"),
    (0, b"ID3", SOUND, "MP3"),
    (0, b"fLaC", SOUND, "FLAC"),
    (0, b"OggS", SOUND, "Ogg"),
    (0, b"MThd", SOUND, "MIDI"),
    (0, b"FORM", SOUND, "AIFF"),
    (8, b"AVI ", FILM, "AVI"),
    (0, b"\x1aE\xdf\xa3", FILM, "Matroska"),
    (0, b"\0\0\x01\xba", FILM, "MPEG"),
    (0, b"FLV\x01", FILM, "Flash"),
    (0, b"0&\xb2u\x8ef\xcf\x11", FILM, "Windows Media"),
    (0, b"\x7fELF", PROGRAM, "ELF"),
    (0, b"\xca\xfe\xba\xbe", PROGRAM, "Java or macOS"),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM, "macOS"),
    (0, b"\xce\xfa\xed\xfe", PROGRAM, "macOS"),
    (0, b"\0asm", PROGRAM, "WebAssembly"),
    (0, b"dex\n", PROGRAM, "Android"),
    (0, b"\x1f\x8b", PACKED, "gzip"),
    (0, b"\x1f\x9d", PACKED, "compress"),
    (0, b"7z\xbc\xaf\x27\x1c", PACKED, "7-Zip"),
    (0, b"Rar!\x1a\x07", PACKED, "RAR"),
    (0, b"BZh", PACKED, "bzip2"),
    (0, b"\xfd7zXZ\0", PACKED, "xz"),
    (0, b"(\xb5/\xfd", PACKED, "Zstandard"),
    (0, b"\x04\x22\x4d\x18", PACKED, "LZ4"),
    (257, b"ustar", PACKED, "tar"),
    (0, b"MSCF", PACKED, "cabinet"),
    (0, b"!<arch>\n", PACKED, "ar"),
    (0, b"\xed\xab\xee\xdb", PACKED, "RPM"),
    (0, b"ITSF", PACKED, "Windows help"),
    (0, b"SQLite format 3\0", DATABASE, "SQLite"),
    (4, b"Standard Jet DB", DATABASE, "Access"),
    (4, b"Standard ACE DB", DATABASE, "Access"),
    (0, b"PAR1", DATABASE, "Parquet"),
    (0, b"\0\x01\0\0\0", FONT, "TrueType"),
    (0, b"OTTO", FONT, "OpenType"),
    (0, b"wOFF", FONT, "WOFF"),
    (0, b"wOF2", FONT, "WOFF"),
)
# Documents of programs that can save in a form that is read.
DOCUMENTS = (
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "a OneNote section", "PDF"),
    (0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c", "a OneNote notebook index", "PDF"),
    (0, b"\xffWPC", "a WordPerfect document", "DOCX or RTF"),
    (0, b"%!PS", "a PostScript file", "PDF"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript picture", "PDF"),
    (0, b"AC10", "an AutoCAD drawing", "PDF"),
    (0, b"!BDN", "an Outlook mail folder (PST)", "single messages (MSG or EML)"),
    (0, b"\x09\x00\x04\x00\x07\x00\x10\x00", "an Excel 2 sheet", "XLSX"),
    (0, b"\x09\x02\x06\x00\x00\x00", "an Excel 3 sheet", "XLSX"),
    (0, b"\x09\x04\x06\x00\x00\x00", "an Excel 4 sheet", "XLSX"),
    (60, b"BOOKMOBI", "a Kindle book", "EPUB"),
    (60, b"TEXtREAd", "a Palm book", "EPUB"),
    (0, b"bplist", "a property list", "XML"),
    (0, b"\xdb\xa5", "a Word 2 document", "DOCX"),
    (0, b"\x31\xbe\0\0", "a Write document", "DOCX or RTF"),
)
MP4 = re.compile(rb"....ftyp(.)", re.DOTALL)
PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"msf1")
# Not \xff\xfe, which is the byte order mark of a text.
MPEG_SOUND = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfd\xff][\x10-\xef]")
DOS_PROGRAM = re.compile(rb"MZ.{58}", re.DOTALL)
BITMAP = re.compile(rb"BM.{4}\0\0\0\0.{4}[\x0c\x28\x6c\x7c]\0\0\0", re.DOTALL)
SVG = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", re.DOTALL
)


def foreign(head: bytes) -> Foreign | None:
    """What a file with these first bytes is; None where it may hold text."""
    for offset, magic, family, name in SIGNATURES:
        if head.startswith(magic, offset):
            return _of(family, name)
    for offset, magic, what, form in DOCUMENTS:
        if head.startswith(magic, offset):
            return Foreign(what, SAVED.format(form))
    if head[4:8] == b"ftyp":
        return _of(PICTURE, "HEIF") if head[8:12] in PICTURE_BRANDS else _of(FILM, "MP4")
    for pattern, family, name in (
        (MPEG_SOUND, SOUND, "MP3"), (DOS_PROGRAM, PROGRAM, "Windows"), (BITMAP, PICTURE, "BMP"),
        (SVG, PICTURE, "SVG"),
    ):  # fmt: skip
        if pattern.match(head) and (family == PICTURE or b"\0" in head):
            return _of(family, name)
    return None


def _of(family: str, name: str) -> Foreign:
    return Foreign(f"{family} ({name})", REMEDIES[family])
