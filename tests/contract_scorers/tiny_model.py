"""A cross-encoder of two layers with random weights, as sentence-transformers saves one."""

from __future__ import annotations

import string
from pathlib import Path

WORDS = "how long is the notice period three months to end of a quarter paris capital france word"
LETTERS = string.ascii_lowercase + string.digits
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = list(
    dict.fromkeys([*SPECIAL, *WORDS.split(), *LETTERS, *"?.,-", *(f"##{letter}" for letter in LETTERS)])
)
WINDOW = 64


def save_tiny_model(folder: Path, labels: int = 1, seed: int = 7) -> Path:
    """`folder`, with a model whose window is 64 tokens and whose logits differ clearly from pair to pair."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(VOCABULARY))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=WINDOW,
        id2label={label: str(label) for label in range(labels)},
        initializer_range=0.6,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(vocab=str(vocabulary), model_max_length=WINDOW).save_pretrained(folder)
    return folder
