"""DCLM-Baseline (Li et al. 2024, arXiv:2406.11794): what its crawl said is in ``metadata``, scores lie beside."""

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
