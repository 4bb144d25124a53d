from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag_app.application import ANONYMOUS, Application, Principal
from rag_app.application.learning import learned_threshold
from ranking.evaluation.evaluation_set import Question, Quotation
from ranking.learning.scoring import best_log_odds
from storage.errors import InvalidInput
from tests.ranking.learning.questions import SHIPPED, generated

FACTS = {
    "parking.md": ("The car park opens at 6:30", "When does the car park open?"),
    "coffee.md": ("descaled every Friday by facilities", "Who descales the coffee machine?"),
    "badges.txt": ("replaced at the front desk for 15 euros", "What does a new badge cost?"),
}


def test_the_refusal_threshold_moves_with_the_calibration() -> None:
    """Every log-odds is 1 higher than before, so that the threshold is, too."""
    relevance = SHIPPED.relevance
    higher = replace(
        relevance, intercept=relevance.intercept + 1, rank_intercept=relevance.rank_intercept + 1
    )
    moved = learned_threshold(generated(30), SHIPPED, replace(SHIPPED, relevance=higher), threshold=0.5)
    assert moved == pytest.approx(math.e / (1 + math.e))


def test_with_questions_of_both_kinds_the_threshold_is_fitted() -> None:
    judged = generated(60, logit_says=4.0)
    # The last 30 are said to have no answer: a threshold between the two kinds, not the 0.99 from before.
    mixed = replace(judged, answerable=np.arange(60) < 30)
    low = replace(mixed, logits=np.where(mixed.answerable[:, None], mixed.logits, -12.0))
    fitted = learned_threshold(low, SHIPPED, SHIPPED, threshold=0.99)
    best = best_log_odds(low, SHIPPED)
    assert best[30:].max() < math.log(fitted / (1 - fitted)) < np.median(best[:30])


def _questions(number: int) -> list[Question]:
    """So many, the same three over and over in other words."""
    kinds = list(FACTS.items())
    asked = []
    for n in range(number):
        document, (words, text) = kinds[n % len(kinds)]
        quotations = (Quotation(document, words, 1),)
        asked.append(Question(f"q{n}", f"{text} ({n})", {document: 1}, quotations))
    return asked


def test_what_holds_on_unseen_questions_is_kept_used_and_taken_back(
    application: Application, folder: Path
) -> None:
    application.documents.ingest(folder, "office")
    dry = application.learning.learn(_questions(30), ANONYMOUS, dry_run=True)
    assert (dry.accepted, dry.version, dry.questions) == (True, None, 30)
    assert application.status().ranker.version == 0

    report = application.learning.learn(iter(_questions(30)), ANONYMOUS)

    assert (report.accepted, report.version) == (True, 1)
    assert report.levels == dry.levels
    assert set(report.levels) == {"document", "passage", "overall"}
    assert set(report.before) == set(report.after)
    assert application.status().ranker.measured == "learned on 30 questions"
    assert application.answers.search("car park", ANONYMOUS).versions.ensemble == "learned-1"
    application.rankers.roll_back()
    assert application.answers.search("car park", ANONYMOUS).versions.ensemble != "learned-1"


def test_too_few_questions_are_refused_with_the_number(application: Application, folder: Path) -> None:
    application.documents.ingest(folder, "office")
    report = application.learning.learn(_questions(3), ANONYMOUS)
    assert (report.accepted, report.version, report.levels) == (False, None, {})
    assert "3 judged questions are too few" in report.reason
    assert report.before == report.after


def test_labels_of_documents_that_are_not_there_are_named(application: Application, folder: Path) -> None:
    application.documents.ingest(folder, "office")
    with pytest.raises(InvalidInput, match=r"canteen\.md"):
        application.learning.learn([Question("q", "Lunch?", {"canteen.md": 1})], ANONYMOUS)
    assert application.rankers.list().rankers[0].active


def _voted(application: Application, number: int) -> None:
    """So many questions asked, each by another person, who votes for the passage that holds the answer."""
    for question in _questions(number):
        person = Principal(question.id)
        found = application.answers.search(question.text, person)
        right = next(source for source in found.results if source.document in question.labels)
        application.feedback.give_feedback(found.id, "up", person, source=right.number)


def test_votes_teach_beside_labels_and_without(application: Application, folder: Path) -> None:
    application.documents.ingest(folder, "office")
    with pytest.raises(InvalidInput, match="Nobody has voted"):
        application.learning.learn([], ANONYMOUS, votes=True)
    _voted(application, 31)

    report = application.learning.learn([], ANONYMOUS, votes=True)

    assert (report.questions, report.voted, report.accepted) == (31, 31, True)
    both = application.learning.learn(_questions(30), ANONYMOUS, votes=True, dry_run=True)
    assert (both.questions, both.voted) == (31, 1)
    (folder / "badges.txt").unlink()  # one voted on is gone: the question about it says nothing
    application.documents.ingest(folder, "office")
    less = application.learning.learn([], ANONYMOUS, votes=True, dry_run=True)
    assert less.voted == 21
