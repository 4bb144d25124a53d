from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import HEADING, lock_text

ROOT = Path(__file__).parents[2]


def _item(name: str, version: str) -> dict[str, dict[str, str]]:
    return {"metadata": {"name": name, "version": version}}


def test_pins_are_sorted_canonical_and_without_local_labels() -> None:
    report = {"install": [_item("torch", "2.13.0+cpu"), _item("Jinja2", "3.1.6"), _item("rag-app", "0.1.0")]}
    report["install"].append(_item("ruamel_yaml.clib", "0.2"))
    assert lock_text(report) == HEADING + "jinja2==3.1.6\nruamel-yaml-clib==0.2\ntorch==2.13.0\n"


def test_the_lock_pins_what_pyproject_asks_for_within_its_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    for requirement in map(Requirement, asked):
        pinned = pins.get(canonicalize_name(requirement.name), "nothing")
        assert requirement.specifier.contains(pinned), f"{requirement} is locked at {pinned}: make lock"
