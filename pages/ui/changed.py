"""What has changed in a corpus since a date: a part of its row on Start."""

from pathlib import Path

import streamlit as st

from analytics.changes import Changes, Share, changes
from indexes import history
from indexes.history import Record
from pages.ui import corpora, figures, head, numbers
from pages.ui.escape import markup

OPEN = "changed"
"""In the address: the name of the corpus whose changes are shown."""
ROWS = 12
COLUMNS = 12
"""Names of columns that are said; more are counted."""
WORDS = {
    "added": "new",
    "gone": "gone",
    "remade": "made in another way",
    "stale": "stale by now",
    "completed": "whole by now",
}


def button(name: str, key: str) -> None:
    """Shows what has changed, or puts it away."""
    shown = st.query_params.get(OPEN) == name
    st.button(
        "Hide changes" if shown else "What changed",
        type="tertiary",
        key=f"changed_{key}",
        width="stretch",
        on_click=_toggle,
        args=(name, shown),
    )


def draw(name: str, root: Path, key: str) -> None:
    """Two dates of the list, and what is other on the later one; nothing where it is not asked for."""
    if st.query_params.get(OPEN) != name:
        return
    known = history.records(root)
    if len(known) < 2:
        dates = (
            f"Only one date is known of this corpus ({_date(known[0])})" if known else "No date is known yet"
        )
        st.html(f'<p class="rs">{markup(dates)}. What changes from now on is noted after each command.</p>')
        return
    places = list(range(len(known)))
    left, right = st.columns(2, gap="medium")
    with left:
        then = _choose("Then", known, places, len(known) - 2, key)
    with right:
        now = _choose("Now", known, places, len(known) - 1, key)
    first, last = sorted((then, now))
    found = changes(known[first], known[last], corpora.workspace(root))
    if found.none:
        st.html('<p class="rs">Nothing is other than it was.</p>')
        return
    st.html("".join(f'<p class="rs">{head.steady(line)}</p>' for line in _lines(found)))
    left, right = st.columns([56, 44], gap="medium")
    with left:
        _composition(found, key)
    with right:
        _medians(found)


def _toggle(name: str, shown: bool) -> None:
    if shown:
        st.query_params.pop(OPEN, None)
    else:
        st.query_params[OPEN] = name


def _choose(label: str, known: list[Record], places: list[int], at: int, key: str) -> int:
    chosen = st.selectbox(
        label,
        places[::-1],
        index=len(known) - 1 - at,
        format_func=lambda place: (
            f"{_date(known[place])} · {numbers.short(known[place].documents)} documents"
        ),
        key=f"changed_{label}_{key}_{len(known)}",
    )
    return int(chosen)


def _date(record: Record) -> str:
    return f"{record.when[:10]} {record.when[11:16]} UTC"


def _lines(found: Changes) -> list[str]:
    """Sentences, escaped."""
    said = [_amounts(found)]
    if found.anew:
        said.append("The corpus was made again: its shards are others than they were.")
    if found.came:
        documents = sum(shard.documents for shard in found.came)
        named = (
            found.came[0].name if len(found.came) == 1 else f"{found.came[0].name} to {found.came[-1].name}"
        )
        came = numbers.count(len(found.came), "shard came", "shards came")
        said.append(f"{came} with {numbers.count(documents, 'document')}: {named}.")
    for drop in found.drops:
        word = "The drop was undone of" if drop.undone else "Dropped:"
        said.append(f"{word} {numbers.count(drop.documents, 'document')} ({drop.reason}).")
    for which, word in WORDS.items():
        names = getattr(found, which)
        if names:
            more = f" and {numbers.whole(len(names) - COLUMNS)} more" if len(names) > COLUMNS else ""
            said.append(f"{numbers.count(len(names), 'column')} {word}: {', '.join(names[:COLUMNS])}{more}.")
    return [markup(line) for line in said]


def _amounts(found: Changes) -> str:
    then, now = found.then, found.now
    pieces = [f"{numbers.whole(then.documents)} documents then, {numbers.whole(now.documents)} now"]
    for unit, write in (("tokens", numbers.short), ("bytes", numbers.size)):
        before, after = getattr(then, unit), getattr(now, unit)
        if before != after:
            sides = ["not measured" if value is None else write(value) for value in (before, after)]
            pieces.append(f"{unit if unit == 'tokens' else 'text'} {sides[0]} then, {sides[1]} now")
    return " · ".join(pieces)


def _composition(found: Changes, key: str) -> None:
    """The first label of which a share has moved, then and now; of values whose shares are known on both."""
    known = [row for row in found.shares if row.then is not None and row.now is not None]
    moved = [row for row in known if row.then != row.now]
    if not moved:
        what = "The composition" if known == list(found.shares) else "What is known of the composition"
        st.html(f'<p class="rs">{what} is as it was.</p>')
        return
    label = moved[0].label
    rows = [row for row in known if row.label == label][:ROWS]
    names = ["not stated" if row.name is None else row.name for row in rows]
    figures.draw(
        f"changed_{key}",
        figures.dumbbell(
            names,
            [row.then or 0.0 for row in rows],
            [row.now or 0.0 for row in rows],
            ring_name="the documents then",
            dot_name="the documents now",
        ),
        figures.rows_height(len(rows)),
        title=_title(rows),
        note=f"Share of documents by {label} · (ring) then (dot) now",
        state=f"{found.then.when}_{found.now.when}",
    )


def _title(rows: list[Share]) -> str:
    most = max(rows, key=lambda row: abs((row.now or 0.0) - (row.then or 0.0)))
    name = "What is not stated" if most.name is None else figures.cut(most.name)
    before, after = most.then or 0.0, most.now or 0.0
    return f"{name} went from {numbers.percent(before)} to {numbers.percent(after)} of documents"


def _medians(found: Changes) -> None:
    sides = [(row.name, numbers.value(row.then), numbers.value(row.now)) for row in found.medians]
    moved = [row for row in sides if row[1] != row[2]]
    if not moved:
        st.html('<p class="rs">No median has moved.</p>')
        return
    head.caption(
        f"{numbers.count(len(moved), 'median')} moved",
        note="Median of a column over the documents, then and now",
    )
    cells = "".join(f"<tr>{''.join(f'<td>{markup(cell)}</td>' for cell in row)}</tr>" for row in moved)
    st.html(
        f'<table class="tn"><thead><tr><th>column</th><th>then</th><th>now</th></tr></thead>'
        f"<tbody>{cells}</tbody></table>"
    )
