"""How lists and tables look in a document's text: the same, whatever file they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

CELL_SEPARATOR = " | "
INDENT = "  "
# Invisible where text is read, and in the way where it is searched: soft hyphen, zero-width marks, BOM.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
SPACES = re.compile(r"[^\S\n]+")
BREAKS = re.compile(r" ?\n[ \n]*")


def tidy(text: str) -> str:
    """One space between words, single line breaks kept, nothing invisible."""
    return BREAKS.sub("\n", SPACES.sub(" ", INVISIBLE.sub("", text))).strip()


def one_line(text: str) -> str:
    return " ".join(INVISIBLE.sub("", text).split())


def item_text(text: str, depth: int = 0, marker: str = "-") -> str:
    """A list item, `depth` from 0; its further lines stand under its first word."""
    first = f"{INDENT * depth}{marker} "
    return first + tidy(text).replace("\n", "\n" + INDENT * (depth + 1))


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """One line a row; empty rows are left out."""
    lines = [[one_line(cell) for cell in row] for row in rows]
    return "\n".join(CELL_SEPARATOR.join(line).strip() for line in lines if any(line))
