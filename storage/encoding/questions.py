"""When two questions are the same question."""

from __future__ import annotations

import unicodedata


def normalised(question: str) -> str:
    """NFC, white space collapsed. Case stays: to a cased model, US and us are two words."""
    return " ".join(unicodedata.normalize("NFC", question).split())
