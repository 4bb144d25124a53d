"""JSON Lines read one checked record at a time; what is wrong is named by file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from storage.errors import InvalidInput, NotFound

Record = TypeVar("Record", bound=BaseModel)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of every line that is not blank. Raises NotFound or InvalidInput."""
    return lines_of(read_text(path))


def read_text(path: Path) -> str:
    """Raises NotFound or InvalidInput."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read ({error.strerror}).", "Check the path and its rights."
        ) from error


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of every line that is not blank."""
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines would cut at U+2028 in JSON
        if line.strip():
            yield number, line.rstrip("\r")


def read_records(path: Path, kind: type[Record], form: str) -> Iterator[tuple[int, Record]]:
    """Line number and record; `form` is an example of a right line, for the remedy."""
    return records_of(read_text(path), str(path), kind, form)


def records_of(text: str, place: str, kind: type[Record], form: str) -> Iterator[tuple[int, Record]]:
    """The same of a text; `place` names it in messages."""
    for number, line in lines_of(text):
        try:
            yield number, kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InvalidInput(
                f"{place}:{number}: {where + ': ' if where else ''}{first['msg']}.",
                f"A line looks like {form}",
            ) from error
