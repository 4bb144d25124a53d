"""Files to documents: one converter a family of formats, all of one shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path, PurePath

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.kinds import Kind, kind_of
from ingestion.converters.limits import Limits
from ingestion.converters.metadata import choose_author, choose_title, sane_date
from ingestion.converters.packed_files import packed_content
from ingestion.document import BLOCK_SEPARATOR, Block, Document
from ingestion.language import DEFAULT_LANGUAGE, SAMPLE_CHARACTERS, detect_language, language_code
from ingestion.links import resolved_links

__all__ = ["ConversionFailed", "Limits", "convert", "convert_bytes"]

DEFAULT_LIMITS = Limits()


def convert(
    path: Path,
    document_id: str,
    limits: Limits = DEFAULT_LIMITS,
    now: datetime | None = None,
    members: tuple[str, ...] = (),
    url: str | None = None,
) -> Document:
    """The file as a document; ConversionFailed says why not. `now` bounds the dates that are believed.

    `members` lead to a file within the archive at `path`; `url` is where people open it.
    """
    name = PurePath(document_id).name
    try:
        content = packed_content(path, members, limits.max_bytes) if members else _content(path, name, limits)
    except OSError as error:
        raise ConversionFailed("unreadable", f"{name} cannot be read: {error.strerror}.") from error
    return convert_bytes(content, document_id, now or datetime.now(UTC), limits, url)


def _content(path: Path, name: str, limits: Limits) -> bytes:
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise ConversionFailed("too large", f"{name} has {size:,} bytes; the limit is {limits.max_bytes:,}.")
    return path.read_bytes()


def convert_bytes(
    content: bytes,
    document_id: str,
    now: datetime,
    limits: Limits = DEFAULT_LIMITS,
    url: str | None = None,
) -> Document:
    """`document_id` ends in the file's name, whose extension helps where the content does not tell."""
    name = PurePath(document_id).name
    kind = kind_of(content, name)
    converted = _converted(content, name, kind, limits)
    _check_amount(converted.blocks, name, limits)
    return Document(
        id=document_id,
        title=choose_title(converted.title, converted.blocks, name),
        blocks=converted.blocks,
        created=sane_date(converted.created, now),
        modified=sane_date(converted.modified, now),
        author=choose_author(converted.author),
        language=_language(converted),
        groups=converted.groups,
        links=resolved_links(converted.links, document_id, url),
        kind=kind,
    )


def _converted(content: bytes, name: str, kind: Kind, limits: Limits) -> Converted:
    try:
        return _converter(kind)(content, name)
    except ConversionFailed as failure:
        if failure.reason != "no text layer" or limits.ocr_languages is None:
            raise
    except RecursionError as error:
        raise ConversionFailed("corrupt", f"{name} nests what it holds too deep.") from error
    recognise: Callable[[bytes, str, str], Converted] = import_module("ingestion.converters.ocr").convert
    return recognise(content, name, limits.ocr_languages)


def _check_amount(blocks: tuple[Block, ...], name: str, limits: Limits) -> None:
    if not any(block.text.strip() for block in blocks):
        raise ConversionFailed("empty", f"{name} holds no text.")
    characters = sum(len(block.text) + len(BLOCK_SEPARATOR) for block in blocks)
    if characters > limits.max_characters:
        raise ConversionFailed(
            "too large",
            f"{name} holds {characters:,} characters of text; the limit is {limits.max_characters:,}.",
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
