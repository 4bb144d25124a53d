"""An HTML tree to blocks: one walk in document order."""

from __future__ import annotations

from lxml.html import HtmlElement

from ingestion.converters.rendering import INDENT, item_text, one_line, table_text, tidy
from ingestion.document import Block

DROPPED = frozenset(
    (
        *(
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "svg",
            "math",
            "canvas",
            "audio",
            "video",
            "map",
        ),
        *("nav", "footer", "aside", "menu", "dialog", "iframe", "object", "embed"),
        *("button", "select", "option", "input", "textarea", "datalist"),
    )
)
DROPPED_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog")
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset(("ul", "ol", "dl"))
BLOCKS = frozenset(
    (
        *("html", "body", "main", "article", "section", "div", "p", "header", "hgroup", "blockquote", "hr"),
        *("figure", "figcaption", "address", "details", "summary", "fieldset", "form", "legend", "center"),
        *("li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    )
)
# Deeper trees than any author writes are flattened, so that no page can exhaust the stack.
MAX_DEPTH = 100


def html_blocks(root: HtmlElement) -> tuple[Block, ...]:
    """The blocks of a page, or of the part of it below `root`."""
    return tuple(_blocks_below(root, 0))


def hrefs(root: HtmlElement) -> tuple[str, ...]:
    """Where the links of what is read below `root` lead; those of navigation and footers are left out."""
    return tuple(
        link.get("href")
        for link in root.iter("a")
        if link.get("href") and not any(_is_dropped(ancestor) for ancestor in link.iterancestors())
    )


def _blocks_below(element: HtmlElement, depth: int) -> list[Block]:
    walk = _Walk()
    walk.visit_content(element, depth)
    walk.flush()
    return walk.blocks


class _Walk:
    """Collects running text until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._running: list[str] = []

    def flush(self) -> None:
        text = tidy("".join(self._running))
        self._running.clear()
        if text:
            self.blocks.append(Block("paragraph", text))

    def visit_content(self, element: HtmlElement, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._running.append(one_line(element.text_content()))
            return
        self._running.append(_spaced(element.text))
        for child in element:
            self._visit(child, depth + 1)
            self._running.append(_spaced(child.tail))

    def _visit(self, element: HtmlElement, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or _is_dropped(element):
            return
        if tag == "br":
            self._running.append("\n")
        elif tag == "img":
            self._running.append(f" {_spaced(element.get('alt'))} ")
        elif tag in BLOCKS or (tag == "table" and _is_layout(element)):
            self.flush()
            self.visit_content(element, depth)
            self.flush()
        elif tag in HEADINGS or tag in LISTS or tag in ("pre", "table"):
            self.flush()
            self._add(_structure(element, depth))
        else:
            self.visit_content(element, depth)

    def _add(self, block: Block) -> None:
        if block.text.strip():
            self.blocks.append(block)


def _structure(element: HtmlElement, depth: int) -> Block:
    tag = element.tag
    if tag in HEADINGS:
        return Block("heading", one_line(_text_below(element, depth)), level=HEADINGS[tag])
    if tag == "pre":
        return Block("code", element.text_content().strip("\n").rstrip())
    if tag == "table":
        return Block("table", table_text(_rows(element, depth)))
    return Block("list", _list_text(element, depth))


def _is_dropped(element: HtmlElement) -> bool:
    return (
        element.tag in DROPPED
        or element.get("role") in DROPPED_ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
    )


def _spaced(text: str | None) -> str:
    """Line breaks of the source are spaces; only `br` breaks a line."""
    return (text or "").replace("\n", " ").replace("\r", " ")


def _text_below(element: HtmlElement, depth: int) -> str:
    return "\n".join(block.text for block in _blocks_below(element, depth))


def _is_layout(table: HtmlElement) -> bool:
    return table.get("role") in ("presentation", "none") or table.find(".//table") is not None


def _rows(table: HtmlElement, depth: int) -> list[list[str]]:
    return [
        [_text_below(cell, depth + 2) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")
    ]


def _list_text(element: HtmlElement, depth: int) -> str:
    items: list[str] = []
    number = 0
    for item in element:
        if not isinstance(item.tag, str) or _is_dropped(item):
            continue
        if item.tag in LISTS:
            items.append(_indented(_list_text(item, depth + 1)))
        elif item.tag == "dd":
            items.append(_indented(_text_below(item, depth + 1)))
        else:
            number += 1
            items.append(_item(item, depth + 1, f"{number}." if element.tag == "ol" else "-"))
    return "\n".join(item for item in items if item)


def _item(item: HtmlElement, depth: int, marker: str) -> str:
    first, *others = _blocks_below(item, depth) or [Block("paragraph", "")]
    if first.kind == "list":
        return _indented("\n".join(block.text for block in (first, *others)))
    lines = [item_text(first.text, marker=marker) if first.text else ""]
    lines += [_indented(block.text) for block in others]
    return "\n".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"{INDENT}{line}" for line in text.split("\n")) if text else ""
