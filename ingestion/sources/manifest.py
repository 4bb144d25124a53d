"""The list of what a mirror holds: lines are only appended, so that a kill costs the last one at most."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ingestion.sources.entry import Entry, from_json, to_json


def load(path: Path) -> dict[str, Entry]:
    """Locator -> entry; the last line of each counts, and torn lines do not."""
    entries: dict[str, Entry] = {}
    for line in _lines(path):
        if "removed" in line:
            entries.pop(line["removed"], None)
        elif entry := from_json(line):
            entries[entry.locator] = entry
    return entries


def append(path: Path, entry: Entry | str) -> None:
    """Adds an entry, or takes out the one of a locator."""
    line = json.dumps({"removed": entry}) if isinstance(entry, str) else to_json(entry)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}")  # the line break comes first: it ends a line that was torn


def sync(path: Path) -> None:
    """On return, what was appended outlives a failure of the power."""
    with path.open("a") as stream:
        os.fsync(stream.fileno())


def rewrite(path: Path, entries: Iterable[Entry]) -> None:
    """In place of all lines; whoever reads finds the former file or this one."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.writelines(f"\n{to_json(entry)}" for entry in entries)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.split("\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
