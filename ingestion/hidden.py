"""What is passed over in silence, wherever files come from."""

from __future__ import annotations

# What operating systems and office programs leave behind.
LEFTOVERS = frozenset(("thumbs.db", "desktop.ini"))
LOCK_PREFIX = "~$"


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of that name is hidden, or was left behind by a program."""
    return name.startswith((".", LOCK_PREFIX)) or name.casefold() in LEFTOVERS
