"""What a judgement is: one person's verdict on one document, and the list that it was drawn from."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

KEEP, DROP, UNSURE = "keep", "drop", "unsure"
VERDICTS = (KEEP, DROP, UNSURE)
REMOVED, KEPT, BOTH, REMOVED_BY, BORDERLINE = "removed", "kept", "both", "removed_by", "borderline"
CHOSEN = "chosen by hand"
LISTS = (REMOVED, KEPT, BOTH, REMOVED_BY, BORDERLINE, CHOSEN)
OF_A_RULE = (REMOVED_BY, BORDERLINE)
KEY_LENGTH = 16
LONGEST_NAME = 80
MOST_SEED = 2**64


@dataclass(frozen=True)
class Asked:
    """The list that a document was drawn from.

    Attributes:
        list: ``removed`` or ``kept``: at random among those. ``both``: among either, by the toss of a coin.
            ``removed_by``: at random among those that one rule removes. ``borderline``: nearest its limit,
            on either side. ``chosen by hand``: a person opened the document, which is no draw: in no rate.
        rule: the reason of the rule, of the last two; else None.
        seed: of the draw, 0 <= seed < 2**64.
        hidden: the reason was hidden from who judged.
        where: a hash of the conditions that narrowed the corpus then; empty for none.
        says: the rule as a sentence, so that what was drawn for it counts while other rules change.
    """

    list: str
    rule: str | None = None
    seed: int = 0
    hidden: bool = False
    where: str = ""
    says: str = ""

    def __post_init__(self) -> None:
        if self.list not in LISTS:
            raise ValueError(f"asked: list is one of {', '.join(LISTS)}, got {self.list!r}")
        if (self.list in OF_A_RULE) != (self.rule is not None):
            raise ValueError(f"asked: {self.list} goes with {'a' if self.list in OF_A_RULE else 'no'} rule")
        if not _is_a(self.seed, int) or not 0 <= self.seed < MOST_SEED:
            raise ValueError(f"asked: seed is a whole number from 0, got {self.seed!r}")
        if not _is_a(self.hidden, bool):
            raise ValueError(f"asked: hidden is true or false, got {self.hidden!r}")
        if self.rule is not None:
            _check_text("asked: rule", self.rule)
        for name in ("where", "says"):
            _check_text(f"asked: {name}", getattr(self, name))


@dataclass(frozen=True)
class Judgement:
    """What one person said of one document.

    Attributes:
        key: of the document, 16 hexadecimal digits, as in the address of its page.
        who: the person's name.
        when: ISO 8601 in UTC, to the microsecond, so that the order of text is that of time.
        verdict: ``keep``, ``drop`` or ``unsure``.
        id: the document's in its source, where it has one.
        recipe: the name of the recipe that was looked at; empty where there was none.
        recipe_hash: of what it decides by.
        asked: None where the document was not drawn from a list.

    Raises:
        ValueError: it is none.
    """

    key: str
    who: str
    when: str
    verdict: str
    id: str | None = None
    note: str = ""
    recipe: str = ""
    recipe_hash: str = ""
    asked: Asked | None = None

    def __post_init__(self) -> None:
        if not _is_a(self.key, str) or not re.fullmatch(f"[0-9a-f]{{{KEY_LENGTH}}}", self.key):
            raise ValueError(f"key is 16 hexadecimal digits in quotes, got {self.key!r}")
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict is one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        if not _is_a(self.who, str) or not self.who.strip() or len(self.who) > LONGEST_NAME:
            raise ValueError(f"who is a name of 1 to {LONGEST_NAME} characters, got {self.who!r}")
        for name in ("who", "note", "recipe", "recipe_hash"):
            _check_text(name, getattr(self, name))
        if self.id is not None:
            _check_text("id", self.id)
        object.__setattr__(self, "when", in_utc(self.when))

    def line(self) -> str:
        """It as a line of JSONL."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


NAMES = tuple(Judgement.__dataclass_fields__)
ASKED = tuple(Asked.__dataclass_fields__)


def now() -> str:
    """The time, as ``when`` has it."""
    return in_utc(datetime.now(UTC).isoformat())


def key_text(key: int) -> str:
    """A document's key as judgements write it."""
    return f"{key:0{KEY_LENGTH}x}"


def latest(rows: Iterable[Judgement]) -> list[Judgement]:
    """Of each person's judgements on a document the last; in the order given."""
    last = {(row.who, row.key): row for row in rows}
    return list(last.values())


def verdicts(rows: Sequence[Judgement]) -> dict[str, str]:
    """Key -> the verdict of all who judged the document."""
    votes: dict[str, list[str]] = {}
    for row in latest(rows):
        votes.setdefault(row.key, []).append(row.verdict)
    return {key: majority(said) for key, said in votes.items()}


def majority(votes: Iterable[str]) -> str:
    """The verdict with most voices; unsure on a tie."""
    first, *others = Counter(votes).most_common(2)
    return UNSURE if others and others[0][1] == first[1] else first[0]


def _is_a(value: Any, kind: type) -> bool:
    """Whether a value that may come from a file is of a kind; true and false are no numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _check_text(name: str, value: Any) -> None:
    """Whether a value is text that a file can hold: JSON can write half of a surrogate pair, UTF-8 cannot.

    Raises:
        ValueError: it is none.
    """
    if not _is_a(value, str):
        raise ValueError(f"{name} is text, got {value!r}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} has half of a surrogate pair, which is no character") from None


def in_utc(said: Any) -> str:
    """A time as ``when`` has it."""
    try:
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"when is a time with its zone, such as 2026-11-21T17:00:00Z, got {said!r}"
        ) from None
