from __future__ import annotations

import io
from datetime import UTC, datetime
from threading import Thread

import pytest

from ingestion.folder import Listing
from ingestion.sources.contents import TooLarge
from ingestion.sources.mirror import Mirror
from ingestion.sources.source import no_report
from ingestion.sources.upload import UploadSource
from storage.errors import InvalidInput, NotFound

MARCH = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def uploads(mirror: Mirror) -> UploadSource:
    return UploadSource(mirror)


def ids(listing: Listing) -> list[str]:
    return [file.document_id for file in listing.files]


def test_files_are_taken_listed_replaced_and_deleted(uploads: UploadSource) -> None:
    assert uploads.read(no_report) == Listing((), ())
    uploads.receive("b.md", io.BytesIO(b"B"), MARCH)
    uploads.receive("a/b.md", io.BytesIO(b"AB"))
    uploads.receive("b.md", io.BytesIO(b"BB"))
    assert [(entry.locator, entry.size) for entry in uploads.files()] == [("a/b.md", 2), ("b.md", 2)]
    listing = uploads.read(no_report)
    assert ids(listing) == ["a/b.md", "b.md"]
    assert [file.path.read_bytes() for file in listing.files] == [b"AB", b"BB"]
    uploads.delete("b.md")
    assert ids(uploads.read(no_report)) == ["a/b.md"]
    with pytest.raises(NotFound, match=r"No file 'b\.md'"):
        uploads.delete("b.md")


def test_its_date_is_the_one_that_was_given(uploads: UploadSource) -> None:
    uploads.receive("a.md", io.BytesIO(b"A"), MARCH)
    uploads.receive("b.md", io.BytesIO(b"B"))
    assert [file.modified for file in uploads.read(no_report).files] == [MARCH, None]


def test_a_file_that_is_not_taken_leaves_the_former(uploads: UploadSource) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise InvalidInput("The client has left.")

    uploads.receive("a.md", io.BytesIO(b"Old."))
    for stream, problem in (
        (Broken(), InvalidInput),
        (io.BytesIO(b"x" * 1_001), TooLarge),
        (io.BytesIO(b""), InvalidInput),
    ):
        with pytest.raises(problem):
            uploads.receive("a.md", stream)
    with pytest.raises(InvalidInput, match="cannot be called"):
        uploads.receive("../a.md", io.BytesIO(b"x"))
    assert [file.path.read_bytes() for file in uploads.read(no_report).files] == [b"Old."]


def test_all_files_together_are_bounded(uploads: UploadSource) -> None:
    for number in range(5):
        uploads.receive(f"{number}.md", io.BytesIO(bytes([number]) * 1_000))
    with pytest.raises(InvalidInput, match="more than 5,000 bytes"):
        uploads.receive("5.md", io.BytesIO(b"x"))
    assert len(uploads.files()) == 5


def test_a_slow_upload_keeps_nobody_waiting_and_is_not_cleared_away(uploads: UploadSource) -> None:
    class Slow(io.RawIOBase):
        """While it is read, another file comes and the source is read."""

        done = False

        def read(self, _size: int = -1) -> bytes:
            if self.done:
                return b""
            self.done = True
            other = UploadSource(Mirror(uploads.mirror.place, uploads.mirror.bounds))
            other.receive("quick.md", io.BytesIO(b"Quick."))
            assert ids(other.read(no_report)) == ["quick.md"]
            return b"Slow."

    uploads.receive("slow.md", Slow())  # type: ignore[arg-type]
    assert ids(uploads.read(no_report)) == ["quick.md", "slow.md"]


def test_files_handed_over_at_once_all_arrive(uploads: UploadSource) -> None:
    def hand_over(number: int) -> None:
        source = UploadSource(Mirror(uploads.mirror.place, uploads.mirror.bounds))
        source.receive(f"{number}.md", io.BytesIO(bytes([65 + number])))

    threads = [Thread(target=hand_over, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids(uploads.read(no_report)) == [f"{number}.md" for number in range(8)]
