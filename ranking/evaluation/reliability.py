"""Do probabilities mean what they say? Expected calibration error, log loss and the reliability diagram.

Guo et al., On Calibration of Modern Neural Networks, ICML 2017; Niculescu-Mizil and Caruana, ICML 2005.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 10
SIDE, MARGIN = 240, 40  # of the drawn square, in pixels
COLOURS = ("#8c8c8c", "#1f6fb4", "#c2542d")


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose probability lies in one of ten equal parts: how many, what was said, what was true."""

    pairs: int
    said: float
    true: float


def reliability(probabilities: Floats, relevant: Floats, bins: int = BINS) -> list[Bin]:
    """The parts of 0..1 that hold any pair, from low to high; `relevant` is 0 or 1 a pair."""
    numbers = np.minimum((probabilities * bins).astype(int), bins - 1)
    held = [numbers == number for number in range(bins)]
    return [
        Bin(int(inside.sum()), float(probabilities[inside].mean()), float(relevant[inside].mean()))
        for inside in held
        if inside.any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """ECE: the mean distance between what was said and what was true, weighted by pairs; 0 of nothing."""
    pairs = sum(part.pairs for part in bins)
    return sum(part.pairs * abs(part.said - part.true) for part in bins) / pairs if pairs else 0.0


def log_loss(log_odds: Floats, relevant: Floats) -> float:
    """Mean negative log-likelihood in nats; stable for any log-odds."""
    return float(np.logaddexp(0.0, np.where(relevant > 0, -log_odds, log_odds)).mean())


def diagram(curves: Mapping[str, Sequence[Bin]], title: str) -> str:
    """SVG: what was said to the right, what was true upwards; on the dashed line the two agree."""
    parts = [_axes(title)]
    for row, ((name, bins), colour) in enumerate(zip(curves.items(), COLOURS, strict=False)):
        points = " ".join(f"{_x(part.said):.1f},{_y(part.true):.1f}" for part in bins)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts += [
            f'<circle cx="{_x(part.said):.1f}" cy="{_y(part.true):.1f}" r="3" fill="{colour}">'
            f"<title>{part.pairs} pairs: {part.said:.2f} said, {part.true:.2f} true</title></circle>"
            for part in bins
        ]
        label = f"{name}, ECE {calibration_error(bins):.3f}"
        parts.append(f'<text x="{MARGIN + 8}" y="{MARGIN + 14 * (row + 1)}" fill="{colour}">{label}</text>')
    size = SIDE + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
    )
    return f'{head} font-family="sans-serif" font-size="11">\n' + "\n".join(parts) + "\n</svg>\n"


def _axes(title: str) -> str:
    end, middle = MARGIN + SIDE, MARGIN + SIDE / 2
    turned = f"translate({MARGIN - 14} {middle}) rotate(-90)"
    return "\n".join(
        [
            f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#444"/>',
            f'<line x1="{MARGIN}" y1="{end}" x2="{end}" y2="{MARGIN}" stroke="#444" stroke-dasharray="4 3"/>',
            f'<text x="{middle}" y="{MARGIN - 14}" text-anchor="middle" font-weight="bold">{title}</text>',
            f'<text x="{middle}" y="{end + 28}" text-anchor="middle">probability said (0 to 1)</text>',
            f'<text transform="{turned}" text-anchor="middle">share that is relevant (0 to 1)</text>',
        ]
    )


def _x(share: float) -> float:
    return MARGIN + SIDE * share


def _y(share: float) -> float:
    return MARGIN + SIDE * (1.0 - share)
