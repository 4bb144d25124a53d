"""Text to index terms: words of any script, identifiers whole and in parts, English stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

LONGEST_TERM = 64
CACHED_WORDS = 200_000

_STOP_WORDS = """
    a an and are as at be been but by can could did do does for from had has have how i if in into is it its
    may me my no not of on or our shall should so such than that the their them then there these they this
    those to us was we were what when where which who whom whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Vowel signs and accents that Python's \w leaves out, though the words of these scripts are full of them.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
_LETTERS = rf"[\w{_MARKS}]"
_TOKEN = re.compile(rf"{_LETTERS}+(?:[-./:@&']{_LETTERS}+)*(?:\+\+|#)?")

# Scripts written without spaces: Han, Kana, and Thai, Lao, Khmer, Burmese with their marks.
_UNSPACED = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_CLEANED = {ord("’"): "'", **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))}  # unseen

_PART = re.compile(
    r"[-_./:@&'+#]+"  # punctuation inside an identifier
    r"|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})"  # maxRetry, HTTPServer, but not PDFs
    r"|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"  # ERR1042
)


class TermAnalyser:
    """Documents and questions go through the same one; safe in several threads."""

    def __init__(self) -> None:
        self._stemmer: Any = None
        self._stemming = Lock()  # the stemmer works on a buffer of its own
        self._word_terms = lru_cache(CACHED_WORDS)(self._terms_of_word)

    def terms(self, text: str) -> list[str]:
        """Terms in the order of the text, stop words among them."""
        normal = unicodedata.normalize("NFKC", text).translate(_CLEANED)
        return [term for word in _TOKEN.findall(normal) for term in self._word_terms(word)]

    def _terms_of_word(self, word: str) -> tuple[str, ...]:
        """The word, its parts where it has some, and the stem of each, every one once."""
        if _UNSPACED.search(word):
            return tuple(self._unspaced(word))
        parts = [part for part in _PART.split(word) if len(part) > 1]
        whole = word.removesuffix("'s").strip("_")
        names = (name.casefold() for name in (whole, *parts))
        terms = (term for name in names if 0 < len(name) <= LONGEST_TERM for term in (name, self._stem(name)))
        return tuple(dict.fromkeys(terms))

    def _unspaced(self, word: str) -> Iterator[str]:
        """Overlapping pairs of characters of what is written without spaces; the rest as ever."""
        end = 0
        for run in _UNSPACED.finditer(word):
            yield from self._rest(word[end : run.start()])
            characters = run[0]
            yield from (characters[n : n + 2] for n in range(max(1, len(characters) - 1)))
            end = run.end()
        yield from self._rest(word[end:])

    def _rest(self, text: str) -> Iterator[str]:
        for word in _TOKEN.findall(text):
            yield from self._terms_of_word(word)

    def _stem(self, word: str) -> str:
        """Porter's English stemmer in Snowball; stop words and what is no plain word stay as they are."""
        if word in STOP_WORDS or not (word.isascii() and word.isalpha()):
            return word
        with self._stemming:
            if self._stemmer is None:
                import snowballstemmer

                self._stemmer = snowballstemmer.stemmer("english")
            return str(self._stemmer.stemWord(word))
