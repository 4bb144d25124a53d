from __future__ import annotations

from dataclasses import replace

from ingestion.reuse import plan
from storage.chunk import Chunk
from storage.standing import StandingPoint
from storage.vector_schema import NEVER, point_id

FIRST, SECOND = (Chunk("set", "d", n, f"Text {n}.", "Title", start=n, end=n + 7) for n in (0, 1))
WORDS = "terms/190"


def point(
    chunk: Chunk, from_generation: int = 1, until: int = NEVER, lexical: str = WORDS, id_: str = ""
) -> StandingPoint:
    return StandingPoint(id_ or chunk.text, chunk, chunk.content_hash, lexical, from_generation, until)


def test_what_would_be_written_as_it_stands_is_left_alone() -> None:
    made = plan([FIRST, SECOND], [point(FIRST), point(SECOND)], WORDS, 2)
    assert (made.new, made.retired, made.restored, made.leftover) == ((), (), (), ())


def test_what_moved_is_written_with_the_vector_that_it_had() -> None:
    moved = replace(SECOND, ordinal=5, start=90, end=97)
    made = plan([FIRST, moved], [point(FIRST), point(SECOND)], WORDS, 2)
    assert (made.new, made.retired) == ((1,), ("Text 1.",))
    assert made.donors[moved.content_hash] == "Text 1."


def test_other_groups_or_dates_are_another_point() -> None:
    secret = replace(FIRST, groups=("board",))
    made = plan([secret], [point(FIRST)], WORDS, 2)
    assert (made.new, made.retired, made.donors[secret.content_hash]) == ((0,), ("Text 0.",), "Text 0.")


def test_new_text_has_no_donor_and_what_is_gone_is_retired() -> None:
    other = replace(FIRST, text="New.")
    made = plan([other], [point(FIRST), point(SECOND)], WORDS, 2)
    assert (made.new, made.retired) == ((0,), ("Text 0.", "Text 1."))
    assert other.content_hash not in made.donors


def test_another_analysis_of_words_is_written_anew_with_the_same_vector() -> None:
    made = plan([FIRST], [point(FIRST, lexical="terms/250")], WORDS, 2)
    assert (made.new, made.retired, made.donors[FIRST.content_hash]) == ((0,), ("Text 0.",), "Text 0.")


def test_a_point_that_was_embedded_with_other_words_around_it_is_no_donor() -> None:
    stale = replace(point(FIRST), content_hash="of other words")
    made = plan([FIRST], [stale], WORDS, 2)
    assert (made.new, made.retired) == ((0,), ("Text 0.",))
    assert FIRST.content_hash not in made.donors


def test_what_an_earlier_attempt_at_the_generation_wrote_is_kept() -> None:
    made = plan([FIRST], [point(FIRST, from_generation=2)], WORDS, 2)
    assert (made.new, made.retired, made.leftover) == ((), (), ())


def test_what_an_earlier_attempt_saw_otherwise_is_put_right() -> None:
    retired, written = point(FIRST, until=2), point(SECOND, from_generation=2)
    made = plan([FIRST], [retired, written], WORDS, 2)
    assert (made.new, made.restored, made.leftover) == ((), ("Text 0.",), ("Text 1.",))


def test_a_point_that_is_written_again_under_its_id_is_no_leftover() -> None:
    id_ = point_id(FIRST, 2)
    made = plan([FIRST], [point(FIRST, from_generation=2, lexical="older", id_=id_)], WORDS, 2)
    assert (made.new, made.leftover) == ((0,), ())


def test_a_text_that_stands_twice_may_give_its_vector_to_both() -> None:
    twice = [replace(FIRST, ordinal=n, start=n * 9) for n in (3, 4)]
    made = plan(twice, [point(FIRST)], WORDS, 2)
    assert made.new == (0, 1)
    assert {made.donors[chunk.content_hash] for chunk in twice} == {"Text 0."}
