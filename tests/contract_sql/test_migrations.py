from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from storage.database import Database, migrate, open_database
from storage.document_sets import DocumentSets
from storage.migrations import upgrade
from storage.sources import Sources
from storage.tables import metadata


def test_the_migrations_build_the_tables_the_program_uses(database: Database) -> None:
    with database.reading() as connection:
        options = {"version_table": upgrade.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == upgrade.HEAD


def test_a_database_of_the_first_release_keeps_its_sets(new_url: str) -> None:
    database = open_database(new_url, prepare=_first_release)
    migrate(database)
    (found,) = DocumentSets(database, lambda: datetime.now(UTC)).all()
    assert (found.name, found.half_life_days, found.score_cache, found.glossary) == ("old", 30.0, True, "")
    (source,) = Sources(database, lambda: datetime.now(UTC)).of("old")
    assert (source.name, source.kind, source.options) == ("", "folder", {"path": "/docs"})
    database.close()


def _first_release(database: Database) -> None:
    with database.writing() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(upgrade.__file__).parent))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")
        moment = "'2026-01-01 00:00:00'"
        values = f"'old', 1, 1, '/docs', 30, {moment}, {moment}"
        connection.execute(text(f"INSERT INTO document_sets VALUES ({values})"))  # noqa: S608


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
