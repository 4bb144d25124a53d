"""Boosts beside relevance: each file is one signal, a pure function into -1..1 with unknown = 0."""
