"""The objects of an S3 bucket as a source of documents, through fsspec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ingestion.folder import Listing, Skipped
from ingestion.sources.addresses import reachable
from ingestion.sources.contents import TooLarge
from ingestion.sources.entry import About
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.names import document_id, is_hidden
from ingestion.sources.options import ObjectStoreOptions
from ingestion.sources.source import Report
from storage.errors import InvalidInput, Permanent, Problem, Transient

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

AT_A_TIME = 8
BLOCK_BYTES = 4 << 20
PIECE_BYTES = 1 << 20
MAX_FAILURES = 10


class _Denied(Permanent):
    """An object, or the bucket, that these credentials may not read."""


class _Missing(Permanent):
    """A bucket that does not exist, or an object that was deleted since it was listed."""


def open_file_system(options: ObjectStoreOptions, limits: SourceLimits) -> AbstractFileSystem:
    """Credentials are those of the environment (AWS_ACCESS_KEY_ID, profiles, roles), or none.

    Raises Permanent without the extra, InvalidInput for an endpoint that may not be reached.
    """
    try:
        import s3fs
    except ImportError as error:
        raise Permanent(
            "The client of object stores is not installed.", "Run: make setup EXTRAS=torch,s3"
        ) from error
    if options.endpoint_url:
        parts = urlsplit(options.endpoint_url)
        reachable(
            parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443), limits.networks
        )
    return s3fs.S3FileSystem(
        anon=options.anonymous,
        endpoint_url=options.endpoint_url,
        client_kwargs={"region_name": options.region} if options.region else {},
        config_kwargs={"connect_timeout": limits.timeout_seconds, "read_timeout": limits.timeout_seconds},
        max_concurrency=1,
        use_listings_cache=False,
        skip_instance_cache=True,
    )


@dataclass(frozen=True)
class ObjectStoreSource:
    """The objects below a prefix; an object's ETag is its revision."""

    options: ObjectStoreOptions
    mirror: Mirror
    files: AbstractFileSystem

    def read(self, report: Report) -> Listing:
        """An object that cannot be read stays as it was; Transient or Permanent where the store fails."""
        with self.mirror.alone():
            objects = self._objects()
            if not objects:
                raise InvalidInput(
                    f"There is nothing below {self._place}.",
                    "Check the bucket and the prefix; end it with /.",
                )
            kept, skipped = self._bring_in_line(objects, report)
            self.mirror.finish(kept)
            return self.mirror.listing(skipped)

    @property
    def _place(self) -> str:
        return f"s3://{self.options.bucket}/{self.options.prefix}"

    def _objects(self) -> dict[str, Mapping[str, Any]]:
        """Key -> what the store tells of it, all pages of the list."""
        with _told(self._place):
            found = self.files.find(self.options.bucket, detail=True, prefix=self.options.prefix)
        keys = {name.partition("/")[2]: info for name, info in found.items() if info["type"] == "file"}
        return {key: info for key, info in keys.items() if not key.endswith("/") and not self._hidden(key)}

    def _hidden(self, key: str) -> bool:
        return is_hidden(self._below(key))

    def _below(self, key: str) -> str:
        folder, slash, _ = self.options.prefix.rpartition("/")
        return key.removeprefix(folder + slash)

    def _bring_in_line(
        self, objects: Mapping[str, Mapping[str, Any]], report: Report
    ) -> tuple[set[str], list[Skipped]]:
        kept, skipped, failures = set[str](), list[Skipped](), 0
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="object-store") as threads:
            tried = threads.map(lambda key: (key, self._keep(key, objects[key])), objects)
            for number, (key, problem) in enumerate(tried, start=1):
                if problem is None or self.mirror.intact(key):
                    kept.add(key)
                if isinstance(problem, Problem):
                    failures += isinstance(problem, Transient)
                    if failures > MAX_FAILURES:
                        threads.shutdown(cancel_futures=True)
                        raise problem
                    skipped.append(Skipped(document_id(self._below(key)), problem.what, problem.remedy))
                report("objects", number, len(objects))
        return kept, skipped

    def _keep(self, key: str, info: Mapping[str, Any]) -> Problem | None:
        """None where the object is in the mirror now; else why not."""
        about = self._about(key, info)
        former = self.mirror.intact(key)
        if former and former.about.revision == about.revision:
            self.mirror.describe(key, about)
            return None
        try:
            self.mirror.bounds.check(key, int(info["size"]))
            self.mirror.write(key, self._pieces(key), about)
        except (_Denied, _Missing, TooLarge, Transient) as problem:
            return problem
        return None

    def _pieces(self, key: str) -> Iterator[bytes]:
        name = f"{self.options.bucket}/{key}"
        with _told(f"s3://{name}"), self.files.open(name, "rb", block_size=BLOCK_BYTES) as stream:
            while piece := stream.read(PIECE_BYTES):
                yield piece

    def _about(self, key: str, info: Mapping[str, Any]) -> About:
        modified = info.get("LastModified")
        path = self._below(key)
        return About(
            document_id(path),
            str(info.get("ETag") or f"{modified} {info['size']}"),
            modified=modified if isinstance(modified, datetime) else None,
            url=self.options.link.replace("{path}", quote(path)) if self.options.link else None,
        )


@contextmanager
def _told(place: str) -> Iterator[None]:
    """What the client raises, as ours."""
    import aiohttp
    from botocore.exceptions import BotoCoreError, NoCredentialsError, PartialCredentialsError

    try:
        yield
    except FileNotFoundError as error:
        raise _Missing(f"There is no {place}.", "Check the bucket and the prefix.") from error
    except PermissionError as error:
        raise _Denied(
            f"{place} may not be read: {error}.", "Let these credentials read and list it."
        ) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise Permanent(
            f"There are no credentials for {place}.", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ) from error
    except (OSError, BotoCoreError, aiohttp.ClientError, TimeoutError) as error:
        raise Transient(f"{place} cannot be read: {str(error)[:300]}.", "Read the source again.") from error
