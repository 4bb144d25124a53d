from __future__ import annotations

from pathlib import Path

from ingestion.folder import FolderFile, Listing, Skipped
from ingestion.sources.joining import Read, joined
from storage.errors import Transient


def listing(*names: str, skipped: tuple[Skipped, ...] = (), unopened: tuple[str, ...] = ()) -> Listing:
    files = tuple(FolderFile(name, Path("/mirror") / name, 1, None, sha256="0") for name in names)
    return Listing(files, skipped, unopened)


def test_each_source_lies_below_its_name_and_one_without_a_name_at_the_top() -> None:
    bad = Skipped("logo.png", "It is a picture (PNG).", "Leave it out.")
    found = joined(
        [
            Read("", listing("a.md", "b.md")),
            Read("wiki", listing("a.md", skipped=(bad,), unopened=("old.zip",))),
        ]
    )
    assert [file.document_id for file in found.files] == ["a.md", "b.md", "wiki/a.md"]
    assert [entry.document_id for entry in found.skipped] == ["wiki/logo.png"]
    assert found.unopened == ("wiki/old.zip",)


def test_a_source_that_failed_leaves_its_place_unopened_and_says_why() -> None:
    found = joined([Read("wiki", Transient("It is down.", "Wait.")), Read("desk", listing("a.md"))])
    assert [file.document_id for file in found.files] == ["desk/a.md"]
    assert found.unopened == ("wiki",)
    (told,) = found.skipped
    assert told.document_id == "wiki"
    assert "It is down." in told.reason
    assert told.remedy == "Wait."


def test_of_two_files_that_come_under_one_id_the_first_counts() -> None:
    found = joined([Read("", listing("desk/a.md")), Read("desk", listing("a.md"))])
    (file,) = found.files
    assert file.path == Path("/mirror/desk/a.md")
    assert [(entry.document_id, entry.remedy) for entry in found.skipped] == [
        ("desk/a.md", "Rename one of them.")
    ]
