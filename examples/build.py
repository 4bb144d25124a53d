"""Render the sources into the files of the example knowledge base: `python -m examples.build`.

Markdown documents are written by hand in `knowledge_base/`; all other formats are rendered from `sources/`,
where `people/travel-policy-2026.docx.md` becomes `people/travel-policy-2026.docx`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from examples.rendering import html_page, pdf_file, slide_deck, word_file
from examples.rendering.source import Source, parse
from storage.errors import InvalidInput

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
KNOWLEDGE_BASE = HERE / "knowledge_base"
RENDERERS: dict[str, Callable[[Source], bytes]] = {
    ".docx": word_file.render,
    ".html": html_page.render,
    ".pdf": pdf_file.render,
    ".pptx": slide_deck.render,
}


def build(sources: Path, output: Path) -> list[Path]:
    """Render every source below `sources` to the same place below `output`; returns the files written."""
    written = []
    for path in sorted(sources.rglob("*.md")):
        target = output / path.relative_to(sources).with_suffix("")
        if target.suffix not in RENDERERS:
            formats = ", ".join(sorted(RENDERERS))
            raise InvalidInput(f"{path.name} names no known format.", f"End the name in .md after {formats}.")
        source = parse(path.read_text(encoding="utf-8"), path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(RENDERERS[target.suffix](source))
        written.append(target)
    return written


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Render the example knowledge base from its sources.")
    parser.add_argument("--output", type=Path, default=KNOWLEDGE_BASE, help="folder to write to")
    build(SOURCES, parser.parse_args().output)


if __name__ == "__main__":
    main()
