"""Rebuild the sample corpus from the texts beside this file.

    python sample_data/make.py [FOLDER]

Writes ``part-00000.parquet`` and its successors to FOLDER (left out: ``sample_data/corpus``). The same texts
and the same version of pyarrow give the same bytes; another version may write the same table in other bytes.

``texts/<domain>.txt`` holds the documents of one domain, each as

    === <id>
    <field>: <value>
    ...
                        (an empty line)
    <text, up to the next line that starts with ===>

A field that is left out or says ``null`` is null. Beside the columns of the corpus a header may say how a
text is related to others; the tests read these notes, the Parquet files do not hold them:

    copy_of: <id>           the text is that of another document, so none follows
    near_copy_of: <id>      the text that follows is an edited copy of another document's
    leaks: <id>             the text quotes an example of a target
    repeat_to_bytes: <n>    the passage that follows is repeated until the text has at least n bytes
"""

import re
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "texts"
CORPUS = HERE / "corpus"

FIELDS = ("title", "url", "source", "language", "license", "date")
NOTES = ("copy_of", "near_copy_of", "leaks", "repeat_to_bytes")
COLUMNS = ("id", "text", "title", "url", "source", "domain", "language", "license", "date")
SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])

UNLABELLED = "unlabelled"  # the one file whose documents have no domain
PARTS = 3
ROWS_PER_GROUP = 16


@dataclass(frozen=True)
class Document:
    """One document as its source file has it: every value a string or null, ``notes`` kept apart."""

    id: str
    text: str
    metadata: dict[str, str | None]
    notes: dict[str, str]


def read_document(block: str, domain: str | None, file: Path) -> Document:
    """Read one block: the id, the header's fields, an empty line, the text."""
    header, _, body = block.partition("\n\n")
    id_, *lines = header.splitlines()
    fields = dict(line.split(": ", maxsplit=1) for line in lines)
    if unknown := set(fields) - {*FIELDS, *NOTES}:
        raise ValueError(f"{file.name}: {id_} has unknown fields {sorted(unknown)}")
    metadata = {name: None if (value := fields.get(name)) == "null" else value for name in FIELDS}
    metadata["domain"] = domain
    notes = {name: fields[name] for name in NOTES if name in fields}
    return Document(id_, body.strip("\n"), metadata, notes)


def repeated(passage: str, size: int) -> str:
    """Repeat a passage, as paragraphs, until the text has at least ``size`` bytes."""
    between = "\n\n"
    times = -(-(size + len(between)) // len((passage + between).encode()))
    return between.join([passage] * times)


def read_documents(folder: Path = TEXTS) -> list[Document]:
    """Read all documents, with copies and repetitions carried out, in the order of the corpus.

    The order is that of a hash of the id, so that the first rows show every domain instead of one.
    """
    found: dict[str, Document] = {}
    for file in sorted(folder.glob("*.txt")):
        domain = None if file.stem == UNLABELLED else file.stem
        for block in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            document = read_document(block, domain, file)
            if document.id in found:
                raise ValueError(f"{file.name}: the id {document.id} is taken")
            found[document.id] = document

    complete = []
    for document in found.values():
        text = document.text
        if original := document.notes.get("copy_of"):
            text = found[original].text
        if size := document.notes.get("repeat_to_bytes"):
            text = repeated(text, int(size))
        complete.append(Document(document.id, text, document.metadata, document.notes))
    return sorted(complete, key=lambda document: sha256(document.id.encode()).digest())


def table_of(documents: list[Document]) -> pa.Table:
    """The documents as the table that the Parquet files hold."""
    rows = [{"id": document.id, "text": document.text, **document.metadata} for document in documents]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def write(folder: Path) -> list[Path]:
    """Write the corpus to a folder and return its files."""
    table = table_of(read_documents())
    rows_per_part = -(-table.num_rows // PARTS)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for part in range(PARTS):
        file = folder / f"part-{part:05d}.parquet"
        pq.write_table(
            table.slice(part * rows_per_part, rows_per_part),
            file,
            row_group_size=ROWS_PER_GROUP,
            compression="zstd",
            compression_level=9,
            use_dictionary=["source", "domain", "language", "license"],
            # Minima and maxima of a text repeat its beginning in the footer, for nobody's use.
            write_statistics=["id", "source", "domain", "language", "license", "date"],
        )
        files.append(file)
    return files


if __name__ == "__main__":
    for written in write(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS):
        print(f"{written}  {written.stat().st_size:,} bytes")
