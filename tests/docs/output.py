"""Whether what a page shows is what a command printed: figures and what is left out with ... aside."""

from __future__ import annotations

import json
import re
from typing import Any

FIGURE = re.compile(r"[+-]?\d+(?:[.,:]\d+)*")
ELLIPSIS = "..."
# Keys that depend on what else is in the store.
OPEN_MAPS = ("generations", "failed", "outcomes")


def missing_lines(shown: str, printed: str) -> list[str]:
    """Lines of `shown` that are not found in `printed`, in this order."""
    rest = iter([_plain(line) for line in printed.splitlines()])
    return [line for line in shown.splitlines() if not _is_elided(line) and not _found(_plain(line), rest)]


def _is_elided(line: str) -> bool:
    return line.strip() in ("", ELLIPSIS)


def _found(line: str, rest: Any) -> bool:
    start = line.removesuffix(ELLIPSIS)
    return any(other == line or (start != line and other.startswith(start)) for other in rest)


def _plain(line: str) -> str:
    return FIGURE.sub("#", " ".join(line.split()))


def differences(shown: Any, printed: Any, place: str = "") -> list[str]:
    """Where the shapes differ: keys and kinds of values; lists may be shortened, null stands for any."""
    if shown is None or printed is None:
        return []
    if isinstance(shown, dict) and isinstance(printed, dict):
        return _of_keys(shown, printed, place)
    if isinstance(shown, list) and isinstance(printed, list):
        if not shown or not printed:
            return []
        return [d for element in shown for d in differences(element, printed[0], f"{place}[]")]
    kinds = [(float if type(value) is int else type(value)) for value in (shown, printed)]
    return [] if kinds[0] is kinds[1] else [f"{place}: {kinds[0].__name__}, not {kinds[1].__name__}"]


def _of_keys(shown: dict[str, Any], printed: dict[str, Any], place: str) -> list[str]:
    both = [key for key in shown if key in printed]
    found = [d for key in both for d in differences(shown[key], printed[key], f"{place}.{key}")]
    invented = [f"{place}.{key}: not printed" for key in shown if key not in printed]
    if place.rpartition(".")[2] in OPEN_MAPS:
        return found + invented
    return found + invented + [f"{place}.{key}: not shown" for key in printed if key not in shown]


def json_differences(shown: str, printed: str) -> list[str]:
    return differences(json.loads(shown), json.loads(printed))
