from __future__ import annotations

import pytest

from rag_app.generation.repetition import repeats_itself


@pytest.mark.parametrize(
    "text",
    [
        "The answer is: " + "the allowance is the allowance is " * 20,
        "Start. " + "The daily allowance is 46 GBP in the United Kingdom and 58 EUR elsewhere. " * 4,
        "ha" * 80,
        "".join(
            f"The passage {n}: the allowance is 46 GBP in the United Kingdom and 58 EUR.\n" for n in range(12)
        ),
        "." * 600,
    ],
)
def test_a_loop_is_seen(text: str) -> None:
    assert repeats_itself(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No, no, no, no: passwords no longer expire [1].",
        "| Card | Limit |\n" + "|" + "-" * 200 + "|",
        "The allowance is 46 GBP [1]. " * 3,
        "".join(f"{n}. {n * 17} GBP\n" for n in range(12)),
        "The same words end it. " * 10 + "But then the answer goes on with something new.",
    ],
)
def test_an_honest_answer_is_none(text: str) -> None:
    assert not repeats_itself(text)
