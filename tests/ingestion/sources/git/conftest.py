from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.folder import Listing
from ingestion.sources.contents import Bounds
from ingestion.sources.git.source import GitSource
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.options import GitOptions
from ingestion.sources.source import no_report

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Repository:
    """A repository that people work in, made with the git program."""

    place: Path

    @property
    def url(self) -> str:
        return self.place.as_uri()

    def git(self, *arguments: str, **environment: str) -> str:
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        silent = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        settings = ("-c", "user.name=x", "-c", "user.email=x@e.com", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=self.place, env={**own, **silent, **environment}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, author: str, day: str, **files: str | None) -> str:
        """Writes files ("__" in a name is a "/"; None deletes) and commits them; returns the commit."""
        for name, text in files.items():
            path = self.place / f"{name.replace('__', '/')}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        return self.commit_all(author, day)

    def commit_all(self, author: str, day: str) -> str:
        self.git("add", "--all")
        when = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        self.git("commit", "--quiet", "-m", "Change", f"--author={author} <a@e.com>", **when)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "origin")
    made.place.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    return made


Reading = Callable[..., Listing]


@pytest.fixture
def read(repository: Repository, tmp_path: Path) -> Reading:
    """Reads the repository as its source would, into the same mirror each time."""

    def reading(
        protocols: frozenset[str] = frozenset(("file",)), seconds: float = 60.0, **options: Any
    ) -> Listing:
        chosen = GitOptions.model_validate({"url": repository.url, **options})
        limits = SourceLimits(git_protocols=protocols, git_seconds=seconds)
        mirror = Mirror(tmp_path / "mirror", Bounds(10_000, 1_000_000))
        return GitSource(chosen, mirror, limits, lambda: NOW).read(no_report)

    return reading


def ids(listing: Listing) -> list[str]:
    return [file.document_id for file in listing.files]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
