"""The rules of a recipe, one row each: what it says, where its limit cuts, what is left after it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from analytics import editing
from analytics.editing import Place
from analytics.preview import Preview
from indexes.columns import Column
from indexes.corpus import Corpus
from indexes.errors import BadRecipe
from indexes.queries.funnel import Amount, StepCount
from indexes.queries.histogram import Histogram, histogram
from indexes.rule import GROUPS, KEEP, Group, Limit, Rule, Share, Step, enabled_only
from pages.ui import bars, cache, cut, limits, numbers, previews, problems, sentences
from pages.ui.bars import Piece, Word
from pages.ui.cut import Answer, Bins
from pages.ui.escape import markdown, markup

WIDTHS = (29, 46, 25)
ON_AXIS = ("integer", "number")
"""Types of a column whose values have a place on an axis."""
LONGEST = 90
"""Characters of a rule's sentence in its row; the whole stands in its tooltip."""

OFF = "disabled: counts nothing"

Edit = Callable[[Sequence[Step]], None]
"""Called with the recipe's steps as they shall be."""


def table(corpus: Corpus, found: Preview, unit: str, edit: Edit) -> None:
    """All rules in order, each with its line and what is left after it; those not enabled in grey.

    Args:
        corpus: the corpus.
        found: what the rules do.
        unit: what shares are shares of; the corpus must have it.
        edit: called when a rule was changed.
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
    with st.container(gap=None, key="rules"):
        _Rows(corpus, found, unit, edit).draw()


@dataclass(frozen=True)
class _Row:
    """A rule or group and where it stands.

    Attributes:
        step: as the recipe has it.
        count: what it does, its ``top`` resolved; None where it, or what it is in, is not enabled.
        place: where it stands.
        before: what was left before it; None within a group, and where it is not enabled.
        turned: within an odd number of "none of", where a yes removes.
        after: the step that stands behind it, if one does.
    """

    step: Step
    count: StepCount | None
    place: Place
    before: Amount | None
    turned: bool
    after: Step | None

    @property
    def key(self) -> str:
        return "_".join(map(str, self.place))


class _Rows:
    """What every row needs to know."""

    def __init__(self, corpus: Corpus, found: Preview, unit: str, edit: Edit) -> None:
        self.corpus, self.found, self.unit, self.edit = corpus, found, unit, edit
        self.name, self.steps = found.recipe.name, found.recipe.steps
        self.total = found.funnel.total

    def draw(self) -> None:
        """Every row, in order."""
        for row in self._rows(self.steps, iter(self.found.funnel.steps), self.total):
            self._row(row)

    def _rows(
        self,
        steps: Sequence[Step],
        counts: Iterator[StepCount],
        before: Amount | None,
        within: Place = (),
        live: bool = True,
        turned: bool = False,
    ) -> Iterator[_Row]:
        """The rows of some steps and of their members. Only what is enabled was counted."""
        for number, step in enumerate(steps):
            count = next(counts) if live and enabled_only((step,)) else None
            place = (*within, number)
            after = steps[number + 1] if number + 1 < len(steps) else None
            yield _Row(step, count, place, before if count else None, turned, after)
            if isinstance(step, Group):
                inside = turned != (step.kind == "not")
                members = iter(count.members if count else ())
                yield from self._rows(step.members, members, None, place, count is not None, inside)
            if count is not None and before is not None:
                before = count.kept

    def _row(self, row: _Row) -> None:
        depth = min(len(row.place) - 1, 3)
        off = "" if row.count else "off_"
        with st.container(key=f"rule{depth}_{off}{row.key}"):
            said, line, left = st.columns(WIDTHS, gap="large", vertical_alignment="center")
            with said, st.container(key=f"said{depth}_{row.key}", gap=None):
                self._say(row)
            with line:
                self._alone(row)
            with left:
                if row.count is not None and row.before is not None:
                    bars.step_bar(
                        f"left_{self.name}_{row.key}",
                        self._share(row.count.kept),
                        self._share(row.before) - self._share(row.count.kept),
                        self._share(row.count.only_this),
                        self.unit,
                    )

    # ------------------------------------------------------------------------------- what it says

    def _say(self, row: _Row) -> None:
        """Whether it is enabled, its reason, its menu; under them its sentence, where the limit is typed."""
        step = row.step
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"name_{row.key}"):
            self._switch(row)
            self._menu(row)
        if isinstance(step, Group):
            many = numbers.count(len(step.members), "rule")
            st.html(f'<div class="rs">{markup(GROUPS[step.kind][2])} {markup(many)}</div>')
            return
        sentence, short = sentences.sentence(step), sentences.sentence(step, LONGEST)
        column = self._column(step)
        if column is None or not limits.can_be_typed(step):
            st.html(f'<div class="rs" title="{markup(sentence)}">{markup(short)}</div>')
            return
        with st.popover(markdown(short), type="tertiary", key=f"type_{row.key}"):
            self._typing(row, step, column)

    def _switch(self, row: _Row) -> None:
        key = f"on_{self.name}_{row.key}"
        st.session_state[key] = row.step.enabled  # the recipe on the server is the truth

        def switched() -> None:
            self._edited(partial(editing.enabled, self.steps, row.place, st.session_state[key]))

        st.checkbox(
            markdown(row.step.reason.replace("_", " ")),
            key=key,
            on_change=switched,
            width="stretch",
            wrap=True,
        )

    def _menu(self, row: _Row) -> None:
        actions = self._actions(row)
        key = f"menu_{self.name}_{row.key}"

        def chosen() -> None:
            action = actions.get(st.session_state[key])
            if action is not None:
                self._edited(action)

        name = markdown(row.step.reason.replace("_", " "))
        st.menu_button(
            f"Change {name}",
            list(actions),
            key=key,
            type="tertiary",
            icon=":material/more_vert:",
            on_click=chosen,
        )

    def _actions(self, row: _Row) -> dict[str, Callable[[], tuple[Step, ...]]]:
        """What can be done to a step where it stands: the words of the menu, and the steps after it."""
        steps, place, step = self.steps, row.place, row.step
        found: dict[str, Callable[[], tuple[Step, ...]]] = {}
        if place[-1] > 0:
            found["Move up"] = partial(editing.moved, steps, place, -1)
        if row.after is not None:
            found["Move down"] = partial(editing.moved, steps, place, 1)
            found[_grouping(step, row.after)] = partial(editing.grouped, steps, place)
        if len(place) > 1:
            found["Take out of its group"] = partial(editing.taken_out, steps, place)
        if isinstance(step, Group):
            for kind, (_, _, words) in GROUPS.items():
                if kind != step.kind:
                    found[f"Turn into {words}"] = partial(editing.turned, steps, place, kind)
            found["Ungroup its rules"] = partial(editing.dissolved, steps, place)
        elif (column := self._column(step)) is not None:
            found |= self._by_share(row, step, column)
        found["Remove"] = partial(editing.removed, steps, place)
        return found

    def _by_share(self, row: _Row, rule: Rule, column: Column) -> dict[str, Callable[[], tuple[Step, ...]]]:
        """From a limit to the share that it keeps, and from a share to where it cuts."""
        if rule.op in (">=", ">") and "top" in limits.operators(column):
            share = self._keeps(row)
            return {
                f"Keep the top {numbers.percent(share)} instead": partial(
                    editing.with_question, self.steps, row.place, "top", Share(share)
                )
            }
        if not isinstance(rule.limit, Share):
            return {}
        share = rule.limit.share

        def raw() -> tuple[Step, ...]:
            limit = limits.at_share(self.corpus, column, share)
            return editing.with_question(self.steps, row.place, ">=", limit)

        return {"Keep by a limit instead": raw}

    def _keeps(self, row: _Row) -> float:
        """The share of documents that a rule alone keeps, in whole per cent where that is some."""
        documents = self.total.documents
        if row.count is None or not documents:
            return limits.TOP
        share = 1 - row.count.fails.documents / documents
        return min(max(round(share, 2), 0.01), 1.0)

    def _typing(self, row: _Row, rule: Rule, column: Column) -> None:
        def typed() -> None:
            said = read()
            if said is not None:
                self._edited(partial(editing.with_limit, self.steps, row.place, said[0]))

        read = limits.fields(self.corpus, column, rule.op, rule.limit, f"typed_{row.key}", typed)

    def _edited(self, change: Callable[[], tuple[Step, ...]]) -> None:
        """Look at the recipe after a change; what no rule can be is said over the page that runs next."""
        with problems.kept():
            try:
                steps = change()
            except ValueError as error:
                why = str(error).removesuffix(".")
                raise BadRecipe(f"This cannot be a rule: {why}.", "The rule stays as it was.") from None
            self.edit(steps)

    def _column(self, rule: Rule) -> Column | None:
        """The column that a rule reads, where it is there: a rule that is not enabled may lack it."""
        return self.corpus.columns[rule.column] if rule.column in self.corpus.ready() else None

    # ------------------------------------------------------------------------------- what it does

    def _alone(self, row: _Row) -> None:
        """The rule's own cut, where its column has an axis; else a bar of its answers."""
        count, turned = row.count, row.turned
        step = count.step if count else row.step
        column = self._column(step) if isinstance(step, Rule) else None
        if isinstance(step, Rule) and column is not None and not turned:
            ends = _on_axis(step, column)
            if ends and self._cut(step, column, ends, row):
                return
        if count is None:
            st.html(f'<div class="rs">{markup(OFF)}</div>')
            return
        yes, unknown = 1 - self._share(count.fails), self._share(count.unknown)
        no = max(0.0, 1 - yes - unknown)
        words = ("yes for", "no for") if len(row.place) > 1 else ("keeps", "removes")
        tones = ("removed", "kept") if turned else ("kept", "removed")
        answers = list(zip(words, (yes, no), tones, strict=True))
        lines = [Word(word, numbers.percent(share), tone) for word, share, tone in answers]
        if unknown:
            lines.append(Word("no answer for", numbers.percent(unknown)))
        bars.bar(
            f"alone_{self.name}_{row.key}",
            [
                *(Piece(word, share, tone) for word, share, tone in answers),
                Piece("no answer for", unknown, "whole"),
            ],
            self.unit,
            height=9,
            lines=[lines],
        )

    def _cut(self, rule: Rule, column: Column, ends: tuple[float, ...], row: _Row) -> bool:
        """Draw the cut line; False where the column has no value to draw."""
        shown = cache.cached(histogram, self.corpus, rule.column, self.unit, is_log(column), cut.BINS)
        if len(shown.edges) < 2:
            return False
        answer, documents = None, self.total.documents
        if row.count is not None:
            answer = Answer(
                1 - self._share(row.count.fails),
                1 - row.count.fails.documents / documents if documents else None,
                previews.interval(row.count.fails, inverse=True),
            )
        cut.cut(
            f"cut_{self.name}_{row.key}_{rule.column}",
            bins_of(shown, column),
            rule.op if rule.op != "top" else ">=",
            ends,
            self.unit,
            rule.column,
            answer,
            lambda moved: self._edited(
                partial(editing.with_limit, self.steps, row.place, _as_limit(rule, column, moved))
            ),
            enabled=row.count is not None,
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


def _grouping(step: Step, after: Step) -> str:
    """What grouping a step with the next one does, in words."""
    if isinstance(step, Rule) and isinstance(after, Group):
        return "Put into the group below"
    if isinstance(step, Group) and isinstance(after, Rule):
        return "Take in the rule below"
    return "Group with the next"


def _as_limit(rule: Rule, column: Column, moved: Sequence[float]) -> Limit:
    """What the line sent, as a limit: whole numbers where the column holds them."""
    values = tuple(
        int(value) if column.type == "integer" or float(value).is_integer() else value for value in moved
    )
    return values if rule.op == "between" else values[0]
