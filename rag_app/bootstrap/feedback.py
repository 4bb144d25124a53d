"""Feedback: what is recorded beside answers, what people may say, and what ranking makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from rag_app.application import Feedback
from rag_app.bootstrap.chunks import Chunks
from rag_app.bootstrap.stores import utc_now
from rag_app.settings import Settings
from ranking.feedback.influence import vote_weight
from ranking.feedback.recorder import Recorder
from ranking.newer_versions import NewerVersions
from ranking.signals.authority import Authority
from ranking.signals.boost import Boost
from ranking.signals.feedback import VOTES_KEPT_DAYS
from ranking.signals.feedback import Feedback as FeedbackBoost
from ranking.signals.freshness import Freshness
from storage.chunk_collections import questions_of
from storage.database import Database
from storage.document_places import DocumentPlaces
from storage.encoding.question_cache import CachedQuestionEncoder
from storage.feedback.evidence import Evidence
from storage.feedback.questions import QuestionIndex
from storage.feedback.shown import ShownStore
from storage.feedback.votes import Votes
from storage.likenesses import Likenesses
from storage.vector_client import VectorClient


@dataclass(frozen=True, slots=True)
class FeedbackPath:
    """The verbs, the recorder of the question path, and its boosts."""

    feedback: Feedback
    recorder: Recorder
    boosts: Sequence[Boost]
    likenesses: Likenesses
    versions: NewerVersions


def feedback_path(
    settings: Settings,
    database: Database,
    client: VectorClient,
    chunks: Chunks,
    dense: CachedQuestionEncoder,
    stack: ExitStack,
) -> FeedbackPath:
    bounds = settings.feedback
    recorder = Recorder(
        ShownStore(database), utc_now, timedelta(days=bounds.retention_days), timedelta(days=VOTES_KEPT_DAYS)
    )
    stack.callback(recorder.close)
    questions = QuestionIndex(client, questions_of(chunks.index.collection))
    evidence, likenesses = Evidence(database), Likenesses(database)
    feedback = Feedback(
        recorder=recorder,
        votes=Votes(database, vote_weight, bounds.votes_an_hour),
        questions=questions,
        encoder=dense,
        clock=utc_now,
        max_comment_characters=bounds.max_comment_characters,
    )
    feedback.restore_questions()
    return FeedbackPath(
        feedback,
        recorder,
        (Freshness(), FeedbackBoost(questions, evidence), Authority(evidence)),
        likenesses,
        NewerVersions(likenesses, DocumentPlaces(chunks.collections.spanning(), chunks.index.collection)),
    )
