from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.comparison import compare
from ingestion.folder import list_folder
from storage.catalogue import DocumentRecord
from tests.ingestion.converters.files import archive

RECIPE = "300/150/0"


def _live(folder: Path, *names: str) -> dict[str, DocumentRecord]:
    files = {file.document_id: file for file in list_folder(folder).files}
    return {name: DocumentRecord(name, f"{files[name].revision()} {RECIPE}", name, "", 1) for name in names}


def test_tells_added_changed_removed_and_unchanged_apart(tmp_path: Path) -> None:
    for name in ("gone.md", "edited.md", "same.md"):
        (tmp_path / name).write_text(name)
    live = _live(tmp_path, "gone.md", "edited.md", "same.md")
    (tmp_path / "gone.md").unlink()
    (tmp_path / "edited.md").write_text("other words")
    (tmp_path / "new.md").write_text("new")

    found = compare(list_folder(tmp_path), live, RECIPE)

    assert (found.added, found.changed, found.removed, found.unchanged) == (
        ("new.md",),
        ("edited.md",),
        ("gone.md",),
        ("same.md",),
    )
    assert [file.document_id for file in found.to_convert] == ["edited.md", "new.md"]


def test_a_touched_file_with_the_same_bytes_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    live = _live(tmp_path, "a.md")
    os.utime(tmp_path / "a.md", (1, 1))

    assert compare(list_folder(tmp_path), live, RECIPE).unchanged == ("a.md",)


def test_a_document_that_cannot_be_read_now_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "b.md").write_text("b")
    live = _live(tmp_path, "a.md", "b.md")
    listing = list_folder(tmp_path)
    (tmp_path / "b.md").unlink()

    found = compare(listing, live, RECIPE)

    assert (found.removed, found.unchanged) == ((), ("a.md", "b.md"))
    assert [skipped.document_id for skipped in found.skipped] == ["b.md"]


@pytest.mark.parametrize("name", ["a.unknown", "empty.bin"])
def test_what_turned_into_an_unknown_type_stays_too(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01\x02binary")
    live = {name: DocumentRecord(name, "former", name, "", 1)}

    found = compare(list_folder(tmp_path), live, RECIPE)

    assert (found.removed, found.unchanged) == ((), (name,))


def test_another_recipe_for_chunks_changes_every_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")

    assert compare(list_folder(tmp_path), _live(tmp_path, "a.md"), "200/40/0").changed == ("a.md",)


def test_what_lay_in_an_archive_that_is_damaged_now_stays(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(archive({"a.txt": b"a", "b.txt": b"b"}))
    live = _live(tmp_path, "all.zip/a.txt", "all.zip/b.txt")
    (tmp_path / "all.zip").write_bytes(archive({"a.txt": b"a"}))
    assert compare(list_folder(tmp_path), live, RECIPE).removed == ("all.zip/b.txt",)
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 no more")

    found = compare(list_folder(tmp_path), live, RECIPE)

    assert (found.added, found.removed) == (("all.zip",), ())
    assert found.unchanged == ("all.zip/a.txt", "all.zip/b.txt")
