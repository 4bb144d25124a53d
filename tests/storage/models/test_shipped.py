from __future__ import annotations

import re

import pytest

from storage.models.catalogue import Model, by_name
from storage.models.shipped import SHIPPED


def test_every_name_means_one_model() -> None:
    assert len(by_name(SHIPPED)) == len(SHIPPED) + sum(1 for model in SHIPPED if model.hub)


@pytest.mark.parametrize("model", SHIPPED, ids=lambda model: model.name)
def test_every_byte_is_pinned(model: Model) -> None:
    hashes = [file.sha256 for file in model.files] + [
        part.sha256 for file in model.files for part in file.parts
    ]
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in hashes)
    assert all("==" in wheel for wheel in model.wheels)
    for file in model.files:
        assert len(file.parts) > 1 or file.parts[0].sha256 == file.sha256
        assert len(set(file.parts)) == len(file.parts)
        assert len({part.member for part in file.parts}) == len(file.parts)
