"""Markdown with YAML front matter: rendered to HTML, so that both give the same blocks."""

from __future__ import annotations

import re
from typing import Any

import yaml
from markdown_it import MarkdownIt

from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.html import parse
from ingestion.converters.html_blocks import hrefs, html_blocks
from ingestion.converters.metadata import parse_date

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
CREATED = ("created", "date", "published")
MODIFIED = ("modified", "updated", "last_modified", "lastmod")


def convert(content: bytes, name: str) -> Converted:
    """Front matter that is no YAML mapping is read as text: nothing that people wrote is lost."""
    text = decode(content, name)
    match = FRONT_MATTER.match(text)
    meta = _mapping(match.group(1) or "") if match else None
    body = text[match.end() :] if match and meta is not None else text
    meta = meta or {}
    page = parse(f"<body>{_renderer().render(body)}</body>", name)
    return Converted(
        blocks=html_blocks(page),
        title=_text(meta.get("title")),
        created=parse_date(_first(meta, CREATED)),
        modified=parse_date(_first(meta, MODIFIED)),
        author=_text(meta.get("author") or meta.get("authors")),
        language=_text(meta.get("language") or meta.get("lang")),
        groups=tuple(_names(meta.get("groups"))),
        links=hrefs(page),
    )


def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _mapping(front_matter: str) -> dict[str, Any] | None:
    try:
        loaded = yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if loaded is None:
        return {}
    return {str(key).lower(): value for key, value in loaded.items()} if isinstance(loaded, dict) else None


def _first(meta: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((meta[key] for key in keys if meta.get(key) is not None), None)


def _text(value: Any) -> str | None:
    names = _names(value)
    return ", ".join(names) or None


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [text for text in (str(item).strip() for item in values if not isinstance(item, dict)) if text]
