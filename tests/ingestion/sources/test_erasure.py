from __future__ import annotations

from pathlib import Path

from ingestion.sources.entry import About
from ingestion.sources.erasure import erase
from ingestion.sources.mirror import Mirror


def test_a_document_leaves_the_copy_and_is_still_at_its_source(mirror: Mirror, tmp_path: Path) -> None:
    with mirror.alone():
        mirror.write("https://e.com/a", [b"A"], About("a", "1", url="https://e.com/a"))
        mirror.write("keys/b.md", [b"B"], About("b.md", "1"))
        mirror.write("forms.zip", [b"Z"], About("forms.zip", "1"))
    (mirror.place / "repository.git").mkdir()

    assert erase(mirror, "a", is_source=False) == "https://e.com/a"
    assert erase(mirror, "b.md", is_source=False) == "keys/b.md"
    assert erase(mirror, "forms.zip/in/c.md", is_source=True) == "forms.zip"
    assert erase(mirror, "unknown", is_source=False) is None
    assert erase(mirror, "unknown", is_source=True) is None

    left = [path.read_bytes() for path in (mirror.place / "contents").glob("*/*")]
    assert left == [b"Z"]
    assert not (mirror.place / "repository.git").exists()


def test_what_was_uploaded_is_nowhere_else(mirror: Mirror) -> None:
    with mirror.alone():
        mirror.write("a.md", [b"A"], About("a.md", "1"))
    assert erase(mirror, "a.md", is_source=True) is None
    with mirror.alone():
        assert mirror.entries == {}


def test_where_nothing_was_read_there_is_nothing(mirror: Mirror) -> None:
    assert erase(mirror, "a.md", is_source=False) is None
    assert not mirror.place.exists()
