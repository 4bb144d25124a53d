"""Files to documents: one converter a family of formats, all of one shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path, PurePath

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.kinds import kind_of
from ingestion.converters.metadata import choose_author, choose_title, sane_date
from ingestion.document import Block, Document
from ingestion.language import DEFAULT_LANGUAGE, SAMPLE_CHARACTERS, detect_language, language_code

__all__ = ["ConversionFailed", "convert", "convert_bytes"]


def convert(path: Path, document_id: str, max_bytes: int, now: datetime | None = None) -> Document:
    """The file as a document; ConversionFailed says why not. `now` bounds the dates that are believed."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise ConversionFailed(
                "too large", f"{path.name} has {size:,} bytes; the limit is {max_bytes:,}."
            )
        content = path.read_bytes()
    except OSError as error:
        raise ConversionFailed("unreadable", f"{path.name} cannot be read: {error.strerror}.") from error
    return convert_bytes(content, document_id, now or datetime.now(UTC))


def convert_bytes(content: bytes, document_id: str, now: datetime) -> Document:
    """`document_id` ends in the file's name, whose extension helps where the content does not tell."""
    name = PurePath(document_id).name
    kind = kind_of(content, name)
    converted = _converter(kind)(content, name)
    if not any(block.text.strip() for block in converted.blocks):
        raise ConversionFailed("empty", f"{name} holds no text.")
    return Document(
        id=document_id,
        title=choose_title(converted.title, converted.blocks, name),
        blocks=converted.blocks,
        created=sane_date(converted.created, now),
        modified=sane_date(converted.modified, now),
        author=choose_author(converted.author),
        language=_language(converted),
        groups=converted.groups,
    )


def _converter(kind: str) -> Callable[[bytes, str], Converted]:
    """Loaded at first use: a process that only reads Markdown never loads the office libraries."""
    module = import_module(f"ingestion.converters.{kind}")
    convert_content: Callable[[bytes, str], Converted] = module.convert
    return convert_content


def _language(converted: Converted) -> str:
    declared = language_code(converted.language)
    return declared or detect_language(_sample(converted.blocks), DEFAULT_LANGUAGE)


def _sample(blocks: tuple[Block, ...]) -> str:
    """Running text first: headings and tables are full of names."""
    texts = [block.text for block in blocks if block.kind in ("paragraph", "list")]
    texts += [block.text for block in blocks if block.kind in ("heading", "table")]
    sample: list[str] = []
    length = 0
    for text in texts:
        if length >= SAMPLE_CHARACTERS:
            break
        sample.append(text[:SAMPLE_CHARACTERS])
        length += len(text)
    return "\n".join(sample)
