"""What a named transformation of text is: a pure edit, declared with what decides its result.

A file in ``analytics/transformations/`` declares one ``TRANSFORMATION``. A signal may be measured after one
(``texts.once(edited(name))``; its variant is then ``after_<name>``), and an export may write its result.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from analytics import transformations as folder
from analytics.signal import Texts
from indexes.errors import MissingColumn, near_matches
from indexes.registry import members

Edit = Callable[[Texts], Texts]
"""Texts -> as many texts: new bytes, offsets from 0, the same ``valid`` and ``lists``."""


@dataclass(frozen=True)
class Transformation:
    """An edit of texts.

    Attributes:
        name: the name of the file that declares it.
        version: raised whenever a text may come out differently.
        label: for people, a few words.
        definition: what exactly is changed, in one sentence without a full stop.
        source: whose definition it is: paper and section, or repository and commit.
        edit: judges each text alone and writes valid UTF-8; a text that is not valid stays so and has no
            bytes.
        params: everything that the result depends on and a reader of a manifest should see.
        idempotent: whether a second application changes nothing more.
    """

    name: str
    version: int
    label: str
    definition: str
    source: str
    edit: Edit
    params: Mapping[str, Any] = field(default_factory=dict)
    idempotent: bool = False

    @property
    def hash(self) -> str:
        """SHA-256 of the name, the version and the parameters: what decides the result."""
        said = {"name": self.name, "version": self.version, "params": dict(self.params)}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def transformations() -> Mapping[str, Transformation]:
    """Every transformation by name."""
    return members(folder, "TRANSFORMATION", Transformation)


def transformation_named(name: str) -> Transformation:
    """A transformation by name.

    Raises:
        MissingColumn: there is none of this name.
    """
    known = transformations()
    if name not in known:
        raise MissingColumn(
            f"There is no transformation of text {name}.{near_matches(name, known)}",
            f"Choose from: {', '.join(known)}.",
        )
    return known[name]


@cache
def edited(name: str) -> Edit:
    """The view of texts after a transformation: ``texts.once(edited("c4_lines"))`` makes it once."""
    return transformation_named(name).edit
