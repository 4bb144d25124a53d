"""A near store of scores before a far one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ranking.cross_encoder.cached import KnownScores


class LayeredScores:
    """As of `KnownScores`: what only `far` knows is kept in `near`, too."""

    def __init__(self, near: KnownScores, far: KnownScores) -> None:
        self._near = near
        self._far = far

    def get_many(self, version: str, question: str, contents: Sequence[str]) -> dict[str, float]:
        known = self._near.get_many(version, question, contents)
        missing = [content for content in contents if content not in known]
        if not missing:
            return known
        found = self._far.get_many(version, question, missing)
        self._near.put_many(version, question, found)
        return known | found

    def put_many(self, version: str, question: str, scores: Mapping[str, float]) -> None:
        self._near.put_many(version, question, scores)
        self._far.put_many(version, question, scores)

    def forget(self, contents: Collection[str]) -> None:
        self._far.forget(contents)
        self._near.forget(contents)
