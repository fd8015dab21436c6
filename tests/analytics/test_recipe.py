"""Recipes: read from TOML, refused with what is wrong and where, written as they were read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.recipe import (
    Recipe,
    all_recipes,
    find_recipe,
    load_recipe,
    parse_recipe,
    save_recipe,
    to_toml,
)
from indexes.errors import BadRecipe, NameTaken
from indexes.rule import Group, Listed, Rule, Share


def recipe(rules, **words):
    """One of rules as TOML, the text before them made of ``words``."""
    return "\n".join([*(f'{key} = "{word}"' for key, word in words.items()), rules])


NESTED = """
label = "Nested"
source = "ours"
note = "for a test"

[[rule]]
reason = "odd"
any = [
  { column = "words", op = "between", limit = [50, 100_000] },
  { reason = "licensed", not = [
    { column = "license", op = "is_null" },
    { column = "date", op = "<", limit = 2020-01-01, if_null = "keep" },
  ] },
]

[[rule]]
reason = "low"
column = "betr"
op = "top"
share = 0.1
of = "tokens"
within = "language"
"""


def test_groups_nest_and_keep_their_order():
    found = parse_recipe(NESTED, "nested")
    assert (found.label, found.source, found.note, found.author) == ("Nested", "ours", "for a test", "")
    missing = Rule("license", "license", "is_null")
    old = Rule("date", "date", "<", date(2020, 1, 1), "keep")
    words = Rule("words", "words", "between", (50, 100_000))
    assert found.steps == (
        Group("odd", "any", (words, Group("licensed", "not", (missing, old)))),
        Rule("low", "betr", "top", Share(0.1, "tokens", "language")),
    )
    assert found.columns() == ("words", "license", "date", "betr", "language", "tokens")


def test_a_recipe_is_written_as_it_was_read():
    found = parse_recipe(NESTED, "nested")
    assert parse_recipe(to_toml(found), "nested") == found
    assert to_toml(parse_recipe(to_toml(found), "nested")) == to_toml(found)


NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name != "text")
REASONS = st.text(min_size=1, max_size=8).filter(
    lambda name: name != "not_measured" and "unknown" not in name
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.integers(-(2**63), 2**64 - 1) | FINITE | st.text(max_size=8) | st.booleans() | st.dates()
LISTS = st.lists(st.text(max_size=4), min_size=1, max_size=3) | st.lists(
    st.integers(0, 9), min_size=1, max_size=3
)
RULES = st.one_of(
    st.builds(
        Rule,
        REASONS,
        NAMES,
        st.sampled_from([">=", "==", "!="]),
        VALUES,
        st.sampled_from([None, "keep"]),
        st.booleans(),
    ),
    st.builds(Rule, REASONS, NAMES, st.sampled_from(["in", "not_in"]), LISTS.map(tuple)),
    st.builds(Rule, REASONS, NAMES, st.just("is_null")),
    st.builds(Rule, REASONS, NAMES, st.just("matches"), st.just('"\\\\d\n')),
    st.builds(
        Rule,
        REASONS,
        NAMES,
        st.just("top"),
        st.builds(Share, st.floats(0, 1), st.sampled_from(["tokens", "bytes"]), st.none() | NAMES),
    ),
)
STEPS = st.recursive(
    RULES,
    lambda inner: st.builds(
        Group,
        REASONS,
        st.sampled_from(["all", "any", "not"]),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=5,
)


@given(
    st.lists(STEPS, max_size=3), st.text(max_size=8), st.text(max_size=8), st.sampled_from(["", "c4_lines"])
)
def test_any_recipe_is_read_back_equal(steps, author, note, edits):
    written = Recipe("any", "Any", "ours", tuple(steps), author, note, edits)
    read = parse_recipe(to_toml(written), "any")
    assert read == written
    assert read.hash == written.hash


def test_the_edit_of_the_original_is_said_and_decides_nothing():
    plain, edits = parse_recipe(NESTED, "a"), parse_recipe(f'edits = "c4_lines"\n{NESTED}', "a")
    assert plain.edit_sentence() == ""
    assert "--edit c4_lines" in edits.edit_sentence()
    assert (plain.edits, edits.edits, plain.hash) == ("", "c4_lines", edits.hash)


def test_an_edit_that_is_no_transformation_is_refused_with_near_matches():
    with pytest.raises(BadRecipe, match="c4_line is none") as raised:
        parse_recipe(f'edits = "c4_line"\n{NESTED}', "a")
    assert "c4_lines" in raised.value.sentence


def test_a_list_lies_beside_the_recipe_and_goes_with_it(tmp_path):
    (tmp_path / "good.txt").write_text("a.example\r\n\n b.example \na.example\n", encoding="utf-8")
    rules = '[[rule]]\nreason = "listed"\ncolumn = "domain"\nop = "in_file"\nlimit = "good.txt"'
    (tmp_path / "listed.toml").write_text(recipe(rules))
    found = load_recipe(tmp_path / "listed.toml")
    assert found.steps[0].limit == Listed("good.txt", ("a.example", "b.example"))
    alone = parse_recipe(to_toml(found), "listed")
    assert alone == found
    (tmp_path / "good.txt").write_text("a.example\nc.example\n")
    assert load_recipe(tmp_path / "listed.toml").hash != found.hash
    (tmp_path / "good.txt").write_text("\n")
    with pytest.raises(BadRecipe, match="the list is empty"):
        load_recipe(tmp_path / "listed.toml")
    (tmp_path / "good.txt").unlink()
    with pytest.raises(BadRecipe, match=r"good\.txt beside the recipe cannot be read"):
        load_recipe(tmp_path / "listed.toml")


def test_the_hash_is_of_what_decides_and_of_nothing_else():
    found = parse_recipe(NESTED, "nested")
    assert parse_recipe(NESTED.replace("for a test", "mended"), "other").hash == found.hash
    assert parse_recipe(NESTED.replace("100_000", "100000"), "nested").hash == found.hash
    for part, other in [
        ("0.1", "0.2"),
        ('"odd"', '"even"'),
        ("any =", "all ="),
        ("[50,", "[51,"),
        ('"tokens"', '"bytes"'),
    ]:
        assert parse_recipe(NESTED.replace(part, other), "nested").hash != found.hash
    date_as_text = NESTED.replace("2020-01-01", '"2020-01-01"')
    assert parse_recipe(date_as_text, "nested").hash != found.hash


def test_a_rule_or_group_that_is_not_enabled_is_kept_and_decides_nothing():
    off = NESTED.replace('op = "top"', 'op = "top"\nenabled = false').replace(
        'reason = "licensed"', 'reason = "licensed", enabled = false'
    )
    found = parse_recipe(off, "off")
    assert not found.steps[1].enabled
    assert not found.steps[0].members[1].enabled
    assert found.columns() == ("words",)
    assert to_toml(found).count("enabled = false") == 2
    assert "enabled" not in to_toml(parse_recipe(NESTED, "on"))
    assert parse_recipe(off.replace("0.1", "0.2"), "off").hash == found.hash
    assert parse_recipe(off.replace("= false", "= true"), "on") == parse_recipe(NESTED, "on")


RULE = '[[rule]]\nreason = "r"\ncolumn = "words"\nop = ">="\nlimit = 5'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "is no TOML"),
        ("label = 5", "label must be text"),
        ("rules = []", "no key 'rules' here. Near matches: rule"),
        ('rule = "words"', "written as"),
        ("rule = [5]", "rule 1: it is no table"),
        (RULE.replace('reason = "r"', ""), "rule 1: it has no reason"),
        (RULE.replace('"r"', "5"), r"rule 1 \(5\): reason must be text"),
        (RULE.replace(">=", "=>"), r"rule 1 \(r\): there is no operator '=>'.*Near matches: .*>="),
        (RULE.replace("limit", "limt"), "no key 'limt' here. Near matches: limit"),
        (RULE.replace("column", "colum"), "no key 'colum' here. Near matches: column"),
        (RULE.replace('column = "words"', ""), "column must be text"),
        (RULE.replace("5", "[]"), "takes one limit"),
        (RULE.replace("5", "nan"), "finite"),
        (RULE.replace("5", "inf"), "finite"),
        (RULE.replace('">="\nlimit = 5', '"in"\nlimit = []'), "the list is empty"),
        (RULE.replace('">="\nlimit = 5', '"in"\nlimit = [[1]]'), "a limit is a number"),
        (RULE.replace("5", "2020-01-01T00:00:00"), "a date"),
        (RULE + '\nif_null = "drop"', "if_null can only be"),
        (RULE + "\nshare = 0.1", "no key 'share' here"),
        (RULE + "\nenabled = 0", "enabled is true or false, got 0"),
        ('[[rule]]\nreason = "g"\nenabled = "no"\nany = []', "enabled is true or false"),
        (RULE + "\nany = []", "no key 'column' here"),
        (RULE.replace('">="', '"top"'), "top takes share"),
        (RULE.replace('">="\nlimit = 5', '"top"\nshare = "much"'), "share is a number from 0 to 1"),
        ('[[rule]]\nreason = "g"\nany = []', "needs at least one rule"),
        ('[[rule]]\nreason = "g"\nany = {}', "takes a list of rules"),
        ('[[rule]]\nreason = "g"\nayn = []', "no key 'ayn' here. Near matches: .*any"),
        (
            '[[rule]]\nreason = "g"\nany = [{ column = "x", op = "~" }]',
            r"rule 1 \(g\): member 1: there is no operator",
        ),
        (RULE.replace('">="\nlimit = 5', '"in_file"\nlimit = "x.txt"'), "must be the name of a file"),
        ("a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_with_what_is_wrong(text, said):
    with pytest.raises(BadRecipe, match=f"(?s)recipe bad.*{said}|Recipe bad.*{said}") as caught:
        parse_recipe(text, "bad")
    assert caught.value.next_step


@pytest.mark.parametrize("file", ["../list.txt", "/etc/hostname", "a/b.txt", ""])
def test_a_list_lies_beside_its_recipe_and_nowhere_else(tmp_path, file):
    (tmp_path.parent / "list.txt").write_text("a\n")
    text = f'[[rule]]\nreason = "r"\ncolumn = "x"\nop = "in_file"\nlimit = "{file}"'
    with pytest.raises(BadRecipe, match="must be the name of a file"):
        parse_recipe(text, "bad", tmp_path)


def test_a_recipe_is_found_by_its_name_or_its_file(tmp_path):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/mine.toml").write_text(RULE)
    assert find_recipe("mine", tmp_path).steps == (Rule("r", "words", ">=", 5),)
    assert find_recipe(tmp_path / "recipes/mine.toml").name == "mine"
    assert find_recipe("gopher_length").steps[0].reason == "too_short"
    assert {"mine", "gopher_length"} <= set(all_recipes(tmp_path))
    with pytest.raises(BadRecipe, match=r"no recipe gopher_lenght\. Near matches: gopher_length"):
        find_recipe("gopher_lenght", tmp_path)
    with pytest.raises(BadRecipe, match="cannot be read: No such file"):
        find_recipe("missing.toml")
    (tmp_path / "recipes/bad.toml").write_bytes(b"label = '\xff'")
    with pytest.raises(BadRecipe, match=r"bad\.toml cannot be read: it is not UTF-8"):
        all_recipes(tmp_path)


def test_a_name_in_use_is_replaced_only_on_request(tmp_path):
    mine = Recipe("mine", "Mine", "", (Rule("r", "words", ">=", 5),))
    path = save_recipe(mine, tmp_path)
    assert load_recipe(path) == mine
    assert save_recipe(mine, tmp_path) == path
    other = Recipe("mine", "Mine", "", (Rule("r", "words", ">=", 6),))
    with pytest.raises(NameTaken):
        save_recipe(other, tmp_path)
    save_recipe(other, tmp_path, replace=True)
    assert find_recipe("mine", tmp_path) == other
    with pytest.raises(NameTaken):
        save_recipe(Recipe("gopher_length", "Mine", "", ()), tmp_path)
    for name in ("", "../x", "a b", ".x"):
        with pytest.raises(BadRecipe, match="cannot be a recipe's name"):
            save_recipe(Recipe(name, "Mine", "", ()), tmp_path)
