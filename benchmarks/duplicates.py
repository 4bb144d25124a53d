"""How many old versions of documents are told for what they are, as they are ingested, and what that costs.

    python -m benchmarks.duplicates DATA/handbook_versions

The same pages as in benchmarks/freshness.py, once under names that tell nothing, so that title and text alone
speak, and once under names that differ by a date. An old version is found where it is paired with the current
page; a pair of different pages is wrong, unless their texts are the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from benchmarks.clock import table
from benchmarks.freshness import Page, read_pages
from ingestion.alike import Signed, alike
from ingestion.minhash import signature
from storage.document_family import family


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    current = read_pages(data / "corpus.jsonl")
    there = {page.id for page in current}
    old = [page for page in read_pages(data / "corpus_old_versions.jsonl") if page.current in there]
    pages = [page for page in (*current, *old) if signature(page.text)]
    started = process_time()
    signatures = [signature(page.text) for page in pages]
    signing = (process_time() - started) / len(pages)
    print(f"{len(current)} current pages, {len(old)} old versions; {signing * 1e3:.2f} ms to sign a page\n")
    rows = [
        _row(name, pages, signatures, len(old), named) for name, named in (("none", False), ("alike", True))
    ]
    print(table(["names", "old versions found", "pairs", "wrong pairs", "ms to compare all"], rows))


def _row(
    name: str, pages: Sequence[Page], signatures: Sequence[bytes], old: int, named: bool
) -> tuple[str, ...]:
    started = process_time()
    documents = [
        Signed(family(page.id.replace("@", " ")) if named else "", page.title, made)
        for page, made in zip(pages, signatures, strict=True)
    ]
    pairs = [(pages[one], pages[other]) for one, other, _ in alike(documents, len(documents))]
    seconds = process_time() - started
    found = {old.id for page, old in pairs if page.id == page.current == old.current}
    wrong = [(a, b) for a, b in pairs if a.current != b.current and a.text.split() != b.text.split()]
    share = f"{len(found)} of {old}, {len(found) / old:.0%}"
    return name, share, str(len(pairs)), str(len(wrong)), f"{seconds * 1e3:.0f}"


if __name__ == "__main__":
    main()
