"""RedPajama-V2: the record with its ``quality_signals``, or the documents files, which are CCNet's.

The first has what describes a document in ``meta``, a string of JSON; the second beside the text (Weber et
al. 2024, arXiv:2411.12372). ``source_domain`` is a host and stays under ``source.``.
"""

from indexes.schema import Schema

SCHEMA = Schema(
    name="redpajama_v2",
    label="RedPajama-V2",
    required=("raw_content",),
    spellings={
        "text": ("raw_content",),
        "id": ("doc_id", "id"),
        "url": ("url", "meta.url"),
        "title": ("title", "meta.title"),
        "language": ("language", "meta.language"),
        "date": ("date_download", "meta.date_download"),
    },
)
