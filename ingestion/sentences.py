"""Where sentences end: rules for many scripts, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A closing mark, the quotes and brackets that belong to it, and the space after it; full-width marks need
# none. The look-behind lets a run of marks be tried once, not from each of its characters.
CANDIDATE = re.compile(
    r"""(?<![.!?\u2026])(?P<mark>[.!?\u2026\u061f\u06d4\u0964\u0965\u1362\u104b]+)[\"'\u2019\u201d\u00bb)\]]*(?=\s)
      | [\u3002\uff01\uff1f\uff61]+[\u300d\u300f\u201d\u2019\uff09\u3011\"')]*""",
    re.VERBOSE,
)
LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018\u00ab\u201e]*$")
NEXT_CHARACTER = re.compile(r"\s+[\"'\u2018\u201c\u00ab\u201e\u00bf\u00a1(\[*_-]*(\S)?")
ABBREVIATIONS = frozenset(
    (
        *("dr", "mr", "mrs", "ms", "prof", "st", "rev", "gen", "col", "sgt", "capt", "hon", "messrs", "mt"),
        *("e.g", "i.e", "cf", "vs", "viz", "approx", "ca", "resp", "incl", "excl", "esp", "dept", "attn"),
        *("z.b", "d.h", "u.a", "v.a", "s.o", "s.u", "bzw", "ggf", "evtl", "inkl", "zzgl", "vgl", "hr", "fr"),
        *("mme", "mlle", "sra", "ud", "uds", "p.ex"),
    )
)
# Abbreviations before a number, and words or ends of sentences elsewhere.
BEFORE_NUMBER = frozenset(
    (
        *(
            "no",
            "nos",
            "nr",
            "fig",
            "figs",
            "sec",
            "ch",
            "chap",
            "vol",
            "p",
            "pp",
            "art",
            "para",
            "eq",
            "ref",
        ),
        *("tab", "tel", "ext", "max", "min", "abs", "str", "s"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    )
)
# Abbreviations that also end sentences, where a capital letter follows.
TERMINAL = frozenset(
    (
        *("etc", "inc", "ltd", "co", "corp", "plc", "gmbh", "a.m", "p.m", "usw", "u.s", "u.k", "al"),
        *("jr", "sr", "rd", "ave", "blvd"),
    )
)
GERMAN_MONTHS = (
    *("Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September"),
    *("Oktober", "November", "Dezember"),
)
LOOK_BACK = 24  # characters: longer words are no abbreviations
LOOK_AHEAD = 16


def sentence_ends(text: str) -> Iterator[int]:
    """Offsets behind each sentence but the last, in order; the space between belongs to neither."""
    start = 0
    for match in CANDIDATE.finditer(text):
        if match["mark"] is None or _ends_here(text, start, match):
            yield match.end()
            start = match.end()


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence, without the space around it."""
    start = 0
    for end in (*sentence_ends(text), len(text)):
        sentence = text[start:end]
        stripped = sentence.strip()
        if stripped:
            first = start + len(sentence) - len(sentence.lstrip())
            yield first, first + len(stripped)
        start = end


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    following = NEXT_CHARACTER.match(text, match.end())
    next_character = following[1] if following and following[1] else ""
    if next_character.islower():
        return False
    if match["mark"] != ".":
        return True
    return not _is_abbreviation(text, start, match.start(), match.end(), next_character)


def _is_abbreviation(text: str, start: int, dot: int, end: int, next_character: str) -> bool:
    word_match = LAST_WORD.search(text[max(start, dot - LOOK_BACK) : dot])
    word = word_match.group() if word_match else ""
    folded = word.casefold()
    if folded in TERMINAL:
        return not next_character.isupper()
    if folded in BEFORE_NUMBER:
        return next_character.isdigit()
    if word.isdecimal() and len(word) <= 3:
        is_enumerator = dot - len(word) - start <= LOOK_BACK and not text[start : dot - len(word)].strip()
        return is_enumerator or text[end : end + LOOK_AHEAD].lstrip().startswith(GERMAN_MONTHS)
    return folded in ABBREVIATIONS or (len(word) == 1 and word.isupper())
