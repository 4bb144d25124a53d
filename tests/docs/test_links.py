"""Every relative link leads somewhere: to a file, and to a heading where it names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import LINK, PAGES, ROOT, anchors, prose

LINKING = [*PAGES, ROOT / "CHANGELOG.md", ROOT / "examples" / "README.md"]


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_to_what_exists(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_pages_are_all_linked_from_the_readme() -> None:
    linked = set(LINK.findall(prose(ROOT / "README.md")))
    assert {str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("*.md")} <= linked
