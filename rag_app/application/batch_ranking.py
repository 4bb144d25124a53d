"""Many questions ranked in one go, line by line into a file, so that what is killed goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field

from rag_app.application.answers import Answers
from rag_app.application.presentation import sources
from rag_app.application.search import SearchOptions
from rag_app.schemas import Source, Versions
from ranking.evaluation.json_lines import read_records
from ranking.reranking import Rerank
from storage.errors import InvalidInput, NotFound, Permanent, Transient
from storage.principal import Principal

FORM = '{"id": "q1", "question": "How long is the warranty?"}'


class BatchQuestion(BaseModel):
    """One line of the questions; `sets` restricts it to these document sets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    sets: list[str] | None = None


class BatchRanking(BaseModel):
    """One line of the rankings."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    results: list[Source]
    versions: Versions | None
    degraded: str | None = None
    problem: str | None = Field(None, description="Why this question could not be ranked")


Progress = Callable[[int, int], None]


def rank_all(
    answers: Answers,
    questions: Path,
    out: Path,
    principal: Principal,
    *,
    sets: Sequence[str] | None = None,
    limit: int = 10,
    rerank: Rerank | None = None,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Appends a ranking to `out` for each question that has none there; returns how many have a problem.

    A question that cannot be ranked has its reason in its line. Raises NotFound, InvalidInput, Transient
    where another process writes to `out`, and Permanent where it cannot be written.
    """
    asked = _read(questions)
    with _alone(out), _appending(out) as (stream, done):
        problems = 0
        progress(len(done), len(asked))
        for question in (one for one in asked if one.id not in done):
            line = _ranked(answers, question, principal, sets, limit, rerank)
            problems += line.problem is not None
            _append(stream, line)
            done.add(question.id)
            progress(len(done), len(asked))
    return problems


def _read(questions: Path) -> list[BatchQuestion]:
    found: dict[str, BatchQuestion] = {}
    for number, question in read_records(questions, BatchQuestion, FORM):
        if question.id in found:
            raise InvalidInput(
                f"{questions}:{number}: the id {question.id!r} is there twice.", "Name it anew."
            )
        found[question.id] = question
    if not found:
        raise InvalidInput(f"{questions} holds no question.", f"A line looks like {FORM}")
    return list(found.values())


def _ranked(
    answers: Answers,
    question: BatchQuestion,
    principal: Principal,
    sets: Sequence[str] | None,
    limit: int,
    rerank: Rerank | None,
) -> BatchRanking:
    options = SearchOptions(answers.defaults.depth, answers.defaults.order, rerank)
    try:
        ranking = answers.rank(question.question, principal, question.sets or sets, options)
    except (InvalidInput, NotFound) as problem:
        return BatchRanking(
            id=question.id, question=question.question, results=[], versions=None, problem=str(problem)
        )
    return BatchRanking(
        id=question.id,
        question=question.question,
        results=sources(ranking, explained=False)[:limit],
        versions=ranking.versions,
        degraded=ranking.degraded,
    )


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    try:
        with FileLock(out.with_name(f"{out.name}.lock"), timeout=0):
            yield
    except Timeout as error:
        raise Transient(f"Another process writes to {out}.", "Wait for it, or name another file.") from error
    except OSError as error:
        raise Permanent(f"{out} cannot be written ({error.strerror}).", "Name another file.") from error


@contextmanager
def _appending(out: Path) -> Iterator[tuple[BinaryIO, set[str]]]:
    """The file, cut after its last whole line, and the ids that are there."""
    with out.open("a+b") as stream:
        stream.seek(0)
        done, whole = set(), 0
        for line in stream:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            done.add(_id_of(line, out))
        stream.truncate(whole)
        yield stream, done


def _id_of(line: bytes, out: Path) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{out} holds lines that are no rankings.", "Name another file.") from error


def _append(stream: BinaryIO, line: BatchRanking) -> None:
    stream.write(line.model_dump_json().encode() + b"\n")
    stream.flush()
    os.fsync(stream.fileno())
