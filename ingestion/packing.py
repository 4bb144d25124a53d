"""Units to runs, one a chunk: as even as the bound allows, ending with paragraphs where that is cheap."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.units import Unit

# A run this full may end at a paragraph's end instead of filling up.
FULL_ENOUGH = 0.75


def pack(units: Sequence[Unit], max_tokens: int, min_tokens: int) -> list[list[Unit]]:
    """Runs of at most `max_tokens`; a last run below `min_tokens` joins the one before where it fits."""
    runs: list[list[Unit]] = []
    filled = 0
    remaining = sum(unit.cost for unit in units)
    target = _target(remaining, max_tokens)
    for unit in units:
        enough = FULL_ENOUGH * target if unit.opens_block else target
        ends_early = filled >= enough and remaining > max_tokens
        if not runs or filled + unit.cost > max_tokens or ends_early:
            runs.append(_led(runs[-1], unit, max_tokens) if runs else [])
            carried = sum(lead.cost for lead in runs[-1])
            remaining -= filled - carried
            target = _target(remaining, max_tokens)
            filled = carried
        runs[-1].append(unit)
        filled += unit.cost
    return _without_stub(runs, max_tokens, min_tokens)


def overlapping(runs: Sequence[Sequence[Unit]], units: int, max_tokens: int) -> list[list[Unit]]:
    """Each run led by the last `units` of the run before, as far as `max_tokens` allows."""
    led = [list(run) for run in runs]
    for previous, run in zip(runs, led[1:], strict=False):
        cost = sum(unit.cost for unit in run)
        for unit in reversed(previous[-units:] if units else ()):
            cost += unit.cost
            if cost > max_tokens:
                break
            run.insert(0, unit)
    return led


def _led(before: list[Unit], unit: Unit, max_tokens: int) -> list[Unit]:
    """The run of `unit` so far: what introduces it, taken from the end of the run before."""
    if len(before) > 1 and before[-1].leads and before[-1].cost + unit.cost <= max_tokens:
        return [before.pop()]
    return []


def _target(total: int, max_tokens: int) -> float:
    """The size of runs that share `total` evenly."""
    return total / max(1, -(-total // max_tokens))


def _without_stub(runs: list[list[Unit]], max_tokens: int, min_tokens: int) -> list[list[Unit]]:
    if len(runs) < 2:
        return runs
    *others, before, last = runs
    stub = sum(unit.cost for unit in last)
    if stub < min_tokens and stub + sum(unit.cost for unit in before) <= max_tokens:
        return [*others, before + last]
    return runs
