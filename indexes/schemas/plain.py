"""Documents with a text column and whatever else, under the spellings that are common."""

from indexes.schema import Schema

SCHEMA = Schema(
    name="plain",
    label="Plain",
    required=(),
    spellings={
        "text": ("text", "content", "raw_content", "contents", "body", "document", "passage"),
        "id": ("id", "doc_id", "document_id", "docid", "uuid", "_id"),
        "url": ("url", "uri", "link", "source_url", "metadata.url", "meta.url"),
        "title": ("title", "headline", "metadata.title", "meta.title"),
        "domain": ("domain", "topic"),
        "source": ("source", "dataset", "corpus"),
        "language": ("language", "lang", "language_code", "metadata.language", "meta.language"),
        "license": ("license", "licence", "metadata.license", "meta.license"),
        "date": ("date", "created", "published", "timestamp", "created_at", "published_at", "year"),
    },
)
