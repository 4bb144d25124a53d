"""A source text: front matter and Markdown, parsed into the few blocks that the formats share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeAlias

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from storage.errors import InvalidInput

WORKDAY_STARTS = time(9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the first below the document's title."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class ItemList:
    """A bulleted or numbered list."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True)
class Table:
    """Rows of cells, the header row first."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Aside:
    """A block quotation: speaker notes on a slide, indented text elsewhere."""

    text: str


SourceBlock: TypeAlias = Heading | Paragraph | ItemList | Table | Aside


@dataclass(frozen=True)
class Source:
    """What all formats are rendered from; `body` is the Markdown, `blocks` the same in parts."""

    title: str
    author: str
    created: datetime
    modified: datetime
    language: str
    body: str
    blocks: tuple[SourceBlock, ...]


def parse(text: str, name: str) -> Source:
    """Split front matter from body; `name` is for the message when a field is missing."""
    _, front_matter, body = text.split("---\n", 2)
    fields = yaml.safe_load(front_matter)
    missing = {"title", "author", "created", "modified"} - set(fields)
    if missing:
        raise InvalidInput(f"{name} lacks {sorted(missing)} in its front matter.", "Add the fields.")
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(body))
    return Source(
        title=fields["title"],
        author=fields["author"],
        created=_moment(fields["created"]),
        modified=_moment(fields["modified"]),
        language=fields.get("language", "en"),
        body=body,
        blocks=tuple(_block(node, name) for node in tree.children),
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, WORKDAY_STARTS)


def _block(node: SyntaxTreeNode, name: str) -> SourceBlock:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), _plain(node))
        case "paragraph":
            return Paragraph(_plain(node))
        case "bullet_list" | "ordered_list":
            return ItemList(tuple(_plain(item) for item in node.children), node.type == "ordered_list")
        case "table":
            rows = [row for part in node.children for row in part.children]
            return Table(tuple(tuple(_plain(cell) for cell in row.children) for row in rows))
        case "blockquote":
            return Aside(_plain(node))
        case other:
            raise InvalidInput(f"{name} holds a block of type {other!r}.", "Use text, lists, tables.")


def _plain(node: SyntaxTreeNode) -> str:
    leaves = (leaf for leaf in node.walk() if leaf.type in {"text", "code_inline", "softbreak"})
    return "".join(" " if leaf.type == "softbreak" else leaf.content for leaf in leaves)
