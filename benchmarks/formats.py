"""Retrieval quality by file format: the same documents as Markdown, HTML, DOCX, PPTX and PDF.

    python -m benchmarks.formats --data DIR

DIR holds queries.jsonl, qrels.tsv and files/<company>/<format>/; each format is ingested alone, as
`rag-app ingest` does, and the same questions are asked. Prints NDCG@5 by document and its difference from
Markdown's.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.clock import table
from rag_app.application import ANONYMOUS
from rag_app.bootstrap import open_application
from rag_app.settings import load_settings
from ranking.evaluation.datasets import read_dataset
from ranking.evaluation.evaluation_set import EvaluationSet, Question
from ranking.evaluation.report import EvaluationReport

FORMATS = ("md", "html", "docx", "pptx", "pdf")
STAGES = ("bm25", "dense", "fused", "cross_encoder", "ensemble")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=0, help="every n-th question only; default: all")
    arguments = parser.parse_args()
    evaluation = read_dataset(arguments.data).evaluation
    if arguments.questions:
        every = max(1, len(evaluation.questions) // arguments.questions)
        evaluation = replace(evaluation, questions=evaluation.questions[::every])
    reports = {name: measured(arguments.data / "files", name, evaluation) for name in FORMATS}
    base = means(reports["md"])
    rows = []
    for name, report in reports.items():
        found = means(report)
        cells = [f"{found[stage]:.3f} ({found[stage] - base[stage]:+.3f})" for stage in STAGES]
        rows.append((name, *cells))
    print(f"{len(evaluation.questions)} questions, NDCG@5 by document (difference from md)\n")
    print(table(["format", *STAGES], rows))


def measured(files: Path, name: str, evaluation: EvaluationSet) -> EvaluationReport:
    """The format's files alone, in a store of their own."""
    with tempfile.TemporaryDirectory() as place:
        folder, data_dir = Path(place) / "files", Path(place) / "data"
        names = copied(files, name, folder)
        known = tuple(q for q in (renamed(q, names) for q in evaluation.questions) if q.answerable)
        settings = load_settings()
        scores = settings.data_dir / "pair-scores.db"
        with open_application(
            settings.model_copy(update={"data_dir": data_dir}), pair_scores=scores
        ) as application:
            report = application.documents.ingest(folder, name)
            for problem in (*report.failed, *report.skipped):
                print(f"{name}: {problem.document}: {problem.reason}")
            return application.quality.evaluate(replace(evaluation, questions=known), ANONYMOUS)


def copied(files: Path, name: str, folder: Path) -> Mapping[str, str]:
    """Markdown id of each document -> its id in this format."""
    names = {}
    for source in sorted(files.glob(f"*/{name}/*.{name}")):
        company = source.parent.parent.name
        target = folder / company / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        names[f"{company}/{source.stem}.md"] = f"{company}/{source.name}"
    return names


def renamed(question: Question, names: Mapping[str, str]) -> Question:
    labels = {names[document]: grade for document, grade in question.labels.items() if document in names}
    return replace(question, labels=labels, quotations=())


def means(report: EvaluationReport) -> Mapping[str, float]:
    [level] = report.levels
    return {stage: level.stages[stage].means["NDCG@5"] for stage in STAGES}


if __name__ == "__main__":
    main()
