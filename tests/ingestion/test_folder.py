from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import pytest

from ingestion.folder import Listing, list_folder
from storage.errors import InvalidInput


def ids(listing: Listing) -> list[str]:
    return [file.document_id for file in listing.files]


def test_files_come_in_the_order_of_their_ids_with_slashes(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a/b/c.md", "a.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Text.")
    assert ids(list_folder(tmp_path)) == ["a.md", "a/b/c.md", "a/z.txt", "b.md"]


def test_a_file_knows_size_time_and_revision(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"Text.")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    (file,) = list_folder(tmp_path).files
    assert (file.path, file.size) == (path, 5)
    assert file.modified == datetime.fromtimestamp(1_700_000_000, UTC)
    assert file.revision() == hashlib.sha256(b"Text.").hexdigest()


def test_hidden_and_lock_files_are_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".git/config.md", ".hidden.md", "~$plan.docx", "Thumbs.db", "kept.md"):
        (tmp_path / name).write_text("Text.")
    assert list_folder(tmp_path) == list_folder(tmp_path)
    assert ids(list_folder(tmp_path)) == ["kept.md"]
    assert list_folder(tmp_path).skipped == ()


def test_what_is_not_read_is_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "chart.md").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "kept.md").write_text("Text.")
    (skipped,) = list_folder(tmp_path).skipped
    assert (skipped.document_id, skipped.reason) == ("chart.md", "It is a picture (PNG).")
    assert skipped.remedy


def test_content_decides_where_the_extension_does_not(tmp_path: Path) -> None:
    (tmp_path / "scan.dat").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "README").write_text("Text.")
    (tmp_path / "program").write_bytes(b"\x7fELF\0\0\0")
    listing = list_folder(tmp_path)
    assert ids(listing) == ["README", "scan.dat"]
    assert [skipped.document_id for skipped in listing.skipped] == ["program"]


def test_links_are_followed_only_inside_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("Secret.")
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.md").write_text("Text.")
    (folder / "in.md").symlink_to(folder / "sub" / "a.md")
    (folder / "out.md").symlink_to(outside)
    (folder / "broken.md").symlink_to(folder / "nowhere.md")
    (folder / "loop").symlink_to(folder)
    listing = list_folder(folder)
    assert ids(listing) == ["in.md", "sub/a.md"]
    assert {skipped.document_id: skipped.reason for skipped in listing.skipped} == {
        "broken.md": "It is no regular file.",
        "loop": "It is a link to a folder.",
        "out.md": "It is a link that leaves the folder.",
    }


LIST_AS_NOBODY = """
import os, sys
from pathlib import Path
from ingestion.folder import list_folder
if os.geteuid() == 0:
    os.setuid(65534)
for skipped in list_folder(Path(sys.argv[1])).skipped:
    print(skipped.document_id, skipped.reason, sep="|")
"""


def test_unreadable_files_and_folders_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for name in ("locked.md", "shut/inner.md", "kept.md"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Text.")
    for place in (folder, *folder.parents):
        if Path(gettempdir()) in place.parents:
            place.chmod(0o755)
    (folder / "locked.md").chmod(0)
    (folder / "shut").chmod(0)
    # Root reads everything, so another process gives its rights up first.
    run = subprocess.run(
        [sys.executable, "-c", LIST_AS_NOBODY, str(folder)], capture_output=True, text=True, check=True
    )
    (folder / "shut").chmod(0o755)
    assert run.stdout.splitlines() == [
        "locked.md|It cannot be read: Permission denied.",
        "shut|The folder cannot be read.",
    ]


def test_no_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="There is no folder"):
        list_folder(tmp_path / "missing")
    (tmp_path / "file.md").write_text("Text.")
    with pytest.raises(InvalidInput, match="is a file, not a folder"):
        list_folder(tmp_path / "file.md")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="holds no files"):
        list_folder(tmp_path / "empty")
