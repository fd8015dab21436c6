"""C4 and mC4, as their JSONL files have them (Raffel et al. 2020, arXiv:1910.10683; allenai/c4)."""

from indexes.schema import Schema

SCHEMA = Schema(
    name="c4",
    label="C4",
    required=("text", "timestamp", "url"),
    alone=True,
    spellings={"text": ("text",), "url": ("url",), "date": ("timestamp",)},
)
