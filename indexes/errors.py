"""What can go wrong through no fault of ours: one sentence, and the next step.

A pure function raises ``ValueError``; what a person can cause on disk, in a file or with a
command is one of these. The terminal prints both parts and exits with 1, a page shows them escaped.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class AssayError(Exception):
    """A named problem: what is wrong in one sentence, and what to do next."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step

    def __reduce__(self) -> tuple[type["AssayError"], tuple[str, str]]:
        return type(self), (self.sentence, self.next_step)  # so that a worker process can raise it


class NoWorkspace(AssayError):
    """Raised when a folder that should be a workspace is none."""


class NewerWorkspace(AssayError):
    """Raised when a workspace was written by a newer version of this program."""


class WorkspaceBusy(AssayError):
    """Raised when another process is writing to the workspace."""


class MissingColumn(AssayError):
    """Raised when a column is asked for that the corpus does not have."""


class UnfinishedColumn(AssayError):
    """Raised when a step needs a column that is partial or stale."""


class Misaligned(AssayError):
    """Raised when a column file does not belong to its shard: other identity, other row count."""


class FileFault(AssayError):
    """Raised when one input file cannot be taken in; the others are.

    Attributes:
        columns: where it lacks a text column, those that may be it, the likeliest first.
    """

    def __init__(self, sentence: str, next_step: str, columns: Sequence[str] = ()) -> None:
        super().__init__(sentence, next_step)
        self.columns = tuple(columns)


class SourceChanged(AssayError):
    """Raised when a file that is read where it lies is gone or has changed since it was ingested."""


class NoInput(AssayError):
    """Raised when nothing was found to read."""


class NoSpace(AssayError):
    """Raised when the disk has too little room for a step."""


class BadRecipe(AssayError):
    """Raised when a recipe cannot be read, or does not fit the corpus."""


class BadTarget(AssayError):
    """Raised when a benchmark target cannot be used."""


class BadScores(AssayError):
    """Raised when scores cannot be taken from a file, a column or a classifier."""


class BadJudgements(AssayError):
    """Raised when judgements cannot be read or written."""


class NameTaken(AssayError):
    """Raised when a name is in use with other parameters."""


class BadExport(AssayError):
    """Raised when an export cannot be written or does not verify."""


def near_matches(name: str, known: Iterable[str]) -> str:
    """A clause that names the known names closest to a wrong one; empty when none is close."""
    close = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Near matches: {', '.join(close)}." if close else ""
