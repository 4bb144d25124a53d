from __future__ import annotations

from ranking.evaluation.evaluation_set import Question, Quotation
from ranking.evaluation.passages import passage_relevance, visible, words
from storage.chunk import Chunk


def _chunks(**texts: str) -> dict[str, Chunk]:
    """Keys are `document_ordinal`."""
    found = {}
    for key, text in texts.items():
        document, ordinal = key.split("_")
        found[key] = Chunk("set", document, int(ordinal), text, "title")
    return found


def _asking(*quotations: Quotation, key: str = "q") -> Question:
    return Question(key, "?", {quotation.document: quotation.grade for quotation in quotations}, quotations)


TEN = "one two three four five six seven eight nine ten"


def test_eight_words_of_ten_are_enough_and_seven_are_not() -> None:
    chunks = _chunks(d_0="zero " + TEN[: TEN.index(" nine")], d_1=TEN[: TEN.index(" eight")], d_2=TEN)
    assert passage_relevance([_asking(Quotation("d", TEN, 2))], chunks).grades == {"q": {"d_0": 2, "d_2": 2}}


def test_only_chunks_of_the_quoted_document_count() -> None:
    chunks = _chunks(d_0=TEN[:20], d_1=TEN[20:], e_0=TEN)
    found = passage_relevance([_asking(Quotation("d", TEN, 1))], chunks)
    assert (found.grades, found.unheld, found.unfounded) == ({"q": {}}, ("q",), ())


def test_a_quotation_that_its_whole_document_does_not_hold_judges_nothing() -> None:
    chunks = _chunks(d_0="other words", e_0=TEN)
    found = passage_relevance([_asking(Quotation("d", TEN, 1))], chunks)
    assert (found.grades, found.unheld, found.unfounded) == ({}, (), ("q",))


def test_a_chunk_takes_the_best_grade_of_the_quotations_it_holds() -> None:
    quotations = Quotation("d", "Alpha, beta", 1), Quotation("d", "gamma", 3), Quotation("e", "beta", 2)
    chunks = _chunks(d_0="alpha beta gamma", d_1="Alpha, BETA!", e_0="beta")
    found = passage_relevance([_asking(*quotations)], chunks)
    assert found.grades == {"q": {"d_0": 3, "d_1": 1, "e_0": 2}}


def test_questions_that_quote_nothing_are_not_measured_by_passage() -> None:
    asked = [Question("q", "?", {"d": 1}), _asking(Quotation("d", "a", 1), key="p")]
    found = passage_relevance(asked, _chunks(d_0="a"))
    assert (found.grades, found.unfounded) == ({"p": {"d_0": 1}}, ())


def test_a_quotation_without_words_is_held_nowhere() -> None:
    assert passage_relevance([_asking(Quotation("d", "—", 1))], _chunks(d_0="a — b")).unfounded == ("q",)


def test_words_are_a_set_in_small_letters() -> None:
    assert words("Straße, STRASSE; x_1 - déjà déjà") == {"strasse", "x_1", "déjà"}


def test_only_what_a_reader_sees_of_a_quotation_in_markup_counts() -> None:
    quoted = (
        "| [Chief People Officer](/job-families/people-group/#chief) | Division<br>Champions | R&amp;D |"
        " ![World Clock](/images/clock.png)"
    )
    assert visible(quoted).split() == (
        ["|", "Chief", "People", "Officer", "|", "Division", "Champions", "|", "R&D", "|", "World", "Clock"]
    )
    chunks = _chunks(d_0="Chief People Officer | Division\nChampions | R&D | World Clock")
    assert passage_relevance([_asking(Quotation("d", quoted, 1))], chunks).grades == {"q": {"d_0": 1}}
