"""Words to stems with Snowball (Porter, 2001), in any of its languages."""

from __future__ import annotations

import unicodedata
from threading import Lock
from typing import Any

from storage.encoding.languages import ALGORITHMS, DEFAULT, STOP_WORDS

ENGLISH = ALGORITHMS[DEFAULT]


class Stemmers:
    """Made when first used; safe in several threads."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._stemming = Lock()  # a stemmer works on a buffer of its own

    def stem(self, word: str, algorithm: str) -> str:
        """Of a casefolded word; English stop words and what is no plain word stay as they are."""
        if algorithm == ENGLISH and (word in STOP_WORDS or not word.isascii()):
            return word
        if not all(unicodedata.category(character)[0] in "LM" for character in word):
            return word
        with self._stemming:
            if algorithm not in self._made:
                import snowballstemmer

                self._made[algorithm] = snowballstemmer.stemmer(algorithm)
            return str(self._made[algorithm].stemWord(word)) or word
