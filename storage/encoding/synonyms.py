"""Which phrases of a glossary a question holds, and what else they are called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from storage.encoding.languages import STOP_WORDS
from storage.encoding.terms import TermAnalyser
from storage.glossary import Glossary

_JOINTS = re.compile(r"(?<=\w)[-/](?=\w)")  # top-up is top up


@dataclass(frozen=True, slots=True)
class Expansion:
    """A phrase of a question as the glossary writes it, and its synonyms."""

    phrase: str
    synonyms: tuple[str, ...]


class Synonyms:
    """A glossary, ready for questions. Each group expands the question as asked, never what another added.

    So groups that share phrases, even in a circle, stay as far apart as their lines.
    """

    def __init__(self, glossary: Glossary, analyser: TermAnalyser, language: str) -> None:
        self._analyser = analyser
        self._language = language
        self._by_first: defaultdict[str, list[tuple[tuple[str, ...], Expansion]]] = defaultdict(list)
        self._in_capitals: list[tuple[re.Pattern[str], Expansion]] = []
        for group in glossary:
            for phrase in group:
                self._add(phrase, Expansion(phrase, tuple(other for other in group if other != phrase)))

    def expand(self, question: str) -> list[Expansion]:
        """In the order of the question; of phrases that overlap, the first and longest counts."""
        found = list(self._in_words(self._stems(question)))
        if not question.isupper():
            found += [expansion for written, expansion in self._in_capitals if written.search(question)]
        return list(dict.fromkeys(found))

    def _add(self, phrase: str, expansion: Expansion) -> None:
        if STOP_WORDS.issuperset(phrase.casefold().split()):
            self._in_capitals.append((re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)"), expansion))
        elif stems := self._stems(phrase):
            self._by_first[stems[0]].append((stems, expansion))

    def _stems(self, text: str) -> tuple[str, ...]:
        return tuple(word.stem for word in self._analyser.words(_JOINTS.sub(" ", text), self._language))

    def _in_words(self, asked: tuple[str, ...]) -> Iterator[Expansion]:
        position = 0
        while position < len(asked):
            here = [
                (stems, expansion)
                for stems, expansion in self._by_first.get(asked[position], ())
                if asked[position : position + len(stems)] == stems
            ]
            longest = max((len(stems) for stems, _ in here), default=0)
            yield from (expansion for stems, expansion in here if len(stems) == longest)
            position += max(longest, 1)
