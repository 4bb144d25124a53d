"""What Word and PowerPoint files share: a zip package with core properties."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from lxml import etree

from ingestion.converters.converted import Converted
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.metadata import parse_date
from ingestion.document import Block

Package = TypeVar("Package")
# A package of more than this was made to exhaust memory: a thousand pages are a few megabytes of XML.
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_MEMBERS = 50_000


def open_package(open_file: Callable[[io.BytesIO], Package], content: bytes, name: str) -> Package:
    """The package as python-docx or python-pptx reads it; `corrupt`, `encrypted` or `too large`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive.infolist(), name)
        return open_file(io.BytesIO(content))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, OSError, EOFError,
            NotImplementedError, AttributeError, TypeError, IndexError) as error:  # fmt: skip
        raise ConversionFailed("corrupt", f"{name} is a damaged office file: {error}.") from error


def _check(members: list[zipfile.ZipInfo], name: str) -> None:
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        megabytes = size // 1024**2
        raise ConversionFailed("too large", f"{name} unpacks to {megabytes} MB in {len(members)} parts.")
    if any(member.flag_bits & 1 for member in members):
        raise ConversionFailed("encrypted", f"{name} is encrypted.")


def with_properties(blocks: tuple[Block, ...], core: Any) -> Converted:
    """The blocks with the title, dates, author and language of the core properties."""
    return Converted(
        blocks=blocks,
        title=_stated(core, "title"),
        created=parse_date(_stated(core, "created")),
        modified=parse_date(_stated(core, "modified")),
        author=_stated(core, "author"),
        language=_stated(core, "language"),
    )


def _stated(core: Any, name: str) -> Any:
    """A property, None where it is absent or malformed: no document is refused for its properties."""
    try:
        return getattr(core, name) or None
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
