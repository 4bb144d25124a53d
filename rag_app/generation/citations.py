"""Citation markers in an answer: [1], [1][2], [1, 2], [1-3]; only numbers of given passages pass."""

from __future__ import annotations

import re

# At most three digits: [2024] is a year in brackets, not a citation.
NUMBERS = r"\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*"
MARKER = re.compile(rf"([ \t]*)\[\s*({NUMBERS})\s*\]")
UNFINISHED = re.compile(rf"[ \t]*\[(?:\s*{NUMBERS}\s*[-–,;]?)?\s*\Z|[ \t]+\Z")
MAX_HELD = 48


class CitationFilter:
    """Takes an answer piece by piece and gives it back with well-formed markers of real passages only.

    Half a marker is held until its rest comes, and never shown if it does not.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._held = ""
        self._cited: dict[int, None] = {}

    @property
    def cited(self) -> list[int]:
        """Numbers of the passages cited so far, in order of first mention."""
        return list(self._cited)

    def feed(self, text: str) -> str:
        """What can be shown now that `text` has come; may be empty."""
        text = self._held + text
        unfinished = UNFINISHED.search(text, max(0, len(text) - MAX_HELD))
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        return MARKER.sub(self._checked, text[:end])

    def finish(self) -> str:
        """The rest of a text that came to its end: at most trailing space."""
        held, self._held = self._held, ""
        return "" if "[" in held else held

    def _checked(self, marker: re.Match[str]) -> str:
        numbers = [number for number in numbers_in(marker[2]) if 1 <= number <= self._passages]
        self._cited.update(dict.fromkeys(numbers))
        return marker[1] + "".join(f"[{number}]" for number in numbers) if numbers else ""


def numbers_in(marker: str) -> list[int]:
    """Distinct numbers of a marker's inside in their order: "1, 3-5" gives 1, 3, 4, 5."""
    numbers: dict[int, None] = {}
    for part in re.split(r"[,;]", marker):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        numbers.update(dict.fromkeys(range(ends[0], ends[-1] + 1)))
    return list(numbers)
