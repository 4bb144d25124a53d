"""A real WordPiece tokenizer with a small vocabulary, of the kind that the embedder has."""

from __future__ import annotations

import string

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = ("the", "and", "leave", "policy", "days", "approval", "manager", "request", "##s", "##ing", "##ed")


class WordPieceOffsets:
    """As the embedder's tokenizer: words over 100 characters are one unknown token."""

    def __init__(self) -> None:
        characters = string.ascii_lowercase + string.digits + string.punctuation
        pieces = ["[UNK]", *WORDS, *characters, *(f"##{character}" for character in characters)]
        vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
        self._tokenizer = Tokenizer(
            models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
        )
        self._tokenizer.normalizer = normalizers.BertNormalizer()
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        offsets: list[tuple[int, int]] = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return offsets


@pytest.fixture(scope="session")
def tokenizer() -> WordPieceOffsets:
    return WordPieceOffsets()
