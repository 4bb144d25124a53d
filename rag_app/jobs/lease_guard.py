"""Whether this process may go on: its worker still lives in the eyes of others, and nobody stops it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from storage.errors import Transient

SAFE_PART = 0.6  # of the lease: then the others, who wait for all of it, cannot have taken over yet


class Abandoned(BaseException):
    """This process leaves its jobs as they are, for another to go on."""


class CancelledByUser(Transient):
    """Someone asked for the job to stop."""

    def __init__(self) -> None:
        super().__init__("The job was cancelled.", "Start it again if you still want it.")


class LeaseGuard:
    """Told by the heartbeat, asked before every write; safe to share by threads.

    `monotonic` counts seconds. A process that was stopped and goes on has missed its beats: it knows
    before it writes.
    """

    def __init__(self, lease_seconds: float, monotonic: Callable[[], float]) -> None:
        self._safe_seconds = lease_seconds * SAFE_PART
        self._monotonic = monotonic
        self._beaten = monotonic()
        self._cancelled: set[str] = set()
        self._taken: dict[str, float] = {}
        self._lock = Lock()
        self.leaving = Event()

    def beaten(self, begun: float) -> None:
        """A beat was acknowledged that began at `begun`."""
        with self._lock:
            self._beaten = begun

    def taken(self, job_id: str) -> None:
        """This process works on the job from now on, whatever stopped it before."""
        with self._lock:
            self._cancelled = self._cancelled - {job_id}
            self._taken[job_id] = self._monotonic()

    def cancel(self, job_ids: set[str], begun: float) -> None:
        """These are to stop, by what was read from `begun` on; of a job taken since then it tells nothing."""
        with self._lock:
            self._taken = {job_id: moment for job_id, moment in self._taken.items() if moment >= begun}
            self._cancelled = job_ids - self._taken.keys()

    def is_safe(self) -> bool:
        with self._lock:
            return self._monotonic() - self._beaten < self._safe_seconds

    def check(self, job_id: str | None = None) -> None:
        """Raises Abandoned where this process must not go on, CancelledByUser where this job must not."""
        if self.leaving.is_set() or not self.is_safe():
            raise Abandoned
        with self._lock:
            if job_id in self._cancelled:
                raise CancelledByUser
