"""Which files a command means: folders, globs, lists of paths and single files, each of a named source."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexes.errors import AssayError, NoInput
from indexes.manifest import MANIFEST, RUN, SUMS
from indexes.reader import Reader, all_readers, reader_of
from indexes.workspace import CORPUS

LISTS = (".txt", ".list")
"""Suffixes of files that hold paths, one a line."""


@dataclass(frozen=True)
class Input:
    """A file to take in, and the name of its source."""

    path: Path
    source: str
    reader: Reader


@dataclass
class Found:
    """The files of a command.

    Attributes:
        inputs: in the order given; a folder's in the order of their names; each file once.
        ignored: files of unknown suffixes, passed over.
    """

    inputs: list[Input] = field(default_factory=list)
    ignored: list[Path] = field(default_factory=list)


def find(sources: Sequence[str], named: Sequence[tuple[str, ...]] = ()) -> Found:
    """The files of a command.

    Args:
        sources: folders, globs, lists of paths and files. A file's source is the first folder below the
            one given; for files lying in that one, and for files given singly, the folder's own name; for
            a list, the list's name.
        named: (name, folder, glob, list or file) from ``--source NAME=GLOB``.

    Raises:
        NoInput: something does not exist, or there is nothing to read.
    """
    found = Found()
    seen: set[Path] = set()
    pairs = [("", said) for said in sources]
    for pair in named:
        if len(pair) != 2 or not all(pair):
            raise AssayError(
                f"--source takes NAME=GLOB, got {'='.join(pair)}.",
                "Give one like --source wiki='data/wiki/*'.",
            )
        pairs.append((pair[0], pair[1]))
    for name, said in pairs:
        for path, source in _files(said):
            if path in seen:
                continue
            seen.add(path)
            reader = reader_of(path)
            if reader is None or path.name.startswith(".") or _of_export(path):
                found.ignored.append(path)
            else:
                found.inputs.append(Input(path, name or source, reader))
    if not found.inputs:
        _nothing([said for _, said in pairs], found.ignored)
    return found


def _nothing(sources: Sequence[str], ignored: Sequence[Path]) -> None:
    if not sources:
        raise NoInput("No files are given.", "Name files, folders or globs after: assay ingest")
    known = ", ".join(suffix for reader in all_readers().values() for suffix in reader.suffixes)
    where = ", ".join(sources)
    passed = f", only {len(ignored):,} of other suffixes, such as {ignored[0].name}" if ignored else ""
    raise NoInput(f"No file to read in {where}{passed}.", f"Give files whose names end in one of: {known}")


def _files(said: str) -> Iterator[tuple[Path, str]]:
    """Paths that one argument means, with the name of each one's source."""
    path = Path(os.path.abspath(os.path.expanduser(said)))
    if (path / CORPUS).exists():
        raise NoInput(
            f"{said} is a workspace, not a folder of documents.",
            "Give the files it was made of, or export from it and give the export.",
        )
    if path.is_dir():
        yield from ((file, _below(path, file)) for file in _walk(path))
    elif path.is_file():
        if path.suffix.lower() in LISTS:
            yield from ((file, path.stem) for file in _listed(path))
        else:
            yield path, path.parent.name
    elif glob.has_magic(said):
        root = _fixed_part(path)
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise NoInput(
                f"No file matches {said}.",
                "Check the pattern, and quote it so that the shell leaves it alone.",
            )
        for match in map(Path, matches):
            if match.is_dir():
                if "**" not in said:  # there, what lies in it matches too
                    yield from ((file, _below(root, file)) for file in _walk(match))
            else:
                yield match, _below(root, match)
    else:
        raise NoInput(
            f"{said} does not exist.", "Check the path; a relative one starts where the command is run."
        )


def _of_export(path: Path) -> bool:
    """Whether a file says what an export beside it is, and holds no documents."""
    return path.name in (MANIFEST, RUN) and path.with_name(SUMS).exists()


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part of a pattern that is one."""
    parts = pattern.parts
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:first])


def _below(root: Path, file: Path) -> str:
    """The first folder below ``root`` on the way to a file; the root's name where there is none."""
    parts = file.relative_to(root).parts
    return parts[0] if len(parts) > 1 else root.name


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder in order of their paths; links are followed, each folder entered once."""
    entered: set[str] = set()

    def inside(here: Path) -> Iterator[Path]:
        real = os.path.realpath(here)
        if real in entered:
            return
        entered.add(real)
        for entry in sorted(here.iterdir()):
            if entry.is_dir():
                if not entry.name.startswith("."):
                    yield from inside(entry)
            elif entry.is_file():
                yield entry

    yield from inside(folder)


def _listed(path: Path) -> Iterator[Path]:
    """Paths that a list names; relative ones start at the list's folder, or else where the command is run."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        file = Path(os.path.abspath(path.parent / said))
        if not file.is_file():
            file = Path(os.path.abspath(said))
        if not file.is_file():
            raise NoInput(
                f"{path}, line {number}: {said} does not exist.", "Mend the list, then run the same command."
            )
        yield file
