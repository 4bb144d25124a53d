"""Charts as SVG text: each carries its own style for light and dark, and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 720
_LABELS = 150  # room on the left, for names of bars
_FIGURES = 170  # room on the right, for their values
_ROW = 30
_TOP = 34
_PLOT = 260  # height of charts with two axes
_LEFT = 56
_BOTTOM = 46

_STYLE = """
text{font:13px system-ui,sans-serif;fill:#24292f} .title{font-weight:600;font-size:14px} .soft{fill:#59636e}
.grid{stroke:#d8dee4;stroke-width:1} .axis{stroke:#818b98;stroke-width:1} .dash{stroke-dasharray:4 4}
.plain{fill:#9db7dd} .strong{fill:#2f6fdf} .worse{fill:#d1653a} .same{fill:#b6bec9}
.whisker{stroke:#24292f;stroke-width:1.5}
.line{fill:none;stroke-width:2.2} .c0{stroke:#2f6fdf;fill:#2f6fdf} .c1{stroke:#d1653a;fill:#d1653a}
.c2{stroke:#2c8f6b;fill:#2c8f6b} .c3{stroke:#8a5cc2;fill:#8a5cc2} .c4{stroke:#7d8590;fill:#7d8590}
.line.c0,.line.c1,.line.c2,.line.c3,.line.c4{fill:none}
@media (prefers-color-scheme:dark){text{fill:#e6edf3} .soft{fill:#9198a1} .grid{stroke:#30363d}
.axis{stroke:#6e7681}
.whisker{stroke:#e6edf3} .plain{fill:#44618f} .strong{fill:#5b93f5} .same{fill:#565f6b}}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` and `high` draw a whisker; `note` stands beside the bar; `kind` is a colour's class."""

    label: str
    value: float
    note: str
    low: float | None = None
    high: float | None = None
    kind: str = "plain"


def bars(title: str, rows: Sequence[Bar], maximum: float | None = None) -> str:
    """Horizontal bars from 0 to `maximum`, by default the largest value or whisker."""
    largest = max((max(row.value, row.high or 0.0) for row in rows), default=0.0)
    scale = (WIDTH - _LABELS - _FIGURES) / (maximum or largest or 1.0)
    parts = [_bar(row, _TOP + place * _ROW, scale) for place, row in enumerate(rows)]
    return _svg(title, _TOP + len(rows) * _ROW + 8, parts)


def columns(title: str, rows: Sequence[Bar], axis: str) -> str:
    """Upright bars of counts, each with its label below."""
    largest = max((row.value for row in rows), default=0.0) or 1.0
    step = (WIDTH - _LEFT - 16) / max(len(rows), 1)
    floor = _TOP + _PLOT
    parts = []
    for place, row in enumerate(rows):
        height = row.value / largest * (_PLOT - 26)
        left, middle = _LEFT + place * step, _LEFT + (place + 0.5) * step
        parts += [
            _rect(row.kind, left + 4, floor - height, step - 8, height),
            _text(middle, floor - height - 6, row.note, anchor="middle"),
            _text(middle, floor + 17, row.label, "soft", "middle"),
        ]
    parts += [
        _line(_LEFT, floor, WIDTH - 16, floor, "axis"),
        _text(_LEFT + (WIDTH - _LEFT - 16) / 2, floor + 38, axis, "soft", "middle"),
    ]
    return _svg(title, floor + _BOTTOM, parts)


def lines(
    title: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    x_axis: str,
    x_ticks: Sequence[tuple[float, str]],
    *,
    diagonal: bool = False,
) -> str:
    """Curves of points (x, y) with y in 0..1 and x within the ticks (x, label); a legend on the right."""
    low, high = x_ticks[0][0], x_ticks[-1][0]
    width = WIDTH - _LEFT - _FIGURES

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + (x - low) / ((high - low) or 1.0) * width, _TOP + (1.0 - y) * _PLOT

    parts = [_grid(width), *_x_ticks(x_ticks, at)]
    parts.append(_text(_LEFT + width / 2, _TOP + _PLOT + 38, x_axis, "soft", "middle"))
    if diagonal:
        parts.append(_line(*at(low, low), *at(high, high), "axis dash"))
    for place, (name, points) in enumerate(series.items()):
        parts += _curve(name, [at(x, y) for x, y in points], place)
    return _svg(title, _TOP + _PLOT + _BOTTOM, parts)


def _bar(row: Bar, top: float, scale: float) -> str:
    middle = top + _ROW / 2 - 3
    end = _LABELS + max(row.value, row.high or 0.0) * scale
    whisker = ""
    if row.low is not None and row.high is not None:
        left, right = _LABELS + max(row.low, 0.0) * scale, _LABELS + row.high * scale
        whisker = (
            _line(left, middle, right, middle, "whisker")
            + _line(left, middle - 4, left, middle + 4, "whisker")
            + _line(right, middle - 4, right, middle + 4, "whisker")
        )
    return (
        _text(_LABELS - 8, middle + 4, row.label, anchor="end")
        + _rect(row.kind, _LABELS, top + 2, max(row.value, 0.0) * scale, _ROW - 10)
        + whisker
        + _text(end + 8, middle + 4, row.note, "soft")
    )


def _curve(name: str, points: Sequence[tuple[float, float]], place: int) -> list[str]:
    colour = f"c{place % 5}"
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    key = _TOP + 14 + place * 22
    left = WIDTH - _FIGURES + 24
    return [
        f'<polyline class="line {colour}" points="{path}"/>',
        *(f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in points),
        _line(left, key - 4, left + 22, key - 4, f"line {colour}"),
        _text(left + 30, key, name),
    ]


def _grid(width: float) -> str:
    parts = []
    for step in range(6):
        height = _TOP + _PLOT * (1 - step / 5)
        parts.append(_line(_LEFT, height, _LEFT + width, height, "axis" if step == 0 else "grid"))
        parts.append(_text(_LEFT - 8, height + 4, f"{step / 5:.1f}", "soft", "end"))
    return "".join(parts)


def _x_ticks(
    ticks: Sequence[tuple[float, str]], at: Callable[[float, float], tuple[float, float]]
) -> list[str]:
    return [_text(at(x, 0.0)[0], _TOP + _PLOT + 17, label, "soft", "middle") for x, label in ticks]


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    name = escape(title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{name}" width="{WIDTH}" style="max-width:100%;height:auto">'
        f"<style>{_STYLE}</style>{_text(0, 18, title, 'title')}{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size} rx="2"/>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
