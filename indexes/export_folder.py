"""The folder of an export: new, begun, whole, or somebody else's."""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

from indexes import files, manifest
from indexes.errors import BadExport
from indexes.saying import command

UNFINISHED, REQUEST = "unfinished", "request.json"


def shard_name(number: int) -> str:
    """A shard's name without its suffix."""
    return f"shard-{number:05d}"


@contextmanager
def only_writer(to: Path) -> Iterator[None]:
    """Make the folder if need be and be the only one to write into it."""
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadExport(f"{to} cannot be made: {error.strerror}.", "Give another folder with --to.") from None
    descriptor = os.open(to, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise BadExport(
            f"Another process is exporting into {to}.", "Wait for it, or export elsewhere."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def finished(to: Path, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest of an export that lies in the folder whole, if it is this very one."""
    if not (to / manifest.MANIFEST).exists():
        return None
    said = manifest.read(to)
    if {name: said.get(name) for name in request} != request:
        raise _taken(to, "another export", request)
    for shard in said["shards"]:
        path = to / shard["name"]
        if not path.is_file() or path.stat().st_size != shard["size"]:
            raise BadExport(
                f"{to} holds this export, but {shard['name']} is not as its manifest says.", again(to)
            )
    files.remove(to / UNFINISHED)
    return said


def resumed(to: Path, request: Mapping[str, Any], suffix: str) -> list[dict[str, Any]]:
    """Make the folder ready and say which shards of this export are whole already."""
    ours = re.compile(
        rf"{re.escape(files.TEMPORARY)}.*|{UNFINISHED}|{manifest.SUMS}|{manifest.RUN}"
        rf"|shard-\d+{re.escape(suffix)}"
    )
    there = sorted(path.name for path in to.iterdir())
    begun = (to / UNFINISHED / REQUEST).exists()
    same = begun and files.read_json(to / UNFINISHED / REQUEST) == request
    if begun and not same and not {UNFINISHED}.issuperset(there):
        raise _taken(to, "another export, unfinished", request)
    strange = [
        name
        for name in there
        if not ours.fullmatch(name) or not (begun or name == UNFINISHED or name.startswith(files.TEMPORARY))
    ]
    if strange:
        raise _taken(to, f"files that are no part of an export ({', '.join(strange[:3])})", request)
    files.sweep(to)
    if not same:
        files.write_json(to / UNFINISHED / REQUEST, request)
    done: list[dict[str, Any]] = []
    while (line := to / UNFINISHED / f"{shard_name(len(done))}.json").exists():
        entry = files.read_json(line)
        path = to / entry["name"]
        if not path.is_file() or path.stat().st_size != entry["size"]:
            break
        done.append(entry)
    return done


def _taken(to: Path, what: str, request: Mapping[str, Any]) -> BadExport:
    recipe = str(request.get("selection", {}).get("recipe") or "export")
    new = f"for example: --to {quote(str(to / recipe))}"
    if is_ours(to):
        new = f"or remove this one first: rm -r {quote(str(to))}"
    return BadExport(f"{to} holds {what}.", f"Choose a new folder, {new}")


def is_ours(folder: Path) -> bool:
    """Whether a manifest or a begun export shows that all that lies in a folder was written by an export."""
    known = {manifest.MANIFEST, manifest.SUMS, manifest.RUN}
    try:
        shards = {shard["name"] for shard in manifest.read(folder)["shards"]}
    except BadExport:
        if not (folder / UNFINISHED / REQUEST).is_file():
            return False
        shards = {path.name for path in folder.glob("shard-[0-9][0-9][0-9][0-9][0-9].*")}
    return all(
        (path.is_dir() and not path.is_symlink())
        if path.name == UNFINISHED
        else path.is_file() and (path.name in known | shards or path.name.startswith(files.TEMPORARY))
        for path in folder.iterdir()
    )


def again(folder: Path) -> str:
    """How an export that is not as it was is made again; only what is ours is told to be removed."""
    ours = is_ours(folder)
    try:
        run = files.read_json(folder / manifest.RUN)
        words = list(run["export"]) if Path(run["workspace"]).is_dir() else []
    except (OSError, ValueError, KeyError, TypeError):
        words = []
    if not words:
        return (
            f"Export it again, and remove this one first: rm -r {quote(str(folder))}" if ours else ELSEWHERE
        )
    if ours:
        whole = command("export", *words, "--to", folder)
        return f"Remove it and export it again: rm -r {quote(str(folder))} && {whole}"
    return f"{ELSEWHERE[:-1]}: {command('export', *words, '--to', folder / 'again')}"


ELSEWHERE = "Export it again into a new folder."


def note(to: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Remember a shard that is whole."""
    files.write_json(to / UNFINISHED / f"{name}.json", entry)


def finish(to: Path) -> None:
    """Leave only what an export consists of."""
    files.remove(to / UNFINISHED)
