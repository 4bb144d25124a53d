from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from ranking.audit.plots import Bar, bars, columns, lines

SVG = "{http://www.w3.org/2000/svg}"


def _parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - what we have just written


def _rects(svg: str) -> list[ET.Element]:
    return list(_parsed(svg).iter(f"{SVG}rect"))


def test_a_bar_is_as_long_as_its_value_and_its_whisker_spans_the_interval() -> None:
    svg = bars("quality", [Bar("half", 0.5, "0.500", 0.25, 0.75), Bar("whole", 1.0, "1.000")], 1.0)
    half, whole = (float(rect.attrib["width"]) for rect in _rects(svg))
    spans = [
        line.attrib for line in _parsed(svg).iter(f"{SVG}line") if line.attrib["y1"] == line.attrib["y2"]
    ]
    left = float(_rects(svg)[0].attrib["x"])

    assert (half, whole) == (200.0, 400.0)
    assert [(float(s["x1"]) - left, float(s["x2"]) - left) for s in spans] == [(100.0, 300.0)]


def test_columns_stand_on_one_floor() -> None:
    first, second = _rects(columns("changes", [Bar("lost", 2, "2"), Bar("won", 8, "8")], "questions"))

    assert float(second.attrib["height"]) == 4 * float(first.attrib["height"])
    assert {float(r.attrib["y"]) + float(r.attrib["height"]) for r in (first, second)} == {294.0}


def test_curves_rise_from_the_floor_to_the_top() -> None:
    svg = lines("recall", {"dense": [(0, 0.0), (1, 1.0)]}, "depth", [(0, "1"), (1, "50")], diagonal=True)
    [curve] = _parsed(svg).iter(f"{SVG}polyline")
    (left, low), (right, high) = (map(float, point.split(",")) for point in curve.attrib["points"].split())

    assert (low, high) == (294.0, 34.0)
    assert left < right


@pytest.mark.parametrize(
    "svg",
    [
        bars("<b>&", [Bar("<script>", 0.0, '"')]),
        bars("none", []),
        columns("<b>&", [Bar("<script>", 0.0, '"')], "&"),
        lines("<b>&", {"<script>": [(0, 0.5)]}, "&", [(0, "&")]),
    ],
)
def test_any_name_and_any_emptiness_is_well_formed_and_nothing_is_fetched(svg: str) -> None:
    assert _parsed(svg).tag == f"{SVG}svg"
    assert "<script" not in svg
    assert re.findall(r"(?:href|src|url\()", svg) == []
    assert "nan" not in svg
