"""RTF's control words to paragraphs and table rows: one pass with a stack of groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])"
    r"|([{}])|([\r\n\0]+)|([^\\{}\r\n\0]+)"
)
# Groups whose text is none of the document's.
SKIPPED = frozenset(
    (
        *("colortbl", "filetbl", "pict", "objdata", "objclass", "objname", "themedata", "colorschememapping"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "datastore"),
        *("fldinst", "xe", "tc", "bkmkstart", "bkmkend", "latentstyles", "listtable", "listoverridetable"),
        *("rsidtbl", "generator", "revtbl", "pgptbl", "atnid", "atnauthor", "annotation", "atrfstart"),
        *("atrfend", "atnref", "atntime", "atnparent", "atnicn", "atndate", "falt", "panose", "nonshppict"),
        *("operator", "comment", "doccomm", "company", "keywords", "subject", "category", "manager"),
        *("hlinkbase", "linkval", "propname", "staticval", "userprops", "xmlnstbl", "mmathPr", "buptim"),
        *("printim", "docvar", "background", "sp", "upr", "blipuid", "do", "ftnsep", "ftnsepc", "aftnsep"),
    )
)
INFO = frozenset(("title", "author"))
MOMENTS = frozenset(("creatim", "revtim"))
CHARACTERS = {
    "line": "\n", "tab": " ", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "lbr": "\n",
}  # fmt: skip
SYMBOLS = {"~": " ", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\t": " "}
# \fcharset to code page.
CHARSETS = {
    2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab",
    134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256",
    186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
HEADING_STYLE = re.compile(r"heading ([1-9])", re.IGNORECASE)
MAX_DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`level` is that of a heading, else 0; `marker` is a list item's number or bullet, else ""."""

    text: str
    level: int = 0
    marker: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the group ends; `target` names where its text goes: "" is the document."""

    target: str = ""
    skip: int = 1  # characters after \u that old programs read in its place
    codec: str = ""
    hidden: bool = False


@dataclass
class RtfReader:
    """Reads `source`, the file's bytes as Latin-1. What is not closed counts as closed at the end."""

    source: str
    info: dict[str, str] = field(default_factory=dict)
    moments: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._units: list[Paragraph | TableRow] = []
        self._group = _Group()
        self._stack: list[_Group] = []
        self._buffers: dict[str, list[str]] = {}
        self._bytes = bytearray()
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._styles: dict[int, int] = {}
        self._style = 0
        self._level = 0
        self._codec = "cp1252"
        self._cells: list[str] = []
        self._in_table = False
        self._to_skip = 0
        self._starred = False
        self._surrogate = 0
        self._words: dict[str, Callable[[int | None], None]] = {
            "par": self._end_paragraph, "sect": self._end_paragraph, "page": self._end_paragraph,
            "cell": self._end_cell, "nestcell": self._end_cell, "row": self._end_row,
            "nestrow": self._end_row, "pard": self._plain_paragraph, "intbl": self._into_table,
            "outlinelevel": self._outline, "s": self._set_style, "u": self._unicode, "f": self._set_font,
            "fcharset": self._set_charset,
            "ansicpg": self._set_page, "uc": self._set_skip, "v": self._hide, "deleted": self._hide,
            "htmlrtf": self._hide, "mac": self._set_mac,
        }  # fmt: skip

    def read(self) -> list[Paragraph | TableRow]:
        position = 0
        while match := TOKEN.match(self.source, position):
            position = match.end()
            word, number, code, symbol, brace, _, text = match.groups()
            if word == "bin":  # raw bytes follow
                position += max(0, int(number or 0))
            elif word:
                self._word(word, int(number) if number else None)
            elif code:
                self._byte(int(code, 16))
            elif symbol:
                self._symbol(symbol)
            elif brace:
                self._brace(brace)
            elif text:
                self._text(text)
        self._flush()
        self._end_row(None)
        self._end_paragraph(None)
        return self._units

    def _brace(self, brace: str) -> None:
        self._flush()
        self._to_skip = 0
        self._starred = False
        if brace == "{" and len(self._stack) < MAX_DEPTH:
            self._stack.append(self._group)
        elif brace == "}" and self._stack:
            self._close(self._group.target)
            self._group = self._stack.pop()

    def _close(self, target: str) -> None:
        if target in INFO and self._stack and self._stack[-1].target != target:
            self.info.setdefault(target, "".join(self._buffers.pop(target, [])))

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        if self._to_skip and word != "u":
            self._to_skip = 0
        starred, self._starred = self._starred, False
        if word in SKIPPED:
            self._retarget("skipped")
        elif word in ("fonttbl", "stylesheet", "listtext", "pntext", *INFO, *MOMENTS):
            self._retarget(word)
        elif starred and word not in ("shppict", "shpinst", "cs", "ud"):
            self._retarget("skipped")
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in self._words:
            self._words[word](number)
        elif self._group.target in MOMENTS and number is not None:
            self.moments.setdefault(self._group.target, {})[word] = number

    def _retarget(self, target: str) -> None:
        if self._group.target != "skipped":
            self._group = replace(self._group, target=target)

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif symbol in "\r\n":
            self._end_paragraph(None)
        else:
            self._flush()
            self._add(SYMBOLS.get(symbol, ""))

    def _text(self, text: str) -> None:
        self._starred = False
        dropped, self._to_skip = min(self._to_skip, len(text)), 0
        if self._group.target == "fonttbl":
            return
        self._bytes += text[dropped:].encode("latin-1")

    def _byte(self, code: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(code)

    def _flush(self) -> None:
        """Bytes to text in the font's code page, whole, for a character may take two of them."""
        if not self._bytes:
            return
        content = bytes(self._bytes)
        self._bytes.clear()
        self._add(content.decode(self._group.codec or self._codec, errors="replace"))

    def _add(self, text: str) -> None:
        target = self._group.target
        if target == "stylesheet":
            match = HEADING_STYLE.search(text)
            if match:
                self._styles[self._style] = int(match.group(1))
        elif target not in ("skipped", "fonttbl", *MOMENTS) and not self._group.hidden:
            self._buffers.setdefault("" if target == "pntext" else target, []).append(text)

    def _unicode(self, number: int | None) -> None:
        self._to_skip = self._group.skip
        code = (number or 0) % 0x10000
        if 0xD800 <= code < 0xDC00:
            self._surrogate = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self._surrogate - 0xD800) << 10) + code - 0xDC00 if self._surrogate else 0xFFFD
        self._surrogate = 0
        self._add(chr(code))

    def _end_paragraph(self, _: int | None) -> None:
        self._flush()
        if self._group.target:
            return
        text, marker = self._taken(""), self._taken("listtext")
        if self._in_table:
            self._buffers[""] = [text, "\n"] if text else []
        elif text.strip():
            self._units.append(Paragraph(text, self._level or self._styles.get(self._style, 0), marker))

    def _end_cell(self, _: int | None) -> None:
        self._in_table = True
        marker = self._taken("listtext")
        self._cells.append(marker + self._taken(""))

    def _end_row(self, _: int | None) -> None:
        if self._cells:
            self._units.append(TableRow(tuple(self._cells)))
        self._cells = []
        self._in_table = False

    def _taken(self, buffer: str) -> str:
        return "".join(self._buffers.pop(buffer, []))

    def _plain_paragraph(self, _: int | None) -> None:
        self._style = self._level = 0
        self._in_table = bool(self._cells)

    def _into_table(self, _: int | None) -> None:
        self._in_table = True

    def _outline(self, number: int | None) -> None:
        self._level = (number or 0) + 1 if (number or 0) < 9 else 0

    def _set_style(self, number: int | None) -> None:
        self._style = number or 0

    def _set_font(self, number: int | None) -> None:
        self._font = number or 0
        self._group = replace(self._group, codec=self._fonts.get(self._font, ""))

    def _set_charset(self, number: int | None) -> None:
        if self._group.target == "fonttbl" and (number or 0) in CHARSETS and number != 0:
            self._fonts[self._font] = CHARSETS[number or 0]

    def _set_page(self, number: int | None) -> None:
        codec = "utf-8" if number == 65001 else f"cp{number}"
        try:
            b"".decode(codec)
            "".encode(codec)
        except LookupError:
            return
        self._codec = codec

    def _set_mac(self, _: int | None) -> None:
        self._codec = "mac_roman"

    def _set_skip(self, number: int | None) -> None:
        self._group = replace(self._group, skip=min(max(number or 0, 0), 16) if number is not None else 1)

    def _hide(self, number: int | None) -> None:
        self._group = replace(self._group, hidden=number != 0)
