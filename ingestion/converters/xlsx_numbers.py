"""Numbers of a spreadsheet as people see them: dates, times, percentages, plain figures."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# Built-in formats, by number: dates and times (14-22, 45-47), those of East Asia (27-36, 50-58), percentages.
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
PERCENT_FORMATS = {9: "0%", 10: "0.00%"}
# What stands in a format as text: quoted, escaped, in brackets (colours, locales), padding.
LITERALS = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - sheets know no zones
MAX_DAYS = 2_958_466  # the year 9999
MAX_INTEGER = 1e21  # beyond, figures have an exponent


def is_date_format(number: int, code: str) -> bool:
    if not code:
        return number in DATE_FORMATS
    if code.casefold() == "general":
        return False
    return DATE_LETTERS.search(LITERALS.sub("", code.partition(";")[0])) is not None


def shown_number(value: str, number: int, code: str, epoch: datetime = EPOCH_1900) -> str:
    """A stored number under the format of that number and code; text that is no number stays as it is."""
    try:
        figure = float(value)
    except ValueError:
        return value
    if is_date_format(number, code) and 0 <= figure < MAX_DAYS:
        return _date(figure, epoch)
    pattern = code or PERCENT_FORMATS.get(number, "")
    if "%" in LITERALS.sub("", pattern):
        return f"{plain_number(round(figure * 100, 6))}%"
    return plain_number(figure)


def plain_number(figure: float) -> str:
    """15 significant digits, as spreadsheets keep them."""
    shown = f"{figure:.15g}"
    return str(int(float(shown))) if abs(figure) < MAX_INTEGER and figure == int(figure) else shown


def _date(days: float, epoch: datetime) -> str:
    # Excel counts a 29 February 1900.
    shift = 1 if epoch == EPOCH_1900 and 1 <= days < 60 else 0
    moment = epoch + timedelta(days=int(days) + shift, seconds=round((days % 1) * 86_400))
    clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if days < 1:
        return clock
    date = moment.date().isoformat()
    return date if days == int(days) else f"{date} {clock}"
