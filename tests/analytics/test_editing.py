"""One step of a recipe is changed by its place, and no other; every change can be undone."""

from dataclasses import replace

import pyarrow as pa
import pytest
from corpora import literal_corpus
from deciding import STEPS, plain_answer
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.editing import (
    REMEMBERED,
    History,
    added,
    at,
    changed,
    dissolved,
    enabled,
    free_reason,
    grouped,
    moved,
    places,
    removed,
    taken_out,
    turned,
    with_limit,
    with_question,
)
from analytics.preview import preview
from analytics.recipe import Recipe, parse_recipe, to_toml
from indexes.corpus import open_corpus
from indexes.queries.decisions import keep_masks
from indexes.queries.top import resolve
from indexes.rule import Group, Rule, Share, enabled_only

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
    with pytest.raises(ValueError, match=r"place|stands|no rule"):
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


def test_steps_are_added_removed_and_moved():
    steps = added((SHORT, EITHER), LONG)
    assert steps == (SHORT, EITHER, LONG)
    assert removed(steps, (1,)) == (SHORT, LONG)
    assert removed(steps, (1, 0)) == (SHORT, replace(EITHER, members=EITHER.members[1:]), LONG)
    assert moved(steps, (0,), 2) == (EITHER, LONG, SHORT)
    assert moved(steps, (1, 1), -1)[1].members == EITHER.members[::-1]
    for place, by in [((0,), -1), ((2,), 1), ((1, 1), 1)]:
        with pytest.raises(ValueError, match="further"):
            moved(steps, place, by)


def test_a_group_goes_with_its_last_member():
    assert removed((SHORT, EITHER), (1, 1, 0)) == (SHORT, replace(EITHER, members=(SHORT,)))
    assert removed((Group("only", "not", (Group("inner", "any", (LONG,)),)),), (0, 0, 0)) == ()


def test_two_rules_are_grouped_and_a_rule_goes_into_the_group_beside_it():
    pair = grouped((SHORT, LONG), (0,))
    assert pair == (Group("short_and_long", "all", (SHORT, LONG)),)
    assert grouped((SHORT, EITHER), (0,)) == (replace(EITHER, members=(SHORT, *EITHER.members)),)
    assert grouped((EITHER, SHORT), (0,)) == (replace(EITHER, members=(*EITHER.members, SHORT)),)
    assert grouped((Group("g", "not", (SHORT, LONG)),), (0, 0))[0].members[0].kind == "any"
    with pytest.raises(ValueError, match="behind"):
        grouped((SHORT, LONG), (1,))


def test_a_rule_comes_out_of_its_group_and_a_group_is_dissolved():
    inner = EITHER.members[1]
    assert taken_out((EITHER, LONG), (0, 0)) == (replace(EITHER, members=(inner,)), SHORT, LONG)
    assert taken_out((Group("g", "any", (SHORT,)), LONG), (0, 0)) == (SHORT, LONG)
    assert dissolved((EITHER, LONG), (0,)) == (SHORT, inner, LONG)
    assert dissolved((EITHER,), (0, 1))[0].members == (SHORT, LONG)
    for refused in (lambda: taken_out((SHORT,), (0,)), lambda: dissolved((SHORT,), (0,))):
        with pytest.raises(ValueError, match="group"):
            refused()


def test_a_group_is_turned_and_a_rule_asks_another_question():
    assert turned((EITHER,), (0,), "all")[0].kind == "all"
    with pytest.raises(ValueError, match="no group"):
        turned((SHORT,), (0,), "all")
    with pytest.raises(ValueError, match="a group is one of"):
        turned((EITHER,), (0,), "some")
    assert with_question((SHORT,), (0,), "top", Share(0.5)) == (Rule("short", "words", "top", Share(0.5)),)
    with pytest.raises(ValueError, match="no rule"):
        with_question((EITHER,), (0,), ">=", 5)


def test_a_reason_is_made_free():
    assert free_reason((SHORT, EITHER), "odd") == "odd"
    assert free_reason((SHORT, EITHER), "long") == "long_2"
    assert free_reason((SHORT, replace(SHORT, reason="short_2")), "short") == "short_3"


def test_what_is_not_enabled_is_left_out_and_a_group_of_nothing_with_it():
    off = replace(LONG, enabled=False)
    assert enabled_only((off, SHORT)) == (SHORT,)
    assert enabled_only((Group("g", "not", (off,)), replace(EITHER, enabled=False))) == ()
    assert enabled_only((Group("g", "any", (off, SHORT)),)) == (Group("g", "any", (SHORT,)),)


EDITS = ("limit", "on", "add", "remove", "up", "down", "group", "out", "dissolve", "turn")
KINDS = st.sampled_from(["all", "any", "not"])


@st.composite
def edited(draw):
    """Recipes, each edited from the one before it."""
    recipe = Recipe("drawn", "Drawn", "ours", tuple(draw(STEPS)), note="as drawn")
    found = [recipe]
    for edit in draw(st.lists(st.sampled_from(EDITS), max_size=8)):
        steps = found[-1].steps
        made = added(steps, Rule(free_reason(steps, "new"), "x", ">=", draw(st.integers(-2, 2))))
        if edit != "add" and steps:
            place = draw(st.sampled_from([place for place, _ in places(steps)]))
            try:
                made = one_edit(edit, steps, place, draw)
            except ValueError:
                continue  # what the page does not offer there
        found.append(changed(found[-1], made))
    return found


def one_edit(edit, steps, place, draw):
    return {
        "limit": lambda: with_question(steps, place, ">=", 1),
        "on": lambda: enabled(steps, place, not at(steps, place).enabled),
        "remove": lambda: removed(steps, place),
        "up": lambda: moved(steps, place, -1),
        "down": lambda: moved(steps, place, 1),
        "group": lambda: grouped(steps, place),
        "out": lambda: taken_out(steps, place),
        "dissolve": lambda: dissolved(steps, place),
        "turn": lambda: turned(steps, place, draw(KINDS)),
    }[edit]()


@given(edited())
def test_undo_gives_back_the_same_recipes_and_redo_the_later_ones(recipes):
    texts = [to_toml(recipe) for recipe in recipes]
    history = History((texts[0],))
    for text in texts[1:]:
        history = history.went(text)
    seen = [text for i, text in enumerate(texts) if not i or text != texts[i - 1]]
    met = [history.here]
    while history.can_undo:
        history = history.undone()
        met.append(history.here)
    assert met == seen[::-1]
    assert parse_recipe(history.here, "drawn").steps == recipes[0].steps
    assert history.undone() == history
    while history.can_redo:
        history = history.redone()
    assert history.here == texts[-1]
    assert history.redone() == history


def test_what_was_undone_is_forgotten_when_something_else_is_done():
    history = History(("a",)).went("b").went("c").undone().went("d")
    assert history.seen == ("a", "b", "d")
    for number in range(2 * REMEMBERED):
        history = history.went(str(number))
    assert len(history.seen) == REMEMBERED
    assert history.here == str(2 * REMEMBERED - 1)


@given(edited())
def test_an_edited_recipe_is_written_and_read_back_equal(recipes):
    for recipe in recipes:
        read = parse_recipe(to_toml(recipe), "drawn")
        assert read == recipe
        assert read.hash == recipe.hash


DOCUMENTS = [{"x": x, "y": y, "word": word} for x in (-1, 0, None) for y in (1, None) for word in ("a", None)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    types = {"x": pa.int64(), "y": pa.int64(), "word": pa.string()}
    columns = {name: pa.array([row[name] for row in DOCUMENTS], types[name]) for name in types}
    root = tmp_path_factory.mktemp("twelve")
    literal_corpus(root, [{} for _ in DOCUMENTS], {"numbers": columns})
    return open_corpus(root)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS.filter(bool), data=st.data())
def test_a_step_that_is_not_enabled_decides_as_if_it_were_not_there(corpus, steps, data):
    place = data.draw(st.sampled_from([place for place, _ in places(steps)]))
    off, without = enabled(steps, place, False), removed(steps, place)
    assert enabled_only(off) == without
    a, b = Recipe("a", "A", "", off), Recipe("b", "B", "", without)
    assert a.hash == b.hash
    assert a.columns() == b.columns()
    assert to_toml(a) != to_toml(b)
    assert preview(corpus, a).funnel == preview(corpus, b).funnel
    masks = [list(keep_masks(corpus, resolve(corpus, made), False)) for made in (off, without)]
    assert str(masks[0]) == str(masks[1])


@given(steps=STEPS.filter(bool), data=st.data())
def test_grouping_two_rules_changes_no_decision(steps, data):
    pairs = [
        place
        for place, step in places(steps)
        if isinstance(step, Rule)
        and any(
            other == (*place[:-1], place[-1] + 1) and isinstance(behind, Rule)
            for other, behind in places(steps)
        )
    ]
    if pairs:
        made = grouped(steps, data.draw(st.sampled_from(pairs)))
        for document in DOCUMENTS:
            kept = [
                all(plain_answer(document, step) is True for step in several) for several in (steps, made)
            ]
            assert kept[0] == kept[1]
