"""Documents that are named alike: versions of one another, as far as names can tell."""

from __future__ import annotations

import re
from functools import lru_cache

_EXTENSION = re.compile(r"\.[a-z]{2,5}(?![a-z0-9/])")
_VERSION = re.compile(
    r"(?<![a-z0-9])(?:v(?:er(?:sion)?)?[ ._-]?\d+(?:[._]\d+)*|"
    r"(?:19|20)\d\d(?:[-_.]?(?:0[1-9]|1[0-2]))?(?:[-_.]?[0-3]\d)?"
    r"|q[1-4]|h[12]|old|new|draft|final|copy|archive[d]?|rev(?:ision)?[ ._-]?\d+)(?![a-z0-9])"
)


@lru_cache(maxsize=4096)
def family(document_id: str) -> str:
    """The name of a document without what tells its versions apart: year, date, version, "old", format."""
    name = _EXTENSION.sub("", _VERSION.sub("", document_id.casefold()))
    return re.sub(r"[\W_]+", "-", name).strip("-")
