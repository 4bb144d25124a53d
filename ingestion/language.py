"""The language of a text, as an ISO 639-1 code."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

DEFAULT_LANGUAGE = "en"
SAMPLE_CHARACTERS = 4000
MIN_LETTERS = 40
MIN_PROBABILITY = 0.6
CODE = re.compile(r"[A-Za-z]{2}(?![A-Za-z])")


def detect_language(text: str, default: str = DEFAULT_LANGUAGE) -> str:
    """The language of the first 4,000 characters; `default` where they are too few or undecided."""
    sample = text[:SAMPLE_CHARACTERS]
    if _evidence(sample) < MIN_LETTERS:
        return default
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= MIN_PROBABILITY else default


def language_code(declared: str | None) -> str | None:
    """The ISO 639-1 code of a language tag such as "en-US"; None where it names none we know."""
    match = CODE.match(declared or "")
    code = match.group().lower() if match else ""
    return code if code in _two_letter_codes() else None


def _evidence(sample: str) -> int:
    """Letters, where one of a script without spaces tells as much as several of an alphabet."""
    return sum(1 if character < "\u0530" else 4 for character in sample if character.isalpha())


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(_codes(identifier)))
    return identifier


@cache
def _two_letter_codes() -> frozenset[str]:
    return _codes(_identifier())


def _codes(identifier: LanguageIdentifier) -> frozenset[str]:
    return frozenset(code for code in identifier.labels if len(code) == 2)
