"""Where program text falls into parts that make sense alone: at blank lines and at definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence

DEFINITION = re.compile(
    r"""(?:export\s+|default\s+|pub(?:\([a-z]+\))?\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+
        |abstract\s+|final\s+|async\s+|unsafe\s+|virtual\s+|override\s+)*
        (?:def|class|function|func|fn|fun|interface|struct|enum|trait|impl|module|namespace|record|sub|procedure
        |create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure|index|trigger))\b
      | (?:public|private|protected|static)\s[^;=]*\(""",
    re.VERBOSE | re.IGNORECASE,
)
# Decorators and comments belong to the definition below them.
ATTACHED = re.compile(r"@|\#|//|/\*|\*|--|\[")


def part_starts(text: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Positions in `lines` that begin a part; `lines` are start and end in `text`, none of them blank."""
    starts = {0} if lines else set()
    for number in range(1, len(lines)):
        start, end = lines[number]
        if text.count("\n", lines[number - 1][1], start) > 1:
            starts.add(number)
        elif DEFINITION.match(text, start, end):
            starts.add(_with_attached(text, lines, number))
    return sorted(starts)


def _with_attached(text: str, lines: Sequence[tuple[int, int]], number: int) -> int:
    while number > 0 and ATTACHED.match(text, lines[number - 1][0]):
        number -= 1
    return number
