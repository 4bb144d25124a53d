"""E-mail and mailboxes, as the standard library writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

from ingestion.converters import convert_bytes, mail, mailbox
from ingestion.document import Document
from tests.ingestion.converters.files import archive

TERMS = b"# Terms\n\nPay in 30 days."
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def message(text: str = "The invoice is attached.") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Jörg Müller <joerg@example.com>"
    made["To"] = "Ann <ann@example.com>"
    made["Subject"] = "Rechnung für März"
    made["Date"] = "Wed, 04 Mar 2026 09:30:00 +0100"
    made["Message-ID"] = "<1@example.com>"
    made.set_content(text)
    return made


def document(made: EmailMessage) -> Document:
    return convert_bytes(bytes(made), "a.eml", NOW)


def test_headers_and_text() -> None:
    found = document(message())
    assert (found.title, found.author) == ("Rechnung für März", "Jörg Müller")
    assert found.created == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)
    assert found.text == (
        "Rechnung für März\n\nFrom: Jörg Müller <joerg@example.com>\nTo: Ann <ann@example.com>\n"
        "Date: 2026-03-04 09:30\n\nThe invoice is attached."
    )


def test_html_is_read_once_and_for_its_structure() -> None:
    made = message("Three points: one, two")
    made.add_alternative("<p>Three points:</p><ul><li>one<li>two</ul>", subtype="html")
    assert document(made).text.endswith("Three points:\n\n- one\n- two")


def test_an_html_stub_does_not_hide_the_text() -> None:
    made = message("All that was agreed on stands here, word for word, for everybody to read.")
    made.add_alternative("<p>See text.</p>", subtype="html")
    assert "word for word" in document(made).text
    assert "See text" not in document(made).text


def test_attachments_are_sections_and_those_that_are_not_read_are_named() -> None:
    made = message()
    packed = archive({"in/prices.csv": b"Plan,Price\nBasic,10\n"})
    made.add_attachment(TERMS, maintype="text", subtype="markdown", filename="terms.md")
    made.add_attachment(packed, maintype="application", subtype="zip", filename="all.zip")
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="photo.png")
    found = document(made)
    assert "Attachments: terms.md, all.zip, photo.png (not read: a picture (PNG))" in found.text
    headings = [(block.text, block.level) for block in found.blocks if block.kind == "heading"]
    assert headings == [
        ("Rechnung für März", 1), ("terms.md", 2), ("Terms", 3), ("all.zip", 2), ("in/prices.csv", 4),
    ]  # fmt: skip
    assert "Pay in 30 days." in found.text
    assert "Plan: Basic | Price: 10" in found.text


def test_messages_within_messages_end_somewhere() -> None:
    made = message("innermost")
    for number in range(8):
        outer = message(f"layer {number}")
        outer.add_attachment(made)
        made = outer
    text = document(made).text
    assert "layer 7" in text
    assert "layer 4" in text
    assert "innermost" not in text
    assert "(not read: too large)" in text


def test_headers_that_are_none_are_read_as_they_are() -> None:
    raw = b"Subject: =?utf-8?b?broken?= =?no-such?q?x?=\nFrom: =?\nDate: yesterday\n\nText."
    found = mail.convert(raw, "a.eml")
    assert found.created is None
    assert found.blocks[-1].text == "Text."


def test_headers_of_raw_bytes_are_read_as_utf8() -> None:
    found = mail.convert("Subject: Prüfung\nFrom: Jörg <j@example.com>\n\nText.".encode(), "a.eml")
    assert (found.title, found.author) == ("Prüfung", "Jörg")


def test_a_mailbox_is_its_messages_in_order() -> None:
    texts = ("One.", "Two.")
    box = b"".join(b"From x@y.z Mon Jul 20\n" + bytes(message(text)) + b"\n" for text in texts)
    found = mailbox.convert(box, "a.mbox")
    assert [block.text for block in found.blocks if block.kind == "heading"] == ["Rechnung für März"] * 2
    assert [block.text for block in found.blocks if block.text in ("One.", "Two.")] == ["One.", "Two."]
