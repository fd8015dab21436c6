"""A static model of two dozen words, made without torch, for tests of what is done with vectors."""

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from analytics import embedding
from analytics.embedding import StaticModel
from indexes.vectors import write_model

TOPICS = {
    "sums": "apples pears buys gives left many how total",
    "court": "court judge appeal law dismissed claim article state",
    "sea": "sea ship wave sail harbour wind coast storm",
}
"""Words of one topic lie close together."""


def small_model(seed: int = 0) -> StaticModel:
    """Words of one topic point nearly the same way; ``[UNK]`` says nothing."""
    rng = np.random.default_rng(seed)
    words, rows = ["[UNK]"], [np.zeros(32)]
    for topic in TOPICS.values():
        centre = rng.normal(size=32)
        for word in topic.split():
            words.append(word)
            rows.append(centre + 0.4 * rng.normal(size=32))
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    pieces = np.rint(np.array(rows) * 5000).astype(np.int16)
    return StaticModel(f"small-{seed}", pieces, tokenizer.to_str().encode())


def keep_small_model(folder: Path, seed: int = 0) -> StaticModel:
    """Put the small model where the distilled one would be kept."""
    model = small_model(seed)
    path = folder / f"{embedding.NAME}-{embedding.VERSION}.npz"
    write_model(path, model.name, model.pieces, model.tokenizer)
    return model
