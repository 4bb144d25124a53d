from __future__ import annotations

import io
import zipfile

import docx
import pytest

from ingestion.converters import package
from ingestion.converters.failure import ConversionFailed
from ingestion.converters.office import open_package


def test_a_package_that_unpacks_to_too_much_is_refused_unread() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        zeros = bytes(16 * 1024 * 1024)
        for number in range(package.MAX_UNPACKED_BYTES // len(zeros) + 1):
            made.writestr(f"{number}", zeros)
    opened: list[object] = []
    with pytest.raises(ConversionFailed, match=r"a\.docx unpacks to 5\d\d MB") as caught:
        open_package(opened.append, target.getvalue(), "a.docx")
    assert caught.value.reason == "too large"
    assert opened == []


def test_errors_of_the_library_become_ours_with_their_cause() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("nothing", b"")
    with pytest.raises(ConversionFailed) as caught:
        open_package(lambda stream: docx.Document(stream), target.getvalue(), "a.docx")
    assert caught.value.reason == "corrupt"
    assert caught.value.__cause__ is not None
