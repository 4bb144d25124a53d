from __future__ import annotations

import pytest

from ingestion.converters.decoding import decode
from ingestion.converters.failure import ConversionFailed

GERMAN = "Die Geschäftsführung prüft größere Ausgaben über zehntausend Euro für das nächste Jahr. " * 3
RUSSIAN = "Сотрудники могут перенести не более пяти дней отпуска на следующий календарный год. " * 3
JAPANESE = "従業員は年次有給休暇を最大五日まで翌年に繰り越すことができます。申請は上長へ。" * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-32"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "utf-16-le"),
    ],
)
def test_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_a_declared_encoding_is_believed_where_the_bytes_allow_it() -> None:
    short = "Prüfung größer".encode("iso-8859-1")
    assert decode(short, "a.html", declared="iso-8859-1") == "Prüfung größer"
    assert decode("Prüfung".encode(), "a.html", declared="cp1252") == "Prüfung"
    assert decode(short, "a.html", declared="no-such-code").startswith("Pr")


def test_line_breaks_are_one_and_control_characters_none() -> None:
    assert decode(b"a\r\nb\rc\x0cd\x0be\x01f", "a.txt") == "a\nb\nc\nd\nef"


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 40, b"\x00\x01\x02\x03" * 500, b"text\x00\x01" * 100]
)
def test_binary_data_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(ConversionFailed, match=r"a\.txt holds binary data") as caught:
        decode(content, "a.txt")
    assert caught.value.reason == "corrupt"
