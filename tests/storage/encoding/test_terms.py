from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.encoding.terms import LONGEST_TERM, TermAnalyser

ANALYSER = TermAnalyser()


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("ERR-1042", "err-1042 err 1042"),
        ("ERR1042", "err1042 err 1042"),
        ("maxRetryCount", "maxretrycount max retry count"),
        ("max_retry_count", "max_retry_count max retry count"),
        ("HTTPServer PDFs", "httpserver http server pdfs pdf"),
        ("v2.3.1", "v2.3.1"),
        ("C++ and C#.", "c++ and c#"),
        ("state-of-the-art", "state-of-the-art state of the art"),
        ("jo@example.com", "jo@example.com jo example com"),
        ("__init__ _emphasis_", "init emphasis"),
        ("the company’s don't", "the company don't don"),
        ("STRASSE straße ﬁnance ＦＵＬＬ", "strasse strasse finance full"),
        ("co\u00adoperate", "cooperate"),
        ("e\u0301te\u0301 été", "été été"),
        ("हिन्दी में", "हिन्दी में"),
        ("东京都 猫 カタ", "东京 京都 猫 カタ"),
        ("iOS版をabc東京x", "ios os 版を abc 東京 x"),
        ("... --- !!", ""),
        ("", ""),
    ],
)
def test_words_of_a_text(text: str, surfaces: str) -> None:
    assert [word.surface for word in ANALYSER.words(text)] == surfaces.split()


def test_stems_are_english_and_stop_words_have_none() -> None:
    stems = {word.surface: word.stem for word in ANALYSER.words("policies running retry does v2.3.1 été")}
    assert stems == {
        "policies": "polici",
        "running": "run",
        "retry": "retri",
        "does": "does",
        "v2.3.1": "v2.3.1",
        "été": "été",
    }


def test_terms_are_surfaces_and_the_stems_that_differ() -> None:
    assert ANALYSER.terms("The policies run") == ["the", "policies", "polici", "run"]


def test_a_blob_is_no_word() -> None:
    assert ANALYSER.words("a" * (LONGEST_TERM + 1)) == []


@given(st.text())
def test_any_text_gives_sound_words(text: str) -> None:
    for word in ANALYSER.words(text):
        assert word.surface
        assert word.stem
        assert not any(character.isspace() for character in word.surface)
        assert len(word.surface) <= 3 * LONGEST_TERM


def test_threads_share_one_analyser() -> None:
    words = [
        f"{stem}{ending}" for stem in ("connect", "relat", "educat") for ending in ("ing", "ion", "ed", "s")
    ]
    expected = [TermAnalyser().terms(word) for word in words]
    shared = TermAnalyser()
    with ThreadPoolExecutor(4) as threads:
        for _ in range(20):
            shared._words_of.cache_clear()
            assert list(threads.map(shared.terms, words)) == expected
