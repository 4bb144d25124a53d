from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from ranking.candidate import Candidate, Signal
from ranking.signals.boost import QuestionContext
from ranking.signals.superseded import Replacement, replacements
from storage.chunk import Chunk
from storage.scope import Scope

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=700), NOW - timedelta(days=7)
TEXT = "The daily allowance is paid for every day of travel on which no meal is given by the host"
EDITED = "The daily allowance is paid for every day of travel, even where a meal is provided, and taxed"
OTHER = "Visitors park on level two and show the ticket at the gate when they leave the site at night"


def _candidate(
    id_: str,
    document: str,
    text: str = TEXT,
    modified: datetime | None = None,
    relevance: float = 1.0,
    title: str = "",
) -> Candidate:
    chunk = Chunk("handbook", document, 0, text, title, modified=modified)
    signal = Signal(relevance, 0.5, relevance)
    return Candidate(id_, chunk, {"fused": 1}, {"cross_encoder": signal}, relevance)


def _replaced(*candidates: Candidate, question: str = "allowance?") -> dict[str, str]:
    context = QuestionContext(question, np.zeros(2, np.float32), Scope({}, frozenset()), NOW, {})
    forwards, backwards = (replacements(order, context) for order in (candidates, candidates[::-1]))
    assert forwards == backwards
    return {id_: replacement.id for id_, replacement in forwards.items()}


def test_the_older_of_two_that_say_the_same_is_replaced_however_relevant() -> None:
    old = _candidate("old", "a.md", modified=OLD, relevance=9.0)
    assert _replaced(old, _candidate("new", "b.md", modified=NEW)) == {"old": "new"}


def test_of_undated_duplicates_the_less_relevant_is_replaced() -> None:
    better, worse = _candidate("b", "b.md", relevance=2.0), _candidate("a", "a.md", relevance=1.0)
    assert _replaced(better, worse) == {"a": "b"}


def test_of_duplicates_of_one_day_the_less_relevant_is_replaced() -> None:
    morning, evening = NEW, NEW + timedelta(hours=1)
    better = _candidate("b", "b.md", modified=morning, relevance=2.0)
    assert _replaced(better, _candidate("a", "a.md", modified=evening)) == {"a": "b"}


def test_nothing_is_known_where_one_date_alone_is() -> None:
    assert _replaced(_candidate("a", "a.md", modified=OLD), _candidate("b", "b.md")) == {}


def test_an_edited_text_needs_a_common_title_or_name() -> None:
    old = _candidate("old", "x.md", TEXT, OLD)
    assert _replaced(old, _candidate("new", "y.md", EDITED, NEW)) == {}
    reworded = TEXT.replace("given by the host", "paid by a host")
    assert _replaced(old, _candidate("new", "y.md", reworded, NEW)) == {}
    titled = [
        _candidate("old", "x.md", TEXT, OLD, title="Travel  policy"),
        _candidate("new", "y.md", reworded, NEW, title="travel policy"),
    ]
    assert _replaced(*titled) == {"old": "new"}
    named = [
        _candidate("old", "travel-policy-2024.docx", TEXT, OLD),
        _candidate("new", "travel-policy-2026.docx", EDITED, NEW),
    ]
    assert _replaced(*named) == {"old": "new"}


def test_other_passages_of_a_newer_version_replace_nothing() -> None:
    old = _candidate("old", "travel-policy-2024.docx", TEXT, OLD)
    assert _replaced(old, _candidate("new", "travel-policy-2026.docx", OTHER, NEW)) == {}


def test_overlapping_passages_of_one_document_replace_nothing() -> None:
    assert _replaced(_candidate("a", "a.md"), _candidate("b", "a.md")) == {}


def test_short_passages_such_as_headings_replace_nothing() -> None:
    short = [_candidate("a", "a.md", "Contact us"), _candidate("b", "b.md", "Contact us")]
    assert _replaced(*short) == {}


def test_the_newest_of_several_versions_replaces_all() -> None:
    newest = _candidate("c", "c.md", modified=NOW)
    middle, oldest = _candidate("b", "b.md", modified=NEW), _candidate("a", "a.md", modified=OLD)
    assert _replaced(oldest, middle, newest) == {"a": "c", "b": "c"}


def test_where_the_past_is_asked_for_the_past_is_not_replaced() -> None:
    pair = _candidate("old", "a.md", modified=OLD), _candidate("new", "b.md", modified=NEW)
    assert _replaced(*pair, question="What was the allowance in 2024?") == {}
    assert _replaced(*pair, question="What is the allowance this year?") == {"old": "new"}


def test_the_likeness_is_told() -> None:
    context = QuestionContext("?", np.zeros(2, np.float32), Scope({}, frozenset()), NOW, {})
    pair = [_candidate("old", "a.md", modified=OLD), _candidate("new", "b.md", modified=NEW)]
    assert replacements(pair, context) == {"old": Replacement("new", 1.0)}
