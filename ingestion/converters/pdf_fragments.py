"""The characters of a PDF page as fragments: runs of text on one line, cut at wide gaps."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

# In font sizes: words of justified text stand closer than this, columns of tables further apart.
WIDE_GAP = 1.2
BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx", re.IGNORECASE)
BOLD_WEIGHT = 600
LINE_BREAKS = frozenset("\r\n")
# PDFium's mark of a hyphen at the end of a line, which it joins with the next.
HYPHEN_MARK = "\x02"
FONT_NAME_BYTES = 128


@dataclass(frozen=True, slots=True)
class Fragment:
    """Points (1/72 inch) from the lower left of the upright page; `first_gap` follows the first word."""

    text: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    first_gap: float
    height: float


@dataclass(frozen=True, slots=True)
class _Glyph:
    character: str
    index: int
    left: float
    right: float
    baseline: float


def page_fragments(text_page: pypdfium2.PdfTextPage, number: int, height: float) -> list[Fragment]:
    """In the order in which the page draws them; text at an angle to most of the page is left out."""
    reader = _PageReader(text_page, number, height)
    return [fragment for run in reader.runs() if (fragment := reader.fragment(run)) is not None]


class _PageReader:
    """PDFium's character functions fill buffers that the caller owns: these are reused."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, number: int, height: float) -> None:
        self._page = text_page.raw
        self._number = number
        self._height = height
        self._box = [ctypes.c_double() for _ in range(4)]
        self._origin = [ctypes.c_double() for _ in range(2)]
        self._matrix = pdfium.FS_MATRIX()
        self._font_name = ctypes.create_string_buffer(FONT_NAME_BYTES)
        self._font_flags = ctypes.c_int()
        self._count = max(0, pdfium.FPDFText_CountChars(self._page))
        self._turn = self._dominant_turn()

    def runs(self) -> list[list[_Glyph]]:
        """Glyphs between line breaks and wide gaps."""
        runs: list[list[_Glyph]] = [[]]
        for index in range(self._count):
            code = pdfium.FPDFText_GetUnicode(self._page, index)
            character = chr(code) if 0 < code < 0x110000 else ""
            if character in LINE_BREAKS:
                runs.append([])
            elif character.isspace():
                if runs[-1]:
                    runs[-1].append(_Glyph(" ", index, math.nan, math.nan, math.nan))
            elif character:
                self._append(runs, self._glyph(character, index))
        return runs

    def fragment(self, run: list[_Glyph]) -> Fragment | None:
        inked = [glyph for glyph in run if glyph.character != " "]
        if not inked or self._turn_at(inked[0].index) != self._turn:
            return None
        samples = [inked[len(inked) * part // 8].index for part in (1, 4, 7)]
        return Fragment(
            text=_text(run),
            page=self._number,
            left=min(inked[0].left, inked[-1].left),
            right=max(glyph.right for glyph in inked),
            baseline=inked[0].baseline,
            size=sorted(self._size(index) for index in samples)[1],
            bold=all(self._is_bold(index) for index in samples),
            first_gap=_first_gap(run),
            height=self._height,
        )

    def _append(self, runs: list[list[_Glyph]], glyph: _Glyph) -> None:
        previous = next((other for other in reversed(runs[-1]) if other.character != " "), None)
        if previous is not None and glyph.character != HYPHEN_MARK:
            gap = glyph.left - previous.right
            if gap > WIDE_GAP * self._size(glyph.index) and glyph.baseline > previous.baseline - 1:
                runs.append([])
        runs[-1].append(glyph)

    def _glyph(self, character: str, index: int) -> _Glyph:
        left, right, bottom, top = self._box
        x, y = self._origin
        pdfium.FPDFText_GetCharBox(self._page, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        corners = [self._upright(left.value, bottom.value), self._upright(right.value, top.value)]
        lefts = sorted(corner[0] for corner in corners)
        return _Glyph(character, index, lefts[0], lefts[1], self._upright(x.value, y.value)[1])

    def _upright(self, x: float, y: float) -> tuple[float, float]:
        match self._turn:
            case 1:
                return y, -x
            case 2:
                return -x, -y
            case 3:
                return -y, x
            case _:
                return x, y

    def _dominant_turn(self) -> int:
        step = max(1, self._count // 64)
        turns = Counter(self._turn_at(index) for index in range(0, self._count, step))
        return turns.most_common(1)[0][0] if turns else 0

    def _turn_at(self, index: int) -> int:
        """Quarter turns anticlockwise, 4 for other angles."""
        angle = pdfium.FPDFText_GetCharAngle(self._page, index)
        quarters = angle / (math.pi / 2)
        return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else 4

    def _size(self, index: int) -> float:
        """The font size as seen on the page, in points."""
        pdfium.FPDFText_GetMatrix(self._page, index, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d)
        return float(pdfium.FPDFText_GetFontSize(self._page, index) * scale)

    def _is_bold(self, index: int) -> bool:
        pdfium.FPDFText_GetFontInfo(self._page, index, self._font_name, FONT_NAME_BYTES, self._font_flags)
        name = self._font_name.value.decode("utf-8", errors="ignore")
        return bool(BOLD_NAME.search(name)) or pdfium.FPDFText_GetFontWeight(self._page, index) >= BOLD_WEIGHT


def _text(run: list[_Glyph]) -> str:
    text = "".join(glyph.character for glyph in run)
    # Characters beyond the first 65,536 come as two halves.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return " ".join(whole.split())


def _first_gap(run: list[_Glyph]) -> float:
    for glyph, space, following in zip(run, run[1:], run[2:], strict=False):
        if space.character == " " and following.character != " ":
            return following.left - glyph.right
    return 0.0
