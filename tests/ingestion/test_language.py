from __future__ import annotations

import pytest

from ingestion.language import detect_language, language_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Employees may carry over at most five days of annual leave into the next calendar year.", "en"),
        ("Beschäftigte dürfen höchstens fünf Urlaubstage in das nächste Kalenderjahr übertragen.", "de"),
        ("Les employés peuvent reporter au maximum cinq jours de congé sur l'année suivante.", "fr"),
        ("Los empleados pueden trasladar como máximo cinco días de vacaciones al año siguiente.", "es"),
        ("従業員は年次有給休暇を最大五日まで翌年に繰り越すことができます。", "ja"),
        ("Сотрудники могут перенести не более пяти дней отпуска на следующий год.", "ru"),
    ],
)
def test_a_sentence_tells_its_language(text: str, expected: str) -> None:
    assert detect_language(text) == expected


@pytest.mark.parametrize("text", ["", "ATM", "Urlaub", "12345 67890 " * 40])
def test_too_little_text_gives_the_default(text: str) -> None:
    assert detect_language(text) == "en"
    assert detect_language(text, default="de") == "de"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("en-US", "en"),
        ("DE", "de"),
        ("pt_BR", "pt"),
        ("english", None),
        ("xx", None),
        ("", None),
        (None, None),
    ],
)
def test_tags_are_reduced_to_known_codes(declared: str | None, expected: str | None) -> None:
    assert language_code(declared) == expected
