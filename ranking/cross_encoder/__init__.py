"""Scorers that read question and passage together, and the store of what they have scored."""
