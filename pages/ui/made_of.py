"""What a corpus is made of: its size in a strip, its labels as figures and lists, its years as bars."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.composition import LABELS_AT_MOST, composition, label_counts
from indexes.queries.make_up import MakeUp, make_up, sampled_make_up
from indexes.queries.totals import Totals, totals
from indexes.workspace import SourceFile
from pages.ui import cache, conditions, empty, figures, head, needed, numbers, titles, treemap
from pages.ui.head import Badge, Figure
from pages.ui.lists import Label, ranked

LABELS = {"domain": "domains", "source": "sources", "language": "languages", "license": "licences"}
"""Labels that may divide a corpus, in the order in which they are tried, and their plural on the screen."""
SINGULAR = {"license": "licence"}
NOT_STATED, BLANK = "not stated", "(blank)"

HEIGHT = 470
LEAST = 0.008
"""Where no label holds more, no cell of a treemap has room for its name."""
YEARS_HEIGHT = 270
ROWS = 21
"""Labels beside the treemap; of more, the rest is one row."""
FEWEST = 100
"""Sampled documents below which all are counted at once."""
MOST_YEARS = 38
"""Bars in a quarter of the page; what is older is one bar."""


@dataclass(frozen=True)
class Shares:
    """What the values of a label come to in one unit.

    Attributes:
        labels: value (None for not stated) -> share of the whole, 0 to 1; most documents first.
        unlisted: how many further values there are, and their share.
    """

    labels: tuple[Label, ...]
    unlisted: tuple[int, float] = (0, 0.0)

    @property
    def stated(self) -> list[tuple[str, float]]:
        return [(label.name, label.share) for label in self.labels if label.name is not None]

    @property
    def missing(self) -> float:
        return sum(label.share for label in self.labels if label.name is None)


NONE_STATED = Shares((Label(None, 1.0),))


@dataclass(frozen=True)
class Seen:
    """The documents looked at, and all that this page draws of them."""

    corpus: Corpus
    found: MakeUp

    def shares(self, label: str, unit: str) -> Shares:
        """What the values of a label come to; a corpus without that label states none."""
        if label not in self.found.labels:
            return NONE_STATED
        whole = _total(self.found.totals, unit)
        return _shares(self.found.labels[label], unit, whole, self.found.counts[label])

    def badge(self, names: Iterable[str]) -> Badge:
        """How sure a number is that was counted from these columns."""
        names = list(names)
        whole = needed.badge(self.corpus, names)
        if self.found.sampled is None or whole != head.EXACT:
            return whole
        within = self.found.within or {}
        return head.sampled(self.found.sampled, within=max(within.get(n, 0) for n in ("documents", *names)))

    def doubt(self, unit: str) -> Badge | None:
        """A badge where the numbers are not exact: what is exact is said once, over the first figure."""
        badge = self.badge([unit])
        return None if badge == head.EXACT else badge


def look(corpus: Corpus) -> Seen:
    """What the documents are made of, from one pass; of a large corpus first what its sample says."""
    if not cache.known(make_up, corpus) and cache.sample(corpus) is not None:
        found = cache.cached(_sampled, corpus)
        if (found.sampled or 0) >= FEWEST:
            return Seen(corpus, found)
    return Seen(corpus, cache.awaited(make_up, corpus))


def then_exact(seen: Seen) -> None:
    """At the end of a page that was drawn from the sample: count all documents, and draw it anew."""
    if seen.found.sampled is not None:
        cache.awaited(make_up, seen.corpus)
        st.rerun()


def _sampled(corpus: Corpus) -> MakeUp:
    sample = cache.sample(corpus)
    assert sample is not None
    return sampled_make_up(sample)


# ---------------------------------------------------------------------------------- size


def strip(seen: Seen) -> None:
    """How large the corpus is, and how much of it says where it is from."""
    corpus, size, counts = seen.corpus, seen.found.totals, seen.found.counts
    rough = None if seen.found.sampled is None else head.sampled(seen.found.sampled)
    shards = numbers.count(len(corpus.workspace.shards), "shard")
    median = "" if size.median_tokens is None else numbers.value(size.median_tokens, "integer")
    domains = [numbers.count(counts[name], name) for name in ("domain", "source") if name in counts]
    licence = 1 - seen.shares("license", "documents").missing if corpus.documents else None
    bad = _quarantined(corpus)
    read = sum(file.rows for file in _files(corpus))
    of = f"of {numbers.count(read, 'row')} read" if read else ""
    head.strip(
        [
            Figure("Documents", numbers.whole(corpus.documents), _dropped(corpus), needed.whole(corpus)),
            Figure("Tokens", *_measured(seen, TOKENS, size.tokens, _tokenizer(corpus))),
            Figure("Text", *_measured(seen, BYTES, size.bytes, f"UTF-8, {shards}")),
            Figure("Median document", median or numbers.NOTHING, "tokens" if median else "", rough),
            Figure(*_first(domains), domains[1] if len(domains) > 1 else "", rough),
            Figure(
                "Licence stated", numbers.per_cent(licence), "of documents" if corpus.documents else "", rough
            ),
            Figure("Quarantined", numbers.whole(bad), of, tone="warn" if bad else ""),
        ]
    )


def _first(counted: Sequence[str]) -> tuple[str, str]:
    """``21 domains`` as label and value."""
    if not counted:
        return "Domains", "0"
    number, _, noun = counted[0].rpartition(" ")
    return noun.rstrip("s").capitalize() + "s", number


def _measured(seen: Seen, name: str, amount: int | None, note: str) -> tuple[str, str, Badge | None]:
    """Value, note and badge of tokens or bytes."""
    if amount is None:
        return numbers.NOTHING, "not measured", None
    whole = needed.badge(seen.corpus, [name])
    of = seen.found.sampled
    badge = whole if whole != head.EXACT else None if of is None else head.sampled(of)
    return numbers.amount(amount, name), note, badge


def _dropped(corpus: Corpus) -> str:
    if corpus.where:
        return f"of {numbers.whole(corpus.whole.documents)}"
    dropped = corpus.workspace.documents - corpus.documents
    return f"{numbers.whole(dropped)} dropped" if dropped else ""


def _tokenizer(corpus: Corpus) -> str:
    parameters = corpus.columns[TOKENS].lineage.get("parameters", {})
    return str(parameters.get("tokenizer", "")) if isinstance(parameters, dict) else ""


def _files(corpus: Corpus) -> list[SourceFile]:
    workspace = corpus.workspace
    return [file for shard in workspace.shards for file in shard.files] + list(workspace.others)


def _quarantined(corpus: Corpus) -> int:
    return sum(file.quarantined for file in _files(corpus))


# ---------------------------------------------------------------------------------- labels


def shares(corpus: Corpus, label: str, unit: str) -> Shares:
    """What the values of any label come to; a corpus without that label states none."""
    if label not in corpus.ready():
        return NONE_STATED
    found = cache.cached(composition, corpus, label)
    whole = _total(cache.cached(totals, corpus), unit)
    counted = cache.cached(label_counts, corpus, (label,))[label] if found.height == LABELS_AT_MOST else 0
    return _shares(found, unit, whole, counted)


def _shares(found: pl.DataFrame, unit: str, whole: float, counted: int) -> Shares:
    labels = tuple(Label(name, amount / whole) for name, amount in found.select("label", unit).iter_rows())
    beyond = counted - sum(label.name is not None for label in labels) if len(labels) == LABELS_AT_MOST else 0
    rest = max(0.0, 1 - sum(label.share for label in labels))
    return Shares(labels, (beyond, rest) if beyond > 0 else (0, 0.0))


def dividing(corpus: Corpus) -> str | None:
    """The first label with two values or more: with one domain, the sources take its place."""
    there = tuple(name for name in LABELS if name in corpus.ready())
    return _first_of(cache.cached(label_counts, corpus, there)) if corpus.documents else None


def _first_of(counts: Mapping[str, int]) -> str | None:
    return next((name for name in LABELS if counts.get(name, 0) > 1), None)


def divided(seen: Seen, unit: str) -> None:
    """The treemap, and beside it the same labels to be read, documents against tokens."""
    label = _first_of(seen.found.counts)
    if label is None:
        empty.say(
            "Nothing divides these documents." if seen.corpus.where else "Nothing divides this corpus.",
            "They are of one domain, source, language and licence. Their columns are on the page Quality.",
        )
        return
    left, right = st.columns([60, 40], gap="large")
    with left:
        _treemap(seen, label, unit)
    with right:
        _against(seen, label, unit)


def _treemap(seen: Seen, label: str, unit: str) -> None:
    found = seen.shares(label, unit)
    inside = _inside(seen, unit) if label == "domain" else {}
    parts = [
        treemap.Part(_called(entry.name), entry.share, tuple(inside.get(entry.name, ())))
        for entry in found.labels
    ]
    if found.unlisted[0]:
        parts.append(treemap.Part(f"{numbers.whole(found.unlisted[0])} more", found.unlisted[1]))
    one, many = SINGULAR.get(label, label), LABELS[label]
    if max(part.share for part in parts) < LEAST:
        said = titles.over(found.stated, many, one)
        head.caption(said, note=f"Share of {unit} by {one}", badge=seen.badge([label, unit]))
        _list("parts_list", found, unit, shown=16)
        return
    title = (
        titles.stated(found.stated, found.missing, unit, "name", one)
        if found.missing > 0.5
        else titles.concentration(found.stated, unit, many)
    )
    within = ", and by source within it" if inside else ""
    treemap.draw(
        "parts",
        parts,
        unit,
        HEIGHT,
        title=title,
        note=f"Share of {unit} by {one}{within}",
        badge=seen.badge([label, unit]),
        on_pick=lambda name, within: _picked(label, found, name, within),
        chosen=[_called(name) for name in conditions.chosen(label)],
    )


def _picked(label: str, seen: Shares, name: str, within: str | None) -> None:
    """A cell was clicked: look at that label alone, and at the source inside it that was meant.

    The cell of those that are not listed is no label.
    """
    if all(name != _called(entry.name) for entry in seen.labels):
        return
    conditions.toggle(label, _meant(name))
    if within is not None and _meant(within) not in conditions.chosen("source"):
        conditions.toggle("source", _meant(within))


def _called(name: str | None) -> str:
    return NOT_STATED if name is None else str(name) or BLANK


def _meant(said: str) -> str | None:
    return {NOT_STATED: None, BLANK: ""}.get(said, said)


def _inside(seen: Seen, unit: str) -> dict[str | None, list[treemap.Part]]:
    inside: defaultdict[str | None, list[treemap.Part]] = defaultdict(list)
    if seen.found.pairs is None:
        return inside
    whole = _total(seen.found.totals, unit)
    for domain, source, amount in seen.found.pairs.select("label", "within", unit).iter_rows():
        inside[domain].append(treemap.Part(_called(source), amount / whole))
    return inside


def _against(seen: Seen, label: str, unit: str) -> None:
    """A ring for the share of documents, a dot for that of tokens or bytes; a list where neither is there."""
    other = (
        unit if unit != "documents" else next((u for u in (TOKENS, BYTES) if u in seen.corpus.ready()), "")
    )
    many = LABELS[label]
    if not other:
        head.caption(titles.over(seen.shares(label, unit).stated, many, label), note=f"Share of {unit}")
        _list("against", seen.shares(label, unit), unit, shown=16)
        return
    documents = {entry.name: entry.share for entry in seen.shares(label, "documents").labels}
    weighed = seen.shares(label, other)
    by_name = {entry.name: entry.share for entry in weighed.labels}
    order = documents if unit == "documents" else by_name
    found = [
        (_called(name), documents[name], by_name.get(name, 0.0))
        for name in sorted(documents, key=lambda name: -order.get(name, 0.0))
    ]
    rows = found[:ROWS]
    labels, ring, dot = zip(*rows, strict=True)
    further = len(found) - len(rows) + weighed.unlisted[0]
    left = 1 - sum(dot if unit != "documents" else ring)
    rest = f" · {numbers.whole(further)} more hold {numbers.percent(left)} of {unit}" if further else ""
    height = figures.rows_height(len(rows), min(44, HEIGHT // (len(rows) + 1)))
    figures.draw(
        "against",
        figures.dumbbell(labels, ring, dot, ring_name="documents", dot_name=other),
        height,
        title=titles.contrast([row for row in rows if row[0] != NOT_STATED], "documents", other),
        note=f"Share by {SINGULAR.get(label, label)} · (ring)documents (dot){other}{rest}",
        badge=seen.doubt(other),
        state=f"{label}_{other}_{unit}",
    )


# ---------------------------------------------------------------------------------- one label


def sources(seen: Seen, unit: str) -> None:
    """The sources, largest first."""
    found = seen.shares("source", unit)
    head.caption(
        titles.over(found.stated, "sources", "source"), note=f"Share of {unit}", badge=seen.doubt(unit)
    )
    _list("sources", found, unit, label="source")


def languages(seen: Seen, unit: str) -> None:
    """The languages, as the records declare them."""
    found = seen.shares("language", unit)
    said = titles.stated(found.stated, found.missing, unit, "name", "language")
    head.caption(said, note=f"Share of {unit} · as declared", badge=seen.doubt(unit))
    _list("languages", found, unit, label="language")


def licences(seen: Seen, unit: str) -> None:
    """The licences, as the records state them."""
    found = seen.shares("license", unit)
    said = titles.stated(found.stated, found.missing, unit, "carry", "licence")
    head.caption(said, note=f"Share of {unit} · as stated", badge=seen.doubt(unit))
    _list("licences", found, unit, label="license")


def dates(seen: Seen, unit: str) -> None:
    """The years, old ones in one bar."""
    found = [] if seen.found.years is None else seen.found.years.select("year", unit).rows()
    whole = _total(seen.found.totals, unit)
    undated = sum(amount for year, amount in found if year is None) if found else whole
    marks, before, late = _marks([(year, amount) for year, amount in found if year is not None])
    note = f"{unit.capitalize()} a year"
    if undated:
        note += f" · {numbers.per_cent(undated / whole)} undated"
    if late:
        note += f" · {numbers.percent(late / whole)} dated later than today"
    title = titles.over_years(marks, before, unit)
    if not marks:
        head.caption(title, note)
        _list("dates", NONE_STATED, unit)
        return
    figures.draw(
        "years",
        figures.years(marks, unit, before),
        YEARS_HEIGHT,
        title=title,
        note=note,
        badge=seen.doubt(unit),
        state=f"{unit}_{before}_{len(marks)}",
        on_pick=lambda place: _year(seen.corpus, marks[place][0], before if place == 0 else None),
    )


def _year(corpus: Corpus, year: int, before: int | None) -> None:
    """A bar was clicked: look at its year, or at all before one."""
    first, last = (year, year) if before is None else (dt.MINYEAR, before - 1)
    conditions.in_years(corpus.column("date"), first, last)


def _marks(dated: list[tuple[int, float]]) -> tuple[list[tuple[int, float]], int | None, float]:
    """Bars, the year before which all is in the first one, and the amount dated later than this year."""
    now = dt.date.today().year
    late = sum(amount for year, amount in dated if year > now)
    past = [(year, amount) for year, amount in dated if year <= now]
    if not past:
        return [], None, late
    first = past[-1][0] - MOST_YEARS + 2
    if past[0][0] >= first:
        return past, None, late
    first -= first % 5
    old = sum(amount for year, amount in past if year < first)
    return [(first - 1, old), *((year, amount) for year, amount in past if year >= first)], first, late


# ---------------------------------------------------------------------------------- shared


def _list(key: str, seen: Shares, unit: str, shown: int = 8, label: str = "") -> None:
    """Labels, largest first; where their column is given, a click looks at one alone."""
    ranked(
        key,
        seen.labels,
        unit,
        (lambda name: conditions.toggle(label, name)) if label else None,
        conditions.chosen(label) if label else frozenset(),
        shown=shown,
        unlisted=seen.unlisted,
    )


def _total(size: Totals, unit: str) -> float:
    return getattr(size, unit) or 1
