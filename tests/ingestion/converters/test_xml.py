from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.converters.failure import ConversionFailed
from ingestion.converters.xml import convert
from ingestion.document import Block

LAUGHS = "<!DOCTYPE l [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


def blocks(text: str) -> list[Block]:
    return list(convert(text.encode(), "a.xml").blocks)


def test_records_are_lines_and_running_text_is_a_paragraph() -> None:
    found = blocks(
        "<shop><item sku='7'><name>Pen</name><price>2</price></item><item><name>Ink</name></item>"
        "<note>Sold <b>only</b> in boxes.</note></shop>"
    )
    assert found == [
        Block("table", "sku: 7 | name: Pen | price: 2\nname: Ink"),
        Block("paragraph", "Sold only in boxes."),
    ]


def test_metadata() -> None:
    found = convert(b"<f xml:lang='de'><title>News</title><updated>2026-03-04</updated></f>", "a.xml")
    assert (found.title, found.language) == ("News", "de")
    assert found.modified is not None


def test_internal_entities_are_read_external_ones_never(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert blocks("<!DOCTYPE a [<!ENTITY co 'Acme'>]><a>By &co;</a>")[0].text == "By Acme"
    found = blocks(f"<!DOCTYPE a [<!ENTITY x SYSTEM 'file://{secret}'>]><a><b>seen</b><b>&x;</b></a>")
    assert "seen" in found[0].text
    assert "secret" not in "".join(block.text for block in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [(f"{LAUGHS}]><l>&a9;</l>", "without end"), ("<a>" * 5000 + "</a>" * 5000, "too deep")],
)
def test_bombs_are_named(text: str, words: str) -> None:
    with pytest.raises(ConversionFailed, match=words) as caught:
        blocks(text)
    assert caught.value.reason == "corrupt"


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    assert "Pen" in blocks("<shop><item>Pen</item><item>In")[0].text
