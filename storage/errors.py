"""The errors of the whole application, named for what the caller does next."""


class Problem(Exception):
    """Something a person must be told: `what` happened, with the value, and the `remedy`."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class InvalidInput(Problem):
    """The caller must change what it sent."""


class NotFound(Problem):
    """What was named does not exist."""


class Transient(Problem):
    """The same call may succeed later."""


class Permanent(Problem):
    """The same call fails until someone mends the set-up or the data."""
