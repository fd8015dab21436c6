"""One rule of a recipe is changed by its place, and no other."""

import pytest

from analytics.editing import changed, places, with_limit
from analytics.recipe import Recipe
from indexes.rule import Group, Rule

SHORT = Rule("short", "words", ">=", 50)
LONG = Rule("long", "words", "<=", 900)
EITHER = Group("either", "any", (SHORT, Group("neither", "not", (LONG,))))


def test_every_rule_and_group_has_a_place():
    assert list(places((SHORT, EITHER))) == [
        ((0,), SHORT),
        ((1,), EITHER),
        ((1, 0), SHORT),
        ((1, 1), EITHER.members[1]),
        ((1, 1, 0), LONG),
    ]


def test_a_rule_at_any_depth_gets_another_limit():
    first, second = with_limit((SHORT, EITHER), (1, 1, 0), 5)
    assert first == SHORT
    assert second == Group(
        "either", "any", (SHORT, Group("neither", "not", (Rule("long", "words", "<=", 5),)))
    )


@pytest.mark.parametrize("place", [(2,), (-1,), (0, 0), (1,), (1, 1)])
def test_a_place_without_a_rule_is_refused(place):
    with pytest.raises(ValueError, match=r"place|stands"):
        with_limit((SHORT, EITHER), place, 5)


def test_a_limit_that_is_not_for_the_operator_is_refused():
    with pytest.raises(ValueError, match="one limit"):
        with_limit((SHORT,), (0,), (1, 2))


def test_a_changed_recipe_says_what_it_was_made_from_and_drops_the_note():
    recipe = Recipe("gopher_words", "Gopher", "Rae et al. 2021", (SHORT,), note="as in the paper")
    once = changed(recipe, (LONG,))
    assert once.source == "changed from gopher_words (Rae et al. 2021)"
    assert once.note == ""
    assert changed(once, (SHORT, LONG)).source == once.source
