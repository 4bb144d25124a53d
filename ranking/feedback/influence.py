"""What one look and one vote may weigh, so that no place on the page and no person decides alone."""

from __future__ import annotations

BUDGET = 500


def expected_looks(position: int) -> float:
    """1/rank: how likely a result at this place is looked at, until it is measured.

    The propensity with eta = 1 of Joachims, Swaminathan and Schnabel, Unbiased learning-to-rank with
    biased feedback, WSDM 2017.
    """
    return 1.0 / max(position, 1)


def vote_weight(on_passage: int, in_all: int) -> float:
    """Of a vote, where the same person has so many others standing on the passage and in all.

    `1/(n+1)^2` on one passage, so at most 1.65 votes under however many wordings of the question; beyond
    500 votes in all, falling as the square too, so at most 1,000 altogether.
    """
    return (1.0 / (on_passage + 1)) ** 2 * min(1.0, BUDGET / (in_all + 1)) ** 2
