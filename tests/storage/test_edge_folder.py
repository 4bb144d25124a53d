from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage.edge.folder import EngineFolder


def test_an_engine_removes_its_own_socket(tmp_path: Path) -> None:
    folder = EngineFolder(tmp_path / "vectors")
    folder.prepare()
    with folder.listen():
        folder.connect(timeout=1).close()
        folder.remove_socket()

    with pytest.raises(FileNotFoundError):
        folder.connect(timeout=1)


def test_an_engine_whose_folder_was_deleted_leaves_the_next_ones_socket(tmp_path: Path) -> None:
    former, present = (EngineFolder(tmp_path / "vectors") for _ in range(2))
    former.prepare()
    with former.listen():
        shutil.rmtree(former.path)
        present.prepare()
        with present.listen():
            former.remove_socket()

            present.connect(timeout=1).close()
