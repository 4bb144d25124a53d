"""Sources of document sets; the folder that a set was fed from becomes its source without a name."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    set_name = sa.ForeignKey("document_sets.name", ondelete="CASCADE")
    made = op.create_table(
        "sources",
        sa.Column("set_name", sa.Text, set_name, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("updated", _TIME, nullable=False),
        sa.Column("last_read", _TIME),
        sa.Column("last_problem", sa.Text),
    )
    sets = sa.table(
        "document_sets", *(sa.column(name) for name in ("name", "folder")), sa.column("updated", _TIME)
    )
    fed = op.get_bind().execute(sa.select(sets).where(sets.c.folder.is_not(None))).all()
    rows = [
        {
            "set_name": row.name,
            "name": "",
            "kind": "folder",
            "options": json.dumps({"path": row.folder}),
            "state": "{}",
            "requested_by": "upgrade",
            "created": row.updated,
            "updated": row.updated,
        }
        for row in fed
    ]
    if rows:
        op.bulk_insert(made, rows)
