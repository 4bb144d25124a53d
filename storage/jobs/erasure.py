"""What jobs keep of a document, or of a set, erased in the transaction of all else."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from storage.jobs.tables import job_documents, jobs, quarantine


def erase_from_jobs(connection: Connection, set_name: str, document_id: str | None = None) -> None:
    """What a job that ended early had planned goes as a whole: resumed, it begins anew."""
    if document_id is None:
        all_of_it = jobs.c.set_name == set_name, jobs.c.stage != "held"
        connection.execute(delete(jobs).where(*all_of_it))
        connection.execute(delete(quarantine).where(quarantine.c.set_name == set_name))
        return
    mine = quarantine.c.set_name == set_name, quarantine.c.document_id == document_id
    connection.execute(delete(quarantine).where(*mine))
    of_set = select(jobs.c.id).where(jobs.c.set_name == set_name)
    its_lines = job_documents.c.document_id == document_id, job_documents.c.job_id.in_(of_set)
    connection.execute(delete(job_documents).where(*its_lines))
    early = jobs.c.set_name == set_name, jobs.c.state.in_(("failed", "cancelled"))
    plans = job_documents.c.job_id.in_(select(jobs.c.id).where(*early))
    connection.execute(delete(job_documents).where(plans))
    anew = {"planned": False, "generation": None, "documents": 0, "bytes": 0, "chunks": 0}
    connection.execute(update(jobs).where(*early).values(**anew))
