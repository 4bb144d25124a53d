"""Who wrote each file and when, from one reading of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.sources.git.command import Git

COMMIT = "\x01"
FORMAT = f"--format={COMMIT}%at%x00%an"


@dataclass(frozen=True, slots=True)
class Authorship:
    """The first commit of a file, and the last."""

    created: datetime
    modified: datetime
    author: str


def read_history(git: Git, commit: str, folder: str, now: datetime) -> Mapping[bytes, Authorship]:
    """Path -> authorship, of all that was ever below `folder`; dates beyond `now` count as now."""
    places = ["--", folder] if folder else []
    options = ("--date-order", "--no-renames", "--name-only", "-z", FORMAT)
    return parse_history(git.run("log", *options, commit, *places), now)


def parse_history(log: bytes, now: datetime) -> dict[bytes, Authorship]:
    """Commits come from the newest on: a path's first mention is its last commit."""
    found: dict[bytes, Authorship] = {}
    for commit in log.split(COMMIT.encode())[1:]:
        seconds, _, rest = commit.partition(b"\0")
        author, _, names = rest.partition(b"\0")
        moment = _moment(seconds, now)
        for name in names.split(b"\0"):
            path = name.removeprefix(b"\n")
            if path:
                last = found.get(path)
                found[path] = (
                    Authorship(min(moment, last.created), max(moment, last.modified), last.author)
                    if last
                    else Authorship(moment, moment, author.decode(errors="replace"))
                )
    return found


def _moment(seconds: bytes, now: datetime) -> datetime:
    """Clocks of authors err, and some are set on purpose: nothing was written tomorrow."""
    try:
        return min(datetime.fromtimestamp(int(seconds), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now
