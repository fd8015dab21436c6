"""What an export says of itself: ``manifest.json``, and ``SHA256SUMS``, which covers it and every shard.

The manifest is written last, so a folder that has one is whole. It holds nothing that differs between two
runs: times, host and user stand in ``run.json``.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from indexes import files
from indexes.errors import BadExport

MANIFEST, SUMS, RUN = "manifest.json", "SHA256SUMS", "run.json"

LAYOUT = 2
"""Version of the manifest's keys; in 1 there was one edit at most, and its counts no lists."""

EDITED = ("documents_changed", "documents_emptied", "characters_removed")
"""What is counted besides where the text was edited: a list, a number for each edit in their order."""


def counted(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What is counted of each shard and of the whole."""
    return ("documents", "tokens", "bytes", "not_utf8", *(EDITED if manifest.get("edit") else ()))


def total(shards: Sequence[Mapping[str, Any]], name: str) -> Any:
    """The sum over shards of what is counted, or of each number of a list; None where one is not known."""
    values = [shard[name] for shard in shards]
    if None in values:
        return None
    if values and isinstance(values[0], list):
        return [sum(column) for column in zip(*values, strict=False)]
    return sum(values)


def edits_of(manifest: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Name and hash of each edit of the text in their order, and what is counted of it."""
    edits, counts = manifest.get("edit") or [], manifest["counts"]
    if isinstance(edits, dict):  # layout 1
        edits, counts = [edits], {name: [counts[name]] for name in EDITED}
    return tuple(
        {"name": edit["name"], "hash": edit["hash"], **{name: counts[name][i] for name in EDITED}}
        for i, edit in enumerate(edits)
    )


@cache
def program_version() -> str:
    """This program's version; it is installed editable, so its declaration lies beside it."""
    declared = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(declared)["project"]["version"])


def hash_of(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the manifest's canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(files.canonical(manifest)).hexdigest()


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the sums, then the manifest: the sums are checked by ``sha256sum -c`` too."""
    text = json.dumps(manifest, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    sums = {shard["name"]: shard["sha256"] for shard in manifest["shards"]}
    sums[MANIFEST] = hashlib.sha256(text.encode()).hexdigest()
    files.write_text(folder / SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    files.write_text(folder / MANIFEST, text)


def read(folder: Path) -> dict[str, Any]:
    """The manifest of an export.

    Raises:
        BadExport: it cannot be read, or a newer version wrote it.
    """
    path = folder / MANIFEST
    again = "Export it again into a new folder."
    try:
        manifest = json.loads(path.read_bytes())
        layout = int(manifest["layout"])
        names = [shard["name"] for shard in manifest["shards"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadExport(f"{path} is damaged: {type(error).__name__}: {error}.", again) from None
    if layout > LAYOUT:
        raise BadExport(
            f"{path} was written by a newer Assay (layout {layout}, this one reads up to {LAYOUT}).",
            "Update Assay.",
        )
    if any(Path(name).name != name for name in names):
        raise BadExport(f"{path} names a shard outside its folder.", again)
    return dict(manifest)


def read_sums(folder: Path) -> dict[str, str]:
    """File name -> SHA-256, as ``SHA256SUMS`` says; empty where there is none."""
    path = folder / SUMS
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
