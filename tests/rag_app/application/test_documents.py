"""Ingestion through the facade, with the real engine, database and models."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag_app.application import ANONYMOUS, Application, Progress
from storage.errors import InvalidInput, NotFound, Transient
from storage.jobs.job import Request
from storage.scope import Filters


def _found(application: Application, question: str) -> list[str]:
    return [r.document for r in application.answers.search(question, ANONYMOUS).results]


def test_a_folder_becomes_searchable_and_a_second_run_embeds_nothing(
    application: Application, folder: Path
) -> None:
    progress: list[Progress] = []

    first = application.documents.ingest(folder, progress=progress.append)
    second = application.documents.ingest(folder)

    assert (first.set, first.outcome, first.generation) == ("office", "published", 1)
    assert first.added == ["badges.txt", "coffee.md", "parking.md"]
    assert (progress[0].documents, progress[-1].documents, progress[-1].total_documents) == (0, 3, 3)
    assert progress[-1].bytes == progress[-1].total_bytes > 0
    assert (second.outcome, second.unchanged, second.chunks, second.generation) == ("unchanged", 3, 0, 1)
    assert _found(application, "where do visitors leave their car?")[0] == "parking.md"


def test_changes_additions_and_removals_arrive_together(application: Application, folder: Path) -> None:
    application.documents.ingest(folder)
    (folder / "parking.md").write_text("# Parking\n\nThe car park opens at 5:45.\n")
    (folder / "bikes.md").write_text("# Bicycles\n\nBicycles stand in the cellar.\n")
    (folder / "coffee.md").unlink()

    report = application.documents.ingest(folder)

    assert (report.added, report.changed, report.removed) == (["bikes.md"], ["parking.md"], ["coffee.md"])
    found = application.answers.search("when does the car park open?", ANONYMOUS).results
    assert "5:45" in found[0].text
    assert {r.document for r in found} == {"badges.txt", "bikes.md", "parking.md"}
    [status] = application.documents.status()
    assert (status.documents, status.generation) == (3, 2)


def test_an_addition_to_a_document_embeds_the_addition_alone(application: Application, folder: Path) -> None:
    sections = [f"## Floor {n}\n\n" + f"Room {n} has {n} chairs and a table of oak. " * 40 for n in range(4)]
    (folder / "rooms.md").write_text("---\ntitle: Rooms\nmodified: 2026-01-01\n---\n" + "\n\n".join(sections))
    first = application.documents.ingest(folder)
    sections.insert(0, "## Ground floor\n\n" + "The hall has a piano and forty stools. " * 40)
    (folder / "rooms.md").write_text("---\ntitle: Rooms\nmodified: 2026-02-01\n---\n" + "\n\n".join(sections))

    report = application.documents.ingest(folder)

    assert report.changed == ["rooms.md"]
    assert 0 < report.chunks < first.chunks / 2
    assert _found(application, "where is the piano?")[0] == "rooms.md"
    again = application.documents.index.scan("office", 2)
    assert {
        chunk.modified.month for _, chunk in again if chunk.document_id == "rooms.md" and chunk.modified
    } == {2}


def test_a_version_that_was_not_found_itself_is_told_of(application: Application, folder: Path) -> None:
    terms = "Parking is free for visitors who stay less than two hours, and costs two euros an hour after."
    (folder / "terms-2024.md").write_text(f"---\nmodified: 2024-03-01\n---\n# Terms of parking\n\n{terms}\n")
    (folder / "terms-2026.md").write_text(f"---\nmodified: 2026-03-01\n---\n# Terms of parking\n\n{terms}\n")
    application.documents.ingest(folder)

    (pair,) = application.duplicates.of("office")
    found = application.answers.search(
        "what does parking cost?", ANONYMOUS, filters=Filters(modified_until=datetime(2025, 1, 1, tzinfo=UTC))
    ).results

    assert (pair.document, pair.newer, pair.likeness) == ("terms-2024.md", "terms-2026.md", 1.0)
    assert {r.document: r.superseded_by for r in found} == {"terms-2024.md": "terms-2026.md"}


def test_a_dry_run_tells_and_changes_nothing(application: Application, folder: Path) -> None:
    report = application.documents.ingest(folder, dry_run=True)

    assert (report.outcome, len(report.added), report.chunks) == ("dry run", 3, 0)
    assert application.documents.status() == []


def test_a_bad_file_is_reported_and_its_earlier_revision_stays(
    application: Application, folder: Path
) -> None:
    application.documents.ingest(folder)
    (folder / "parking.md").write_bytes(b"%PDF-1.4 broken")
    (folder / "new.pdf").write_bytes(b"")

    report = application.documents.ingest(folder)

    kept = {problem.document: problem.kept for problem in report.failed}
    assert kept == {"new.pdf": False, "parking.md": True}
    assert all(problem.reason and problem.remedy for problem in report.failed)
    assert "parking.md" in _found(application, "car park")
    [status] = application.documents.status()
    assert set(status.failed) == {"new.pdf", "parking.md"}


def test_a_build_that_broke_off_is_undone_by_the_next(application: Application, folder: Path) -> None:
    documents = application.documents
    documents.ingest(folder)
    begun = application.sets.generations_of.begin("office")
    documents.index.retire_documents("office", ["coffee.md"], begun.generation)  # then the process died

    (folder / "bikes.md").write_text("# Bicycles\n\nBicycles stand in the cellar.\n")
    report = documents.ingest(folder)

    assert report.generation == begun.generation + 1
    assert "coffee.md" in _found(application, "coffee machine")


def test_another_folder_does_not_silently_replace_a_set(
    application: Application, folder: Path, tmp_path: Path
) -> None:
    application.documents.ingest(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "menu.md").write_text("# Menu\n\nFriday is fish.\n")

    with pytest.raises(InvalidInput, match=r"fed from .*office.*--replace-source"):
        application.documents.ingest(other, "office")
    report = application.documents.ingest(other, "office", replace_source=True)

    assert (report.added, len(report.removed)) == (["menu.md"], 3)
    assert application.documents.status()[0].folder == str(other)


def test_a_replacement_that_fails_leaves_the_set_with_its_folder(
    application: Application, folder: Path, tmp_path: Path
) -> None:
    application.documents.ingest(folder)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "menu.md").write_text("Soup.")

    def full(_: object) -> None:
        raise Transient("The disk is full.")

    with pytest.raises(Transient):
        application.documents.ingest(broken, "office", replace_source=True, progress=full)

    assert application.documents.status()[0].folder == str(folder)
    assert application.documents.ingest(folder).outcome == "unchanged"


@pytest.mark.parametrize("name", ["missing", "empty", "file.txt"])
def test_what_is_no_folder_of_documents_is_refused(
    application: Application, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")

    with pytest.raises(InvalidInput, match=name):
        application.documents.ingest(tmp_path / name)


def test_two_ingestions_of_one_set_are_not_mixed(application: Application, folder: Path) -> None:
    application.documents.ingest(folder)
    running = application.documents.jobs.store.submit(Request("office"), "somebody")

    with pytest.raises(Transient, match=f"'office' is being ingested by job {running.id}"):
        application.documents.ingest(folder)


def test_a_document_is_found_by_its_groups_only(application: Application, folder: Path) -> None:
    from rag_app.application import Principal

    (folder / "pay.md").write_text("---\ngroups: [board]\n---\n# Pay\n\nBonuses are paid in March.\n")
    application.documents.ingest(folder)

    def found(principal: Principal) -> set[str]:
        results = application.answers.search("when are bonuses paid?", principal, limit=100).results
        return {r.document for r in results}

    assert "pay.md" not in found(ANONYMOUS)
    assert "pay.md" in found(Principal("ada", frozenset({"board"})))


def test_nothing_ingested_is_said_so(application: Application) -> None:
    with pytest.raises(NotFound, match="rag-app ingest"):
        application.answers.search("anything?", ANONYMOUS)
