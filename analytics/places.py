"""Where a text has what a signal counts: the spans that a reader is shown as the cause of a removal.

A signal is measured over millions of texts by compiled loops that keep no places. These functions look for
the places in one text that is on a screen, by the same definition; a test holds them to the measured values.
Only signals whose value comes from certain spans are here: a mean word length stands nowhere.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from string import punctuation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.personal import KINDS, personal_spans
from analytics.signal import Texts
from indexes.rule import Rule, Step

Span = tuple[int, int]
"""First character, and the one after the last."""
Pieces = Callable[[str], list[Span]]
"""Where the lines, paragraphs or words of a text stand."""

MOST = 500
"""Spans of one rule in one text: more are not read."""


def places(column: str, text: str) -> list[Span]:
    """Where a text has what a column counts, in order; none where the column has no such function.

    Args:
        column: name of a signal's column.
        text: or the beginning of one.
    """
    found = _places().get(column)
    return [] if found is None else found(text)[:MOST]


def causes(steps: Sequence[Step], values: Mapping[str, Any], text: str) -> list[tuple[int, int, Rule]]:
    """The spans for which steps remove a document, and the rule that each fails, in the order of the steps.

    Only too much of something stands anywhere: a rule that asks for more has no span.

    Args:
        steps: those that the document fails.
        values: of its columns by name; a rule whose column is not here has no span.
        text: of the document, or the beginning of it.
    """
    return [
        (start, end, rule)
        for step in steps
        for rule, turned in _rules(step)
        if _too_much(rule, values.get(rule.column), turned)
        for start, end in places(rule.column, text)
    ]


def columns(steps: Sequence[Step]) -> list[str]:
    """The columns of some steps that stand somewhere in a text."""
    known = _places()
    return list(dict.fromkeys(rule.column for step in steps for rule in step.rules() if rule.column in known))


def _rules(step: Step, turned: bool = False) -> Iterator[tuple[Rule, bool]]:
    """Each rule, and whether its answer is turned round by the groups that it stands in."""
    if isinstance(step, Rule):
        yield step, turned
        return
    for member in step.members:
        yield from _rules(member, turned ^ (step.kind == "not"))


def _too_much(rule: Rule, value: object, turned: bool) -> bool:
    """Whether a document fails a rule since its value is too high."""
    last = rule.limit[-1] if isinstance(rule.limit, tuple) else rule.limit
    if not isinstance(value, int | float) or not isinstance(last, int | float):
        return False
    here = float(value)
    if turned:
        return (rule.op == ">=" and here >= last) or (rule.op == ">" and here > last)
    return (rule.op in ("<=", "between", "==") and here > last) or (rule.op == "<" and here >= last)


# ---------------------------------------------------------------------------------- pieces


def _split(pattern: str, strip: bool = False) -> Pieces:
    """Pieces between what matches a pattern, those of white space alone left out."""
    compiled = re.compile(pattern)

    def pieces(text: str) -> list[Span]:
        edges = [0, *(edge for found in compiled.finditer(text) for edge in found.span()), len(text)]
        found = zip(edges[::2], edges[1::2], strict=True)
        filled = [(start, end) for start, end in found if text[start:end].strip()]
        return [_stripped(text, *span) for span in filled] if strip else filled

    return pieces


def _within(pieces: Pieces) -> Pieces:
    """Pieces of the text without white space at its ends."""

    def find(text: str) -> list[Span]:
        start, _ = _stripped(text, 0, len(text))
        return [(start + first, start + last) for first, last in pieces(text.strip())]

    return find


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _lines(text: str) -> list[Span]:
    """Lines as ``str.splitlines`` finds them, blank ones apart."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        whole = line.splitlines()[0]
        if whole.strip():
            found.append((start, start + len(whole)))
        start += len(line)
    return found


def _paragraphs(text: str) -> list[Span]:
    """Lines between blank ones."""
    found: list[Span] = []
    for start, end in _lines(text):
        if found and _follows(text[found[-1][1] : start]):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _follows(between: str) -> bool:
    return len(between.splitlines()) == 1


_between_feeds, _stripped_between_feeds = _split("\n"), _split("\n", strip=True)
_between_two, _stripped_between_two = _split("\n\n"), _split("\n\n", strip=True)


def _words(text: str) -> list[Span]:
    """Words between white space."""
    return [found.span() for found in re.finditer(r"\S+", text)]


def _of_bytes(text: str, find: Callable[[Texts], tuple[NDArray[Any], NDArray[Any]]]) -> list[Span]:
    """What compiled code finds in a text, as places of characters."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    offsets = np.array([0, data.size], dtype=np.int64)
    starts, ends = find(Texts(data, offsets, np.ones(1, dtype=np.bool_)))
    before = np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
    return list(zip(before[starts].tolist(), before[ends].tolist(), strict=True))


def _tokens(text: str) -> list[Span]:
    """Words of datatrove."""
    from analytics.spacy_words import tokens

    def find(texts: Texts) -> tuple[NDArray[Any], NDArray[Any]]:
        found = tokens(texts)
        return found.starts, found.ends

    return _of_bytes(text, find)


def _segments(alphanumeric: bool, text: str) -> list[Span]:
    """Words of Unicode's rules."""
    from analytics import uax29

    def find(texts: Texts) -> tuple[NDArray[Any], NDArray[Any]]:
        found = uax29.words_from_alphanumeric(texts) if alphanumeric else uax29.words(texts)
        return found.starts, found.ends

    return _of_bytes(text, find)


# ---------------------------------------------------------------------------------- what is looked for


def _such(pieces: Pieces, holds: Callable[[str], bool]) -> Pieces:
    """Pieces of which something is true."""
    return lambda text: [(start, end) for start, end in pieces(text) if holds(text[start:end])]


def _begin(marks: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda piece: piece.startswith(marks)


def _end(marks: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda piece: piece.endswith(marks)


def _again(pieces: Pieces) -> Pieces:
    """Pieces that an earlier one equals."""

    def find(text: str) -> list[Span]:
        met: set[str] = set()
        found = []
        for start, end in pieces(text):
            if text[start:end] in met:
                found.append((start, end))
            met.add(text[start:end])
        return found

    return find


def _several(pieces: Pieces) -> Pieces:
    """Pieces that another one equals, before or after."""

    def find(text: str) -> list[Span]:
        spans = pieces(text)
        count = Counter(text[start:end] for start, end in spans)
        return [(start, end) for start, end in spans if count[text[start:end]] > 1]

    return find


def _runs(
    words: Pieces, n: int, *, top: bool, later: bool, spelt: Callable[[str], str] = str, longest: bool = False
) -> Pieces:
    """Runs of n words that stand more than once, joined where they overlap.

    Args:
        words: where words stand.
        n: of a run.
        top: only the most frequent run.
        later: without the first of equal runs.
        spelt: how a word is compared; what is empty then is no word.
        longest: of runs that are equally frequent the longest, else the first.
    """

    def find(text: str) -> list[Span]:
        ids, starts, ends = _held(words, spelt, text)
        if len(ids) < n:
            return []
        begins = len(ids) - n + 1
        runs = np.zeros(begins, dtype=np.uint64)
        for i in range(n):
            runs = runs * _MULTIPLIER + ids[i : begins + i]
        _, first, kind, count = np.unique(runs, return_index=True, return_inverse=True, return_counts=True)
        wanted = count > 1
        if top and wanted.any():
            often = np.flatnonzero(count == count.max())
            often = often[np.argsort(first[often])]
            letters = np.concatenate(([0], np.cumsum(ends - starts)))
            sizes = letters[first[often] + n] - letters[first[often]]
            wanted = np.arange(len(count)) == often[int(np.argmax(sizes)) if longest else 0]
        such = wanted[kind] & ((first[kind] != np.arange(begins)) if later else True)
        found: list[Span] = []
        for i in np.flatnonzero(such).tolist():
            start, end = int(starts[i]), int(ends[i + n - 1])
            if found and start <= found[-1][1]:
                found[-1] = found[-1][0], end
            else:
                found.append((start, end))
        return found

    return find


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@lru_cache(maxsize=8)
def _held(
    words: Pieces, spelt: Callable[[str], str], text: str
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """A number for each word, equal for words that are spelt alike, and where it starts and ends."""
    numbers: dict[str, int] = {}
    found = []
    for start, end in words(text):
        word = spelt(text[start:end])
        if word:
            found.append((numbers.setdefault(word, len(numbers) + 1), start, end))
    ids, starts, ends = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return ids.astype(np.uint64), starts, ends


def _marks(*some: str) -> Pieces:
    """Occurrences of some marks or phrases, in any case."""
    compiled = re.compile("|".join(map(re.escape, some)), re.IGNORECASE | re.ASCII)
    return lambda text: [found.span() for found in compiled.finditer(text)]


def _personal(kind: int | None, text: str) -> list[Span]:
    def find(texts: Texts) -> tuple[NDArray[Any], NDArray[Any]]:
        found = personal_spans(texts)
        some = slice(None) if kind is None else found.kinds == kind
        return found.starts[some], found.ends[some]

    return _of_bytes(text, find)


def _c4(terminated: bool | None, mark: int, without: int, text: str) -> list[Span]:
    """C4's lines with a mark; None for all that are long enough."""
    from analytics.c4 import c4_lines

    def find(texts: Texts) -> tuple[NDArray[Any], NDArray[Any]]:
        lines = c4_lines(texts)
        such = lines.reached(bool(terminated)) & (lines.marks & (mark | without) == mark)
        return lines.starts[such], lines.ends[such]

    return _of_bytes(text, find)


def _c4_left(again: bool, text: str) -> list[Span]:
    """Lines that C4's rules but the one on terminal marks keep: the short ones, or those said before.

    Both are judged by what the deletion of citations leaves of a line.
    """
    from analytics.c4 import c4_lines
    from analytics.signals.lines import SHORT

    def find(texts: Texts) -> tuple[NDArray[Any], NDArray[Any]]:
        lines = c4_lines(texts)
        met: set[bytes] = set()
        chosen = []
        for i in np.flatnonzero(lines.kept(terminated=False)).tolist():
            line = lines.texts.data[lines.texts.offsets[i] : lines.texts.offsets[i + 1]].tobytes()
            if line and (line in met if again else lines.characters[i] <= SHORT):
                chosen.append(i)
            met.add(line)
        return lines.starts[chosen], lines.ends[chosen]

    return _of_bytes(text, find)


def _plain(word: str) -> str:
    """A word as RedPajama-V2 compares it."""
    return unicodedata.normalize("NFD", word.translate(_NO_PUNCTUATION).lower())


_NO_PUNCTUATION = str.maketrans("", "", punctuation)


def _mostly_upper(line: str) -> bool:
    stripped = line.strip()
    return 2 * sum(map(str.isupper, stripped)) > len(stripped)


def _is_symbol(word: str) -> bool:
    """Whether NeMo Curator takes a word for a symbol."""
    runs = len(re.findall("#+", word))
    return word in ("...", "[...]", "…", "(...)", "[…]", "-»") or 2 * runs > len(word)


# ---------------------------------------------------------------------------------- of which columns


@cache
def _places() -> Mapping[str, Pieces]:
    """Column -> where a text has what it counts."""
    return {
        **_of_lines(),
        **_of_repeated_pieces(),
        **_of_runs(),
        **_of_symbols(),
        **_of_c4(),
        "pii_spans": partial(_personal, None),
        **{f"pii_{kind}": partial(_personal, place) for place, kind in enumerate(KINDS)},
    }


def _of_lines() -> dict[str, Pieces]:
    from analytics.signals import dclm, dolma, dolma3, nemo, rpv2
    from analytics.signals.lines import SHORT

    stripped = _stripped_between_feeds
    ours = lambda text: [_stripped(text, *span) for span in _lines(text)]  # noqa: E731
    found = {
        "bullet_line_frac": _such(ours, _begin(("-", "*", "•"))),
        "ellipsis_line_frac": _such(ours, _end(("...", "…"))),
        "short_line_frac": _such(_lines, lambda line: len(line) <= SHORT),
        "numeric_line_frac": _such(ours, str.isdigit),
        "uppercase_line_frac": _such(ours, _mostly_upper),
        "bullet_line_frac__datatrove": _such(ours, _begin(("•", "-"))),
        "ellipsis_line_frac__datatrove": _such(ours, _end(("...", "…"))),
        "bullet_line_frac__nemo": _such(stripped, _begin(nemo.bullets())),
        "ellipsis_line_frac__nemo": _such(stripped, lambda line: line.lower().endswith(nemo.ELLIPSES)),
        "bullet_line_frac__rpv2": _such(stripped, _begin(rpv2.BULLETS)),
        "ellipsis_line_frac__rpv2": _such(stripped, _end(rpv2.ELLIPSES)),
        "bullet_line_frac__dclm": _such(stripped, _begin(dclm.BULLETS)),
        "ellipsis_line_frac__dclm": _such(stripped, _end(dclm.ELLIPSES)),
        "bullet_line_frac__dolma3": _such(_between_feeds, _begin(dolma3.BULLETS)),
        "ellipsis_line_frac__dolma3": _such(_split("\r?\n"), _end(dolma3.ELLIPSES)),
    }
    for variant in ("dolma", "dolma2"):
        found[f"bullet_line_frac__{variant}"] = _such(_between_feeds, _begin(dolma.BULLETS))
        found[f"ellipsis_line_frac__{variant}"] = _such(_between_feeds, _end(dolma.ELLIPSES))
    return found


def _of_repeated_pieces() -> dict[str, Pieces]:
    lines, paragraphs = _split("\n+"), _split("\n{2,}")
    of_units = {
        "": (_again(_lines), _again(_paragraphs)),
        "__fineweb": (_again(_between_feeds), None),
        "__datatrove": (_again(lines), _again(_within(paragraphs))),
        "__nemo": (_again(_between_feeds), _again(_between_two)),
        "__dclm": (_several(_stripped_between_feeds), _several(_stripped_between_two)),
        "__dolma": (_several(_between_feeds), None),
        "__dolma2": (_several(_between_feeds), None),
        "__dolma3": (_several(_between_feeds), _several(paragraphs)),
    }
    found: dict[str, Pieces] = {}
    for variant, units in of_units.items():
        for unit, find in zip(("line", "para"), units, strict=True):
            if find is not None:
                found |= {f"dup_{unit}_{of}{variant}": find for of in ("frac", "char_frac")}
    del found["dup_line_frac__fineweb"]
    return found


def _of_runs() -> dict[str, Pieces]:
    by_dclm, by_unicode = partial(_segments, True), partial(_segments, False)
    found: dict[str, Pieces] = {}
    for variant, runs in {
        "": partial(_runs, _words, later=True),
        "__datatrove": partial(_runs, _tokens, later=True),
        "__nemo": partial(_runs, _words, later=True),
        "__dolma": partial(_runs, _words, later=False),
        "__rpv2": partial(_runs, _words, later=False, spelt=_plain),
        "__dclm": partial(_runs, by_dclm, later=False, longest=True),
        "__dolma3": partial(_runs, by_unicode, later=False, longest=True),
    }.items():
        found |= {f"top_{n}_gram_char_frac{variant}": runs(n, top=True) for n in (2, 3, 4)}
        found |= {f"dup_{n}_gram_char_frac{variant}": runs(n, top=False) for n in range(5, 11)}
    return found


def _of_symbols() -> dict[str, Pieces]:
    spaced = _marks("#", "...", ". . .", "…")
    return {
        "symbol_word_ratio": _marks("#", "...", "…"),
        "symbol_word_ratio__rpv2": _marks("#", "...", "…"),
        "symbol_word_ratio__datatrove_hash": _marks("#"),
        "symbol_word_ratio__datatrove_ellipsis": _marks("...", "…"),
        "symbol_word_ratio__dclm": spaced,
        "symbol_word_ratio__dolma3": spaced,
        "symbol_word_ratio__dolma": _such(_words, lambda word: "#" in word or "…" in word),
        "symbol_word_ratio__nemo": _such(_words, _is_symbol),
        "javascript_count": _marks("javascript"),
        "lorem_ipsum_count": _marks("lorem ipsum"),
        "javascript_line_frac": _marks("javascript"),
    }


def _of_c4() -> dict[str, Pieces]:
    from analytics.c4 import CURLY, JAVASCRIPT, LOREM, POLICIES

    after = "after_c4_lines_noterm"
    found: dict[str, Pieces] = {
        "policy_line_frac": _such(_lines, lambda line: any(one in line.lower() for one in POLICIES)),
        f"short_line_frac__{after}": partial(_c4_left, False),
        f"dup_line_char_frac__{after}": partial(_c4_left, True),
    }
    for variant, terminated in (("c4", True), ("c4_noterm", False)):
        found[f"lorem_ipsum_lines__{variant}"] = partial(_c4, terminated, LOREM, 0)
        found[f"curly_bracket_lines__{variant}"] = partial(_c4, terminated, CURLY, JAVASCRIPT)
    return found
