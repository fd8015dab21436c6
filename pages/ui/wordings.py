"""Words and phrases by which the texts that only one of two recipes keeps differ from the other's."""

from collections.abc import Sequence

import streamlit as st

from analytics.log_odds import FEWEST, LONGEST, Word, Wording, wording
from indexes.corpus import Corpus
from indexes.queries.examples import examples
from indexes.queries.overlap import Overlap
from indexes.rule import Step
from pages.ui import cache, empty, facts, head, numbers
from pages.ui.facts import Fact
from pages.ui.soon import Later

MOST = 2_000
"""Documents whose words are counted on either side, drawn by key and seed."""


def words(later: Later, corpus: Corpus, found: Overlap, a: tuple[Step, ...], b: tuple[Step, ...]) -> None:
    """Two lists of words and two of phrases; what both keep stands in for a side that keeps nothing alone."""
    sides = [
        "only A" if found.only_a.documents else "both",
        "only B" if found.only_b.documents else "both",
    ]
    if sides == ["both", "both"]:
        return
    if not found.both.documents and "both" in sides:
        return
    if waits(later):
        return
    seed = int(st.session_state.get("seed") or 0)
    show(cache.awaited(_told, corpus, a, b, sides[0], sides[1], seed), sides, seed)


def waits(later: Later) -> bool:
    """Whether texts are not read yet, which is said: it would hold up the exact numbers, and drawn anew."""
    if later.is_first:
        head.section("Words that differ", line=False)
        empty.say("Texts are read once all documents are counted.", "")
    return later.is_first


def show(told: Wording, sides: Sequence[str], seed: int) -> None:
    """Two lists of words and two of phrases.

    Args:
        told: how they differ.
        sides: what the texts of A and of B are called.
        seed: by which they were drawn.
    """
    names = [side[:1].upper() + side[1:] for side in sides]
    head.section(
        "Words that differ",
        f"How much more often they stand here (z of log-odds with a Dirichlet prior), and the share of "
        f"documents with them, here / on the other side · {numbers.whole(told.n_a)} and "
        f"{numbers.whole(told.n_b)} documents drawn with seed {seed}, the first {LONGEST // 1000} kB of each",
        line=False,
    )
    if not told.words and not told.phrases:
        empty.say(f"No word stands in {FEWEST} documents of a side.", "Too few of them differ to say more.")
        return
    columns = st.columns([23, 27, 23, 27], gap="medium")
    for place, (name, more) in enumerate(zip(names, (1, -1), strict=True)):
        for kind, listed in enumerate((told.words, told.phrases)):
            with columns[2 * place + kind]:
                _list(f"{name}: {('words', 'phrases')[kind]}", listed, more, told, f"words_{place}_{kind}")


def _list(title: str, listed: Sequence[Word], more: int, told: Wording, key: str) -> None:
    some = [word for word in listed if word.z * more > 0]
    some.sort(key=lambda word: -abs(word.z))
    head.caption(title)
    rows = []
    for word in some:
        here, there = word.in_a / max(told.n_a, 1), word.in_b / max(told.n_b, 1)
        if more < 0:
            here, there = there, here
        shares = f"{_bare(here)} / {numbers.per_cent(there)}"
        rows.append(Fact(word.word, f"{abs(word.z):.1f} · {shares}"))
    facts.facts(key, rows or [Fact("none", "no word stands out")])


def _bare(share: float) -> str:
    """Whole per cent without the sign."""
    return numbers.per_cent(share).removesuffix(f"{numbers.THIN}%")


def _told(
    corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...], of_a: str, of_b: str, seed: int
) -> Wording:
    return wording(_texts(corpus, a, b, of_a, seed), _texts(corpus, a, b, of_b, seed))


def _texts(
    corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...], side: str, seed: int
) -> list[bytes | None]:
    keeping, asked = (b, a) if side == "only B" else (a, b)
    which = "kept" if side == "both" else "removed"
    drawn = examples(corpus, asked, which, n=MOST, seed=seed, among=keeping)  # type: ignore[arg-type]
    return corpus.texts(drawn["doc_id"])
