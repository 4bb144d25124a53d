"""The verbs over document sets: their options, generations, gate, and what is erased for good."""

from __future__ import annotations

from rag_app.application import Answers, Sets
from rag_app.application.anchoring import Anchoring
from rag_app.application.cleaning import Cleaning
from rag_app.application.erasing import Erasing
from rag_app.application.gate import Gate
from rag_app.application.sources import Sources
from rag_app.bootstrap.chunks import Chunks
from rag_app.bootstrap.feedback import FeedbackPath
from rag_app.bootstrap.scorers import Scorers, forget_filed_scores
from rag_app.bootstrap.stores import compacting, utc_now
from rag_app.light_bootstrap import JobParts
from rag_app.settings import Settings
from storage.catalogue import Catalogue
from storage.database import Database
from storage.document_sets import DocumentSets
from storage.feedback.anchors import Anchors
from storage.feedback.erasure import Erasure
from storage.generation_history import GenerationHistory
from storage.generations import Generations
from storage.vector_client import VectorClient


def open_sets(
    settings: Settings,
    database: Database,
    sets: DocumentSets,
    vectors: VectorClient,
    chunks: Chunks,
    answers: Answers,
    scorers: Scorers,
    feedback: FeedbackPath,
    parts: JobParts,
) -> Sets:
    history = GenerationHistory(database, utc_now)
    index, collections, compact = chunks.index, chunks.collections, compacting(vectors)

    def compact_all() -> None:
        for name in (collections.home.name, *collections.others()):
            compact(name)

    erasing = Erasing(
        sets=sets,
        index=index,
        erasure=Erasure(database),
        questions=feedback.feedback.questions,
        settle=feedback.recorder.settle,
        forget_scores=(scorers.cached.forget, forget_filed_scores(settings.data_dir)),
        compact=(compact_all, database.compact),
        data_dir=settings.data_dir,
        sources=Sources(parts.planning.reading),
    )
    return Sets(
        sets=sets,
        catalogue=Catalogue(database),
        generations_of=Generations(database, utc_now),
        history=history,
        cleaning=Cleaning(index, history, collections.occupied, collections.drop_empty),
        erasing=erasing,
        anchoring=Anchoring(sets, Anchors(database), index),
        gating=Gate(answers, index, collections.others),
        alone=parts.alone,
        half_life_days=settings.ranking.half_life_days,
        now=utc_now,
    )
