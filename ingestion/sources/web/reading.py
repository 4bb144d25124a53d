"""What a walk through a site has met so far, and what follows for what was there before."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.folder import Skipped
from ingestion.sources.web.client import Unanswered
from ingestion.sources.web.frontier import Target
from ingestion.sources.web.urls import page_id, same_page
from ingestion.sources.web.visit import Visit
from storage.errors import Problem, Transient

FAILURES_IN_A_ROW = 10


@dataclass
class Reading:
    """Addresses of pages; `cut` names the limit that ended the walk."""

    done: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    cut: str = ""
    is_partial: bool = False  # pages may have been missed: one that was not met need not be gone
    _failures: int = 0

    def note(self, target: Target, visit: Visit) -> None:
        """Transient where one page after the other fails: the site does."""
        self.done |= {target.url, visit.url}
        moved = {target.url} - {visit.url}
        if visit.kind == "failed" and visit.problem:
            self._fail(visit, visit.problem)
            return
        self._failures = 0
        if visit.kind in ("gone", "elsewhere"):
            self.gone |= {target.url, visit.url}
        else:
            self.gone |= moved
        if visit.kind == "kept":
            (self.gone if other_address(visit) else self.kept).add(visit.url)

    def _fail(self, visit: Visit, problem: Problem) -> None:
        self._failures += isinstance(problem, Unanswered)
        self.is_partial |= isinstance(problem, Unanswered) and not visit.stays
        if visit.stays:
            self.kept.add(visit.url)
        if self._failures >= FAILURES_IN_A_ROW:
            raise Transient(
                f"{FAILURES_IN_A_ROW} pages after each other could not be read; the last: {problem.what}",
                "Try again later.",
            )
        self.skipped.append(Skipped(page_id(visit.url), problem.what, problem.remedy))


def other_address(visit: Visit) -> str | None:
    """The address that a page wants to be known by, where that differs in its query alone.

    A site may name its front page on every page by mistake: such a wish is passed over.
    """
    stated = visit.links.canonical
    return stated if stated and stated != visit.url and same_page(stated, visit.url) else None
