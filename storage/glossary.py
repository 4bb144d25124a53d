"""A glossary: one group of synonyms a line, `margin call = collateral top-up = MC`; `#` begins a comment."""

from __future__ import annotations

from functools import lru_cache

from storage.encoding.languages import STOP_WORDS
from storage.errors import InvalidInput

MAX_PHRASES = 5_000
MAX_PHRASE_CHARACTERS = 100

Glossary = tuple[tuple[str, ...], ...]


@lru_cache(64)
def parse_glossary(text: str) -> Glossary:
    """The groups in their order, each of two phrases or more; InvalidInput names the line that is none.

    Groups that share a phrase stay apart: an acronym may stand for two things that are not the same.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    groups = tuple(_group(line, n) for n, line in enumerate(lines, 1) if _content(line))
    phrases = sum(map(len, groups))
    if phrases > MAX_PHRASES:
        raise InvalidInput(
            f"The glossary has {phrases:,} phrases; at most {MAX_PHRASES:,} are kept.",
            "Leave out what people do not ask for.",
        )
    return groups


def _content(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.strip()


def _group(line: str, number: int) -> tuple[str, ...]:
    phrases = [" ".join(part.split()) for part in line.split("=")]
    for phrase in phrases:
        _check(phrase, number)
    distinct: dict[str, str] = {}
    for phrase in phrases:
        distinct.setdefault(phrase.casefold(), phrase)
    if len(distinct) < 2:
        raise InvalidInput(
            f"Line {number} of the glossary, {_shown(line)}, names one phrase.",
            'Write what means the same on one line, as in "margin call = collateral top-up".',
        )
    return tuple(distinct.values())


def _check(phrase: str, number: int) -> None:
    if not any(character.isalnum() for character in phrase) or not phrase.isprintable():
        raise InvalidInput(
            f"Line {number} of the glossary has {_shown(phrase)} where a phrase belongs.",
            "Write words on both sides of each equals sign.",
        )
    if len(phrase) > MAX_PHRASE_CHARACTERS:
        raise InvalidInput(
            f"Line {number} of the glossary has a phrase of {len(phrase)} characters, {_shown(phrase)}.",
            f"Keep phrases to {MAX_PHRASE_CHARACTERS} characters.",
        )
    if phrase == phrase.casefold() and STOP_WORDS.issuperset(phrase.split()):
        raise InvalidInput(
            f"Line {number} of the glossary has {phrase!r}, which stands in nearly every question.",
            f"Write an acronym in capitals ({phrase.upper()}): it is then found in capitals alone.",
        )


def _shown(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 60 else text[:60] + "...")
