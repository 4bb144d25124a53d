"""Titles and dates, as files state them, judged: many state what their program wrote by default."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath

from ingestion.document import Block

JUNK_TITLE = re.compile(
    r"""microsoft\s+(word|powerpoint|office)
      | (powerpoint|word)?\s*-?\s*(presentation|document)\s*\d*
      | (slide|folie|page|seite|doc|dokument|präsentation)\s*\d+
      | (untitled|unbenannt|sans\s+titre).*
      | \(?(anonymous|unspecified)\)?
      | ((no|without)\s+)?title | titel | unknown | none | null | \W*
      | .*\.(docx?|dotx?|pptx?|potx?|xlsx?|odt|odp|rtf|pages|key|pub|indd|qxd)
      | .*\.(pdf|e?ps|tex|dvi|html?|md|txt)""",
    re.IGNORECASE | re.VERBOSE,
)
PROGRAM_PREFIX = re.compile(r"^microsoft\s+(word|powerpoint)\s+-\s+", re.IGNORECASE)
JUNK_AUTHOR = re.compile(
    r"\W*|python-(docx|pptx)|\(?anonymous\)?|unknown|author|admin(istrator)?|user", re.IGNORECASE
)
MAX_TITLE = 200
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
# What python-docx and python-pptx leave in every file they write.
TEMPLATE_DATES = frozenset(
    (
        datetime(2013, 12, 23, 23, 15, tzinfo=UTC),
        datetime(2013, 1, 27, 9, 14, 16, tzinfo=UTC),
        datetime(2013, 1, 27, 9, 15, 58, tzinfo=UTC),
    )
)
PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(?:Z|([+-])(\d\d)'?(\d\d)?)?")


def choose_title(stated: str | None, blocks: tuple[Block, ...], name: str) -> str:
    """The stated title unless it is junk, else the first heading, else the file name."""
    title = " ".join((stated or "").split())
    if title and not JUNK_TITLE.fullmatch(PROGRAM_PREFIX.sub("", title)):
        return title[:MAX_TITLE]
    heading = next((block.text for block in blocks if block.kind == "heading"), None)
    if heading:
        return " ".join(heading.split())[:MAX_TITLE]
    return file_title(name)


def file_title(name: str) -> str:
    return " ".join(PurePath(name).stem.replace("_", " ").split())[:MAX_TITLE]


def choose_author(stated: str | None) -> str | None:
    author = " ".join((stated or "").split())
    return None if JUNK_AUTHOR.fullmatch(author) else author[:MAX_TITLE]


def sane_date(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment in UTC; None where no document can have been written then."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        moment = aware.astimezone(UTC)
    except OverflowError:
        return None
    if moment in TEMPLATE_DATES or not EARLIEST <= moment <= now + timedelta(days=2):
        return None
    return moment


def parse_date(value: object) -> datetime | None:
    """A date as metadata state it: ISO 8601, PDF's `D:YYYYMMDD...`, a date of YAML; else None."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    text = str(value or "").strip()
    for candidate in (text, text[:10]):
        try:
            return datetime.fromisoformat(candidate)
        except ValueError:
            continue
    return _parse_pdf_date(text)


def _parse_pdf_date(text: str) -> datetime | None:
    match = PDF_DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else default
        for part, default in zip(match.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    sign, hours, minutes = match.groups()[6:]
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return local + offset if sign == "-" else local - offset
    except (ValueError, OverflowError):
        return None
