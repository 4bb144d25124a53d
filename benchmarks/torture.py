"""What ingestion makes of a folder of hostile files: each through the converter processes, as `ingest` does.

    python -m benchmarks.torture DIR [--show]

Prints a table of outcomes by file type and the slowest files; with --show also each file's outcome,
for a person to judge: the reason, or the beginning of the text.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path, PurePath
from time import perf_counter

from benchmarks.clock import table
from ingestion.conversion import ConversionPool
from ingestion.conversion_worker import Failure, Outcome
from ingestion.converters import Limits
from ingestion.document import Document
from ingestion.folder import FolderFile, Skipped, list_folder

SHOWN_CHARACTERS = 300
SLOWEST = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    listing = list_folder(arguments.folder)
    taken: dict[str, float] = {}
    outcomes: dict[str, Outcome | Skipped] = {entry.document_id: entry for entry in listing.skipped}
    pool = ConversionPool(1, Limits())
    pool.convert(listing.files[:1])  # starts the process
    for file in listing.files:
        outcomes[file.document_id], taken[file.document_id] = converted(pool, file)
    pool.close()
    if arguments.show:
        for document_id, outcome in sorted(outcomes.items()):
            print(shown(document_id, outcome), end="\n\n")
    print(by_type(outcomes))
    print(f"\n{len(listing.files)} conversions in {sum(taken.values()):.1f} s")
    for document_id in sorted(taken, key=taken.__getitem__, reverse=True)[:SLOWEST]:
        print(f"{taken[document_id]:6.2f} s  {document_id}")


def converted(pool: ConversionPool, file: FolderFile) -> tuple[Outcome, float]:
    started = perf_counter()
    [outcome] = pool.convert((file,))
    return outcome, perf_counter() - started


def by_type(outcomes: dict[str, Outcome | Skipped]) -> str:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document_id, outcome in outcomes.items():
        counts[PurePath(document_id).suffix.lower() or "(none)"][kind(outcome)] += 1
    rows = [
        (extension, found["converted"], found["failed"], found["skipped"])
        for extension, found in sorted(counts.items())
    ]
    totals = [sum(int(row[place]) for row in rows) for place in (1, 2, 3)]
    return table(["type", "converted", "failed", "skipped"], [*rows, ("all", *totals)])


def kind(outcome: Outcome | Skipped) -> str:
    if isinstance(outcome, Document):
        return "converted"
    return "failed" if isinstance(outcome, Failure) else "skipped"


def shown(document_id: str, outcome: Outcome | Skipped) -> str:
    if not isinstance(outcome, Document):
        return f"## {document_id}: {kind(outcome)}\n{outcome.reason} {outcome.remedy}"
    kinds = Counter(block.kind for block in outcome.blocks)
    dates = [moment.date().isoformat() if moment else "-" for moment in (outcome.created, outcome.modified)]
    facts = f"{outcome.title!r} by {outcome.author}, {dates}, {outcome.language}, {dict(kinds)}"
    text = f"{len(outcome.text):,} characters: {outcome.text[:SHOWN_CHARACTERS]}"
    return f"## {document_id}: {facts}\n{text}"


if __name__ == "__main__":
    main()
