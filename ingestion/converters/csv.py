"""Comma- and tab-separated values: one table, its first line the header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from ingestion.converters.converted import Converted
from ingestion.converters.decoding import decode
from ingestion.converters.rows import Row, bounded, dense, row_blocks

DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
SAMPLE_CHARACTERS = 64 * 1024
# What Excel writes into a first line to name the delimiter.
NAMED_DELIMITER = re.compile(r"sep=(.)\n", re.IGNORECASE)


def convert(content: bytes, name: str) -> Converted:
    """The delimiter is the one that cuts the most lines into equally many fields."""
    text = decode(content, name)
    named = NAMED_DELIMITER.match(text)
    delimiter = named.group(1) if named else _delimiter(text[:SAMPLE_CHARACTERS])
    rows = bounded(_rows(text[named.end() :] if named else text, delimiter), name)
    return Converted(blocks=tuple(row_blocks(rows)))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    # A quote that is never closed makes a field of all that follows.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = text.splitlines(keepends=True)
    return (dense(fields) for fields in csv.reader(lines, delimiter=delimiter))


def _delimiter(sample: str) -> str:
    lines = sample.splitlines()[:SAMPLE_LINES]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(fields) for fields in csv.reader(lines, delimiter=delimiter) if len(fields) > 1)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        return count, width

    return max(DELIMITERS, key=agreement)
