"""Ranked lists of labels with bars, and what a click on a row does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pages.ui import numbers
from pages.ui.component import component, on

SHOWN = 8
"""Rows before "29 more"."""
SENT = 200
"""Rows sent to the browser, for the panel behind "29 more"."""

_ranked = component("ranked")


@dataclass(frozen=True)
class Label:
    """One value of a label column, None for not stated, and its share of the whole, 0 to 1."""

    name: str | None
    share: float


def ranked(
    key: str,
    labels: Sequence[Label],
    unit: str,
    on_pick: Callable[[str | None], None] | None = None,
    chosen: frozenset[str | None] = frozenset(),
    shown: int = SHOWN,
    unlisted: tuple[int, float] = (0, 0.0),
) -> None:
    """Labels by share, largest first; the rest as one row that opens them all; not stated last, in italics.

    Args:
        key: unique on the page.
        labels: in any order.
        unit: what the shares are of.
        on_pick: called with the label of a row that was clicked, None for not stated.
        chosen: labels that are a condition now.
        shown: how many rows stand on the page.
        unlisted: how many further labels there are that are not among these, and their share.
    """
    stated = sorted((label for label in labels if label.name is not None), key=lambda label: -label.share)
    none = next((label for label in labels if label.name is None and label.share > 0), None)
    largest = max((label.share for label in stated), default=0.0) or 1.0
    rows = [_row(i, label, largest, unit, chosen) for i, label in enumerate(stated[:SENT])]
    if len(stated) == shown + 1 and not unlisted[0]:
        shown += 1  # one row takes no less room than "1 more"
    rest = stated[shown:]
    names = [label.name for label in stated[:SENT]]
    beyond = max(0, len(stated) - SENT) + unlisted[0]
    data = {
        "rows": rows[:shown],
        "more": rows[shown:],
        "rest_name": f"{numbers.whole(len(rest) + unlisted[0])} more",
        "rest_amount": numbers.percent(sum(label.share for label in rest) + unlisted[1]),
        "beyond": f"and {numbers.count(beyond, 'smaller one')}" if beyond > 0 else "",
        "none": None if none is None else _none(none, unit, chosen),
        "pick": on_pick is not None,
    }
    events = {}
    if on_pick is not None:
        events["on_pick_change"] = on(
            key, "pick", lambda sent: on_pick(None if sent["id"] is None else names[int(sent["id"])])
        )
    _ranked(data=data, key=key, **events)


def _row(
    id: int, label: Label, largest: float, unit: str, chosen: frozenset[str | None]
) -> dict[str, object]:
    amount = numbers.percent(label.share)
    name = " ".join((label.name or "").split()) or "(blank)"
    return {
        "id": id,
        "name": name[:120],
        "title": f"{name[:300]}: {amount} of {unit}",
        "length": round(label.share / largest, 4),
        "amount": amount,
        "chosen": label.name in chosen,
    }


def _none(label: Label, unit: str, chosen: frozenset[str | None]) -> dict[str, object]:
    amount = numbers.percent(label.share)
    return {
        "id": None,
        "name": "not stated",
        "title": f"not stated: {amount} of {unit}",
        "amount": amount,
        "chosen": None in chosen,
    }
