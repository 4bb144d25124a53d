"""What a question asks of time: the latest, a period, or nothing. English, and rather nothing than wrong.

Rules over surface words, after the explicit and implicit temporal queries of Kanhabua, Blanco and Nørvåg,
Temporal Information Retrieval, FnTIR 2015.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Wants = Literal["nothing", "latest", "period"]


@dataclass(frozen=True, slots=True)
class TemporalIntent:
    """`start` <= time < `end` where a period is wanted, else None."""

    wants: Wants
    start: datetime | None = None
    end: datetime | None = None


NOTHING = TemporalIntent("nothing")
LATEST = TemporalIntent("latest")

# Amperes and accountants say "current" too; "at the latest" is a deadline.
_KINDS = (
    "maximum minimum max output input rated leakage alternating direct electric electrical supply charging"
)
_THINGS = (
    "draw drawn rating consumption limit limits limiter transformer clamp loop sensor source density flow"
    " flows leakage measurement measurements probe range output input account accounts ratio liabilities"
    " assets of in for at is use does can through and or to"
)
_CURRENT = (
    "".join(f"(?<!{kind} )" for kind in _KINDS.split())
    + rf"current(?= [a-z])(?! (?:{'|'.join(_THINGS.split())})\b)"
)
_LATEST = re.compile(
    rf"\b(?:(?<!at the )(?<!at )latest(?! (?:by|date|time)\b)|newest|most recent(?:ly)?|currently|{_CURRENT}"
    r"|up[- ]to[- ]date|right now|as of (?:now|today)|nowadays|at the moment|at present|today's"
    r"|(?:still|now) (?:valid|in force)|in force (?:now|today))\b",
    re.IGNORECASE,
)
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?P<year>(?:19[5-9]|20[0-9])\d)(?![\w%]|[-/:.,]\d)"
_BEFORE_YEAR = r"(?:in|during|of|for|from|since|until|before|after|by|as of|throughout|year|fy)"
# "for 2000 hours", "of 2048 bytes": a plural behind it makes it a count, unless it is one of these.
_NO_COUNT = (
    r"(?! (?!(?:was|is|has|does|this|as|across|versus|sales|results|figures|prices|revenues|accounts)\b)"
    r"(?:[a-z]+s|km|people|euro)\b)"
)
_MONTH_OF_YEAR = re.compile(rf"\b{_MONTH},? {_YEAR}", re.IGNORECASE)
_QUARTER = re.compile(rf"\bq(?P<quarter>[1-4])(?: of|,)?[ /-]?{_YEAR}", re.IGNORECASE)
_NAMED_YEAR = re.compile(
    rf"\b(?:{_BEFORE_YEAR} (?:the )?(?:year )?|the (?=\d{{4}} [a-z])){_YEAR}{_NO_COUNT}", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"\b(?P<which>last|previous|this) (?P<unit>week|month|quarter|year)(?:'s)?\b(?! (?:of|before|after)\b)",
    re.IGNORECASE,
)
_YESTERDAY = re.compile(r"\byesterday\b", re.IGNORECASE)


def temporal_intent(question: str, now: datetime) -> TemporalIntent:
    """A period that is named wins over "latest"; one that begins after `now` asks for the latest."""
    text = " ".join(question.split())
    found = _period(text, now.astimezone(UTC))
    if found is not None:
        start, end = found
        return LATEST if start > now else TemporalIntent("period", start, end)
    return LATEST if _LATEST.search(text) else NOTHING


def _period(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    if match := _MONTH_OF_YEAR.search(text):
        return _months(int(match["year"]), _MONTHS[match["month"].lower()], 1)
    if match := _QUARTER.search(text):
        return _months(int(match["year"]), 3 * int(match["quarter"]) - 2, 3)
    if match := _NAMED_YEAR.search(text):
        start, end = _months(int(match["year"]), 1, 12)
        return start, (max(end, now) if match[0].lower().startswith("since") else end)
    if match := _RELATIVE.search(text):
        return _relative(match["which"].lower() != "this", match["unit"].lower(), now)
    if _YESTERDAY.search(text):
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=1), today
    return None


def _relative(is_past: bool, unit: str, now: datetime) -> tuple[datetime, datetime]:
    if unit == "week":
        monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
        start = monday - timedelta(days=7) if is_past else monday
        return start, start + timedelta(days=7)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = (now.month - 1) // length * length + 1
    return _months(now.year, first - length if is_past else first, length)


def _months(year: int, month: int, length: int) -> tuple[datetime, datetime]:
    """From the first of `month`, which may lie outside 1..12, for `length` months."""
    return _first_of(year, month), _first_of(year, month + length)


def _first_of(year: int, month: int) -> datetime:
    years, index = divmod(month - 1, 12)
    return datetime(year + years, index + 1, 1, tzinfo=UTC)
