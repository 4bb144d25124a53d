"""Notices a language model that has fallen into a loop, so that its call can be stopped."""

from __future__ import annotations

import re

LONGEST_BLOCK = 400
MIN_REPEATS = 4
MIN_CHARACTERS = 160
# A table's rule or a row of dots may be long, and a list of figures looks alike but for the figures.
MIN_SIGNS = 600


def repeats_itself(text: str) -> bool:
    """Whether `text` ends in copies of one block: four or more, or eight that differ in figures alone."""
    return _copies(text, MIN_REPEATS, MIN_CHARACTERS) or _copies(
        re.sub(r"\d+", "0", text[-3 * LONGEST_BLOCK * MIN_REPEATS :]), 2 * MIN_REPEATS, MIN_SIGNS
    )


def _copies(text: str, least: int, characters: int) -> bool:
    for length in range(1, min(LONGEST_BLOCK, len(text) // least) + 1):
        block = text[-length:]
        if text[-2 * length : -length] != block:
            continue
        enough = characters if any(character.isalnum() for character in block) else MIN_SIGNS
        if text.endswith(block * max(least, -(-enough // length))):
            return True
    return False
