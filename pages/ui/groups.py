"""Groups of documents on a page: their names, how they are read, and a table of them by filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from analytics.groups import Rates
from indexes.queries.kept_by import FEWEST
from pages.ui import dividing, empty, head, numbers
from pages.ui.escape import markdown
from pages.ui.figures import cut

SHOWN = 24
LISTED = 12
WIDE, NAME, LONG, NARROW = 5, 16, 26, 50
"""Of so many filters and more the columns are headed by numbers, or they would not fit."""
HEIGHT = 588
SMALL, OTHERS = "small groups", "all other groups"


@dataclass(frozen=True)
class By:
    """What documents are divided by: the column, what a picker calls it, and in what they are counted."""

    label: str
    many: str
    unit: str


class Grouped(Protocol):
    """What a query says of groups (``indexes.queries.kept_by.KeptBy``)."""

    @property
    def labels(self) -> Sequence[str | None]: ...
    @property
    def pooled(self) -> bool: ...
    @property
    def n_small(self) -> int: ...
    @property
    def n_large(self) -> int: ...


def names(counted: Grouped) -> list[str]:
    """What each group is called; the one of all others is small only where none of them is large."""
    said = [dividing.NOT_STATED if name is None else name for name in counted.labels]
    return [*said, *([OTHERS if counted.n_large else SMALL] if counted.pooled else [])]


def nothing(names: Sequence[str], by: By) -> bool:
    """Whether there is nothing to compare, which is said then."""
    if len(names) > 1:
        return False
    only = f"All documents are of one {by.many}" if names else "No document is measured"
    if names and names[0] in (SMALL, OTHERS):
        only = f"No {by.many} has {FEWEST} documents"
    empty.say(f"{only}, so there is nothing to compare.", "Choose other groups.")
    return True


def how_to_read(
    first: Sequence[str],
    seen: Rates,
    counted: Grouped,
    by: By,
    small: Sequence[tuple[str, int]] = (),
) -> None:
    """What the marks mean, and which groups were put together.

    Args:
        first: sentences that come before.
        seen: the rates that were asked for together.
        counted: the groups.
        by: what they are by.
        small: some of the groups that were put together, with their documents.
    """
    asked = numbers.count(int(np.isfinite(seen.p).sum()), "comparison")
    said = [
        *first,
        f"**◆** kept less than the rest by more than chance: of the groups marked so among {asked}, "
        "one in twenty may be wrong (Benjamini and Hochberg).",
    ]
    if by.unit != "documents":
        said.append(f"A group is not judged where a few large documents hold most of its {by.unit}.")
    if counted.n_small:
        said.append(pooled(counted, small))
    head.caption("How to read it")
    st.markdown("\n\n".join(said))


def pooled(counted: Grouped, small: Sequence[tuple[str, int]]) -> str:
    """Which groups stand together as one, and why; Markdown, values escaped."""
    under = f"under {FEWEST} documents"
    if counted.n_large:
        under = (
            f"after the {numbers.whole(len(counted.labels))} largest, "
            f"{numbers.whole(counted.n_large)} of them of {FEWEST} documents and more,"
        )
    said = f"{numbers.count(counted.n_small, 'group')} {under} stand together as one"
    if not small:
        return f"{said}."
    listed = ", ".join(f"{markdown(cut(name, 40))} ({number})" for name, number in small[:LISTED])
    left = counted.n_small - LISTED
    return f"{said}: {listed}{f' and {numbers.whole(left)} more' if left > 0 else ''}."


@dataclass(frozen=True)
class Table:
    """Groups by filters.

    Attributes:
        groups: what they are called.
        documents: of each, shape (n_groups,).
        filters: what they are called.
        kept: shares, shape (n_groups, n_filters).
        flagged: -1 where less than of the rest is kept, of the same shape.
    """

    groups: Sequence[str]
    documents: NDArray[np.float64]
    filters: Sequence[str]
    kept: NDArray[np.float64]
    flagged: NDArray[np.int64]


def matrix(
    key: str,
    table: Table,
    *,
    title: str,
    note: str,
    word: str,
    order: NDArray[np.int64],
    beside: Mapping[str, NDArray[np.float64]] | None = None,
    badge: head.Badge | None = None,
    short: bool = False,
) -> None:
    """Every group by every filter: what each keeps, and which of them keep less than of the rest.

    Args:
        key: unique on the page.
        table: what is shown.
        title: over it.
        note: under that; the numbers of filters follow where their names do not fit.
        word: what a filter is.
        order: of the groups.
        beside: ``Kept`` in % and ``× all``, a ratio, where there is one of all filters together.
        badge: how sure it is.
        short: the names of filters are, so that they stand over their columns however many there are.
    """
    wide = len(table.filters) >= WIDE and not short
    long = LONG if short else NAME
    heads = [str(i) if wide else f"{i} {cut(name, long)}" for i, name in enumerate(table.filters, 1)]
    below = [
        ", ".join(str(i + 1) for i in range(len(heads)) if table.flagged[row, i] < 0) or "–" for row in order
    ]
    marks = f"◆ by {word}"
    frame = pd.DataFrame(
        {
            "Group": [table.groups[row] for row in order],
            "Documents": np.round(table.documents[order]).astype(int),
            **{name: values[order] for name, values in (beside or {}).items()},
            marks: below,
            **{said: table.kept[order, i] * 100 for i, said in enumerate(heads)},
        }
    )
    numbered = " · " + " · ".join(f"{i} {name}" for i, name in enumerate(table.filters, 1)) if wide else ""
    head.caption(title, note=f"{note}{numbered}", badge=badge)
    st.dataframe(
        frame,
        hide_index=True,
        height=min(HEIGHT, 38 + 35 * len(frame)),
        column_config={
            "Group": st.column_config.TextColumn(width=130, pinned=True),
            "Documents": st.column_config.NumberColumn(format="%d", width=84),
            "Kept": st.column_config.NumberColumn(format="%.1f %%", width=70),
            "× all": st.column_config.NumberColumn(
                format="%.2f", width=60, help="Kept, as a ratio to the rate of all"
            ),
            marks: st.column_config.TextColumn(
                width=90, help=f"Each {word} that keeps less of the group than of the rest"
            ),
            **{
                said: st.column_config.NumberColumn(
                    format="%.1f", help=markdown(name), width=NARROW if wide else 104 if short else 130
                )
                for said, name in zip(heads, table.filters, strict=True)
            },
        },
        key=key,
        alt=f"{title}. {note}",
    )
