"""A purged document is nowhere any more: its words are looked for in every file of the data folder."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application
from rag_app.bootstrap import open_application
from rag_app.settings import Settings
from ranking.cross_encoder.score_store import ScoreStore
from storage.errors import NotFound, Transient

QUESTION = "What does the zanzibarite alloy cost?"
FIRST = "# Zanzibarite\n\nThe zanzibarite alloy costs 4711 ducats a pound, says the kumquatist.\n"
SECOND = "# Zanzibarite\n\nThe zanzibarite alloy costs 1174 ducats a pound, says the bergamotist.\n"
WORDS = (b"kumquatist", b"bergamotist", b"alloy costs", b"secret/alloy.md")
GOLD = {
    "id": "price",
    "question": "What does it cost?",
    "answer": "1174, says the bergamotist",
    "labels": [{"document": "secret/alloy.md", "grade": 2, "quotation": "1174 ducats a pound"}],
}
OTHER_GOLD = {"id": "q", "question": "Park?", "labels": [{"document": "parking.md", "grade": 1}]}


def _holding(folder: Path) -> dict[str, list[bytes]]:
    """File -> the words that it holds."""
    found = {}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if held := [word for word in WORDS if word in content]:
            found[str(path.relative_to(folder))] = held
    return found


def _ask(application: Application, question: str) -> str:
    async def whole() -> str:
        return (await application.answers.whole(await application.answers.ask(question, ANONYMOUS))).id

    return asyncio.run(whole())


def _known_scores(file: Path, version: str, contents: list[str]) -> set[str]:
    store = ScoreStore(file)
    known = store.get_many(version, QUESTION, contents)
    store.close()
    return set(known)


def test_a_purged_document_is_in_no_file(tmp_path: Path, folder: Path) -> None:
    data, document = tmp_path / "data", folder / "secret" / "alloy.md"
    document.parent.mkdir()
    with open_application(Settings(data_dir=data), pair_scores=data / "pair-scores.db") as application:
        for text in (FIRST, SECOND):
            document.write_text(text)
            (folder / "index.md").write_text(f"# Index\n\nRevision {len(text)}: [it](secret/alloy.md).\n")
            application.documents.ingest(folder, "office")
            answer = _ask(application, QUESTION)
            application.feedback.give_feedback(answer, "up", ANONYMOUS, source=1, comment="So, alloy costs!")
            application.feedback.give_feedback(answer, "up", ANONYMOUS, comment="The bergamotist?")
        gold = "\n".join(json.dumps(line) for line in (GOLD, OTHER_GOLD))
        application.sets.change("office", ANONYMOUS, gate_gold=gold)
        assert len(_holding(data)) > 2
        contents = {c.document_id: c.content_hash for _, c in application.documents.index.scan("office", 2)}

        erased = application.sets.purge("office", "secret/alloy.md", ANONYMOUS)

        assert (erased.revisions, erased.chunks, erased.votes, erased.answers) == (2, 2, 2, 2)
        assert erased.still_at == str(document)
        assert {r.document for r in application.answers.search(QUESTION, ANONYMOUS).results} == {
            "badges.txt",
            "coffee.md",
            "index.md",
            "parking.md",
        }
        assert application.sets.show("office").gate_questions == 1
        assert application.sets.anchors("office").lost == []
        with pytest.raises(NotFound, match=r"no document 'secret/alloy\.md'"):
            application.sets.purge("office", "secret/alloy.md", ANONYMOUS)
        application.sets.roll_back("office", ANONYMOUS)
        assert "secret/alloy.md" not in [
            r.document for r in application.answers.search(QUESTION, ANONYMOUS).results
        ]
        version = application.status().versions.cross_encoder
    known = _known_scores(data / "pair-scores.db", version, list(contents.values()))
    assert known == set(contents.values()) - {contents["secret/alloy.md"]}
    held = {file: words for file, words in _holding(data).items() if words != [b"secret/alloy.md"]}
    assert held == {}


def test_what_does_not_exist_is_named_and_an_ingestion_is_waited_for(
    application: Application, folder: Path
) -> None:
    application.documents.ingest(folder, "office")
    with pytest.raises(NotFound, match="no document 'parking' in a set 'office'"):
        application.sets.purge("office", "parking", ANONYMOUS)
    running = application.jobs.start("office", ANONYMOUS)
    for act in (
        partial(application.sets.purge, "office", "parking.md", ANONYMOUS),
        partial(application.sets.delete, "office", ANONYMOUS),
    ):
        with pytest.raises(Transient, match=f"'office' is being ingested by job {running.id}"):
            act()
    assert len(application.answers.search("car park", ANONYMOUS).results) == 3


def test_copies_in_the_data_folder_go_with_the_document_and_with_the_set(
    application: Application, tmp_path: Path
) -> None:
    erasing = replace(application.sets.erasing, compact=())
    sets, sources = replace(application.sets, erasing=erasing), application.sources
    sets.create("office", ANONYMOUS)
    sources.add("office", "hand", "upload", {})
    for name, text in (("alloy.md", FIRST), ("rules.md", "# Rules\n\nNobody runs in the corridors.\n")):
        sources.upload("office", "hand", name, BytesIO(text.encode()))
    listed = _listed(application)
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / "plain.md").write_text("# Plain\n\nA plain page.\n")
    application.documents.ingest(place, "office")
    copies = tmp_path / "data" / "sources"
    assert b"kumquatist" in b"".join(p.read_bytes() for p in copies.rglob("*") if p.is_file())
    assert listed == {"hand/alloy.md", "hand/rules.md"}

    erased = sets.purge("office", "hand/alloy.md", ANONYMOUS)

    assert (erased.revisions, erased.still_at) == (1, None)
    content = b"".join(p.read_bytes() for p in copies.rglob("*") if p.is_file())
    assert (b"kumquatist" in content, b"corridors" in content) == (False, True)
    assert "hand/alloy.md" not in _listed(application)
    sets.delete("office", ANONYMOUS)
    assert [p for p in copies.rglob("*") if p.is_file() and b"corridors" in p.read_bytes()] == []


def _listed(application: Application) -> set[str]:
    return {file.document_id for file in application.sources.reading.listing_of("office").files}
