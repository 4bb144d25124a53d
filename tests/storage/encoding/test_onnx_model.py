from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.encoding.onnx_model import OnnxModel, printable
from storage.errors import Permanent

REMEDY = r"rag-app models verify.*rag-app models fetch"


def copy(folder: Path, target: Path) -> Path:
    target.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copy(folder / name, target / name)
    return target


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(embedder_folder: Path, tmp_path: Path, name: str) -> None:
    folder = copy(embedder_folder, tmp_path / "model")
    (folder / name).unlink()
    with pytest.raises(Permanent, match=REMEDY) as caught:
        OnnxModel(folder).truncating_tokenizer("longest_first")
    assert str(folder / name) in caught.value.what


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_damaged_file_is_named_and_nothing_else_is_printed(
    embedder_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, size: int
) -> None:
    folder = copy(embedder_folder, tmp_path / "model")
    with (folder / name).open("r+b") as file:
        file.truncate(size)
    with pytest.raises(Permanent, match=REMEDY) as caught:
        OnnxModel(folder).truncating_tokenizer("longest_first")
    assert str(folder / name) in caught.value.what
    assert capfd.readouterr() == ("", "")


def test_the_runtime_keeps_nothing_about_its_user(embedder_folder: Path, tmp_path: Path) -> None:
    script = "import pathlib, sys; from storage.encoding.onnx_model import OnnxModel;"
    script += "OnnxModel(pathlib.Path(sys.argv[1]))"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, str(embedder_folder)]
    subprocess.run(command, check=True, env={**environment, **home})
    assert list(tmp_path.iterdir()) == []


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    assert printable("a\ud800\udfffé\N{GRINNING FACE}") == "a??é\N{GRINNING FACE}"
