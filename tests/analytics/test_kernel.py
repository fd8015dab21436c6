"""Compiled code is kept between starts, never used when stale, and done without where nothing can be kept."""

import os
import subprocess
import sys
from unicodedata import category

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.code_points import (
    ALNUM,
    APART,
    BREAK,
    DIGIT,
    LETTER,
    LOWER,
    SPACE,
    TITLE,
    UPPER,
    classes,
    kinds,
)
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spans import lines, words

RULES = """
LIMIT = {limit}

from analytics.kernel import kernel

@kernel
def twice(value: int) -> int:
    return {factor} * value
"""
USE = """
import numpy as np
from numpy.typing import NDArray
from analytics.kernel import kernel
from rules import LIMIT, twice

@kernel
def total(values: NDArray[np.int64]) -> int:
    return twice(values.sum()) + LIMIT

found = total(np.arange(4))
print(found, sum(total.compiled.stats.cache_hits.values()))
"""


@pytest.fixture
def start(tmp_path, root):
    """Start a program with a kernel; its answer, and whether machine code was found on disk."""

    def run(limit=1, factor=2, **environment):
        (tmp_path / "rules.py").write_text(RULES.format(limit=limit, factor=factor))
        (tmp_path / "use.py").write_text(USE)
        path = os.pathsep.join([str(tmp_path), str(root)])
        said = subprocess.run(
            [sys.executable, "use.py"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return tuple(int(figure) for figure in said.stdout.split())

    return run


def test_a_second_start_compiles_nothing(start):
    assert start() == (13, 0)
    assert start() == (13, 1)


@pytest.mark.slow
def test_code_is_compiled_anew_when_what_it_takes_from_another_file_changes(start):
    assert start(limit=1, factor=2) == (13, 0)
    assert start(limit=5, factor=2) == (17, 0)
    assert start(limit=5, factor=3) == (23, 0)


def test_a_tree_that_cannot_be_written_uses_the_cache_folder_of_the_user(start, tmp_path):
    (tmp_path / "__pycache__").write_text("in the way")
    cache = tmp_path / "cache"
    assert start(XDG_CACHE_HOME=str(cache), PYTHONDONTWRITEBYTECODE="1") == (13, 0)
    assert start(XDG_CACHE_HOME=str(cache), PYTHONDONTWRITEBYTECODE="1") == (13, 1)


@pytest.mark.slow
def test_where_nothing_can_be_written_it_works_all_the_same(start, tmp_path):
    (tmp_path / "__pycache__").write_text("in the way")
    environment = {"XDG_CACHE_HOME": str(tmp_path / "__pycache__"), "PYTHONDONTWRITEBYTECODE": "1"}
    assert start(**environment) == (13, 0)
    assert start(**environment) == (13, 0)


def test_compiling_leaves_the_collector_as_it_was_also_when_it_fails():
    import gc

    import numba

    @kernel
    def half(value: int) -> int:
        return value.half

    for before in (gc.enable, gc.disable):
        before()
        was = gc.isenabled()
        try:
            with pytest.raises(numba.TypingError):
                half(2)
            assert gc.isenabled() == was
        finally:
            gc.enable()


def test_an_argument_of_another_type_is_refused():
    from analytics.signals.length import _characters

    with pytest.raises(TypeError):
        _characters(np.zeros(3, np.uint8), np.zeros(2, np.float32))


WEIGHTS = np.arange(3)
size = len


@kernel
def _weighted(place: int) -> int:
    return WEIGHTS[place]


@kernel
def _measured(values: NDArray[np.int64]) -> int:
    return values.size


def test_a_kernel_that_takes_what_could_change_unseen_is_refused():
    with pytest.raises(TypeError, match="global WEIGHTS, of type ndarray"):
        _weighted(1)
    assert _measured(WEIGHTS) == 3


def test_the_table_of_code_points_says_what_python_says():
    table = classes()
    for point in range(0x110000):
        character = chr(point)
        assert bool(table[point] & SPACE) == character.isspace()
        assert bool(table[point] & LETTER) == character.isalpha()
        assert bool(table[point] & DIGIT) == character.isdigit()
        assert bool(table[point] & ALNUM) == character.isalnum()
        assert bool(table[point] & UPPER) == character.isupper()
        assert bool(table[point] & LOWER) == character.islower()
        assert bool(table[point] & TITLE) == (category(character) == "Lt")
        if len(f"{character}.".splitlines()) == 2:
            assert table[point] == SPACE | BREAK
        else:
            assert not table[point] & BREAK


def test_the_code_points_of_a_kind_differ_in_nothing_that_is_asked_of_them():
    table, samples = kinds()
    marks = classes()
    for point in range(0x110000):
        character, sample = chr(point), samples[table[point]]
        if point < 0x80 or character in APART:
            assert sample == character
        else:
            assert marks[point] == marks[ord(sample)]
            assert category(character).replace("Co", "Cn") == category(sample)


def test_words_and_lines_are_found_around_every_code_point():
    points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    texts = [f"a{point}b\r{point}\n" for point in points]
    pieces = [text.encode() for text in texts]
    batch = Texts(
        np.frombuffer(b"".join(pieces), np.uint8),
        np.cumsum([0, *map(len, pieces)]),
        np.ones(len(pieces), np.bool_),
    )
    np.testing.assert_array_equal(batch.once(words).counts(), [len(text.split()) for text in texts])
    np.testing.assert_array_equal(batch.once(lines).counts(), [len(text.splitlines()) for text in texts])
    found = batch.once(lines)
    lengths = [sum(map(len, text.splitlines())) for text in texts]
    np.testing.assert_array_equal(found.sums(found.characters), lengths)


def test_what_is_asked_for_twice_is_made_once():
    batch = Texts(np.frombuffer(b"one two", np.uint8), np.array([0, 7]), np.array([True]))
    assert batch.once(words) is batch.once(words)
