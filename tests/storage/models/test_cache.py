from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from storage.errors import Permanent
from storage.models.assembly import no_progress
from storage.models.cache import require_space, writing


def test_too_little_space_is_told_before_the_download(tmp_path: Path) -> None:
    require_space(tmp_path, 1)
    with pytest.raises(Permanent, match=r"The models need 1000000000000 MB, .* MB free"):
        require_space(tmp_path, 10**18)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(errno.ENOSPC, "Free some space"), (errno.EROFS, "may write"), (errno.EACCES, "may write")],
)
def test_what_the_disk_refuses_becomes_a_problem(tmp_path: Path, code: int, remedy: str) -> None:
    with pytest.raises(Permanent, match=remedy) as caught, writing(tmp_path / "cache", no_progress):
        raise OSError(code, os.strerror(code))
    assert os.strerror(code) in caught.value.what
    with writing(tmp_path / "cache", no_progress):
        pass  # the lock was given back
