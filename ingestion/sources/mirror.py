"""A local copy of a source: what was fetched, kept by its content, so that no name can do harm."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from ingestion import folder
from ingestion.folder import FolderFile, Listing, Skipped
from ingestion.sources import manifest
from ingestion.sources.contents import Bounds, Contents, Received, disk
from ingestion.sources.entry import About, Entry
from storage.errors import Transient

MANIFEST = "manifest.jsonl"
GRACE_SECONDS = 86_400.0


class Mirror:
    """The copy in `place`. Content lies under its SHA-256; the manifest says what each document has.

    A new content is whole before the manifest names it, and the former one goes a day after it was let go:
    a kill in between costs the download that it broke. Safe to share by threads.
    """

    def __init__(self, place: Path, bounds: Bounds) -> None:
        self.place = place
        self.bounds = bounds
        self._contents = Contents(place)
        self._manifest = place / MANIFEST
        self._entries: dict[str, Entry] = {}
        self._size = 0
        self._lock = Lock()

    @contextmanager
    def alone(self, wait_seconds: float = 0.0) -> Iterator[None]:
        """Keeps other processes of this machine out; Transient while one is in."""
        self._contents.prepare()
        try:
            with FileLock(self.place / "lock", timeout=wait_seconds):
                self._entries = manifest.load(self._manifest)
                self._size = sum(entry.size for entry in self._entries.values())
                yield
        except Timeout as error:
            raise Transient(
                f"The source {self.place.name!r} is being read by another process.",
                "Wait until it has finished.",
            ) from error

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Locator -> what is there, as of the last `alone`."""
        return self._entries

    @property
    def size(self) -> int:
        """In bytes."""
        return self._size

    def intact(self, locator: str) -> Entry | None:
        """The entry, if its content is there in full."""
        entry = self._entries.get(locator)
        with suppress(OSError):
            if entry and self.path(entry).stat().st_size == entry.size:
                return entry
        return None

    def path(self, entry: Entry) -> Path:
        return self._contents.path(entry.sha256)

    def write(self, locator: str, pieces: Iterable[bytes], about: About) -> Entry:
        """Keeps what `pieces` bring. TooLarge or InvalidInput beyond the bounds, Transient on a full disk."""
        with self.receiving(locator, pieces, about.document_id) as received:
            return self.keep(locator, received, about)

    @contextmanager
    def receiving(
        self, locator: str, pieces: Iterable[bytes], name: str, durable: bool = False
    ) -> Iterator[Received]:
        """Content on its way in; others may be `alone` meanwhile."""
        former = self._entries.get(locator)
        others = self._size - (former.size if former else 0)
        with self._contents.receiving(self._bounded(pieces, name, others), durable) as received:
            yield received

    def keep(self, locator: str, received: Received, about: About) -> Entry:
        entry = Entry(locator, received.sha256, received.size, about)
        with self._lock:
            former = self._entries.get(locator)
            others = self._size - (former.size if former else 0)
            self.bounds.check_all(self.place.name, others + received.size)
            self._contents.keep(received)
            self._record(entry)
        return entry

    def sync(self) -> None:
        """On return, what was kept as durable outlives a failure of the power."""
        with disk(self._manifest):
            manifest.sync(self._manifest)

    def describe(self, locator: str, about: About) -> None:
        """What the source says anew of a document whose content is there."""
        entry = self._entries[locator]
        if entry.about != about:
            with self._lock:
                self._record(replace(entry, about=about))

    def drop(self, locator: str) -> None:
        with self._lock:
            if former := self._entries.pop(locator, None):
                self._size -= former.size
                self._contents.let_go(former.sha256)
                with disk(self._manifest):
                    manifest.append(self._manifest, locator)

    def finish(
        self,
        kept: Collection[str] | None = None,
        *,
        grace_seconds: float = GRACE_SECONDS,
        unfinished_seconds: float = 0.0,
    ) -> None:
        """Forgets all but the `kept` locators (None: none), and clears out content that nothing names.

        A job that was planned before may still read what was let go a moment ago.
        """
        if kept is not None:
            for entry in [entry for key, entry in self._entries.items() if key not in kept]:
                self._contents.let_go(entry.sha256)
                del self._entries[entry.locator]
        with disk(self._manifest):
            manifest.rewrite(self._manifest, self._entries.values())
        named = {entry.sha256 for entry in self._entries.values()}
        self._contents.clear(named, grace_seconds, unfinished_seconds)

    def listing(self, skipped: Iterable[Skipped] = ()) -> Listing:
        """Every document with its dates and its hash; of two that come under one id, the first."""
        found: list[folder.Entry] = list(skipped)
        taken: set[str] = set()
        for entry in sorted(self._entries.values(), key=lambda e: (e.about.document_id, e.locator)):
            name = entry.about.document_id
            if name in taken:
                found.append(
                    Skipped(name, f"{entry.locator} comes under the same name.", "Rename one of them.")
                )
                continue
            taken.add(name)
            found += folder.entries(self._file(entry))
        return folder.listing_of(sorted(found, key=lambda e: e.document_id))

    def remove(self) -> None:
        """Everything, for good. Transient while it is being read."""
        if self.place.exists():
            with self.alone(wait_seconds=5.0):
                self._manifest.unlink(missing_ok=True)
            shutil.rmtree(self.place, ignore_errors=True)

    def _bounded(self, pieces: Iterable[bytes], name: str, others: int) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            self.bounds.check(name, size)
            self.bounds.check_all(self.place.name, others + size)
            yield piece

    def _record(self, entry: Entry) -> None:
        with disk(self._manifest):
            manifest.append(self._manifest, entry)
        former = self._entries.get(entry.locator)
        self._size += entry.size - (former.size if former else 0)
        self._entries[entry.locator] = entry
        if former and former.sha256 != entry.sha256:
            self._contents.let_go(former.sha256)

    def _file(self, entry: Entry) -> FolderFile:
        about = entry.about
        return FolderFile(
            about.document_id,
            self.path(entry),
            entry.size,
            about.modified,
            sha256=entry.sha256,
            url=about.url,
            created=about.created,
            author=about.author,
            dated=about.dated,
        )
