from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith and Mrs. Jones met Prof. Weber.",
        "The rate is 3.5 percent of 1.250,00 EUR.",
        "See https://intra.example.com/a.b/c.html?q=1.2 for details.",
        "Version v2.3.1 fixes it, e.g. the crash in no. 5 (cf. Fig. 3).",
        "Ask J. R. Tolkien about it.",
        "Sie beginnt am 3. Oktober und endet bzw. ruht danach.",
        "1. Open the valve",
        "Sold by Acme Inc. in Europe.",
        "Wait ... and then continue.",
        "No mark at the end",
    ],
)
def test_a_single_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First. Second! Third? Fourth", ["First.", "Second!", "Third?", "Fourth"]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Send it to Acme Inc. We pay.", ["Send it to Acme Inc.", "We pay."]),
        ("The answer is no. We refuse.", ["The answer is no.", "We refuse."]),
        ("It costs 120. We pay 5. They agree.", ["It costs 120.", "We pay 5.", "They agree."]),
        ("Since 2019. 40 people came.", ["Since 2019.", "40 people came."]),
        (
            "休暇は年20日です。申請は上長へ！承認されますか？はい",
            ["休暇は年20日です。", "申請は上長へ！", "承認されますか？", "はい"],
        ),
        ("他说：「好。」然后走了。", ["他说：「好。」", "然后走了。"]),
        ("Это правило. Оно новое.", ["Это правило.", "Оно новое."]),
        ("यह नियम है। वह नया है।", ["यह नियम है।", "वह नया है।"]),
        ("هل توافق؟ نعم أوافق.", ["هل توافق؟", "نعم أوافق."]),
        ("¿Vale? ¡Sí! Gracias.", ["¿Vale?", "¡Sí!", "Gracias."]),
    ],
)
def test_sentences_end_where_a_reader_says_so(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="ab.!?。 \n\"')ÄDr1", max_size=200))
def test_nothing_but_space_lies_between_sentences(text: str) -> None:
    spans = list(sentence_spans(text))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", ["." * 1_000_000, "a. " * 300_000, '."' * 400_000, "3. " * 300_000, "x" * 1_000_000]
)
def test_a_megabyte_takes_linear_time(text: str) -> None:
    started = process_time()
    list(sentence_spans(text))
    assert process_time() - started < 5
