"""How commands and numbers of things are said to people."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUN = "run.json"
"""Holds times of runs and places of files, outside every hash."""

PLACES = "places"
"""In it: hash of a file that the user gave -> where it lies."""

BROUGHT = ("fasttext", "values", "attributes", "signals", "column", "ensemble", "within")
"""Methods of columns that ``assay score`` makes; the parameters of each are the command's options."""


def command(*words: object) -> str:
    """A command of the terminal as it can be typed: what the shell would part or read is quoted."""
    return shlex.join(["assay", *map(str, words)])


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def from_here(path: Path) -> str:
    """A path as it is typed where the command runs: the short way where it lies below, else the whole."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def making(root: Path, family: str, lineage: Mapping[str, Any]) -> str:
    """The command that makes a family of columns, again or for the shards that lack it."""
    parameters = lineage.get("parameters", {})
    if "targets" in parameters:
        targets = [word for target in parameters["targets"] for word in ("--target", target)]
        return command("rank", root, "--method", parameters["method"], *targets, "--name", family)
    if lineage.get("method") in BROUGHT:
        said = dict(parameters)
        if "file" in lineage:
            said[lineage["method"]] = _place(root, lineage["file"])
        words = [word for name, value in said.items() if value is not None for word in (f"--{name}", value)]
        return command("score", root, "--name", family, *words)
    if family == "embedding":
        return command("embed", root)
    return command("measure", root, family)


def _place(root: Path, file: Mapping[str, str]) -> str:
    """Where a file that the user gave lay last; its name where that is not known."""
    path = root / RUN
    places = json.loads(path.read_text(encoding="utf-8")).get(PLACES, {}) if path.exists() else {}
    return str(places.get(file["sha256"], {}).get("path", file["name"]))
