from __future__ import annotations

from datetime import UTC, datetime

from ingestion.sources.git.history import Authorship, parse_history

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_path_has_its_first_and_its_last_commit() -> None:
    log = b"\x01300\x00Cy\x00\nb.md\x00\x01200\x00Bo\x00\na.md\x00b.md\x00\x01100\x00Ann\x00\na.md\x00"
    assert parse_history(log, NOW) == {
        b"a.md": Authorship(at(100), at(200), "Bo"),
        b"b.md": Authorship(at(200), at(300), "Cy"),
    }


def test_clocks_that_err_are_bounded() -> None:
    log = b"\x0199999999999\x00Ann\x00\na\x00\x01-5\x00Bo\x00\nb\x00\x01soon\x00Cy\x00\nc\x00"
    found = parse_history(log, NOW)
    assert [found[name].modified for name in (b"a", b"b", b"c")] == [NOW, at(-5), NOW]


def test_a_commit_without_files_and_a_log_without_commits() -> None:
    assert parse_history(b"\x01300\x00Ann\x00", NOW) == {}
    assert parse_history(b"", NOW) == {}
