"""The errors that callers of the facade meet."""

from storage.errors import InvalidInput, NotFound, Permanent, Problem, Transient

__all__ = ["InvalidInput", "NotFound", "Permanent", "Problem", "Transient"]
