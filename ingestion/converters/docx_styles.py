"""What the styles and the numbering of a Word document say about a paragraph."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

VALUE = qn("w:val")
HEADING_NAME = re.compile(r"heading ([1-9])")
UNNUMBERED = frozenset(("bullet", "none"))
MAX_LEVEL = 6


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """`heading_level` is 1-6 or 0; `list_level` counts from 0, None outside lists."""

    heading_level: int = 0
    list_level: int | None = None
    list_id: str | None = None
    is_contents: bool = False


class Styles:
    """Styles by id, each completed by the one it is based on."""

    def __init__(self, styles: Any) -> None:
        self._elements = {style.get(qn("w:styleId")): style for style in styles.iter(qn("w:style"))}
        self._known: dict[str | None, ParagraphStyle] = {None: ParagraphStyle()}

    def of(self, paragraph: Any) -> ParagraphStyle:
        """The paragraph's style with what the paragraph itself sets."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return self._named(None)
        return _refined(properties, self._named(_value(properties, "w:pStyle")))

    def _named(self, style_id: str | None) -> ParagraphStyle:
        if style_id not in self._known:
            self._known[style_id] = ParagraphStyle()  # a style based on itself ends here
            self._known[style_id] = self._read(style_id)
        return self._known[style_id]

    def _read(self, style_id: str | None) -> ParagraphStyle:
        element = self._elements.get(style_id)
        if element is None:
            return ParagraphStyle()
        name = (_value(element, "w:name") or "").lower()
        match = HEADING_NAME.fullmatch(name)
        if match or name == "title":
            return ParagraphStyle(heading_level=min(int(match.group(1)), MAX_LEVEL) if match else 1)
        if name.startswith(("toc ", "table of figures")):
            return ParagraphStyle(is_contents=True)
        properties = element.find(qn("w:pPr"))
        inherited = self._named(_value(element, "w:basedOn"))
        return inherited if properties is None else _refined(properties, inherited)


class Numbering:
    """Markers of list items: a dash, or the number that Word would show."""

    def __init__(self, numbering: Any) -> None:
        self._formats: dict[tuple[str | None, int], str] = {}
        self._counts: defaultdict[str | None, list[int]] = defaultdict(lambda: [0] * 10)
        if numbering is not None:
            self._read(numbering)

    def marker(self, list_id: str | None, level: int) -> str:
        """The next item's marker; deeper levels start anew."""
        if self._formats.get((list_id, level), "bullet") in UNNUMBERED:
            return "-"
        counts = self._counts[list_id]
        counts[level] += 1
        counts[level + 1 :] = [0] * (len(counts) - level - 1)
        return f"{counts[level]}."

    def _read(self, numbering: Any) -> None:
        abstract = {
            element.get(qn("w:abstractNumId")): element for element in numbering.iter(qn("w:abstractNum"))
        }
        for number in numbering.iter(qn("w:num")):
            definition = abstract.get(_value(number, "w:abstractNumId"))
            for level in () if definition is None else definition.iter(qn("w:lvl")):
                key = (number.get(qn("w:numId")), _integer(level.get(qn("w:ilvl"))))
                self._formats[key] = _value(level, "w:numFmt") or "bullet"


def _refined(properties: Any, inherited: ParagraphStyle) -> ParagraphStyle:
    heading, level, list_id = inherited.heading_level, inherited.list_level, inherited.list_id
    outline = _value(properties, "w:outlineLvl")
    if outline is not None:
        heading = _integer(outline) + 1 if _integer(outline) < MAX_LEVEL else 0
    numbering = properties.find(qn("w:numPr"))
    if numbering is not None:
        list_id = _value(numbering, "w:numId") or list_id
        level = None if list_id == "0" else min(_integer(_value(numbering, "w:ilvl")), 8)
    return ParagraphStyle(heading, level, list_id, inherited.is_contents)


def _value(element: Any, tag: str) -> str | None:
    child = element.find(qn(tag))
    value = None if child is None else child.get(VALUE)
    return None if value is None else str(value)


def _integer(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0
