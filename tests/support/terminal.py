"""The terminal in this process: words in; exit code, the one JSON object and the log out."""

import contextlib
import io
import json
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import cli


class Said(NamedTuple):
    """What a command said: its exit code, its answer, and what went to standard error."""

    code: int
    answer: dict[str, Any]
    log: str


def assay(*words: str | Path) -> Said:
    """Run a command with ``--json``; standard output must hold one JSON object and nothing else."""
    code, out, log = spoken(*words, "--json")
    lines = out.splitlines()
    assert len(lines) == 1, f"one JSON object, got {out!r} and {log!r}"
    answer = json.loads(lines[0])
    assert isinstance(answer, dict)
    assert (code == 0) == ("error" not in answer)
    return Said(code, answer, log)


def spoken(*words: str | Path) -> tuple[int, str, str]:
    """Run a command as a person does: exit code, standard output, standard error."""
    out, log = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(log):
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as left:  # how argparse says that the words are wrong
            code = int(left.code or 0)
    return code, out.getvalue(), log.getvalue()


def typed(command: str) -> Said:
    """Run a command as it was printed, ``assay`` and all."""
    first, *words = shlex.split(command)
    assert first == "assay"
    return assay(*words)
