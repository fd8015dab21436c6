"""DCLM-Baseline (Li et al. 2024, arXiv:2406.11794): the crawl's words are in ``metadata``, scores beside."""

from indexes.schema import Schema

SCHEMA = Schema(
    name="dclm",
    label="DCLM",
    required=("text", "url", "warcinfo", "metadata"),
    spellings={
        "text": ("text",),
        "id": ("id", "metadata.WARC-Record-ID"),
        "url": ("url", "metadata.WARC-Target-URI"),
        "date": ("metadata.WARC-Date",),
    },
)
