"""The real S3 client against a server on this machine that speaks the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from ingestion.folder import Listing
from ingestion.sources.contents import Bounds
from ingestion.sources.limits import SourceLimits
from ingestion.sources.mirror import Mirror
from ingestion.sources.object_store import ObjectStoreSource, open_file_system
from ingestion.sources.options import ObjectStoreOptions
from ingestion.sources.source import no_report
from storage.errors import InvalidInput, Permanent, Transient
from tests.ingestion.sources.s3_server import Bucket, serving

pytest.importorskip("s3fs", reason="needs the extra s3")
THIS_MACHINE = (ip_network("127.0.0.1/32"),)
Reading = Callable[..., Listing]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket, and credentials for it in the environment alone."""
    with serving() as bucket:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", bucket.key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-so-secret")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield bucket


@pytest.fixture
def read(bucket: Bucket, tmp_path: Path) -> Reading:
    """Reads the bucket as its source would, into the same mirror each time."""

    def reading(networks: Any = THIS_MACHINE, **options: Any) -> Listing:
        given = {"bucket": bucket.name, "endpoint_url": bucket.url, "region": "eu-west-1", **options}
        chosen = ObjectStoreOptions.model_validate(given)
        limits = SourceLimits(networks=networks, timeout_seconds=5.0)
        files = open_file_system(chosen, limits)
        files.retries = 1
        return ObjectStoreSource(chosen, Mirror(tmp_path / "mirror", Bounds(1_000, 1_000_000)), files).read(
            no_report
        )

    return reading


def ids(listing: Listing) -> list[str]:
    return [file.document_id for file in listing.files]


def test_objects_come_with_their_dates_and_only_new_ones_are_sent_again(
    bucket: Bucket, read: Reading
) -> None:
    bucket.objects = {"leave.md": b"# Leave", "travel/rail.md": b"# Rail", "travel/": b""}
    first = read(link="https://files.example.com/{path}")
    assert ids(first) == ["leave.md", "travel/rail.md"]
    assert first.files[0].modified == datetime(2026, 3, 4, tzinfo=UTC)
    assert first.files[1].url == "https://files.example.com/travel/rail.md"
    assert first.files[1].path.read_bytes() == b"# Rail"
    assert bucket.fetched == ["leave.md", "travel/rail.md"]
    bucket.objects |= {"leave.md": b"# Leave, revised", "new.md": b"# New"}
    del bucket.objects["travel/rail.md"]
    assert ids(read()) == ["leave.md", "new.md"]
    assert bucket.fetched == ["leave.md", "new.md"]


def test_a_prefix_is_what_keys_begin_with(bucket: Bucket, read: Reading) -> None:
    bucket.objects = {"docs/a.md": b"# A", "docs/2026/b.md": b"# B", "docs2/c.md": b"# C", "d.md": b"# D"}
    assert ids(read(prefix="docs/")) == ["2026/b.md", "a.md"]
    assert ids(read(prefix="docs/20")) == ["2026/b.md"]
    assert ids(read(prefix="docs")) == ["docs/2026/b.md", "docs/a.md", "docs2/c.md"]
    with pytest.raises(InvalidInput, match="nothing below s3://handbook/none/"):
        read(prefix="none/")
    assert ids(read(prefix="docs/")) == ["2026/b.md", "a.md"]


def test_keys_that_would_climb_or_hide_name_no_file(bucket: Bucket, read: Reading, tmp_path: Path) -> None:
    keys = ["../../escaped.md", "/etc/passwd.md", "a//b.md", "line\nbreak.md", "question?.md", "ünï#1%20.md"]
    bucket.objects = {key: f"# {number}".encode() for number, key in enumerate(keys)}
    bucket.objects |= {".env": b"SECRET", ".git/config": b"x", "README.md": b"# A", "readme.md": b"# B"}
    assert set(ids(read())) == {
        "%2E%2E/%2E%2E/escaped.md",
        "%2F/etc/passwd.md",
        "a/%2F/b.md",
        "line%0Abreak.md",
        "question?.md",
        "ünï#1%20.md",
        "README.md",
        "readme.md",
    }
    assert all(path.is_relative_to(tmp_path / "mirror") for path in tmp_path.rglob("*.md"))


def test_ten_thousand_keys_are_listed_page_by_page(bucket: Bucket, read: Reading) -> None:
    bucket.objects = {f".archive/{number:05}.md": b"# Hidden" for number in range(10_000)}
    bucket.objects |= {"last.md": b"# Last"}
    assert ids(read()) == ["last.md"]
    assert bucket.fetched == ["last.md"]


def test_one_object_that_fails_stays_as_it_was(bucket: Bucket, read: Reading) -> None:
    bucket.objects = {"a.md": b"# A", "b.md": b"# B"}
    before = read()
    bucket.objects["a.md"] = b"# A, revised"
    for failing in ((403, "AccessDenied"), (500, "InternalError"), (404, "NoSuchBucket")):
        bucket.failing = {"a.md": failing}
        after = read()
        assert after.files == before.files
        assert [entry.document_id for entry in after.skipped] == ["a.md"]
    bucket.failing = {}
    assert read().files[0].sha256 != before.files[0].sha256


def test_a_store_that_fails_half_way_removes_nothing(bucket: Bucket, read: Reading) -> None:
    bucket.objects = {f"{number}.md": b"# Old" for number in range(30)}
    before = read()
    bucket.objects = {f"{number}.md": b"# New" for number in range(15)}
    bucket.failing = {f"{number}.md": (500, "InternalError") for number in range(15)}
    with pytest.raises(Transient, match="cannot be read"):
        read()
    bucket.failing = {"": (503, "SlowDown")}
    with pytest.raises(Transient):
        read()
    bucket.objects = {f"{number}.md": b"# Old" for number in range(30)}
    bucket.failing = {}
    bucket.asked.clear()
    assert read() == before
    assert bucket.fetched == []


def test_a_bucket_that_may_not_be_read_or_is_not_there(
    bucket: Bucket, read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.objects = {"a.md": b"# A"}
    before = read()
    with pytest.raises(Permanent, match="no s3://gone/"):
        read(bucket="gone")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OTHER")
    with pytest.raises(Permanent, match="may not be read"):
        read()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bucket.key_id)
    assert read() == before


def test_without_credentials_it_says_which_are_missing(
    bucket: Bucket, read: Reading, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(Permanent, match="no credentials for s3://handbook/"):
        read()


def test_an_endpoint_within_this_network_must_be_allowed(bucket: Bucket, read: Reading) -> None:
    with pytest.raises(InvalidInput, match="private address"):
        read(networks=())
    assert bucket.asked == []


def test_an_object_beyond_the_bound_is_named_and_not_fetched(bucket: Bucket, read: Reading) -> None:
    bucket.objects = {"a.md": b"# A", "big.md": b"x" * 5_000}
    listing = read()
    assert ids(listing) == ["a.md"]
    assert [entry.document_id for entry in listing.skipped] == ["big.md"]
    assert bucket.fetched == ["a.md"]
