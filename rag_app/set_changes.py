"""What may be decided about a document set, for those who call the facade."""

from storage.set_options import SetChange, SetRerank

__all__ = ["SetChange", "SetRerank"]
