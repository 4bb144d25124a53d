"""Evaluation as a whole: the application opened for it, and its results kept for the next run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag_app.application import ANONYMOUS, Application, ProgressCallback, QuestionsDone
from rag_app.application.corpus import write_corpus
from rag_app.application.learning import LearnReport
from rag_app.application.quality import SEED
from rag_app.bootstrap import open_application
from rag_app.jobs.progress import no_progress
from rag_app.settings import Database, Qdrant, Settings, load_settings
from ranking.audit.audit import Audit
from ranking.audit.files import check_folder
from ranking.audit.files import write as write_audit
from ranking.audit.rendering import to_json as audit_to_json
from ranking.evaluation.datasets import Dataset, read_dataset
from ranking.evaluation.evaluation_set import EvaluationSet
from ranking.evaluation.gold import read_gold
from ranking.evaluation.pooling import pool
from ranking.evaluation.rendering import to_json, to_markdown
from ranking.evaluation.report import EvaluationReport

__all__ = [
    "Audit",
    "Opened",
    "audit_data",
    "audit_gold",
    "audit_to_json",
    "check_folder",
    "evaluate_data",
    "evaluate_gold",
    "learn",
    "opened_data",
    "opened_gold",
    "to_json",
    "to_markdown",
    "write_audit",
]

CORPUS_SET = "corpus"


@dataclass(frozen=True, slots=True)
class Opened:
    """An application with the labelled questions about `sets` of it; None: all of them."""

    application: Application
    evaluation: EvaluationSet
    sets: Sequence[str] | None


def evaluate_gold(gold: Path, sets: Sequence[str] | None, asked: QuestionsDone) -> EvaluationReport:
    """A gold set against what is ingested. Raises InvalidInput, NotFound."""
    with opened_gold(gold, sets) as opened:
        return opened.application.quality.evaluate(opened.evaluation, ANONYMOUS, sets, asked)


def evaluate_data(
    folders: Sequence[Path], ingested: ProgressCallback, asked: QuestionsDone
) -> EvaluationReport:
    """Data sets each against its own corpus, several of them pooled. Raises InvalidInput, NotFound."""
    datasets = [
        read_dataset(folder) for folder in folders
    ]  # what cannot be read is told before hours of work
    reports = [
        _evaluate_one(folder, dataset, ingested, asked)
        for folder, dataset in zip(folders, datasets, strict=True)
    ]
    return reports[0] if len(reports) == 1 else pool(reports, np.random.default_rng(SEED))


def audit_gold(gold: Path, sets: Sequence[str] | None, asked: QuestionsDone, sample: int) -> Audit:
    """An audit of what is ingested, by a gold set. Raises InvalidInput, NotFound."""
    with opened_gold(gold, sets) as opened:
        return opened.application.quality.audit(opened.evaluation, ANONYMOUS, sets, asked, sample)


def audit_data(data: Path, ingested: ProgressCallback, asked: QuestionsDone, sample: int) -> Audit:
    """An audit on a data set and its own corpus. Raises InvalidInput, NotFound."""
    with own_store(data, read_dataset(data), ingested) as (application, evaluation):
        return application.quality.audit(evaluation, ANONYMOUS, [CORPUS_SET], asked, sample)


def learn(
    gold: Path | None, sets: Sequence[str] | None, votes: bool, dry_run: bool, asked: QuestionsDone
) -> LearnReport:
    """What a gold set and votes teach the ranker; scores are kept too. Raises InvalidInput, NotFound."""
    questions = read_gold(gold).questions if gold else ()
    with _opened(load_settings()) as application:
        return application.learning.learn(
            questions, ANONYMOUS, sets=sets, votes=votes, dry_run=dry_run, progress=asked
        )


@contextmanager
def opened_gold(gold: Path, sets: Sequence[str] | None = None) -> Iterator[Opened]:
    """What is ingested, beside a gold set about it."""
    settings = load_settings()
    evaluation = read_gold(gold)
    with _opened(settings) as application:
        yield Opened(application, evaluation, sets)


@contextmanager
def opened_data(folder: Path) -> Iterator[Opened]:
    """A data set, its corpus in a store of its own."""
    with own_store(folder, read_dataset(folder), no_progress) as (application, evaluation):
        yield Opened(application, evaluation, [CORPUS_SET])


def _evaluate_one(
    folder: Path, dataset: Dataset, ingested: ProgressCallback, asked: QuestionsDone
) -> EvaluationReport:
    with own_store(folder, dataset, ingested) as (application, evaluation):
        return application.quality.evaluate(evaluation, ANONYMOUS, [CORPUS_SET], asked)


@contextmanager
def own_store(
    folder: Path, dataset: Dataset, ingested: ProgressCallback
) -> Iterator[tuple[Application, EvaluationSet]]:
    """An embedded store for the corpus alone, kept in the data folder for the next run.

    It is named after the data set's place and the chunking, and follows changes of the corpus.
    """
    settings = load_settings()
    name = f"{folder.resolve()} {settings.ingestion.model_dump_json()} {settings.models.embedder}"
    home = settings.data_dir / "evaluations" / hashlib.sha256(name.encode()).hexdigest()[:16]
    own = settings.model_copy(update={"data_dir": home, "qdrant": Qdrant(), "database": Database()})
    evaluation = write_corpus(dataset, home / "files")
    with _opened(own, settings.data_dir) as application:
        application.documents.ingest(home / "files", CORPUS_SET, progress=ingested)
        yield application, evaluation


def _opened(settings: Settings, shared: Path | None = None) -> Application:
    return open_application(settings, pair_scores=(shared or settings.data_dir) / "pair-scores.db")
