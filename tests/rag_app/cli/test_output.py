"""What documents hold is shown on a terminal, never obeyed by it."""

from __future__ import annotations

from rag_app.cli.output import seen


def test_escape_sequences_and_turned_writing_are_shown_as_what_they_are() -> None:
    assert (
        seen("\x1b]0;owned\x07 plan\x9b2J \u202etxt.exe") == "\ufffd]0;owned\ufffd plan\ufffd2J \ufffdtxt.exe"
    )


def test_letters_of_every_script_lines_and_tabs_stay() -> None:
    text = "Größe\t10 %\nשלום नमस्ते 東京 – “quoted” 👩‍🔬"
    assert seen(text) == text
