"""Words cut by a hyphen at the end of a line, made whole."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingestion.converters.pdf_fragments import HYPHEN_MARK

CUT_WORD = re.compile(rf"(\w+)(?:{HYPHEN_MARK}|[-\u2010\u00ad] ?\n) ?(\w+)")
WORD = re.compile(r"\w+(?:-\w+)*")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words that stand whole somewhere in the document, in small letters."""
    return frozenset(word.casefold() for text in texts for word in WORD.findall(text))


def mended(text: str, words: frozenset[str]) -> str:
    """Whether the hyphen belongs to the word, the rest of the document tells; else small letters do."""
    return CUT_WORD.sub(lambda match: _whole(match.group(1), match.group(2), words), text).replace(
        HYPHEN_MARK, "-"
    )


def _whole(start: str, end: str, words: frozenset[str]) -> str:
    joined, hyphenated = start + end, f"{start}-{end}"
    if joined.casefold() in words:
        return joined
    if hyphenated.casefold() in words or not end[0].islower() or not start[-1].isalpha():
        return hyphenated
    return joined
