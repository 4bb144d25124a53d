"""Office files are zip archives; written with fixed times they are equal byte for byte."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def with_fixed_times(archive: bytes) -> bytes:
    """The same members in the same order, without the time at which they were written."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = ZipInfo(member.filename, EARLIEST_ZIP_TIME)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(member))
    return target.getvalue()
