"""Which columns can be compared between two corpora: those that both have, made in the same way.

Tokens are compared where one tokenizer has counted them, whatever else has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indexes.columns import RANDOM, TOKENS, Column
from indexes.corpus import Corpus
from indexes.text_hashes import TEXT_HASH

LEFT_OUT = (RANDOM, TEXT_HASH)
OF_THE_CORPUS = ("fingerprint",)
"""What a column's lineage says of the corpus and not of how it was made."""


@dataclass(frozen=True)
class Alike:
    """The columns of two corpora.

    Attributes:
        both: those that can be compared, in the order of A.
        only_a, only_b: those that one of them has alone.
        otherwise: those that both have, but of another type, or made with another method, version or
            parameters.
    """

    both: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    otherwise: tuple[str, ...]


def alike(a: Corpus, b: Corpus) -> Alike:
    """Tell columns of two corpora apart by whether they can be compared."""
    in_a, in_b = ([name for name in corpus.ready() if name not in LEFT_OUT] for corpus in (a, b))
    shared = [name for name in in_a if name in in_b]
    same = [name for name in shared if _same(a.columns[name], b.columns[name])]
    return Alike(
        tuple(same),
        tuple(name for name in in_a if name not in in_b),
        tuple(name for name in in_b if name not in in_a),
        tuple(name for name in shared if name not in same),
    )


def _same(one: Column, other: Column) -> bool:
    numbers = {"integer", "number"}
    types = one.type == other.type or {one.type, other.type} == numbers
    if one.name == TOKENS and (names := [tokenizer(column) for column in (one, other)])[0]:
        return types and names[0] == names[1]
    return types and _made(one.lineage) == _made(other.lineage)


def tokenizer(tokens: Column) -> str:
    """By which tokens were counted; empty where that is not known."""
    return str(tokens.lineage.get("parameters", {}).get("tokenizer", ""))


def _made(lineage: Mapping[str, Any]) -> dict[str, Any]:
    """How a column was made, whatever the corpus."""
    return {name: value for name, value in lineage.items() if name not in OF_THE_CORPUS}
