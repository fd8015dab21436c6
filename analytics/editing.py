"""Change one step of a recipe: which one is said by its place among the steps. And the way back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from analytics.recipe import Recipe
from indexes.rule import Group, Limit, Rule, Step

CHANGED = "changed from "
REMEMBERED = 200
"""Recipes that can be gone back to."""

Place = tuple[int, ...]
"""Where a step stands: its number from 0, then its number within the group, and so on."""


def places(steps: Sequence[Step], within: Place = ()) -> Iterator[tuple[Place, Step]]:
    """Every rule and group with its place, a group before its members."""
    for number, step in enumerate(steps):
        yield (*within, number), step
        if isinstance(step, Group):
            yield from places(step.members, (*within, number))


def changed(recipe: Recipe, steps: Sequence[Step]) -> Recipe:
    """The recipe with other steps. Its source says what it was made from; the note is left out.

    A note is of the limits as they stood. A recipe that was changed already keeps its source, until it is
    saved under a name of its own.
    """
    made_from = f"{CHANGED}{recipe.name}"
    if recipe.source != made_from and not recipe.source.startswith(f"{made_from} ("):
        made_from += f" ({recipe.source})" if recipe.source else ""
    else:
        made_from = recipe.source
    return replace(recipe, steps=tuple(steps), source=made_from, note="")


def beside(steps: Sequence[Step], place: Place) -> tuple[Sequence[Step], int]:
    """The steps among which one stands, and its number among them.

    Raises:
        ValueError: no step stands there.
    """
    for depth, number in enumerate(place):
        if not 0 <= number < len(steps):
            raise ValueError(f"there are {len(steps)} steps, got place {place}")
        if depth == len(place) - 1:
            return steps, number
        step = steps[number]
        if not isinstance(step, Group):
            break
        steps = step.members
    raise ValueError(f"no step stands at {place}")


def at(steps: Sequence[Step], place: Place) -> Step:
    """The step at a place.

    Raises:
        ValueError: there is none.
    """
    among, number = beside(steps, place)
    return among[number]


def with_step(steps: Sequence[Step], place: Place, step: Step) -> tuple[Step, ...]:
    """The steps with another one at a place.

    Raises:
        ValueError: nothing stands there.
    """
    return _among(steps, place, lambda among, number: [*among[:number], step, *among[number + 1 :]])


def with_limit(steps: Sequence[Step], place: Place, limit: Limit) -> tuple[Step, ...]:
    """The steps with another limit for the rule at a place.

    Raises:
        ValueError: there is no rule, or the limit is not for its operator.
    """
    step = at(steps, place)
    if not isinstance(step, Rule):
        raise ValueError(f"no rule stands at {place}")
    return with_step(steps, place, replace(step, limit=limit))


def with_question(steps: Sequence[Step], place: Place, op: str, limit: Limit) -> tuple[Step, ...]:
    """The steps with another operator and limit for the rule at a place.

    Raises:
        ValueError: there is no rule, or the limit is not for the operator.
    """
    step = at(steps, place)
    if not isinstance(step, Rule):
        raise ValueError(f"no rule stands at {place}")
    return with_step(steps, place, replace(step, op=op, limit=limit))


def enabled(steps: Sequence[Step], place: Place, on: bool) -> tuple[Step, ...]:
    """The steps with the one at a place enabled or not.

    Raises:
        ValueError: there is none.
    """
    return with_step(steps, place, replace(at(steps, place), enabled=on))


def added(steps: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """The steps with one more behind them."""
    return (*steps, step)


def removed(steps: Sequence[Step], place: Place) -> tuple[Step, ...]:
    """The steps without the one at a place; a group goes with its last member.

    Raises:
        ValueError: there is none.
    """
    return _among(steps, place, lambda among, number: [*among[:number], *among[number + 1 :]])


def moved(steps: Sequence[Step], place: Place, by: int) -> tuple[Step, ...]:
    """The steps with the one at a place so many further down, among those that it stands with.

    Args:
        steps: a recipe's.
        place: the step's.
        by: below 0 for further up.

    Raises:
        ValueError: there is none, or no place to go to.
    """

    def move(among: Sequence[Step], number: int) -> Sequence[Step]:
        if not 0 <= number + by < len(among):
            raise ValueError(f"{place} cannot go {by} further among {len(among)} steps")
        rest = [*among[:number], *among[number + 1 :]]
        return [*rest[: number + by], among[number], *rest[number + by :]]

    return _among(steps, place, move)


def grouped(steps: Sequence[Step], place: Place) -> tuple[Step, ...]:
    """The steps with the one at a place and the next in one group.

    A rule goes into a group that is beside it. Two rules, or two groups, make a new one, of the kind that
    changes no decision: ``all``, or ``any`` within ``any`` and ``not``.

    Raises:
        ValueError: none stands there, or none behind it.
    """
    outer = at(steps, place[:-1]) if len(place) > 1 else None
    kind = "any" if isinstance(outer, Group) and outer.kind != "all" else "all"

    def group(among: Sequence[Step], number: int) -> Sequence[Step]:
        if number + 1 >= len(among):
            raise ValueError(f"no step stands behind {place}")
        first, second = among[number : number + 2]
        if isinstance(first, Rule) and isinstance(second, Group):
            made = replace(second, members=(first, *second.members))
        elif isinstance(first, Group) and isinstance(second, Rule):
            made = replace(first, members=(*first.members, second))
        else:
            made = Group(_reason(first, second), kind, (first, second))
        return [*among[:number], made, *among[number + 2 :]]

    return _among(steps, place, group)


def taken_out(steps: Sequence[Step], place: Place) -> tuple[Step, ...]:
    """The steps with the one at a place behind the group that it was in; the group goes with its last one.

    Raises:
        ValueError: none stands there, or in no group.
    """
    step = at(steps, place)
    if len(place) < 2:
        raise ValueError(f"{place} is in no group")
    behind = _among(
        steps, place[:-1], lambda among, number: [*among[: number + 1], step, *among[number + 1 :]]
    )
    return removed(behind, place)


def dissolved(steps: Sequence[Step], place: Place) -> tuple[Step, ...]:
    """The steps with a group's members in its place.

    Raises:
        ValueError: no group stands there.
    """
    step = at(steps, place)
    if not isinstance(step, Group):
        raise ValueError(f"no group stands at {place}")
    members = step.members
    return _among(steps, place, lambda among, number: [*among[:number], *members, *among[number + 1 :]])


def turned(steps: Sequence[Step], place: Place, kind: str) -> tuple[Step, ...]:
    """The steps with the group at a place of another kind: ``all``, ``any`` or ``not``.

    Raises:
        ValueError: no group stands there, or there is no such kind.
    """
    step = at(steps, place)
    if not isinstance(step, Group):
        raise ValueError(f"no group stands at {place}")
    return with_step(steps, place, replace(step, kind=kind))


def free_reason(steps: Sequence[Step], wanted: str) -> str:
    """A reason that no step has: the one wanted, or with a number behind it."""
    taken = {step.reason for _, step in places(steps)}
    number, reason = 1, wanted
    while reason in taken:
        number += 1
        reason = f"{wanted}_{number}"
    return reason


@dataclass(frozen=True)
class History:
    """The recipes that were looked at, by what names them, and where among them one is.

    Attributes:
        seen: oldest first; never empty.
        now: the place of the one that is looked at.
    """

    seen: tuple[str, ...]
    now: int = 0

    @property
    def here(self) -> str:
        """What is looked at."""
        return self.seen[self.now]

    def went(self, to: str) -> "History":
        """Look at another one. What was undone is forgotten, and what lies ``REMEMBERED`` steps back."""
        if to == self.here:
            return self
        seen = (*self.seen[: self.now + 1], to)[-REMEMBERED:]
        return History(seen, len(seen) - 1)

    def undone(self) -> "History":
        """One back, where there is one."""
        return replace(self, now=max(self.now - 1, 0))

    def redone(self) -> "History":
        """One forward again, where there is one."""
        return replace(self, now=min(self.now + 1, len(self.seen) - 1))

    @property
    def can_undo(self) -> bool:
        return self.now > 0

    @property
    def can_redo(self) -> bool:
        return self.now < len(self.seen) - 1


def _among(
    steps: Sequence[Step], place: Place, change: Callable[[Sequence[Step], int], Sequence[Step]]
) -> tuple[Step, ...]:
    """The steps after those among which one stands were changed; a group left empty is taken away."""
    beside(steps, place)
    number, *inner = place
    if not inner:
        return tuple(change(steps, number))
    group = steps[number]
    assert isinstance(group, Group)
    members = _among(group.members, tuple(inner), change)
    left = [replace(group, members=members)] if members else []
    return (*steps[:number], *left, *steps[number + 1 :])


def _reason(first: Step, second: Step) -> str:
    return f"{first.reason}_and_{second.reason}"
