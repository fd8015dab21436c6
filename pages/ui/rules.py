"""The rules of a recipe, one row each: what it says, where its limit cuts, what is left after it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from analytics.editing import Place
from analytics.preview import Preview
from indexes.columns import Column
from indexes.corpus import Corpus
from indexes.queries.funnel import Amount, StepCount
from indexes.queries.histogram import Histogram, histogram
from indexes.rule import GROUPS, KEEP, Group, Limit, Rule, Share
from pages.ui import bars, cache, cut, numbers, previews, problems, sentences
from pages.ui.bars import Piece, Word
from pages.ui.cut import Answer, Bins
from pages.ui.escape import markdown, markup

WIDTHS = (29, 46, 25)
ON_AXIS = ("integer", "number")
"""Types of a column whose values have a place on an axis."""
LONGEST = 90
"""Characters of a rule's sentence in its row; the whole stands in its tooltip."""

Changed = Callable[[Place, Limit], None]
"""Called with a rule's place and its new limit."""


def table(corpus: Corpus, name: str, found: Preview, unit: str, changed: Changed) -> None:
    """All rules in order, each with its line and what is left after it.

    Args:
        corpus: the corpus.
        name: the recipe's: its rules keep their keys while their limits move.
        found: what the rules do.
        unit: what shares are shares of; the corpus must have it.
        changed: called when a limit was moved or typed.
    """
    with st.container(key="rules_head"):
        titles = st.columns(WIDTHS, gap="large")
        for column, title in zip(
            titles,
            ("Rule", "This rule alone: where its limit cuts", "All rules in order: what is left"),
            strict=True,
        ):
            with column:
                st.html(f'<div class="rh">{markup(title)}</div>')
    rows = _Rows(corpus, name, found, unit, changed)
    before = found.funnel.total
    with st.container(gap=None, key="rules"):
        for number, count in enumerate(found.funnel.steps):
            rows.step(count, (number,), before)
            before = count.kept


class _Rows:
    """What every row needs to know."""

    def __init__(self, corpus: Corpus, name: str, found: Preview, unit: str, changed: Changed) -> None:
        self.corpus, self.name, self.unit, self.changed = corpus, name, unit, changed
        self.total = found.funnel.total

    def step(self, count: StepCount, place: Place, before: Amount | None, turned: bool = False) -> None:
        """A row, and the rows of a group's members.

        Args:
            count: what the rule or group does.
            place: where it stands.
            before: what was left before it; None within a group.
            turned: within an odd number of "none of", where a yes removes.
        """
        key = "_".join(map(str, place))
        depth = min(len(place) - 1, 3)
        with st.container(key=f"rule{depth}_{key}"):
            said, line, left = st.columns(WIDTHS, gap="large", vertical_alignment="center")
            with said, st.container(key=f"said{depth}_{key}", gap=None):
                self._say(count, place)
            with line:
                self._alone(count, place, turned)
            with left:
                if before is not None:
                    bars.step_bar(
                        f"left_{self.name}_{key}",
                        self._share(count.kept),
                        self._share(before) - self._share(count.kept),
                        self._share(count.only_this),
                        self.unit,
                    )
        inside = turned != (isinstance(count.step, Group) and count.step.kind == "not")
        for number, member in enumerate(count.members):
            self.step(member, (*place, number), None, inside)

    def _say(self, count: StepCount, place: Place) -> None:
        step = count.step
        kind = f"<span>{markup(GROUPS[step.kind][2])}</span>" if isinstance(step, Group) else ""
        st.html(f'<div class="rn"><b>{markup(step.reason.replace("_", " "))}</b>{kind}</div>')
        if isinstance(step, Rule):
            sentence = sentences.sentence(_plain(step))
            short = sentences.sentence(_plain(step), LONGEST)
            typed = _typed(step)
            if typed is None:
                st.html(f'<div class="rs" title="{markup(sentence)}">{markup(short)}</div>')
                return
            with st.popover(
                markdown(short),
                type="tertiary",
                key=f"type_{'_'.join(map(str, place))}",
            ):
                _typing(self.corpus.column(step.column), step, place, typed, self.changed)

    def _alone(self, count: StepCount, place: Place, turned: bool) -> None:
        """The rule's own cut, where its column has an axis; else a bar of its answers."""
        step = count.step
        if isinstance(step, Rule) and not turned:
            column = self.corpus.column(step.column)
            limits = _on_axis(step, column)
            if limits and self._cut(step, column, limits, count, place):
                return
        yes, unknown = 1 - self._share(count.fails), self._share(count.unknown)
        no = max(0.0, 1 - yes - unknown)
        words = ("yes for", "no for") if len(place) > 1 else ("keeps", "removes")
        tones = ("removed", "kept") if turned else ("kept", "removed")
        answers = list(zip(words, (yes, no), tones, strict=True))
        lines = [Word(word, numbers.percent(share), tone) for word, share, tone in answers]
        if unknown:
            lines.append(Word("no answer for", numbers.percent(unknown)))
        bars.bar(
            f"alone_{self.name}_{'_'.join(map(str, place))}",
            [
                *(Piece(word, share, tone) for word, share, tone in answers),
                Piece("no answer for", unknown, "whole"),
            ],
            self.unit,
            height=9,
            lines=[lines],
        )

    def _cut(
        self, rule: Rule, column: Column, limits: tuple[float, ...], count: StepCount, place: Place
    ) -> bool:
        """Draw the cut line; False where the column has no value to draw."""
        shown = cache.cached(histogram, self.corpus, rule.column, self.unit, is_log(column), cut.BINS)
        if len(shown.edges) < 2:
            return False
        documents = self.total.documents
        cut.cut(
            f"cut_{self.name}_{'_'.join(map(str, place))}_{rule.column}",
            bins_of(shown, column),
            rule.op if rule.op != "top" else ">=",
            limits,
            self.unit,
            rule.column,
            Answer(
                1 - self._share(count.fails),
                1 - count.fails.documents / documents if documents else None,
                previews.interval(count.fails, inverse=True),
            ),
            lambda moved: self.changed(place, _as_limit(rule, column, moved)),
            movable=rule.op != "top",
            keeps_null=rule.if_null == KEEP,
        )
        return True

    def _share(self, amount: Amount) -> float:
        whole = getattr(self.total, self.unit)
        return getattr(amount, self.unit) / whole if whole else 0.0


def is_log(column: Column) -> bool:
    """Counts are spaced by their logarithm, all else evenly."""
    return column.type == "integer" and (column.low is None or column.low >= 0)


def bins_of(shown: Histogram, column: Column) -> Bins:
    """A histogram as the cut line takes it."""
    return Bins(
        edges=tuple(shown.edges.tolist()),
        documents=tuple(shown.documents.tolist()),
        weights=tuple(shown.weights.tolist()),
        null_documents=shown.nulls,
        null_weight=shown.null_weight,
        log=shown.log,
        whole=column.type == "integer",
    )


def _on_axis(rule: Rule, column: Column) -> tuple[float, ...]:
    """The limits of a rule that have a place on its column's axis; none where they have not."""
    if column.type not in ON_AXIS:
        return ()
    if isinstance(rule.limit, Share):
        cuts = rule.limit.cuts or ()
        return (float(f"{cuts[0].value:.4g}"),) if len(cuts) == 1 and not rule.limit.within else ()
    if rule.op not in cut.OPERATORS:
        return ()
    limits = rule.limit if isinstance(rule.limit, tuple) else (rule.limit,)
    return tuple(float(limit) for limit in limits)  # type: ignore[arg-type]


def _plain(rule: Rule) -> Rule:
    """The rule as it is written: where ``top`` cuts stands at its line."""
    return replace(rule, limit=replace(rule.limit, cuts=None)) if isinstance(rule.limit, Share) else rule


def _as_limit(rule: Rule, column: Column, moved: Sequence[float]) -> Limit:
    """What the line sent, as a limit: whole numbers where the column holds them."""
    values = tuple(
        int(value) if column.type == "integer" or float(value).is_integer() else value for value in moved
    )
    return values if rule.op == "between" else values[0]


# ------------------------------------------------------------------------------------------- typing a limit


def _typed(rule: Rule) -> tuple[Any, ...] | None:
    """The values of a rule that can be typed, one field each; None where it has none."""
    if isinstance(rule.limit, Share):
        return (rule.limit.share,)
    if rule.op in ("is_null", "not_null", "in_file", "in", "not_in"):
        return None
    return rule.limit if isinstance(rule.limit, tuple) else (rule.limit,)


def _typing(column: Column, rule: Rule, place: Place, values: Sequence[Any], changed: Changed) -> None:
    """One field a value; a field's key holds the value, so that it always shows the limit as it is."""
    names = ("From", "To") if len(values) == 2 else ("Limit",)
    keys = [f"typed_{'_'.join(map(str, place))}_{i}_{value}" for i, value in enumerate(values)]

    def typed() -> None:
        with problems.kept():
            said = [st.session_state[key] for key in keys]
            if all(one is not None for one in said):
                changed(place, _limit_of(rule, said))

    for name, key, value in zip(names, keys, values, strict=True):
        if rule.op == "top":
            st.number_input(
                "Keep the top, in % ", 0.0, 100.0, value * 100, 1.0, format="%g", key=key, on_change=typed
            )
        elif isinstance(value, bool):
            st.selectbox(name, [True, False], index=0 if value else 1, key=key, on_change=typed)
        elif column.type == "integer" and isinstance(value, int):
            least, most = (None if end is None else int(end) for end in bounds(column, value))
            st.number_input(name, least, most, value, step=1, key=key, on_change=typed)
        elif isinstance(value, int | float):
            low, high = bounds(column, value)
            st.number_input(name, low, high, float(value), 0.01, format="%g", key=key, on_change=typed)
        elif isinstance(value, date):
            st.date_input(name, value=value, key=key, on_change=typed)
        else:
            st.text_input(name, value=value, key=key, on_change=typed)
    if len(values) == 1 and rule.op != "top" and column.unit and column.unit != "ratio":
        st.caption(markdown(column.unit))


def bounds(column: Column, value: float) -> tuple[float | None, float | None]:
    """What may be typed: from the column's low to its high, and as far as the limit that stands already."""
    low = None if column.low is None else min(float(column.low), float(value))
    high = None if column.high is None else max(float(column.high), float(value))
    return low, high


def _limit_of(rule: Rule, said: Sequence[Any]) -> Limit:
    if isinstance(rule.limit, Share):
        return Share(round(said[0] / 100, 6), rule.limit.of, rule.limit.within)
    whole = [int(one) if isinstance(one, float) and one.is_integer() else one for one in said]
    return tuple(whole) if rule.op == "between" else whole[0]
