from __future__ import annotations

import pytest
import snowballstemmer

from storage.encoding.languages import ALGORITHMS, algorithms, spoken, stop_words


def test_every_stemmer_is_one_that_snowball_has() -> None:
    assert set(ALGORITHMS.values()) <= set(snowballstemmer.algorithms())


@pytest.mark.parametrize(
    ("languages", "stemmers"),
    [
        (("en",), ("english",)),
        (("de", "en", "nb", "nn"), ("english", "german", "norwegian")),
        (("zh", "la"), ("english",)),
        ((), ()),
    ],
)
def test_languages_share_stemmers(languages: tuple[str, ...], stemmers: tuple[str, ...]) -> None:
    assert algorithms(languages) == stemmers


def test_stop_words_are_those_of_all_languages_together() -> None:
    german, both = stop_words(frozenset({"de"})), stop_words(frozenset({"de", "en"}))
    assert {"der", "für"} <= german
    assert "the" not in german
    assert {"der", "the"} <= both
    assert stop_words(frozenset({"fi"})) == frozenset()
    assert all(word == word.casefold() for word in stop_words(frozenset(ALGORITHMS)))


@pytest.mark.parametrize(
    ("question", "live", "languages"),
    [
        ("how many days of leave", "en de", "en"),
        ("wie viele tage urlaub sind es", "en de", "de"),
        ("die casting", "en de", "de"),
        ("the die casting of it", "en de", "en"),
        ("rate limits", "en de", "en de"),
        ("was die", "en de", "de"),
        ("paljonko lomaa on", "en fi", "en fi"),
        ("how is it in finland", "en fi", "en"),
        ("договоры", "en ru", "en ru"),
        ("договоры", "ru", "ru"),
    ],
)
def test_a_question_is_in_the_language_whose_small_words_it_holds(
    question: str, live: str, languages: str
) -> None:
    assert spoken(question.split(), frozenset(live.split())) == set(languages.split())
