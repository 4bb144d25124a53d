"""The documentation as data: code blocks, headings, links and tables of each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# measurements.md takes hours to print anew: its figures have commands beside them, not in a test.
PAGES = [ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in
         ("asking", "documents", "quality", "operating", "json"))]  # fmt: skip

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block and the line of the page that opens it."""

    page: str
    line: int
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """In the order of the page."""
    text = page.read_text()
    return [
        Block(page.name, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for match in FENCE.finditer(text)
    ]


def steps(page: Path) -> Iterator[tuple[Block, Block | None]]:
    """Each block of commands with the block of output that comes next, if one does."""
    found = blocks(page)
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.language == "sh":
            yield block, after if after and after.language in ("text", "json") else None


def prose(page: Path) -> str:
    """The page without its blocks."""
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may name, formed as GitHub forms it."""
    return {
        re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


def table_under(page: Path, heading: str) -> list[list[str]]:
    """Rows of the first table below the heading, cells as written, without its head."""
    _, found, rest = prose(page).partition(f"# {heading}\n")
    assert found, f"{page.name} has no heading {heading!r}"
    section = re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    return cells[2:]


def names_under(page: Path, heading: str) -> list[str]:
    """The names in code of that table's first column."""
    return [name for row in table_under(page, heading) for name in CODE.findall(row[0])]
