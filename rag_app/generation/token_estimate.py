"""What a text costs a language model whose tokenizer we do not have: an estimate on the high side."""

from __future__ import annotations

import re

# Words; abbreviations and random letters, which tokenizers know less well; line breaks; any other character.
PIECE = re.compile(r"(?P<word>[A-Z]?[a-z]+)|(?P<capitals>[A-Z]+)|(?P<breaks>\n+)|[^ ]")
LETTERS_A_TOKEN = {"word": 4, "capitals": 2}
ELLIPSIS = " …"


def estimated_tokens(text: str) -> int:
    """Digits and signs count one each, other scripts one to three a character, words one per four letters."""
    return sum(_cost(piece) for piece in PIECE.finditer(text))


def cut(text: str, tokens: int) -> str:
    """`text`, or its longest beginning of whole words within so many estimated tokens, ellipsis included."""
    if estimated_tokens(text) <= tokens:
        return text
    left, end = tokens - estimated_tokens(ELLIPSIS), 0
    for piece in PIECE.finditer(text):
        left -= _cost(piece)
        if left < 0:
            break
        end = piece.end()
    beginning = text[:end].rstrip()
    if text[end : end + 1].strip() and " " in beginning:
        beginning = beginning.rpartition(" ")[0].rstrip()
    return beginning + ELLIPSIS if beginning else ""


def _cost(piece: re.Match[str]) -> int:
    letters = LETTERS_A_TOKEN.get(piece.lastgroup or "")
    if letters:
        return -(-len(piece[0]) // letters)
    return 1 if piece[0][0].isascii() else max(1, len(piece[0].encode(errors="replace")) - 1)
