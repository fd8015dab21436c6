"""Pins: documents and views that somebody wants to come back to, as small files in the workspace's ``pins/``.

A document is pinned by its address, which is made of its ``key``, so that a pin survives another ingest. A
view is a page with its address; what its address names by hash stands in the pin too, since the server keeps
that only beside its caches.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import xxhash

from indexes import files
from indexes.errors import AssayError
from indexes.verdicts import in_utc

FOLDER = "pins"
DOCUMENT, VIEW = "document", "view"
LONGEST_NAME = 80
MOST = 500
"""Pins that are read; the newest by their files."""
MOST_BYTES = 1_000_000
"""A larger file is no pin."""
DOCUMENT_ADDRESS = re.compile("[0-9a-f]{16}(-[0-9]{1,18})?")
PAGE = re.compile("[a-z_]{1,40}")


@dataclass(frozen=True)
class Pin:
    """What somebody pinned.

    Attributes:
        kind: ``document`` or ``view``.
        name: what it is called in the list.
        when: ISO 8601 in UTC.
        who: the person's name; empty where nobody gave one.
        doc: of a document, its address.
        page: of a view, the page's name; address: what stands in its address, the corpus apart.
        kept: hash -> text that it stands for in the address, such as conditions or an edited recipe.

    Raises:
        ValueError: it is none.
    """

    kind: str
    name: str
    when: str
    who: str = ""
    doc: str = ""
    page: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in (DOCUMENT, VIEW):
            raise ValueError(f"kind is {DOCUMENT} or {VIEW}, got {self.kind!r}")
        for name in ("name", "who", "doc", "page"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is text, got {getattr(self, name)!r}")
        if not self.name.strip() or len(self.name) > LONGEST_NAME or len(self.who) > LONGEST_NAME:
            raise ValueError(f"name and who have at most {LONGEST_NAME} characters, name at least one")
        if self.kind == DOCUMENT and not DOCUMENT_ADDRESS.fullmatch(self.doc):
            raise ValueError(f"doc is a document's address, got {self.doc!r}")
        if self.kind == VIEW and not PAGE.fullmatch(self.page):
            raise ValueError(f"page is the name of a page, got {self.page!r}")
        pairs: Any
        for pairs in (self.address, self.kept):
            if not isinstance(pairs, dict) or not all(isinstance(text, str) for text in pairs.values()):
                raise ValueError("address and kept are mappings, and hold text by name")
        object.__setattr__(self, "when", in_utc(self.when))

    @property
    def file(self) -> str:
        """Its file's name: of one document, and of one name of a view, there is one."""
        if self.kind == DOCUMENT:
            return f"{DOCUMENT}-{self.doc}.json"
        plain = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:40]
        return f"{VIEW}-{plain}-{xxhash.xxh3_64_hexdigest(self.name.encode())}.json"


def read_pins(root: Path) -> tuple[list[Pin], list[AssayError]]:
    """The pins of a workspace, the newest first, and what cannot be read."""
    pins, faults = [], []
    try:
        paths = sorted((root / FOLDER).glob("[!.]*.json"), key=lambda path: -path.stat().st_mtime_ns)[:MOST]
    except OSError as error:
        return [], [_unreadable(root / FOLDER, error.strerror or "it cannot be listed")]
    for path in paths:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError("it is too large")
            pin = Pin(**files.read_json(path))
            if path.name != pin.file:
                raise ValueError(f"its name should be {pin.file}")
            pins.append(pin)
        except OSError as error:
            faults.append(_unreadable(path, error.strerror or "it cannot be read"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            faults.append(_unreadable(path, "it is not JSON"))
        except (ValueError, TypeError) as error:
            faults.append(_unreadable(path, str(error)[:200]))
    return sorted(pins, key=lambda pin: pin.when, reverse=True), faults


def is_pinned(root: Path, pin: Pin) -> bool:
    """Whether a pin of the same document, or of a view of the same name, is there."""
    return (root / FOLDER / pin.file).exists()


def add_pin(root: Path, pin: Pin) -> None:
    """Keep a pin, in the place of another one of its document or name.

    Raises:
        AssayError: the workspace cannot be written.
    """
    try:
        with files.writing_outside(root / FOLDER / pin.file) as temporary:
            temporary.write_text(json.dumps(asdict(pin), ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise _unwritable(root, error) from None


def remove_pin(root: Path, pin: Pin) -> None:
    """Take a pin away; nothing happens where it is gone.

    Raises:
        AssayError: the workspace cannot be written.
    """
    try:
        (root / FOLDER / pin.file).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(root, error) from None


def _unwritable(root: Path, error: OSError) -> AssayError:
    return AssayError(
        f"{root / FOLDER} cannot be written: {error.strerror}.",
        "Check whose it is, or pin in a workspace of your own.",
    )


def _unreadable(path: Path, why: str) -> AssayError:
    return AssayError(f"The pin {path} cannot be read: {why}.", "Mend it, or remove the file.")
