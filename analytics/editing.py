"""Change one rule of a recipe: which one is said by its place among the steps."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexes.rule import Group, Limit, Rule, Step

Place = tuple[int, ...]
"""Where a step stands: its number from 0, then its number within the group, and so on."""


def places(steps: Sequence[Step], within: Place = ()) -> Iterator[tuple[Place, Step]]:
    """Every rule and group with its place, a group before its members."""
    for number, step in enumerate(steps):
        yield (*within, number), step
        if isinstance(step, Group):
            yield from places(step.members, (*within, number))


def with_limit(steps: Sequence[Step], place: Place, limit: Limit) -> tuple[Step, ...]:
    """The steps with another limit for the rule at a place.

    Raises:
        ValueError: there is no rule, or the limit is not for its operator.
    """
    number, *inner = place
    if not 0 <= number < len(steps):
        raise ValueError(f"there are {len(steps)} steps, got place {place}")
    step = steps[number]
    if isinstance(step, Group) and inner:
        changed: Step = replace(step, members=with_limit(step.members, tuple(inner), limit))
    elif isinstance(step, Rule) and not inner:
        changed = replace(step, limit=limit)
    else:
        raise ValueError(f"no rule stands at {place}")
    return (*steps[:number], changed, *steps[number + 1 :])
