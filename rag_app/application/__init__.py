"""The facade: the verbs that the command line, HTTP and tests call alike."""

from __future__ import annotations

import rag_app.quiet_imports  # noqa: F401  # isort: skip

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rag_app.application.answers import AnswerLimits, Answers
from rag_app.application.documents import Documents
from rag_app.application.duplicates import DuplicatePair, Duplicates
from rag_app.application.feedback import Feedback
from rag_app.application.learning import Learning
from rag_app.application.quality import Quality, QuestionsDone
from rag_app.application.rankers import Rankers
from rag_app.application.search import Search, SearchOptions
from rag_app.application.set_shapes import SetOptions
from rag_app.application.sets import Sets
from rag_app.application.sources import Sources, SourceShape, UploadedFile
from rag_app.application.status import Check, SetStatus, Status, checked
from rag_app.application.vocabularies import Vocabularies
from rag_app.jobs.jobs import Jobs
from rag_app.jobs.progress import Progress, ProgressCallback
from rag_app.jobs.report import (
    DocumentProblem,
    IngestionReport,
)
from storage.principal import ANONYMOUS, Principal

__all__ = [
    "ANONYMOUS",
    "AnswerLimits",
    "Answers",
    "Application",
    "Check",
    "DocumentProblem",
    "Documents",
    "DuplicatePair",
    "Duplicates",
    "Feedback",
    "IngestionReport",
    "Jobs",
    "Learning",
    "Principal",
    "Progress",
    "ProgressCallback",
    "Quality",
    "QuestionsDone",
    "Rankers",
    "Search",
    "SearchOptions",
    "SetOptions",
    "SetStatus",
    "Sets",
    "SourceShape",
    "Sources",
    "Status",
    "UploadedFile",
    "Vocabularies",
]


@dataclass(frozen=True)
class Application:
    """Everything open; a context manager that closes it."""

    documents: Documents
    jobs: Jobs
    keep_worker: Callable[[], None]
    sets: Sets
    duplicates: Duplicates
    sources: Sources
    answers: Answers
    quality: Quality
    feedback: Feedback
    learning: Learning
    rankers: Rankers
    data_dir: str
    vector_store: str
    dependencies: Mapping[str, Callable[[], object]]
    counters: Callable[[], Mapping[str, float]]
    close: Callable[[], None]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def readiness(self) -> list[Check]:
        """Each dependency asked once, now."""
        return checked(self.dependencies)

    def status(self) -> Status:
        """Sets, models and what answers. Raises Transient or Permanent where a store cannot be read."""
        return Status(
            data_dir=self.data_dir,
            vector_store=self.vector_store,
            sets=self.documents.status(),
            versions=self.answers.search_engine.versions,
            ranker=self.rankers.status(),
            generator=self.answers.generator.name,
            refusal_threshold=self.answers.refusal_threshold(self.rankers.current()),
        )
