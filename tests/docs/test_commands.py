"""Every command of the documentation runs, and prints what the page says that it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.checkout import Checkout
from tests.docs.output import json_differences, missing_lines
from tests.docs.pages import PAGES, ROOT, blocks, steps


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_runs_and_prints_what_is_shown(page: Path, checkout: Checkout) -> None:
    assert any(block.language == "sh" for block in blocks(page))
    for block, shown in steps(page):
        place = f"{block.page}:{block.line}"
        try:
            printed = checkout.run(block.text)
        except AssertionError as failure:
            raise AssertionError(f"{place}: {failure}") from None
        if shown is None:
            continue
        compare = json_differences if shown.language == "json" else missing_lines
        assert compare(shown.text, printed) == [], f"{place} prints otherwise:\n{printed}"


def test_what_make_is_asked_for_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    asked = [
        line.split()[1]
        for page in PAGES
        for block in blocks(page)
        if block.language == "sh"
        for line in block.text.splitlines()
        if line.startswith("make ")
    ]
    assert {"demo", "setup", "test"} <= set(asked)
    assert [target for target in asked if f"\n{target}:" not in makefile] == []


def test_blocks_are_of_known_languages() -> None:
    known = {"sh", "text", "json", "ini", "nginx", "markdown"}
    found = {(block.page, block.line, block.language) for page in PAGES for block in blocks(page)}
    assert [entry for entry in found if entry[2] not in known and entry[0] != "README.md"] == []
