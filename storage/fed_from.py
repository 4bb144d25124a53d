"""The folder that a set is fed from, in its own row and as its source without a name: both or neither."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.tables import document_sets, sources


def feed_from(connection: Connection, set_name: str, folder: str | None, moment: datetime) -> None:
    """Within the caller's transaction; None: from no folder any more. Other sources stay as they are."""
    connection.execute(update(document_sets).where(document_sets.c.name == set_name).values(folder=folder))
    unnamed = (sources.c.set_name == set_name) & (sources.c.name == "")
    if folder is None:
        connection.execute(delete(sources).where(unnamed))
        return
    options = json.dumps({"path": folder})
    there = connection.scalar(select(sources.c.options).where(unnamed))
    if there is None:
        row = {"set_name": set_name, "name": "", "kind": "folder", "state": "{}", "requested_by": ""}
        connection.execute(insert(sources).values(**row, options=options, created=moment, updated=moment))
    elif there != options:
        connection.execute(update(sources).where(unnamed).values(options=options, updated=moment))
