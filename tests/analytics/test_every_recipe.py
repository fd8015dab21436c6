"""What every packaged recipe promises."""

import shlex

import pytest

from analytics.recipe import PACKAGED, WORKSPACE, all_recipes, parse_recipe, to_toml
from analytics.signal import signal_columns
from cli import parser
from indexes.columns import FIELDS, RANDOM
from indexes.rule import check_fit, columns_of

RECIPES = list(all_recipes().values())


def test_every_file_of_the_folder_is_a_recipe():
    assert sorted(path.stem for path in PACKAGED.glob("*.toml")) == [recipe.name for recipe in RECIPES]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_says_what_it_is_and_where_its_limits_come_from(recipe):
    assert recipe.label
    assert recipe.source
    assert recipe.steps
    assert len({step.reason for step in recipe.steps}) == len(recipe.steps)
    for step in recipe.steps:
        assert step.sentence()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_is_written_as_it_was_read(recipe):
    assert parse_recipe(to_toml(recipe), recipe.name) == recipe


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_reads_columns_that_can_be_measured_or_came_with_the_documents(recipe):
    signals = signal_columns()
    metadata = {*FIELDS, RANDOM, *dict(recipe.made_by)}
    assert {name for name in columns_of(recipe.steps) if name not in signals} <= metadata
    measured = [step for step in recipe.steps if set(step.columns()) <= set(signals)]
    check_fit(measured, signals.__getitem__)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_says_of_columns_that_no_measuring_makes_which_command_does(recipe):
    for column, words in recipe.made_by:
        others = [words for other, words in recipe.made_by if other != column]
        assert column in columns_of(recipe.steps) or any(column in words for words in others)
        assert column not in signal_columns()
        said = parser().parse_args(shlex.split(words))
        assert (said.command, str(said.workspace), said.name) == ("score", WORKSPACE, column)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_says_where_each_file_comes_from_that_a_command_reads(recipe):
    reading = {
        column for column, words in recipe.made_by if {"--values", "--fasttext"} & set(shlex.split(words))
    }
    signals = {name for name in columns_of(recipe.steps) if name in signal_columns()}
    assert reading <= set(dict(recipe.comes_from)) <= reading | signals
