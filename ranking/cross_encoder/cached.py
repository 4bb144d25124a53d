"""Scores that are known need no model: by (model version, normalised question, content of the passage)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from storage.encoding.questions import normalised

if TYPE_CHECKING:
    from ranking.reranking import CrossEncoder  # at run time it would bring Haystack along


class KnownScores(Protocol):
    """Where raw logits are kept; `contents` are sha256 of the texts, in hexadecimal."""

    def get_many(self, version: str, question: str, contents: Sequence[str]) -> dict[str, float]:
        """Content -> score, of those that are known."""
        ...

    def put_many(self, version: str, question: str, scores: Mapping[str, float]) -> None: ...

    def forget(self, contents: Collection[str]) -> None:
        """Keeps no score of these contents any more. Raises Transient where it cannot be told."""
        ...


class CachedCrossEncoder:
    """Computes only the pairs that `store` does not hold; `looked_up` and `computed` count them."""

    def __init__(self, scorer: CrossEncoder, store: KnownScores) -> None:
        self._scorer = scorer
        self._store = store
        self._counting = Lock()
        self.looked_up = 0
        self.computed = 0

    @property
    def version(self) -> str:
        return self._scorer.version

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raw logits (n,) in the order of `texts`; equal texts are computed once."""
        question, version = normalised(question), self.version
        contents = [hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() for text in texts]
        wanted = dict(zip(contents, texts, strict=True))
        known = self._store.get_many(version, question, list(wanted))
        found = self._computed(question, {c: text for c, text in wanted.items() if c not in known})
        if known and self.version != version:  # a service has told by its answer that its model is another
            known, found = {}, self._computed(question, wanted)
        self._store.put_many(self.version, question, {c: s for c, s in found.items() if np.isfinite(s)})
        with self._counting:
            self.looked_up += len(known)
        known |= found
        return np.array([known[content] for content in contents], dtype=np.float32)

    def forget(self, contents: Collection[str]) -> None:
        """Of texts by their sha256, in hexadecimal. Raises Transient."""
        self._store.forget(contents)

    def _computed(self, question: str, texts: Mapping[str, str]) -> dict[str, float]:
        if not texts:
            return {}
        scores = self._scorer.score(question, list(texts.values()))
        with self._counting:
            self.computed += len(texts)
        return dict(zip(texts, scores.tolist(), strict=True))
