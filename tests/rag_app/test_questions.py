import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_app.questions import CONTROL, checked_question
from storage.errors import InvalidInput


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?!", "\x00\x01", "\u200b\ufeff", "🙂"])
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no word"):
        checked_question(text, 100)


def test_a_long_question_is_refused_with_both_figures() -> None:
    with pytest.raises(InvalidInput, match=r"100,000 characters; at most 4,000"):
        checked_question("x" * 100_000, 4000)


@pytest.mark.parametrize(
    "text",
    ["Wie lange ist die Elternzeit?", "年次休暇は何日ですか", "كم عدد أيام الإجازة؟", "отпуск", "ERR-1042"],
)
def test_any_script_is_a_question(text: str) -> None:
    assert checked_question(text, 4000) == text


def test_control_characters_become_spaces() -> None:
    assert checked_question("what\x00is\x1b[31m\u202ethis", 100) == "what is [31m this"


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert checked_question("what \ud800 is this", 100) == "what ? is this"


@given(st.text(max_size=200))
def test_what_passes_is_clean(text: str) -> None:
    try:
        cleaned = checked_question(text, 300)
    except InvalidInput:
        return
    assert not CONTROL.search(cleaned)
    assert cleaned == cleaned.strip() != ""
    cleaned.encode()
