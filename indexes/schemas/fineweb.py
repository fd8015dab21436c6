"""FineWeb and FineWeb-Edu, as their Parquet files have them (Penedo et al. 2024, arXiv:2406.17557)."""

from indexes.schema import Schema

SCHEMA = Schema(
    name="fineweb",
    label="FineWeb",
    required=("text", "id", "dump", "url", "date", "language", "language_score", "token_count"),
    spellings={
        "text": ("text",),
        "id": ("id",),
        "url": ("url",),
        "language": ("language",),
        "date": ("date",),
    },
)
