"""Text to words to index: any script, identifiers whole and in parts, stems of the text's language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from storage.encoding.languages import algorithms
from storage.encoding.stemming import ENGLISH, Stemmers

ANALYSIS = "terms-2"  # to be counted up with any change here: documents are then analysed anew
LONGEST_TERM = 64
CACHED_WORDS = 50_000  # about 30 MB

# Vowel signs and accents that Python's \w leaves out, though the words of these scripts are full of them.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
_LETTERS = rf"[\w{_MARKS}]"
_TOKEN = re.compile(rf"{_LETTERS}+(?:[-./:@&']{_LETTERS}+)*(?:\+\+|#)?")

_VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)+)")

# Scripts written without spaces: Han, Kana, and Thai, Lao, Khmer, Burmese with their marks.
_UNSPACED = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_CLEANED = {ord("’"): "'", **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))}  # unseen

_PART = re.compile(
    r"[-_./:@&'+#]+"  # punctuation inside an identifier
    r"|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})"  # maxRetry, HTTPServer, but not PDFs
    r"|(?<=[A-Z]{2})s(?![A-Za-z])"  # the plural of an acronym
    r"|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"  # ERR1042
)


class Word(NamedTuple):
    """A word or a part of one as it is written, and its stem; both casefolded, often equal."""

    surface: str
    stem: str


class TermAnalyser:
    """Documents and questions go through the same one; safe in several threads."""

    def __init__(self) -> None:
        self._stemmers = Stemmers()
        self._words_of = lru_cache(CACHED_WORDS)(self._analyse)

    def terms(self, text: str, language: str = "en") -> list[str]:
        """What a document is found by: of each word its surface form, and its stem where that differs."""
        return [term for token in self.tokens(text) for term in self.terms_of(token, language)]

    def tokens(self, text: str) -> list[str]:
        """What `terms_of` takes one by one, in the order of the text."""
        return _tokens(text)

    def terms_of(self, token: str, language: str) -> list[str]:
        (stemmer,) = algorithms((language,))
        words = self._words_of(token, stemmer)
        return [term for word in words for term in dict.fromkeys((word.surface, word.stem))]

    def words(self, text: str, language: str = "en") -> list[Word]:
        """Words in the order of the text, stop words among them; an identifier, then its parts."""
        (stemmer,) = algorithms((language,))
        return [word for token in _tokens(text) for word in self._words_of(token, stemmer)]

    def _analyse(self, token: str, stemmer: str = ENGLISH) -> tuple[Word, ...]:
        if _UNSPACED.search(token):
            return tuple(self._unspaced(token, stemmer))
        whole = token.removesuffix("'s").strip("_")
        names = dict.fromkeys(name.casefold() for name in (whole, *_parts(token)))
        return tuple(
            Word(name, self._stemmers.stem(name, stemmer)) for name in names if 0 < len(name) <= LONGEST_TERM
        )

    def _unspaced(self, token: str, stemmer: str) -> Iterator[Word]:
        """Overlapping pairs of characters of what is written without spaces; the rest as ever."""
        end = 0
        for run in _UNSPACED.finditer(token):
            yield from self._spaced(token[end : run.start()], stemmer)
            pairs = [run[0][n : n + 2] for n in range(max(1, len(run[0]) - 1))]
            yield from (Word(pair, pair) for pair in pairs)
            end = run.end()
        yield from self._spaced(token[end:], stemmer)

    def _spaced(self, text: str, stemmer: str) -> Iterator[Word]:
        for token in _TOKEN.findall(text):
            yield from self._analyse(token, stemmer)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).translate(_CLEANED))


def _parts(token: str) -> Iterator[str]:
    """Of an identifier what stands between its joints; of a version too the series that it belongs to."""
    if version := _VERSION.fullmatch(token):
        numbers = version[1].split(".")
        yield from (".".join(numbers[:n]) for n in range(len(numbers), 1, -1))
    yield from (part for part in _PART.split(token) if len(part) > 1)
