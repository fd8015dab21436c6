"""Dolma's format of documents (Soldaini et al. 2024, arXiv:2402.00159); ``added`` is no date of theirs."""

from indexes.schema import Schema

SCHEMA = Schema(
    name="dolma",
    label="Dolma",
    required=("id", "text", "source", "added"),
    spellings={
        "text": ("text",),
        "id": ("id",),
        "source": ("source",),
        "url": ("url", "metadata.url"),
        "title": ("title", "metadata.title"),
        "language": ("language", "lang", "metadata.language"),
        "license": ("license", "metadata.license"),
        "date": ("created",),
    },
)
