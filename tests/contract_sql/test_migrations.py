from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.tables import metadata


def test_the_migrations_build_the_tables_the_program_uses(database: Database) -> None:
    with database.reading() as connection:
        options = {"version_table": upgrade.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == upgrade.HEAD


def test_a_second_opening_has_nothing_to_do(database: Database, new_url: str) -> None:
    open_database(new_url).close()
    with database.reading() as connection:
        assert not upgrade.needed(connection)


def test_openings_at_once_all_find_it_ready(new_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_database, [new_url] * 4))
    for database in opened:
        with database.reading() as connection:
            assert not upgrade.needed(connection)
        database.close()
