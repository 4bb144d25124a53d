from __future__ import annotations

from rag_app.application.measuring import Measured


def test_a_question_without_a_signal_keeps_its_order_in_the_signals_ablation() -> None:
    measured = Measured()
    measured.stages["ensemble"] = {"q1": ["a", "b"], "q2": ["c", "d"]}
    measured.reordered["superseded"] = {"q2": ["d", "c"]}

    assert measured.ablations == {"superseded": {"q1": ["a", "b"], "q2": ["d", "c"]}}
