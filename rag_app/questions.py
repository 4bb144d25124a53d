"""The door every question comes through."""

from __future__ import annotations

import re
import unicodedata

from storage.errors import InvalidInput

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def checked_question(text: str, max_characters: int) -> str:
    """The question without control characters and outer space; InvalidInput when empty or too long."""
    if len(text) > max_characters:
        raise InvalidInput(
            f"The question has {len(text):,} characters; at most {max_characters:,} are read.",
            "Shorten it to what you want to know.",
        )
    cleaned = CONTROL.sub(" ", unicodedata.normalize("NFC", _without_surrogates(text))).strip()
    if not any(character.isalnum() for character in cleaned):
        raise InvalidInput(f"The question {text[:40]!r} holds no word.", "Ask in words.")
    return cleaned


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
