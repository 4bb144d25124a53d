"""A git repository as a source of documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ingestion.folder import Listing, Skipped
from ingestion.sources.contents import TooLarge
from ingestion.sources.entry import About
from ingestion.sources.git.command import Git
from ingestion.sources.git.history import Authorship, read_history
from ingestion.sources.git.remote import check_protocol, page, pinned
from ingestion.sources.git.tree import LINK, Blobs, TreeFile, read_tree
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.names import document_id, is_hidden
from ingestion.sources.options import GitOptions
from ingestion.sources.source import Report
from storage.errors import InvalidInput, Problem

FETCHED = "refs/source/fetched"
OF = "source-url"  # a file in the copy: of which repository it is one


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class GitSource:
    """The files of one branch, below a folder of it, with authors and dates from its history."""

    options: GitOptions
    mirror: Mirror
    limits: SourceLimits
    now: Callable[[], datetime] = utc_now

    def read(self, report: Report) -> Listing:
        """Raises InvalidInput, Permanent or Transient, and leaves the mirror whole."""
        check_protocol(self.options.url, self.limits.git_protocols)
        with self.mirror.alone():
            git = self._git()
            branch = self.options.branch or _default_branch(git, self.options.url)
            commit = _fetched(git, self.options.url, branch)
            report("fetched", 0, None)
            files, history = self._looked_up(git, commit)
            skipped = self._bring_in_line(git, files, history, branch, report)
            return self.mirror.listing(skipped)

    def _looked_up(self, git: Git, commit: str) -> tuple[list[TreeFile], Mapping[bytes, Authorship]]:
        """What is local cannot fail but by damage: then the next reading begins anew."""
        try:
            files = read_tree(git, commit, self.options.folder)
            history = read_history(git, commit, self.options.folder, self.now())
            git.run("gc", "--auto", "--quiet")
        except Problem:
            (git.place / OF).unlink(missing_ok=True)
            raise
        return files, history

    def _git(self) -> Git:
        """A bare repository beside the contents; one of another address is made anew."""
        place = self.mirror.place / "repository.git"
        settings = pinned(self.options.url, self.limits.networks)
        git = Git(place, sorted(self.limits.git_protocols), self.limits.git_seconds, settings)
        if not _belongs_to(place, self.options.url):
            shutil.rmtree(place, ignore_errors=True)
            git.run("init", "--bare", "--quiet", "--template=")
            (place / OF).write_text(self.options.url)
        for lock in place.rglob("*.lock"):  # we are alone here: whoever made it was killed
            lock.unlink(missing_ok=True)
        return git

    def _bring_in_line(
        self,
        git: Git,
        files: list[TreeFile],
        history: Mapping[bytes, Authorship],
        branch: str,
        report: Report,
    ) -> list[Skipped]:
        skipped: list[Skipped] = []
        kept: set[str] = set()
        with git.reading("cat-file", "--batch") as (asking, answering):
            blobs = Blobs(asking, answering)
            for number, file in enumerate(files, start=1):
                path = file.path.decode(errors="surrogateescape")
                about = self._about(file, path, history.get(file.path), branch)
                if is_hidden(path):
                    continue
                if file.mode == LINK:
                    skipped.append(_link(about.document_id))
                    continue
                try:
                    self._keep(about.url or path, path, file, about, blobs)
                    kept.add(locator(path))
                except TooLarge as problem:
                    skipped.append(Skipped(about.document_id, problem.what, problem.remedy))
                report("files", number, len(files))
        if not kept and not skipped:
            raise InvalidInput(f"{self.options.url} holds no files there.", "Check branch and folder.")
        self.mirror.finish(kept)
        return skipped

    def _keep(self, shown: str, path: str, file: TreeFile, about: About, blobs: Blobs) -> None:
        self.mirror.bounds.check(shown, file.size)
        former = self.mirror.intact(locator(path))
        if former and former.about.revision == file.blob:
            self.mirror.describe(locator(path), about)
        else:
            self.mirror.write(locator(path), blobs.read(file.blob), about)

    def _about(self, file: TreeFile, path: str, known: Authorship | None, branch: str) -> About:
        folder = f"{self.options.folder}/" if self.options.folder else ""
        return About(
            document_id(path.removeprefix(folder)),
            file.blob,
            modified=known.modified if known else None,
            created=known.created if known else None,
            author=known.author if known else None,
            url=page(self.options.url, branch, path, self.options.link) if path.isprintable() else None,
            dated=known is not None,
        )


def locator(path: str) -> str:
    """A path as text that JSON can hold, whatever its bytes."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _belongs_to(place: Path, url: str) -> bool:
    try:
        return (place / OF).read_text() == url
    except OSError:
        return False


def _default_branch(git: Git, url: str) -> str:
    for line in git.run("ls-remote", "--symref", "--", url, "HEAD").decode(errors="replace").splitlines():
        if line.startswith("ref: refs/heads/"):
            return line.removeprefix("ref: refs/heads/").split("\t")[0]
    raise InvalidInput(f"{_shown(url)} has no branch of its own.", "Name one, as in --option branch=main.")


def _fetched(git: Git, url: str, branch: str) -> str:
    """The branch's commit, with all that leads to it."""
    refspec = f"+refs/heads/{branch}:{FETCHED}"
    git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force", "--", url, refspec)
    return git.run("rev-parse", "--verify", f"{FETCHED}^{{commit}}").decode().strip()


def _link(name: str) -> Skipped:
    return Skipped(
        name, "It is a symbolic link.", "Name the file that it leads to, or put a copy in its place."
    )


def _shown(url: str) -> str:
    return urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
