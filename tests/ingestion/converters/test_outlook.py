"""Outlook messages in OLE files that are written here: no library at hand writes any."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest

from ingestion.converters import convert_bytes
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.outlook import convert
from ingestion.converters.outlook_rtf import unpacked_rtf
from tests.ingestion.converters.ole_files import ole_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SENT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
TICKS = int((SENT - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7


def table(head_bytes: int) -> bytes:
    sent = struct.pack("<HHIQ", 0x0040, 0x0039, 6, TICKS)
    page = struct.pack("<HHIQ", 0x0003, 0x3FFD, 6, 1251)
    return bytes(head_bytes) + sent + page


def message(**others: bytes) -> dict[str, bytes]:
    return {
        "__properties_version1.0": table(32),
        "__substg1.0_0037001F": "Отпуск".encode("utf-16-le"),
        "__substg1.0_0C1A001F": "Ann Lee".encode("utf-16-le"),
        "__substg1.0_0C1F001F": "ann@example.com".encode("utf-16-le"),
        "__substg1.0_0E04001E": "Мария".encode("cp1251"),
        **others,
    }


def test_a_message_with_its_body_and_attachment() -> None:
    streams = message(
        **{
            "__substg1.0_1000001F": "Twenty-seven days.".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": "terms.md".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": b"# Terms\n\nPay in 30 days.".ljust(4096),
        }
    )
    found = convert_bytes(ole_file(streams), "leave.msg", NOW)
    assert (found.title, found.author) == ("Отпуск", "Ann Lee")
    assert found.created == SENT
    assert found.text == (
        "Отпуск\n\nFrom: Ann Lee <ann@example.com>\nTo: Мария\nDate: 2026-03-04 05:06\n"
        "Attachments: terms.md\n\nTwenty-seven days.\n\nterms.md\n\nTerms\n\nPay in 30 days."
    )


def test_the_html_body_is_preferred() -> None:
    page = b"<p>In <b>HTML</b>.</p>".ljust(4096)
    streams = message(**{"__substg1.0_10130102": page, "__substg1.0_1000001F": b"x\0"})
    assert convert(ole_file(streams), "a.msg").blocks[-1].text == "In HTML."


def test_compressed_rtf_is_unpacked() -> None:
    """The example of [MS-OXRTFCP] 3.1.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked_rtf(packed[:30]).startswith(b"{\\rtf1\\ansi")
    assert unpacked_rtf(b"short") == b""


def test_damage_is_named() -> None:
    whole = ole_file(message())
    with pytest.raises(ConversionFailed, match="damaged Outlook message") as caught:
        convert(whole[:600], "a.msg")
    assert caught.value.reason == "corrupt"
