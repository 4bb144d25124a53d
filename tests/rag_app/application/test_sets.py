from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from storage.errors import InvalidInput, NotFound

GOLD = (
    '{"id": "q1", "question": "When does it open?", "labels": [{"document": "parking.md", "grade": 1}]}\n'
    '{"id": "q2", "question": "Who won in 1966?", "answerable": false}\n'
)


def test_a_set_is_made_changed_and_listed(application: Application) -> None:
    sets = application.sets
    made = sets.create("handbook", ANONYMOUS, description="Rules", groups=["b", "a"])
    assert made.model_dump(exclude={"created", "updated"}) == {
        "name": "handbook",
        "description": "Rules",
        "folder": None,
        "generation": 0,
        "groups": ["a", "b"],
        "half_life_days": 365.0,
        "score_cache": True,
        "glossary": [],
        "chunk_tokens": None,
        "min_chunk_tokens": None,
        "overlap_sentences": None,
        "rerank": None,
        "schedule": None,
        "next_run": None,
        "kept_generations": 2,
        "gate_questions": 0,
        "gate_fall": 0.03,
    }
    changed = sets.change(
        "handbook", ANONYMOUS, glossary="# x\nPTO = paid time off", gate_gold=GOLD, schedule="0 3 * * *"
    )
    assert (changed.glossary, changed.gate_questions) == ([["PTO", "paid time off"]], 1)
    assert isinstance(changed.created, datetime)
    assert (changed.schedule, changed.groups) == ("0 3 * * *", ["a", "b"])
    assert sets.show("handbook") == changed
    assert sets.all() == [changed]
    assert sets.glossary("handbook") == "# x\nPTO = paid time off"
    with pytest.raises(InvalidInput, match="gold questions:1"):
        sets.change("handbook", ANONYMOUS, gate_gold="no json", description="lost?")
    with pytest.raises(InvalidInput, match="None of the gold questions has an answer"):
        sets.change("handbook", ANONYMOUS, gate_gold=GOLD.splitlines()[1])
    assert sets.show("handbook") == changed


def test_an_unknown_set_is_named(application: Application) -> None:
    sets = application.sets
    for ask in (sets.show, sets.glossary, sets.generations, sets.clean_up, sets.anchors, sets.gate):
        with pytest.raises(NotFound, match="'handbok'"):
            ask("handbok")
    for act in (sets.change, sets.delete, sets.roll_back):
        with pytest.raises(NotFound, match="'handbok'"):
            act("handbok", ANONYMOUS)
    with pytest.raises(NotFound, match="'handbok'"):
        sets.purge("handbok", "a.md", ANONYMOUS)


def test_a_set_is_cut_by_its_own_numbers_at_its_next_ingestion(
    application: Application, folder: Path, tmp_path: Path
) -> None:
    words = " ".join(
        f"Section {n} speaks of matter number {n} and of nothing else at all." for n in range(40)
    )
    (folder / "long.md").write_text(f"# Long\n\n{words}\n")
    application.documents.ingest(folder)
    before = application.documents.ingest(folder)

    application.sets.change("office", ANONYMOUS, chunk_tokens=64, min_chunk_tokens=64)
    planned = application.documents.ingest(folder, dry_run=True)
    after = application.documents.ingest(folder)

    assert (before.outcome, len(planned.changed), planned.unchanged) == ("unchanged", 4, 0)
    assert (after.outcome, after.generation, len(after.changed)) == ("published", 2, 4)
    assert after.chunks > 7  # more than 500 words at 64 tokens a passage, and three short documents
    assert application.documents.ingest(folder).outcome == "unchanged"
    application.sets.change("office", ANONYMOUS, chunk_tokens=None, min_chunk_tokens=None)
    assert len(application.documents.ingest(folder).changed) == 4


def test_a_set_says_whether_it_is_re_ranked_and_a_question_may_say_otherwise(
    application: Application, folder: Path
) -> None:
    application.documents.ingest(folder, "fast")
    application.documents.ingest(folder, "strict")
    application.sets.change("fast", ANONYMOUS, rerank="none")

    def is_reranked(*names: str, **asked: str) -> bool:
        found = application.answers.search("car park", ANONYMOUS, sets=names, explained=True, **asked)  # type: ignore[arg-type]
        assert found.results[0].explanation is not None
        return "cross_encoder" in found.results[0].explanation.ranks

    assert [is_reranked("fast"), is_reranked("strict"), is_reranked("fast", "strict")] == [False, True, True]
    assert (is_reranked("fast", rerank="full"), is_reranked("strict", rerank="none")) == (True, False)


def test_a_deleted_set_is_gone_and_its_name_may_be_taken(application: Application, folder: Path) -> None:
    application.documents.ingest(folder, "office")
    application.documents.ingest(folder, "other")
    shown = application.answers.search("car park", ANONYMOUS, sets=["office"])
    application.feedback.give_feedback(shown.id, "up", ANONYMOUS, source=1)

    erased = application.sets.delete("office", ANONYMOUS)

    assert (erased.revisions, erased.chunks, erased.passages, erased.votes) == (3, 3, 3, 1)
    assert [one.name for one in application.sets.all()] == ["other"]
    assert {r.set for r in application.answers.search("car park", ANONYMOUS).results} == {"other"}
    assert list(application.feedback.export()) == []
    report = application.documents.ingest(folder, "office")
    assert (report.generation, len(report.added)) == (2, 3)
