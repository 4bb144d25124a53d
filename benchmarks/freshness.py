"""Freshness and superseded versions: how often a current page outranks its old ones, and what it costs.

    python -m benchmarks.freshness --versions DATA/handbook_versions --untimed DATA/companies DATA/handbook_qa

`--versions`: current pages and old versions of them (corpus.jsonl, corpus_old_versions.jsonl), indexed
together under names that tell nothing, so that title, text and date alone speak. Questions are the title
and each heading of the current pages that have old versions. `--untimed`: sets whose questions ask nothing
of time; their documents get random dates, so that freshness can only do harm.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import yaml

from benchmarks.ranked_questions import Asked, ask, documents_in_order, sample
from rag_app.bootstrap import open_application
from rag_app.evaluation import CORPUS_SET, own_store
from rag_app.jobs.progress import no_progress
from rag_app.settings import Database, Qdrant, load_settings
from ranking import defaults
from ranking.candidate import Candidate, Signal
from ranking.evaluation.datasets import read_dataset
from ranking.evaluation.evaluation_set import Question
from ranking.signals.freshness import fresh_as_asked
from ranking.signals.superseded import replacements
from ranking.signals.temporal_intent import LATEST, NOTHING, TemporalIntent

SEED = 20_260_101
HEADING = re.compile(r"^#{1,4} +(.+?) *#*$", re.MULTILINE)
HALF_LIFE_DAYS = 365.0
SPREAD_DAYS = 3 * 365
FRESHNESS, SUPERSEDED = (defaults.ENSEMBLE.boosts[name] for name in ("freshness", "superseded"))
VARIANTS: Mapping[str, tuple[Mapping[str, float], TemporalIntent]] = {
    "without": ({}, NOTHING),
    "freshness": ({"freshness": FRESHNESS}, NOTHING),
    "freshness, asked for the latest": ({"freshness": FRESHNESS}, LATEST),
    "superseded": ({"superseded": SUPERSEDED}, NOTHING),
    "both": ({"freshness": FRESHNESS, "superseded": SUPERSEDED}, NOTHING),
    "both, asked for the latest": ({"freshness": FRESHNESS, "superseded": SUPERSEDED}, LATEST),
}


@dataclass(frozen=True)
class Page:
    """A page or an old version of one; `current` is the id of the page it is a version of."""

    id: str
    current: str
    title: str
    text: str
    modified: datetime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--versions", type=Path)
    parser.add_argument("--untimed", type=Path, nargs="*", default=[])
    parser.add_argument("--questions", type=int, default=200, help="sampled from each set; 0 for all")
    arguments = parser.parse_args()
    if arguments.versions:
        measure_versions(arguments.versions, arguments.questions)
    for data in arguments.untimed:
        measure_untimed(data, arguments.questions)


def measure_versions(data: Path, number: int) -> None:
    pages = [*read_pages(data / "corpus.jsonl"), *read_pages(data / "corpus_old_versions.jsonl")]
    names = {page.id: f"{i:06}.md" for i, page in enumerate(pages)}
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        if page.id != page.current:
            versions[names[page.current]].add(names[page.id])
    questions = sample(_questions(pages, names, versions), number, SEED)
    now = max(page.modified for page in pages) + timedelta(days=1)
    settings = load_settings()
    own = settings.model_copy(
        update={"data_dir": settings.data_dir / "versions", "qdrant": Qdrant(), "database": Database()}
    )
    scores = settings.data_dir / "pair-scores.db"
    with tempfile.TemporaryDirectory() as folder, open_application(own, pair_scores=scores) as application:
        write_pages(pages, names, Path(folder))
        application.documents.ingest(Path(folder), CORPUS_SET, replace_source=True)
        asked = ask(application, questions, CORPUS_SET, now)
    met = [one for one in asked if both_found(one, versions)]
    print(f"{data.name}: {len(pages)} pages and old versions, {len(questions)} questions,")
    print(f"{len(met)} of which find the current page and an old version of it\n")
    print("| signals | current first | overturned to it | overturned from it |")
    print("| --- | ---: | ---: | ---: |")
    before = [current_first(one, rank(one, "without"), versions) for one in met]
    for name in VARIANTS:
        after = [current_first(one, rank(one, name), versions) for one in met]
        gained = sum(b and not a for a, b in zip(before, after, strict=True))
        lost = sum(a and not b for a, b in zip(before, after, strict=True))
        print(f"| {name} | {np.mean(after):.1%} | {gained} | {lost} |")
    print()


def measure_untimed(data: Path, number: int) -> None:
    with own_store(data, read_dataset(data), no_progress) as (application, evaluation):
        questions = sample(evaluation.answerable, number, SEED)
        now = datetime(2026, 1, 1, tzinfo=UTC)
        asked = ask(application, questions, CORPUS_SET, now)
    random = np.random.default_rng(SEED)
    documents = sorted({c.chunk.document_id for one in asked for c in one.candidates})
    dates = {d: now - timedelta(days=float(random.uniform(0, SPREAD_DAYS))) for d in documents}
    dated = [replace(one, candidates=[_dated(c, dates) for c in one.candidates]) for one in asked]
    print(f"{data.name}: {len(questions)} questions, documents dated at random over three years\n")
    print("| signals | NDCG@5 | against without | 95 % of the difference |")
    print("| --- | ---: | ---: | --- |")
    without = np.array([ndcg(one, rank(one, "without")) for one in dated])
    for name in VARIANTS:
        values = np.array([ndcg(one, rank(one, name)) for one in dated])
        low, high = interval(values - without, random)
        change = (values.mean() - without.mean()) / without.mean()
        print(f"| {name} | {values.mean():.4f} | {change:+.2%} | [{low:+.4f}, {high:+.4f}] |")
    print()


def rank(one: Asked, variant: str) -> list[Candidate]:
    weights, intent = VARIANTS[variant]
    fresh: list[Signal] = [
        fresh_as_asked(c.chunk.modified or c.chunk.created, intent, one.context.now, HALF_LIFE_DAYS)
        for c in one.candidates
    ]
    replaced = replacements(one.candidates, one.context) if "superseded" in weights else {}
    return one.ranked({"freshness": fresh}, weights, replaced)


def current_first(one: Asked, ranked: Sequence[Candidate], versions: Mapping[str, set[str]]) -> bool:
    """Whether the current page stands before all its old versions."""
    page = next(iter(one.question.labels))
    family = versions[page] | {page}
    return next(d for d in documents_in_order(ranked) if d in family) == page


def both_found(one: Asked, versions: Mapping[str, set[str]]) -> bool:
    page = next(iter(one.question.labels))
    found = set(documents_in_order(one.candidates))
    return page in found and bool(versions[page] & found)


def ndcg(one: Asked, ranked: Sequence[Candidate], depth: int = 5) -> float:
    """By document, gains as graded."""
    grades = [one.question.labels.get(d, 0) for d in documents_in_order(ranked)][:depth]
    ideal = sorted(one.question.labels.values(), reverse=True)[:depth]
    gain, best = (sum(g / math.log2(i + 2) for i, g in enumerate(row)) for row in (grades, ideal))
    return gain / best


def interval(differences: np.ndarray, random: np.random.Generator, rounds: int = 2000) -> tuple[float, float]:
    """95 % of a paired bootstrap of the mean."""
    drawn = random.integers(0, len(differences), (rounds, len(differences)))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def read_pages(path: Path) -> list[Page]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        Page(
            line["_id"],
            line["metadata"].get("page", line["_id"]),
            line["title"],
            line["text"],
            datetime.fromisoformat(line["metadata"]["modified"]),
        )
        for line in lines
    ]


def write_pages(pages: Sequence[Page], names: Mapping[str, str], folder: Path) -> None:
    for page in pages:
        head = yaml.safe_dump({"title": page.title, "modified": page.modified.isoformat()})
        (folder / names[page.id]).write_text(f"---\n{head}---\n{page.text}")


def _questions(
    pages: Sequence[Page], names: Mapping[str, str], versions: Mapping[str, set[str]]
) -> list[Question]:
    found = []
    for page in pages:
        if page.id == page.current and versions.get(names[page.id]):
            texts = dict.fromkeys([page.title, *HEADING.findall(page.text)])
            found += [
                Question(f"{page.id}#{i}", text, {names[page.id]: 1})
                for i, text in enumerate(texts)
                if any(character.isalnum() for character in text)
            ]
    return found


def _dated(candidate: Candidate, dates: Mapping[str, datetime]) -> Candidate:
    chunk = replace(candidate.chunk, modified=dates[candidate.chunk.document_id])
    return replace(candidate, chunk=chunk)


if __name__ == "__main__":
    main()
