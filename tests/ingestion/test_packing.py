from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingestion.packing import overlapping, pack
from ingestion.units import Unit


def units(*costs: int, opens: tuple[int, ...] = ()) -> list[Unit]:
    return [Unit(number, number + 1, cost, opens_block=number in opens) for number, cost in enumerate(costs)]


def costs(runs: list[list[Unit]]) -> list[list[int]]:
    return [[unit.cost for unit in run] for run in runs]


def test_what_fits_stays_together() -> None:
    assert costs(pack(units(30, 30, 40), max_tokens=100, min_tokens=0)) == [[30, 30, 40]]


def test_runs_are_even_rather_than_full_with_a_stub() -> None:
    assert costs(pack(units(*[20] * 6), max_tokens=100, min_tokens=0)) == [[20, 20, 20], [20, 20, 20]]


def test_a_nearly_full_run_ends_with_its_paragraph() -> None:
    # 150 tokens in two runs of 75: the paragraph that opens at 60 tokens starts the second.
    assert costs(pack(units(30, 30, 30, 30, 30, opens=(0, 2)), 100, 0)) == [[30, 30], [30, 30, 30]]


def test_what_introduces_a_list_goes_with_it() -> None:
    made = [*units(70), Unit(1, 2, 10, leads=True), *[Unit(n, n + 1, 40) for n in (2, 3)]]
    assert costs(pack(made, max_tokens=100, min_tokens=0)) == [[70], [10, 40, 40]]
    assert costs(pack([Unit(0, 1, 80, leads=True), *units(30)], 100, 0)) == [
        [80],
        [30],
    ]  # too long to go along


def test_a_stub_joins_the_run_before() -> None:
    assert costs(pack(units(60, 60, 10, opens=(0, 1, 2)), max_tokens=100, min_tokens=20)) == [[60], [60, 10]]


def test_overlap_repeats_the_last_sentences_that_fit() -> None:
    runs = [units(40, 20, 10), [Unit(3, 4, 60), Unit(4, 5, 20)]]
    assert costs(overlapping(runs, 2, 100)) == [[40, 20, 10], [10, 60, 20]]
    assert costs(overlapping(runs, 2, 110)) == [[40, 20, 10], [20, 10, 60, 20]]
    assert overlapping(runs, 0, 100) == runs


@given(
    st.lists(st.tuples(st.integers(1, 50), st.booleans(), st.booleans()), max_size=60),
    st.integers(50, 200),
    st.integers(0, 50),
)
def test_every_unit_is_in_one_run_and_no_run_is_too_long(
    drawn: list[tuple[int, bool, bool]], max_tokens: int, min_tokens: int
) -> None:
    made = [
        Unit(n, n + 1, cost, opens_block=opens, leads=leads) for n, (cost, opens, leads) in enumerate(drawn)
    ]
    runs = pack(made, max_tokens, min_tokens)
    assert [unit for run in runs for unit in run] == made
    assert all(run and sum(unit.cost for unit in run) <= max_tokens for run in runs)
