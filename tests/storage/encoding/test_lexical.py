from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from storage.encoding.lexical import SURFACE_WEIGHT, SYNONYM_WEIGHT, LexicalEncoder, term_index
from storage.encoding.synonyms import Expansion
from storage.encoding.terms import TermAnalyser
from storage.errors import InvalidInput
from storage.sparse import SparseVector

CORPUS = [
    "Router firmware: reset the router when the firmware update fails with ERR-1042.",
    "The notice period is three months. The period begins with the written notice.",
    "Travel policy. Employees book trains; flights need approval by a manager.",
    "Approval of flights: the manager approves within two days, else the request lapses.",
    "Firmware release notes, version v2.3.1: fixes ERR-1042 and ERR-1043.",
    "Parental leave lasts fourteen months and is announced seven weeks before it begins.",
    "Firmware.",
]
TERMS = TermAnalyser().terms
QUESTIONS = [
    "firmware update",
    "What does ERR-1042 mean?",
    "manager approval flights",
    "notice period months",
    "v2.3.1",
    "leave begins",
]


def weights(vector: SparseVector) -> dict[int, float]:
    return dict(zip(vector.indices, vector.values, strict=True))


def test_weights_worked_out_by_hand() -> None:
    vector = weights(LexicalEncoder(average_length=4, k1=1.5, b=0.75).encode_document("run run cat"))
    norm = 1.5 * (0.25 + 0.75 * 3 / 4)
    assert vector == pytest.approx(
        {term_index("run"): 2 * 2.5 / (2 + norm), term_index("cat"): 2.5 / (1 + norm)}
    )


def test_a_question_weighs_the_stem_and_a_little_the_form_as_written() -> None:
    vector = LexicalEncoder(1).encode_question("What are the policies? Policies!")
    assert weights(vector) == {term_index("polici"): 2.0, term_index("policies"): 2 * SURFACE_WEIGHT}


RUNNING_RATES = {"run": 1.0, "running": SURFACE_WEIGHT, "rate": 1.0, "rates": SURFACE_WEIGHT}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How are the running rates?", RUNNING_RATES | {"rat": SURFACE_WEIGHT}),
        ("Wie sind die Verträge?", {"vertrag": 1.0, "verträge": SURFACE_WEIGHT}),
        ("running rates", RUNNING_RATES | {"running": 1.0 + SURFACE_WEIGHT, "rat": 1.0}),
        ("the casting of a die", {"cast": 1.0, "casting": SURFACE_WEIGHT, "die": 1.0 + SURFACE_WEIGHT}),
    ],
)
def test_where_documents_are_english_and_german_a_word_counts_by_the_question_s_language(
    question: str, expected: dict[str, float]
) -> None:
    vector = LexicalEncoder(1).encode_question(question, {"de", "en"})
    assert weights(vector) == {term_index(term): weight for term, weight in expected.items()}


def test_a_german_document_is_found_by_another_form_of_its_words() -> None:
    encoder = LexicalEncoder(5)
    document = encoder.encode_document("Urlaubsanträge stellt man im Portal.", "de")
    asked = encoder.encode_question("Wie stelle ich einen Urlaubsantrag?", {"de", "en"})
    assert term_index("urlaubsantrag") in set(asked.indices) & set(document.indices)


def test_synonyms_weigh_less_and_add_nothing_to_what_is_asked_anyway() -> None:
    synonyms = (Expansion("margin call", ("the collateral call", "top-up of collaterals")),)
    vector = LexicalEncoder(1).encode_question("margin call", expansions=synonyms)
    assert weights(vector) == {
        term_index("margin"): 1.0 + SURFACE_WEIGHT,
        term_index("call"): 1.0 + SURFACE_WEIGHT,
        term_index("collater"): SYNONYM_WEIGHT,
        term_index("collateral"): SYNONYM_WEIGHT * SURFACE_WEIGHT,
        term_index("collaterals"): SYNONYM_WEIGHT * SURFACE_WEIGHT,
        **dict.fromkeys(map(term_index, ("top-up", "top", "up")), SYNONYM_WEIGHT * (1 + SURFACE_WEIGHT)),
    }


def test_a_synonym_of_stop_words_adds_nothing() -> None:
    encoder = LexicalEncoder(1)
    expansions = encoder.expansions("information technology", "IT = information technology")
    assert expansions == (Expansion("information technology", ("IT",)),)
    plain = encoder.encode_question("information technology")
    assert encoder.encode_question("information technology", expansions=expansions) == plain


@pytest.mark.parametrize("question", ["to be or not to be", "who", "Will it?"])
def test_a_question_of_stop_words_keeps_them(question: str) -> None:
    encoder = LexicalEncoder(5)
    asked = encoder.encode_question(question)
    assert asked.indices
    assert set(asked.indices) <= set(encoder.encode_document(f"They say: {question}").indices)


def test_empty_texts_make_empty_vectors() -> None:
    encoder = LexicalEncoder(5)
    assert encoder.encode_document(" \n") == encoder.encode_question("?!") == SparseVector((), ())
    assert encoder.terms("...") == []


@pytest.mark.parametrize("length", [0.0, -1.0, math.nan])
def test_an_impossible_average_length_is_refused(length: float) -> None:
    with pytest.raises(InvalidInput, match=str(length)):
        LexicalEncoder(length)


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_ranks_as_rank_bm25_does_with_the_idf_of_the_vector_store(question: str) -> None:
    encoder = LexicalEncoder(np.mean([len(TERMS(text)) for text in CORPUS]).item())
    reference = BM25Okapi([TERMS(text) for text in CORPUS], k1=1.5, b=0.75)
    reference.idf = {term: idf(term) for text in CORPUS for term in TERMS(text)}
    asked = weights(encoder.encode_question(question))
    expected = sum(
        asked[term_index(term)] * reference.get_scores([term])
        for term in set(TERMS(question))
        if term_index(term) in asked
    )

    scores = [score(asked, weights(encoder.encode_document(text))) for text in CORPUS]
    np.testing.assert_allclose(scores, expected, rtol=1e-9)
    assert max(scores) > 0


def idf(term: str) -> float:
    holders = sum(term in TERMS(text) for text in CORPUS)
    return math.log(1 + (len(CORPUS) - holders + 0.5) / (holders + 0.5))


def score(asked: dict[int, float], document: dict[int, float]) -> float:
    """What the vector store computes: the dot product, each dimension times its idf."""
    idf_of = {term_index(term): idf(term) for text in CORPUS for term in TERMS(text)}
    return sum(weight * idf_of[i] * document[i] for i, weight in asked.items() if i in document)


@given(st.text())
def test_vectors_are_sound_whatever_the_text(text: str) -> None:
    encoder = LexicalEncoder(10)
    document, question = encoder.encode_document(text), encoder.encode_question(text)
    for vector in (document, question):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert all(weight > 0 for weight in vector.values)
    assert all(weight < 2.5 for weight in document.values)
    assert set(question.indices) <= set(document.indices)
    assert bool(question.indices) == bool(encoder.terms(text))


@given(st.lists(st.sampled_from(["cat", "dog", "running", "ERR-1042"]), min_size=1))
def test_more_of_a_term_never_weighs_less_at_equal_length(words: list[str]) -> None:
    encoder = LexicalEncoder(10, b=0)
    cat = term_index("cat")
    before = weights(encoder.encode_document(" ".join(words))).get(cat, 0.0)
    after = weights(encoder.encode_document(" ".join([*words, "cat"])))[cat]
    assert after > before


def test_indices_are_the_same_in_every_process() -> None:
    script = "from storage.encoding.lexical import LexicalEncoder;"
    script += "print(LexicalEncoder(5).encode_question('Firmware ERR-1042'))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {str(LexicalEncoder(5).encode_question("Firmware ERR-1042"))}
    assert term_index("firmware") == 1231915270  # kept in collections, so never to change
