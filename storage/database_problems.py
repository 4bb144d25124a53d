"""What a database's own errors mean to a person."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import Permanent, Problem, Transient

_FREE_SPACE = "Free some space there, then try again; nothing half-written is kept."
_RESTORE = "Restore it from a backup, or move it away and ingest again."

_SQLITE: dict[int, tuple[type[Problem], str, str]] = {
    sqlite3.SQLITE_BUSY: (Transient, "is locked by another process", "Try again when that one has finished."),
    sqlite3.SQLITE_LOCKED: (Transient, "is locked by another task", "Try again when that one has finished."),
    sqlite3.SQLITE_FULL: (Permanent, "cannot grow, the disk is full", _FREE_SPACE),
    sqlite3.SQLITE_CANTOPEN: (
        Permanent,
        "cannot be opened",
        "Check that its folder exists and that you may write there.",
    ),
    sqlite3.SQLITE_READONLY: (
        Permanent,
        "is read-only",
        "Give this user the right to write to the file and its folder.",
    ),
    sqlite3.SQLITE_PERM: (Permanent, "may not be accessed", "Give this user the right to write to it."),
    sqlite3.SQLITE_CORRUPT: (Permanent, "is damaged", _RESTORE),
    sqlite3.SQLITE_NOTADB: (Permanent, "is not an SQLite database", _RESTORE),
    sqlite3.SQLITE_IOERR: (Permanent, "cannot be read or written", "Check the disk and its free space."),
}

# SQLSTATE codes, by their longest prefix listed here (PostgreSQL manual, appendix A).
_POSTGRESQL: dict[str, tuple[type[Problem], str, str]] = {
    "40": (Transient, "was busy with another change of the same rows", "Try again."),
    "55P03": (Transient, "is locked by another process", "Try again when that one has finished."),
    "53": (Transient, "has run out of a resource", "Try again later, or give the server more."),
    "53100": (Permanent, "cannot grow, the disk of the server is full", _FREE_SPACE),
    "57": (Transient, "is shutting down or starting", "Try again in a moment."),
    "08": (Transient, "broke the connection", "Check that the server runs, then try again."),
    "42501": (Permanent, "refuses this user", "Grant it CREATE on the schema and all rights on the tables."),
    "25006": (Permanent, "is read-only", "Point the URL at the primary server."),
    "XX": (Permanent, "is damaged", "Ask the administrator of the server for a backup."),
}


def sqlite_problem(error: sqlite3.Error, place: str) -> Problem | None:
    """The Problem behind an error of the SQLite library at `place`; None where it is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the high bits only refine
    if code not in _SQLITE:
        return None
    kind, state, remedy = _SQLITE[code]
    return kind(f"The database {place} {state} ({error}).", remedy)


def database_problem(error: DBAPIError, place: str) -> Problem | None:
    """As `sqlite_problem`, for whatever driver SQLAlchemy wrapped."""
    if isinstance(error.orig, sqlite3.Error):
        return sqlite_problem(error.orig, place)
    return _postgresql_problem(error, place)


def _postgresql_problem(error: DBAPIError, place: str) -> Problem | None:
    said = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
    state = getattr(error.orig, "sqlstate", None) or ""
    known = [prefix for prefix in _POSTGRESQL if state.startswith(prefix)]
    if known:
        kind, what, remedy = _POSTGRESQL[max(known, key=len)]
        return kind(f"The database {place} {what} ({said}).", remedy)
    if error.connection_invalidated or (isinstance(error, OperationalError) and not state):
        return Transient(
            f"The database {place} cannot be reached ({said}).",
            "Check that the server runs, and host, port, database, user and password in the URL.",
        )
    return None
