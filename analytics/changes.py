"""What has changed in a corpus between two dates on which it was looked at."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.corpora import open_for_questions
from indexes import history, lock
from indexes.columns import STALE, WHOLE
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.history import Record
from indexes.workspace import Workspace


@dataclass(frozen=True)
class Came:
    """A shard that came, and how many documents it holds."""

    name: str
    documents: int


@dataclass(frozen=True)
class Dropped:
    """A drop, and whether it was made or undone in between."""

    name: int
    reason: str
    documents: int
    undone: bool


@dataclass(frozen=True)
class Share:
    """A value of a label, None for not stated: its share of the documents then and now, 0 to 1.

    A share is None where it is not known: the value was not among the most frequent ones of that date, and
    there were others.
    """

    label: str
    name: str | None
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Median:
    """A column's median then and now; None where it was not measured."""

    name: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Changes:
    """What is other at ``now`` than it was at ``then``.

    Attributes:
        anew: the shards of then are not the first of now: the corpus was made again.
        came: shards that were added.
        added, gone, remade: columns that came, went, or were made in another way.
        stale: those that became stale; completed: those that became whole.
        note: what is to be said of the dates; empty where they are as asked.
    """

    then: Record
    now: Record
    anew: bool
    came: tuple[Came, ...]
    drops: tuple[Dropped, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    remade: tuple[str, ...]
    stale: tuple[str, ...]
    completed: tuple[str, ...]
    shares: tuple[Share, ...]
    medians: tuple[Median, ...]
    note: str = ""

    @property
    def none(self) -> bool:
        """Whether nothing has changed."""
        return self.then.same(self.now)

    def as_json(self) -> dict[str, Any]:
        """As the terminal prints it."""
        said: dict[str, Any] = {"since": self.then.when, "until": self.now.when, "note": self.note}
        for name in ("documents", "tokens", "bytes", "shards"):
            said[name] = {"then": getattr(self.then, name), "now": getattr(self.now, name)}
        said["made_anew"] = self.anew
        said["came"] = [asdict(shard) for shard in self.came]
        said["drops"] = [asdict(drop) for drop in self.drops]
        said["columns"] = {
            name: list(getattr(self, name)) for name in ("added", "gone", "remade", "stale", "completed")
        }
        said["composition"] = [asdict(share) for share in self.shares]
        said["medians"] = [asdict(median) for median in self.medians]
        return said


def note(root: Path) -> None:
    """Keep what a corpus is now. What cannot be read is left out: the command before has done its work."""
    with suppress(AssayError, OSError):
        seen(root, open_for_questions(root))


def seen(root: Path, corpus: Corpus) -> Record:
    """What a corpus is now, kept where it has changed since the last time and its folder can be written.

    Nothing is kept while a command writes it: of a long ingest each shard would be a date. That command keeps
    what it has made when it ends.

    Raises:
        MissingColumn, Misaligned: a column cannot be read.
    """
    record = history.record_of(corpus, history.newest(root))
    if not lock.held(root):
        with suppress(OSError):
            history.keep(root, record)
    return record


def changes(then: Record, now: Record, workspace: Workspace) -> Changes:
    """Compare two records of one workspace.

    Args:
        then: of ``indexes.history``.
        now: the same, later.
        workspace: as it is: it names the shards and says why documents were dropped.
    """
    prefixes = [history.identity_of(workspace, one.shards) == one.identity for one in (then, now)]
    anew = then.identity != now.identity and not (all(prefixes) and then.shards <= now.shards)
    new = [] if anew else workspace.shards[then.shards : now.shards]
    before, after = then.columns, now.columns
    both = [name for name in after if name in before]
    return Changes(
        then=then,
        now=now,
        anew=anew,
        came=tuple(Came(shard.name, shard.rows) for shard in new),
        drops=() if anew else tuple(_drops(then, now, workspace)),
        added=tuple(name for name in after if name not in before),
        gone=tuple(name for name in before if name not in after),
        remade=tuple(name for name in both if before[name][1] != after[name][1]),
        stale=tuple(name for name in both if after[name][0] == STALE != before[name][0]),
        completed=tuple(name for name in both if after[name][0] == WHOLE and before[name][0] != WHOLE),
        shares=tuple(_shares(then, now)),
        medians=tuple(_medians(then.medians, now.medians)),
    )


def _drops(then: Record, now: Record, workspace: Workspace) -> list[Dropped]:
    """Drops that count on one of the dates alone."""
    return [
        Dropped(stone.number, stone.reason, stone.documents, undone=stone.number in then.drops)
        for stone in workspace.tombstones
        if (stone.number in then.drops) != (stone.number in now.drops)
    ]


def _shares(then: Record, now: Record) -> list[Share]:
    """Of each label the values, by their larger share."""
    found = []
    for label in dict.fromkeys([*now.labels, *then.labels]):
        sides = [_known(one, label) for one in (then, now)]
        others = [0.0 if 0 < len(side) < history.NAMES else None for side in sides]
        rows = [
            Share(label, name, *(side.get(name, other) for side, other in zip(sides, others, strict=True)))
            for name in {**sides[1], **sides[0]}
        ]
        found += sorted(rows, key=lambda row: -max(row.then or 0.0, row.now or 0.0))
    return found


def _known(record: Record, label: str) -> dict[str | None, float]:
    """Value -> its share on a date; all values where they are fewer than a record holds."""
    return {
        value: documents / (record.documents or 1) for value, documents, *_ in record.labels.get(label, ())
    }


def _medians(then: Mapping[str, float], now: Mapping[str, float]) -> list[Median]:
    """The columns that are looked at first stand first."""
    first = {name: place for place, name in enumerate(history.FIRST)}
    names = sorted({*now, *then}, key=lambda name: (first.get(name, len(first)), name))
    return [Median(name, then.get(name), now.get(name)) for name in names]


def between(root: Path, since: str | None = None, until: str | None = None) -> Changes:
    """Compare a corpus on two dates, of those on which it was looked at.

    Args:
        root: the workspace; how it is now is noted first.
        since: a date or a time; the last record up to then counts, or else the first there is. If None, the
            one before ``until``.
        until: the same; now if None.

    Raises:
        AssayError: a date is none, or the workspace cannot be opened.
    """
    corpus = open_for_questions(root)
    present = seen(root, corpus)
    known = [record for record in history.records(root) if record.when != present.when] + [present]
    now = known[_place(known, until)] if until is not None else known[-1]
    place = known.index(now)
    then = known[max(0, place - 1)] if since is None else known[min(place, _place(known, since))]
    return replace(changes(then, now, corpus.workspace), note=_note(known, since))


def _note(known: Sequence[Record], since: str | None) -> str:
    """That nothing is on record before a date, or that it is on record on one alone."""
    first = known[0].when
    if len(known) == 1:
        return (
            f"Only one date is on record, {first}, so there is nothing to compare it with. Another is kept "
            "as soon as a command changes the corpus: ask again after that."
        )
    if since is not None and _moment(known, since) < datetime.fromisoformat(first):
        return f"Nothing is on record before {first}: the corpus is compared with what it was then."
    return ""


def _place(known: Sequence[Record], said: str) -> int:
    """The last record up to a date's end, or a moment; the first where all are later."""
    moment = _moment(known, said)
    before = [place for place, one in enumerate(known) if datetime.fromisoformat(one.when) <= moment]
    return before[-1] if before else 0


def _moment(known: Sequence[Record], said: str) -> datetime:
    """A moment, or a date's end."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise AssayError(
            f"{said} is no date.",
            f"Give one such as {known[0].when[:10]}, or a time such as {known[0].when}.",
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + (timedelta(days=1) if len(said) == len("2026-11-21") else timedelta(0))
