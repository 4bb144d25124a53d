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
from ingestion.converters.office_dialects import plain_package
from ingestion.converters.package import check_members
from ingestion.document import Block

Package = TypeVar("Package")


def open_package(open_file: Callable[[io.BytesIO], Package], content: bytes, name: str) -> Package:
    """The package as python-docx or python-pptx reads it; `corrupt`, `encrypted` or `too large`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_members(archive.infolist(), name)
            usual = plain_package(archive)
        return open_file(io.BytesIO(usual or content))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, OSError, EOFError,
            NotImplementedError, AttributeError, TypeError, IndexError) as error:  # fmt: skip
        raise ConversionFailed("corrupt", f"{name} is a damaged office file: {error}.") from error


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
