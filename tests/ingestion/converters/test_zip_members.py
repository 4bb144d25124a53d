"""Archives: as a folder's files (`list_folder`), and as one document (`archive.convert`)."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest

from ingestion.converters import ConversionFailed, Limits, archive, convert, zip_members
from ingestion.folder import Listing, list_folder
from tests.ingestion.converters.files import archive as packed

PRICES = b"Plan,Price\nBasic,10\n"


def listed(folder: Path, content: bytes) -> Listing:
    (folder / "all.zip").write_bytes(content)
    return list_folder(folder)


def reasons(listing: Listing) -> dict[str, str]:
    return {entry.document_id: entry.reason for entry in listing.skipped}


def test_members_are_documents_of_their_own(tmp_path: Path) -> None:
    inner = packed({"deep/prices.csv": PRICES})
    listing = listed(tmp_path, packed({"a/notes.md": b"# Notes\n\nText.", "b.zip": inner, ".x": b"x"}))
    assert [file.document_id for file in listing.files] == [
        "all.zip/a/notes.md",
        "all.zip/b.zip/deep/prices.csv",
    ]
    notes, prices = listing.files
    assert prices.revision() == hashlib.sha256(PRICES).hexdigest()
    assert notes.modified is not None
    assert (notes.size, notes.modified.date().isoformat()) == (14, "2026-03-04")
    document = convert(prices.path, prices.document_id, members=prices.members)
    assert (document.id, document.title) == ("all.zip/b.zip/deep/prices.csv", "prices")
    assert document.text == "Plan: Basic | Price: 10"


def test_a_member_is_bounded_as_a_file_is(tmp_path: Path) -> None:
    [file] = listed(tmp_path, packed({"a.txt": b"12345"})).files
    with pytest.raises(ConversionFailed, match="5 bytes; the limit is 4"):
        convert(file.path, file.document_id, Limits(max_bytes=4), members=file.members)


def test_an_office_file_is_no_archive_whatever_its_name(tmp_path: Path) -> None:
    book = packed({"META-INF/container.xml": b"<x/>"})
    assert [file.document_id for file in listed(tmp_path, book).files] == ["all.zip"]


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:\\out.txt", "..\\out.txt"]
)
def test_names_that_leave_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    listing = listed(tmp_path, packed({name: b"x", "kept.txt": b"x"}))
    assert [file.document_id for file in listing.files] == ["all.zip/kept.txt"]
    assert "leaves the archive" in next(iter(reasons(listing).values()))


def test_links_doubles_and_other_methods_are_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("a.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.txt", "second")
        made.writestr("b.txt", "x", compress_type=zipfile.ZIP_BZIP2)
    listing = listed(tmp_path, target.getvalue())
    [file] = listing.files
    assert convert(file.path, file.document_id, members=file.members).text == "first"
    assert reasons(listing) == {
        "all.zip/a.txt": "The archive holds 'a.txt' twice.",
        "all.zip/b.txt": "b.txt is packed by an unusual method (number 12).",
        "all.zip/link.txt": "link.txt is a link or a device, not a file.",
    }


def test_an_encrypted_member_and_a_picture_are_named(tmp_path: Path) -> None:
    content = bytearray(packed({"a.txt": b"x" * 9, "b.png": b"\x89PNG\r\n\x1a\n"}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert reasons(listed(tmp_path, bytes(content))) == {
        "all.zip/a.txt": "a.txt is encrypted.",
        "all.zip/b.png": "b.png is a picture (PNG).",
    }


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    content = packed({"a.txt": b"good text", "b.txt": b"bad text"}, zipfile.ZIP_STORED)
    listing = listed(tmp_path, content.replace(b"bad text", b"BAD text"))
    assert [file.document_id for file in listing.files] == ["all.zip/a.txt"]
    assert "Bad CRC-32" in reasons(listing)["all.zip/b.txt"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    listing = listed(tmp_path, packed({"bomb.txt": bytes(20_000_000), "kept.txt": b"x"}))
    assert "more than 250 times its size" in reasons(listing)["all.zip/bomb.txt"]
    assert [file.document_id for file in listing.files] == ["all.zip/kept.txt"]


@pytest.mark.parametrize(
    ("bound", "value", "words"),
    [
        ("MAX_MEMBERS", 3, "holds more than 3 files"),
        ("MAX_UNPACKED_BYTES", 30, "unpacks to more than"),
        ("MAX_DIRECTORY_BYTES", 100, "lists more files"),
    ],
)
def test_an_archive_beyond_a_bound_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int, words: str
) -> None:
    monkeypatch.setattr(zip_members, bound, value)
    listing = listed(tmp_path, packed({f"{number}.txt": b"0123456789" for number in range(5)}))
    [file] = listing.files
    assert (file.document_id, listing.unopened) == ("all.zip", ("all.zip",))
    with pytest.raises(ConversionFailed, match=words) as caught:
        convert(file.path, file.document_id)
    assert caught.value.reason == "too large"


def test_archives_within_archives_end_somewhere(tmp_path: Path) -> None:
    content = packed({"core.txt": b"x"})
    for _ in range(5):
        content = packed({"in.zip": content, "side.txt": b"y"})
    listing = listed(tmp_path, content)
    assert [file.document_id for file in listing.files] == [
        "all.zip/in.zip/in.zip/side.txt", "all.zip/in.zip/side.txt", "all.zip/side.txt",
    ]  # fmt: skip
    assert "more than 3 deep" in reasons(listing)["all.zip/in.zip/in.zip/in.zip"]


@pytest.mark.parametrize(
    ("content", "words"), [(packed({}), "holds no files"), (b"PK\x03\x04", "damaged archive")]
)
def test_an_archive_without_files_fails_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    [file] = listed(tmp_path, content).files
    with pytest.raises(ConversionFailed, match=words):
        convert(file.path, file.document_id)


def test_a_name_in_utf8_without_its_flag_is_read(tmp_path: Path) -> None:
    content = packed({"Pr\u00fcfung.txt": b"x"})
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + offset
        content = content[:place] + bytes(2) + content[place + 2 :]
    assert [file.document_id for file in listed(tmp_path, content).files] == ["all.zip/Prüfung.txt"]


def test_as_one_document_each_file_is_a_section() -> None:
    found = archive.convert(packed({"a.md": b"# A\n\nText.", "b.png": b"\x89PNG\r\n\x1a\n"}), "all.docx")
    assert [(block.kind, block.text, block.level) for block in found.blocks] == [
        ("heading", "a.md", 2), ("heading", "A", 3), ("paragraph", "Text.", 0),
        ("paragraph", "b.png (not read: unknown type)", 0),
    ]  # fmt: skip
    with pytest.raises(ConversionFailed, match="picture"):
        archive.convert(packed({"b.png": b"\x89PNG\r\n\x1a\n"}), "all.docx")
