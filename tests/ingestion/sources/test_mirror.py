from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingestion.sources import manifest
from ingestion.sources.contents import Bounds, TooLarge
from ingestion.sources.entry import About, Entry
from ingestion.sources.mirror import MANIFEST, Mirror
from storage.errors import InvalidInput, Transient

MARCH = datetime(2026, 3, 4, tzinfo=UTC)


def put(mirror: Mirror, name: str, content: bytes, revision: str = "1") -> Entry:
    return mirror.write(name, [content], About(name, revision))


def contents(mirror: Mirror) -> list[bytes]:
    return sorted(path.read_bytes() for path in (mirror.place / "contents").glob("*/*"))


def test_what_was_written_is_listed_with_its_hash_and_what_its_source_says(mirror: Mirror) -> None:
    about = About("a.md", "1", modified=MARCH, author="Ann", url="https://example.com/a", dated=True)
    with mirror.alone():
        mirror.write("a", [b"# A\n", b"Text."], about)
        (file,) = mirror.listing().files
    assert (file.document_id, file.size, file.modified, file.url) == (
        "a.md",
        9,
        MARCH,
        "https://example.com/a",
    )
    assert (file.author, file.dated) == ("Ann", True)
    assert file.revision() == hashlib.sha256(b"# A\nText.").hexdigest()
    assert file.path.read_bytes() == b"# A\nText."


def test_names_of_sources_name_no_file_on_this_machine(mirror: Mirror, tmp_path: Path) -> None:
    with mirror.alone():
        for name in ("../../escaped.txt", "/etc/passwd", "a\0b", "README.md", "readme.md", "a", "a/b"):
            put(mirror, name, f"# {len(name)}".encode())
        assert len(mirror.listing().files) == 7
    inside = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(mirror.place) for path in inside)


def test_a_new_revision_takes_the_place_of_the_former_at_the_end(mirror: Mirror) -> None:
    with mirror.alone():
        put(mirror, "a.md", b"Old.")
        put(mirror, "b.md", b"Gone.")
    with mirror.alone():
        put(mirror, "a.md", b"New.", "2")
        assert contents(mirror) == [b"Gone.", b"New.", b"Old."]
        mirror.finish({"a.md"}, grace_seconds=0)
        assert [file.document_id for file in mirror.listing().files] == ["a.md"]
    assert contents(mirror) == [b"New."]


def test_a_job_that_was_planned_before_finds_what_it_was_to_read(mirror: Mirror) -> None:
    with mirror.alone():
        old = put(mirror, "a.md", b"Old.")
        gone = put(mirror, "b.md", b"Gone.")
    for path in (mirror.path(old), mirror.path(gone)):
        os.utime(path, (0, 0))  # written long ago
    with mirror.alone():
        put(mirror, "a.md", b"New.", "2")
        mirror.finish({"a.md"})
    assert contents(mirror) == [b"Gone.", b"New.", b"Old."]
    for path in (mirror.path(old), mirror.path(gone)):
        os.utime(path, (0, 0))  # a day has passed
    with mirror.alone():
        mirror.finish({"a.md"})
    assert contents(mirror) == [b"New."]


def test_content_that_two_documents_share_stays_while_one_has_it(mirror: Mirror) -> None:
    with mirror.alone():
        put(mirror, "a.md", b"Same.")
        put(mirror, "b.md", b"Same.")
        mirror.drop("a.md")
        mirror.finish(grace_seconds=0)
        assert [file.document_id for file in mirror.listing().files] == ["b.md"]
    assert contents(mirror) == [b"Same."]


def test_two_documents_of_one_id_are_told_of(mirror: Mirror) -> None:
    with mirror.alone():
        mirror.write("one", [b"1"], About("a.md", "1"))
        mirror.write("two", [b"2"], About("a.md", "1"))
        listing = mirror.listing()
    assert [file.path.read_bytes() for file in listing.files] == [b"1"]
    assert [(entry.document_id, entry.reason) for entry in listing.skipped] == [
        ("a.md", "two comes under the same name.")
    ]


def test_an_archive_is_unpacked_under_the_name_of_its_document(mirror: Mirror, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("in/notes.md", "# Notes")
        archive.writestr("../out.md", "# Out")
    with mirror.alone():
        put(mirror, "forms.zip", (tmp_path / "x").read_bytes())
        put(mirror, "logo.png", b"\x89PNG\r\n\x1a\n")
        listing = mirror.listing()
    assert [file.document_id for file in listing.files] == ["forms.zip/in/notes.md"]
    assert {entry.document_id for entry in listing.skipped} == {"forms.zip/../out.md", "logo.png"}


def test_nothing_beyond_the_bounds_is_kept(mirror: Mirror) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 100

    with mirror.alone():
        with pytest.raises(TooLarge, match=r"big\.md has more than 1,000 bytes.*MAX_FILE_MEGABYTES"):
            mirror.write("big.md", endless(), About("big.md", "1"))
        for number in range(5):
            put(mirror, f"{number}.md", bytes([number]) * 999)
        with pytest.raises(InvalidInput, match=r"'mirror' holds more than 5,000 bytes.*MAX_MEGABYTES"):
            put(mirror, "6.md", b"x" * 500)
        put(mirror, "0.md", b"y" * 1_000, "2")  # in place of the former
        assert [file.document_id for file in mirror.listing().files] == [f"{n}.md" for n in range(5)]
    assert not list((mirror.place / "unfinished").iterdir())


def test_an_interrupted_stream_leaves_the_former_content(mirror: Mirror) -> None:
    def broken() -> Iterator[bytes]:
        yield b"New"
        raise Transient("The line broke.")

    with mirror.alone():
        put(mirror, "a.md", b"Old.")
        with pytest.raises(Transient):
            mirror.write("a.md", broken(), About("a.md", "2"))
        assert [file.path.read_bytes() for file in mirror.listing().files] == [b"Old."]
    assert not list((mirror.place / "unfinished").iterdir())


def test_a_full_disk_is_told_of_and_costs_nothing(mirror: Mirror) -> None:
    with mirror.alone():
        put(mirror, "a.md", b"Old.")
        (mirror.place / "contents").rename(mirror.place / "away")
        (mirror.place / "contents").write_bytes(b"")  # as good as a disk that takes no more
        with pytest.raises(Transient, match=r"cannot be written.*Make room"):
            put(mirror, "b.md", b"New.")
        (mirror.place / "contents").unlink()
        (mirror.place / "away").rename(mirror.place / "contents")
    with mirror.alone():
        assert list(mirror.entries) == ["a.md"]


def test_content_that_is_lost_or_cut_is_not_intact(mirror: Mirror) -> None:
    with mirror.alone():
        lost, cut, whole = (put(mirror, name, name.encode() * 3) for name in ("lost", "cut", "whole"))
        mirror.path(lost).unlink()
        os.truncate(mirror.path(cut), 2)
        assert [mirror.intact(name) for name in ("lost", "cut", "whole", "never")] == [
            None,
            None,
            whole,
            None,
        ]


def test_one_reading_at_a_time(mirror: Mirror) -> None:
    with mirror.alone():
        second = Mirror(mirror.place, mirror.bounds)
        with pytest.raises(Transient, match="'mirror' is being read by another process"), second.alone():
            pass


KILLED = """
import os, signal, sys
from pathlib import Path
from ingestion.sources.contents import Bounds
from ingestion.sources.entry import About
from ingestion.sources.mirror import Mirror
mirror = Mirror(Path(sys.argv[1]), Bounds(1_000, 5_000))
def pieces():
    yield b"New"
    os.kill(os.getpid(), signal.SIGKILL)
with mirror.alone():
    mirror.write("a.md", [b"Old."], About("a.md", "1"))
    mirror.write("b.md", [b"Other."], About("b.md", "1"))
    mirror.write("a.md", pieces(), About("a.md", "2"))
"""


def test_a_kill_in_the_middle_leaves_what_was_there_and_the_next_reading_mends_it(mirror: Mirror) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(mirror.place)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list((mirror.place / "unfinished").iterdir())) == 1
    with mirror.alone():
        assert {name: entry.about.revision for name, entry in mirror.entries.items()} == {
            "a.md": "1",
            "b.md": "1",
        }
        put(mirror, "a.md", b"New.", "2")
        mirror.finish({"a.md", "b.md"}, grace_seconds=0)
    assert contents(mirror) == [b"New.", b"Other."]
    assert not list((mirror.place / "unfinished").iterdir())


def test_a_torn_line_costs_its_own_entry_alone(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    one, two, three = (Entry(name, "0" * 64, 1, About(name, "1")) for name in "abc")
    manifest.append(path, one)
    manifest.append(path, two)
    os.truncate(path, path.stat().st_size - 5)
    assert manifest.load(path) == {"a": one}
    manifest.append(path, three)
    assert manifest.load(path) == {"a": one, "c": three}
    manifest.append(path, "a")
    assert manifest.load(path) == {"c": three}
    manifest.rewrite(path, [two])
    assert manifest.load(path) == {"b": two}


def test_removing_it_leaves_nothing(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "m", Bounds(10, 10))
    mirror.remove()
    with mirror.alone():
        put(mirror, "a", b"x")
    mirror.remove()
    assert not (tmp_path / "m").exists()
