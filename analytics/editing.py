"""Change one rule of a recipe: which one is said by its place among the steps."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics.recipe import Recipe
from indexes.rule import Group, Limit, Rule, Step

CHANGED = "changed from "

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
