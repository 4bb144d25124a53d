"""The verbs of jobs through the facade, with the real engine, database and models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.batch import Batch
from rag_app.application import ANONYMOUS, Application
from rag_app.jobs.ingestion import Hooks
from rag_app.jobs.plain_steps import PlainSteps
from rag_app.jobs.worker import carry_out
from storage.errors import InvalidInput, NotFound, Permanent, Transient
from storage.jobs.job import Lease


def taken(application: Application, job: str, worker: str) -> Lease:
    lease = application.jobs.store.take(job, worker)
    assert lease is not None
    return lease


def test_a_document_that_failed_waits_in_quarantine_until_it_changes(
    application: Application, folder: Path
) -> None:
    (folder / "plan.txt").write_bytes(b"")
    first = application.documents.ingest(folder)
    (held,) = application.jobs.quarantined("office")
    second = application.documents.ingest(folder)

    assert (held.document, held.reason) == ("plan.txt", "plan.txt is empty.")
    assert [p.document for p in first.failed] == [p.document for p in second.failed] == ["plan.txt"]
    latest, earlier = application.jobs.all("office")
    assert (earlier.outcomes, latest.outcomes) == ({"added": 3, "failed": 1}, {"quarantined": 1})
    assert (latest.outcome, latest.total_documents, latest.unchanged) == ("unchanged", 0, 3)

    (folder / "plan.txt").write_text("The plan is to move.")
    third = application.documents.ingest(folder)

    assert (third.added, third.failed) == (["plan.txt"], [])
    assert application.jobs.quarantined() == []


def test_retry_is_a_new_job_that_tries_what_failed(application: Application, folder: Path) -> None:
    (folder / "plan.pdf").write_bytes(b"")
    application.documents.ingest(folder)
    application.documents.ingest(folder)
    latest = application.jobs.all("office")[0]

    again = application.jobs.retry(latest.id, ANONYMOUS)

    assert (again.state, again.set, again.requested_by) == ("queued", "office", "anonymous")
    assert application.jobs.quarantined("office") == []
    application.jobs.cancel(again.id, ANONYMOUS)
    with pytest.raises(InvalidInput, match="no document has failed"):
        application.jobs.retry(again.id, ANONYMOUS)


def test_the_report_names_every_document_of_the_set(application: Application, folder: Path) -> None:
    application.documents.ingest(folder)
    (folder / "parking.md").write_text("# Parking\n\nThe car park opens at 5:45.\n")
    (folder / "coffee.md").unlink()
    (folder / "plan, new.pdf").write_bytes(b"")
    application.documents.ingest(folder)
    latest = application.jobs.all("office")[0]

    lines = "".join(application.jobs.report_csv(latest.id)).splitlines()

    assert lines == [
        "document,outcome,reason,remedy,kept,chunks",
        "coffee.md,removed,,,False,0",
        "parking.md,changed,,,True,1",
        '"plan, new.pdf",failed,"plan, new.pdf is empty.","Fill the file, or leave it out.",False,0',
        "badges.txt,unchanged,,,False,0",
    ]


def test_who_may_object_to_a_build_stops_it_and_the_live_one_stays(
    application: Application, folder: Path
) -> None:
    application.documents.ingest(folder)
    (folder / "parking.md").write_text("# Parking\n\nThe car park opens at 5:45.\n")
    asked: list[tuple[str, int, int]] = []

    def object_to_it(set_name: str, live: int, candidate: int) -> None:
        asked.append((set_name, live, candidate))
        raise Permanent("Three questions find less.", "See which.")

    here = application.documents.presence()
    job = application.jobs.start("office", ANONYMOUS)
    ingestion = replace(application.documents.ingestion_for(here), hooks=Hooks((object_to_it,)))
    lease = taken(application, job.id, here.id)
    problem = carry_out(ingestion, application.documents.work, lease, PlainSteps())
    here.close()

    ended = application.jobs.show(job.id)
    assert asked == [("office", 1, 2)]
    assert isinstance(problem, Permanent)
    assert (ended.state, ended.problem, ended.reason) == ("failed", "Permanent", "Three questions find less.")
    found = application.answers.search("when does the car park open?", ANONYMOUS).results
    assert "6:30" in found[0].text


def test_a_document_that_breaks_its_batch_is_found_and_the_others_go_in(
    application: Application, folder: Path
) -> None:
    def fragile(batch: Batch) -> Batch:
        if any(file.document_id == "coffee.md" for file in batch.files):
            raise ZeroDivisionError("no beans")
        return through(batch)

    here = application.documents.presence()
    job = application.jobs.start("office", ANONYMOUS, folder=folder)
    whole = application.documents.ingestion_for(here)
    through = whole.writing.pipeline
    ingestion = replace(whole, writing=replace(whole.writing, pipeline=fragile))
    carry_out(ingestion, application.documents.work, taken(application, job.id, here.id), PlainSteps())
    here.close()

    ended = application.jobs.show(job.id)
    assert (ended.outcome, ended.outcomes) == ("published", {"added": 2, "failed": 1})
    (held,) = application.jobs.quarantined("office")
    assert (held.document, held.reason) == (
        "coffee.md",
        "Its passages could not be made: ZeroDivisionError: no beans.",
    )


def test_what_may_succeed_later_is_tried_again(application: Application, folder: Path) -> None:
    calls: list[int] = []

    def busy_at_first(batch: Batch) -> Batch:
        calls.append(len(batch.files))
        if len(calls) == 1:
            raise Transient("The store is busy.")
        return through(batch)

    here = application.documents.presence()
    job = application.jobs.start("office", ANONYMOUS, folder=folder)
    whole = application.documents.ingestion_for(here)
    through = whole.writing.pipeline
    writing = replace(whole.writing, pipeline=busy_at_first, retry_seconds=(0.0,))
    lease = taken(application, job.id, here.id)
    carry_out(replace(whole, writing=writing), application.documents.work, lease, PlainSteps())
    here.close()

    assert calls == [3, 3]
    assert application.jobs.show(job.id).outcomes == {"added": 3}


def test_a_key_starts_one_job(application: Application, folder: Path) -> None:
    first = application.jobs.start("office", ANONYMOUS, folder=folder, idempotency_key="monday")
    again = application.jobs.start("office", ANONYMOUS, folder=folder, idempotency_key="monday")

    assert first.id == again.id
    with pytest.raises(Transient, match=first.id):
        application.jobs.start("office", ANONYMOUS, folder=folder)
    with pytest.raises(NotFound, match="'nosuch'"):
        application.jobs.start("nosuch", ANONYMOUS)


def test_what_was_overtaken_is_not_resumed(application: Application, folder: Path) -> None:
    first = application.jobs.start("office", ANONYMOUS, folder=folder)
    application.jobs.cancel(first.id, ANONYMOUS)
    assert application.jobs.resume(first.id, ANONYMOUS).state == "queued"
    application.jobs.cancel(first.id, ANONYMOUS)
    application.documents.ingest(folder)

    with pytest.raises(InvalidInput, match="was overtaken by job"):
        application.jobs.resume(first.id, ANONYMOUS)


def test_watching_ends_with_the_job(application: Application, folder: Path) -> None:
    job = application.jobs.start("office", ANONYMOUS, folder=folder)
    watched = application.jobs.watch(job.id, seconds=0.01)

    assert next(watched).state == "queued"
    application.jobs.cancel(job.id, ANONYMOUS)
    assert [status.state for status in watched] == ["cancelled"]
