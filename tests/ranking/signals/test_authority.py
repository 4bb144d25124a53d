import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import numpy as np
import pytest

from ranking.signals.authority import ENOUGH, Authority, authority
from ranking.signals.boost import QuestionContext
from storage.scope import Scope
from tests.ranking.candidates import a_candidate


@pytest.mark.parametrize(
    ("links", "likes", "value"), [(0, 0, 0.0), (0, 50, 1.0), (900, 900, 1.0), (-3, 0, 0.0)]
)
def test_is_bounded_and_neutral_without_references(links: int, likes: int, value: float) -> None:
    assert authority(links, likes).normalised == pytest.approx(value)


def test_every_further_reference_counts_less() -> None:
    signal = authority(2, 1)

    assert signal.raw == 3.0
    assert signal.normalised == pytest.approx(math.log(4) / math.log(1 + ENOUGH))


class _Linked:
    def references(self, of: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int]]:
        return {key: (ENOUGH, 0) for key in of if key == ("handbook", "a.md")}


def test_every_passage_has_the_authority_of_its_document() -> None:
    context = QuestionContext(
        "?", np.zeros(2, np.float32), Scope({}, frozenset()), datetime(2026, 1, 1, tzinfo=UTC), {}
    )

    signals = Authority(_Linked()).measure([a_candidate("a"), a_candidate("b")], context)

    assert [signal.normalised for signal in signals] == [1.0, 0.0]
