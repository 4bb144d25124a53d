"""What the conversion of one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_bytes` on top of an idle converter's; `ocr_languages` in tesseract's names, None for no OCR."""

    max_bytes: int = 100_000_000
    max_characters: int = 10_000_000
    seconds: float = 120.0
    memory_bytes: int = 2048 * MEBIBYTE
    ocr_languages: str | None = None
