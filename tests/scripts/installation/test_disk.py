from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.installation.disk import check_space, needed_megabytes
from storage.errors import Permanent


def test_torch_and_development_need_more() -> None:
    assert needed_megabytes((), False) < needed_megabytes((), True) < needed_megabytes(("torch",), False)


def test_enough_space_passes(tmp_path: Path) -> None:
    if os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize < 4_000_000_000:
        pytest.fail("the tests need 4 GB of free disk")
    check_space(tmp_path, ("torch",), dev=True)


def test_a_full_disk_is_told_in_megabytes_before_anything_is_downloaded() -> None:
    with pytest.raises(Permanent) as raised:
        check_space(Path("/proc"), ("torch",), dev=False)  # a real file system with nothing left
    assert raised.value.what == f"The disk of /proc has 0 MB left; the set-up needs {2000} MB."
    assert "EXTRAS=" in raised.value.remedy
