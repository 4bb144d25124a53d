"""Bytes of a text file to text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from ingestion.converters.failure import ConversionFailed

SAMPLE_BYTES = 64 * 1024
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Binary data decodes in many one-byte encodings; text almost never holds these.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
MAX_CONTROL_SHARE = 0.01
# Shares of zeros in the higher and in the lower bytes of texts in UTF-16.
WIDE_ZEROS, NARROW_ZEROS = 0.05, 0.01
LINE_BREAK = re.compile(r"\r\n|[\r\f\v\x1c-\x1e\x85\u2028\u2029]")


def decode(content: bytes, name: str, declared: str | None = None) -> str:
    r"""Text with "\n" line breaks and no control characters; `corrupt` where the bytes are no text."""
    text = _decoded(content, name, declared)
    sample = text[:SAMPLE_BYTES]
    if len(CONTROL.findall(sample)) > max(2, MAX_CONTROL_SHARE * len(sample)):
        raise _not_text(name)
    return CONTROL.sub("", LINE_BREAK.sub("\n", text))


def in_utf8(content: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8; all other bytes as they are, but for a byte order mark."""
    encoding = _marked(content) or _wide(content[:SAMPLE_BYTES])
    return content.decode(encoding, errors="replace").encode(errors="replace") if encoding else content


def _marked(content: bytes) -> str | None:
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)), None)


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zeros of letters and blanks stand."""
    if b"\0" not in sample:
        return None
    zeros = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    for encoding, filled in (
        ("utf-32-le", (0,)),
        ("utf-32-be", (3,)),
        ("utf-16-le", (0, 2)),
        ("utf-16-be", (1, 3)),
    ):
        empty = [share for place, share in enumerate(zeros) if place not in filled]
        if min(empty) > WIDE_ZEROS and max(zeros[place] for place in filled) < NARROW_ZEROS:
            return encoding
    return None


def _decoded(content: bytes, name: str, declared: str | None) -> str:
    wide = _marked(content) or _wide(content[:SAMPLE_BYTES])
    if wide:
        return content.decode(wide, errors="replace")
    candidates = () if b"\0" in content[:SAMPLE_BYTES] else ("utf-8", declared or "utf-8")
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    best = from_bytes(content[:SAMPLE_BYTES]).best()
    if best is None:
        raise _not_text(name)
    return content.decode(best.encoding, errors="replace")


def _not_text(name: str) -> ConversionFailed:
    return ConversionFailed("corrupt", f"{name} holds binary data, not text in any known encoding.")
