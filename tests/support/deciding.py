"""What a recipe decides, document by document in plain Python: the twin of the queries."""

import re

from hypothesis import strategies as st

from indexes.rule import Group, Rule

COMPARE = {
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
    "<=": lambda value, limit: value <= limit,
    "<": lambda value, limit: value < limit,
    "==": lambda value, limit: value == limit,
    "!=": lambda value, limit: value != limit,
    "between": lambda value, limit: limit[0] <= value <= limit[1],
    "in": lambda value, limit: value in limit,
    "not_in": lambda value, limit: value not in limit,
    "matches": lambda value, limit: re.search(limit, value, re.ASCII) is not None,
}


def plain_answer(document, step):
    """True, False, or None for unknown; ``top`` apart."""
    if isinstance(step, Rule):
        value = document[step.column]
        if step.op in ("is_null", "not_null"):
            return (value is None) == (step.op == "is_null")
        if value is None:
            return True if step.if_null == "keep" else None
        return COMPARE[step.op](value, step.limit)
    answers = [plain_answer(document, member) for member in step.members]
    if step.kind == "all":
        return False if False in answers else None if None in answers else True
    some = True if True in answers else None if None in answers else False
    return some if step.kind == "any" or some is None else not some


def plain_reasons(document, steps):
    """The reasons, each once, in the order in which the recipe could give them; none where it is kept."""
    given = {}
    for step in steps:
        answer = plain_answer(document, step)
        given[step.reason] = given.get(step.reason, False) or answer is False
        for rule in step.rules():
            unknown = f"unknown:{rule.column}"
            missing = answer is None and document[rule.column] is None
            given[unknown] = given.get(unknown, False) or missing
    return [reason for reason, is_given in given.items() if is_given]


NUMBERS = st.none() | st.integers(-2, 2)
WORDS = st.none() | st.sampled_from(["a", "b", "ab"])


@st.composite
def few_rules(draw):
    reason = draw(st.sampled_from(["one", "two", "three"]))
    if_null = draw(st.sampled_from([None, "keep"]))
    if draw(st.booleans()):
        column = draw(st.sampled_from(["x", "y"]))
        op = draw(st.sampled_from([*(set(COMPARE) - {"matches"}), "is_null", "not_null"]))
        number = st.integers(-2, 2)
        several = st.lists(number, min_size=1, max_size=3).map(tuple)
        pair = st.tuples(number, number).map(lambda two: tuple(sorted(two)))
        limit = draw({"between": pair, "in": several, "not_in": several}.get(op, number))
        return Rule(reason, column, op, None if "null" in op else limit, if_null)
    op = draw(st.sampled_from(["==", "in", "matches"]))
    limit = draw(st.sampled_from(["a", "b"]))
    return Rule(reason, "word", op, (limit,) if op == "in" else limit, if_null)


STEPS = st.lists(
    st.recursive(
        few_rules(),
        lambda inner: st.builds(
            Group,
            st.sampled_from(["some", "one"]),
            st.sampled_from(["all", "any", "not"]),
            st.lists(inner, min_size=1, max_size=3).map(tuple),
        ),
        max_leaves=4,
    ),
    max_size=4,
)
"""Recipes over the columns ``x``, ``y`` and ``word``."""


@st.composite
def documents(draw):
    """Some documents with ``x``, ``y``, ``word``, ``tokens``, and the rows a shard."""
    n = draw(st.integers(1, 12))
    columns = {"x": NUMBERS, "y": NUMBERS, "word": WORDS, "tokens": st.none() | st.integers(0, 9)}
    drawn = {name: draw(st.lists(values, min_size=n, max_size=n)) for name, values in columns.items()}
    return drawn, draw(st.integers(1, n))
