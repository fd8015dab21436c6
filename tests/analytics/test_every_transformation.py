"""The contract of all transformations of text: each beside its plain Python twin in ``support/edits``."""

import hashlib
import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import twins
from hypothesis import given, settings
from hypothesis import strategies as st
from peers import peers

from analytics.signal import Texts
from analytics.transformation import edited, transformation_named, transformations
from indexes.errors import MissingColumn
from indexes.texts import buffers

EVERY = pytest.mark.parametrize("made", transformations().values(), ids=lambda made: made.name)
FEW = settings(max_examples=60)

SPACES = [chr(point) for point in range(sys.maxunicode) if chr(point).isspace()]
BEYOND = ["\0", "\r\n", "é", "e\u0301", "中文", "שלום", "👩\u200d👧", "\U0010ffff", "İ", "ı", "ſ", "\u212a"]


def twin_of(made):
    return importlib.import_module(f"edits.{made.name}")


def texts_for(made):
    usual = SPACES + BEYOND + ["word", "Two words", ". ", "\n", " "] + twin_of(made).MARKS * 3
    return st.lists(st.sampled_from(usual) | st.text(max_size=6), max_size=25).map("".join)


def as_the_shell_does(values):
    """Views of Arrow's buffers; of a slice, since a batch seldom starts its buffer."""
    encoded = [None if value is None else value.encode() for value in values]
    return Texts(*buffers(pa.array([b"earlier text", *encoded], pa.large_binary()).slice(1)))


def as_text(texts):
    """Each text, None where there is none; that they are UTF-8 is checked by it."""
    whole = texts.data.tobytes()
    return [
        whole[start:end].decode() if valid else None
        for start, end, valid in zip(texts.offsets[:-1], texts.offsets[1:], texts.valid, strict=True)
    ]


def test_every_file_has_its_plain_twin():
    folder = Path(twins.HERE).parent / "edits"
    assert sorted(path.stem for path in folder.glob("*.py")) == list(transformations())


def test_an_unknown_name_is_a_sentence_with_near_matches():
    with pytest.raises(MissingColumn, match="no transformation of text c4_line") as raised:
        transformation_named("c4_line")
    assert "c4_lines" in raised.value.sentence


def test_the_hashes_differ():
    hashes = {made.hash for made in transformations().values()}
    assert len(hashes) == len(transformations())


@EVERY
def test_says_what_it_does_and_whose_it_is(made):
    assert transformations()[made.name] is made
    assert made.version >= 1
    assert made.label
    assert made.source
    assert made.definition
    assert not made.definition.endswith(".")
    assert edited(made.name) is edited(made.name)


@EVERY
@FEW
@given(data=st.data())
def test_agrees_with_plain_python_in_any_order_and_any_batch(made, data):
    values = data.draw(st.lists(st.none() | texts_for(made), max_size=6))
    cut = data.draw(st.integers(0, len(values)))
    expected = [None if value is None else twin_of(made).edit(value) for value in values]
    whole = made.edit(as_the_shell_does(values))
    assert as_text(whole) == expected
    assert whole.offsets[0] == 0
    assert whole.offsets[-1] == len(whole.data)
    assert as_text(made.edit(as_the_shell_does(values[::-1]))) == expected[::-1]
    halves = [as_text(made.edit(as_the_shell_does(part))) for part in (values[:cut], values[cut:])]
    assert halves[0] + halves[1] == expected


@EVERY
@FEW
@given(data=st.data())
def test_a_second_time_changes_nothing_where_that_is_said(made, data):
    once = made.edit(as_the_shell_does(data.draw(st.lists(texts_for(made), max_size=4))))
    if made.idempotent:
        assert as_text(made.edit(once)) == as_text(once)


@EVERY
def test_text_that_is_not_valid_stays_so_and_has_no_bytes(made):
    pieces = [b"Some words here. ", b"\xff\xf0rubbish \xf0", b"", b"and more of them.", b"\xf0"]
    texts = Texts(
        np.frombuffer(b"".join(pieces), np.uint8),
        np.cumsum([0, *map(len, pieces)]),
        np.array([True, False, True, True, False]),
        {"kept": ("list",)},
    )
    found = made.edit(texts)
    expected = [twin_of(made).edit(piece.decode()) for piece in (pieces[0], pieces[2], pieces[3])]
    assert as_text(found) == [expected[0], None, *expected[1:], None]
    assert found.lists == texts.lists
    assert found.offsets[2] == found.offsets[1]


@EVERY
def test_nothing_stays_nothing(made):
    found = made.edit(as_the_shell_does([]))
    assert len(found) == 0
    assert found.offsets.tolist() == [0]
    assert as_text(made.edit(as_the_shell_does(["", None]))) == ["", None]


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("long", ["a", " ", "\n", "a b c.\n", "[", "[1] ", "中", "read more... "], ids=ascii)
def test_a_megabyte_of_one_thing_is_edited(made, long):
    text = long * (1_000_000 // len(long.encode()))
    assert as_text(made.edit(as_the_shell_does([text]))) == [twin_of(made).edit(text)]


def oracle_of(assay_data):
    """What the peers said, a row a document, and each row's text."""
    said = peers(assay_data)
    return said.drop("text").to_dicts(), said["text"].to_list()


def equal_hashes(found, hashes):
    """How many texts have the hash that a peer's have, the first 16 digits of their SHA-1."""
    made = [hashlib.sha1(text.encode()).hexdigest()[:16] for text in as_text(found)]
    return sum(a == b for a, b in zip(made, hashes, strict=True))


@pytest.mark.parametrize(("name", "oracle"), [("c4_lines", "c4"), ("c4_lines_noterm", "c4_noterm")])
def test_the_edited_text_is_datatroves_to_the_byte(assay_data, name, oracle):
    pairs = zip(*oracle_of(assay_data), strict=True)
    passed, texts = zip(*((row, text) for row, text in pairs if row[f"{oracle}_pass"]), strict=True)
    equal = equal_hashes(
        edited(name)(as_the_shell_does(texts)), [row[f"{oracle}_out_sha1"] for row in passed]
    )
    assert equal == len(passed) > 2_000


def test_refinedwebs_edited_text_is_dclms_to_the_byte(assay_data):
    rows, texts = oracle_of(assay_data)
    # DCLM leaves no more than two line feeds in a row before it comes to the lines.
    texts = [re.sub(r"\n{3,}", "\n\n", text) for text in texts]
    found = edited("refinedweb_lines")(as_the_shell_does(texts))
    assert equal_hashes(found, [row["dclm.linewise_out_sha1"] for row in rows]) == len(rows) > 4_000
