"""A data set's corpus as a folder of files, so that evaluation takes the path of every document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from ranking.evaluation.datasets import CorpusDocument, Dataset
from ranking.evaluation.evaluation_set import EvaluationSet, Question


def write_corpus(dataset: Dataset, folder: Path) -> EvaluationSet:
    """Writes each document as Markdown; the questions come back labelled with the files' names.

    A file that holds the same text already is left alone, so that a second ingestion has nothing to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {document.id: f"{number:06}.md" for number, document in enumerate(dataset.corpus)}
    for document in dataset.corpus:
        _write(folder / names[document.id], _markdown(document))
    questions = tuple(_renamed(question, names) for question in dataset.evaluation.questions)
    return replace(dataset.evaluation, questions=questions)


def _markdown(document: CorpusDocument) -> str:
    if not document.title:
        return document.text
    head = yaml.safe_dump({"title": document.title}, allow_unicode=True)
    return f"---\n{head}---\n{document.text}"


def _write(path: Path, text: str) -> None:
    content = text.encode()
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def _renamed(question: Question, names: Mapping[str, str]) -> Question:
    return replace(
        question,
        labels={names[document]: grade for document, grade in question.labels.items()},
        quotations=tuple(replace(q, document=names[q.document]) for q in question.quotations),
    )
