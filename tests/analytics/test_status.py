"""What a next step is said to cost."""

import os
from dataclasses import replace

import pytest
from corpora import literal_corpus

from analytics import compiling, status
from analytics.corpora import open_for_questions
from analytics.signal import signal_families
from indexes.workspace import write_workspace


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A corpus whose shards are said to hold 10 MB each, measured by one process; all is compiled."""
    monkeypatch.setattr(status, "compiling", lambda families: 0.0)
    monkeypatch.setattr(status, "_processes", lambda corpus: 1)
    monkeypatch.setattr(status, "LOADING", 0.0)
    workspace = literal_corpus(tmp_path / "c", [{}] * 4, rows=2)
    large = tuple(replace(shard, bytes=10_000_000) for shard in workspace.shards)
    write_workspace(replace(workspace, shards=large))
    return open_for_questions(tmp_path / "c")


def test_measuring_costs_what_it_cost_before_and_what_was_seen_elsewhere_of_all_else(corpus):
    root = corpus.workspace.root
    default = [name for name, family in signal_families().items() if family.default]
    other = next(name for name, family in signal_families().items() if not family.default)
    before = status.cost_of_measuring(corpus)
    assert before == pytest.approx(20 * status.DEFAULT_SET, rel=0.02)
    assert status.cost_of_measuring(corpus, default) == before
    assert status.cost_of_measuring(corpus, [other]) == pytest.approx(20 * status.OTHER_FAMILY, abs=0.1)
    status.note_costs(root, {default[0]: (100, 2_000_000, 4.0), other: (1, 1_000, 50.0)})
    assert status.cost_of_measuring(corpus, default[:1]) == 40.0
    assert status.cost_of_measuring(corpus, [other]) == pytest.approx(20 * status.OTHER_FAMILY, abs=0.1)


def test_a_family_that_this_version_does_not_know_has_no_next_step(tmp_path):
    measured = {"of_another_version": {"odd": [1, 2, 3, 4]}}
    literal_corpus(tmp_path / "c", [{}] * 4, measured, rows=2, missing={"of_another_version": [1]})
    steps = status.next_steps(open_for_questions(tmp_path / "c"))
    assert not any("of_another_version" in step.command for step in steps)


def test_what_is_measured_costs_nothing_again(corpus):
    one = replace(corpus, behind={"words": frozenset({1})})
    status.note_costs(corpus.workspace.root, {"words": (100, 1_000_000, 1.0)})
    assert status.cost_of_measuring(one, ["words"]) == 10.0


def test_compiling_is_part_of_the_cost_and_said_apart(corpus, monkeypatch):
    monkeypatch.setattr(status, "compiling", lambda families: 30.0)
    step = status.next_steps(corpus)[0]
    assert step.command.startswith("assay measure ")
    assert (step.seconds - step.once, step.once) == (pytest.approx(20 * status.DEFAULT_SET, rel=0.02), 30.0)
    assert (
        status.said_cost(step.seconds, step.once)
        == f"about {step.seconds:,.0f} s, 30 s of it to compile, once"
    )
    assert status.said_cost(0.4, 0.0) == "under 1 s"


def test_kernels_whose_code_is_not_on_disk_are_still_to_be_compiled(monkeypatch):
    families = [family for family in signal_families().values() if family.default]
    kernels = compiling._kernels(compiling._modules(families))
    assert len(kernels) > 2 * compiling.FEW
    monkeypatch.setattr(compiling, "_is_kept", lambda kernel: True)
    assert compiling.compiling(families) == 0
    monkeypatch.setattr(compiling, "_is_kept", lambda kernel: False)
    assert compiling.compiling(families) == pytest.approx(len(kernels) * compiling.A_KERNEL, abs=0.1)


def test_code_counts_as_kept_while_it_is_no_older_than_its_source(tmp_path):
    source = tmp_path / "some.py"
    source.write_text(
        "from analytics.kernel import kernel\n\n\n@kernel\ndef one(n: int) -> int:\n    return n + 1\n"
    )
    held: dict = {"__name__": "some"}
    exec(compile(source.read_text(), source, "exec"), held)
    one = held["one"]
    assert not compiling._is_kept(one)
    assert one(1) == 2
    assert compiling._is_kept(one)
    later = source.stat().st_mtime_ns + 10**10
    os.utime(source, ns=(later, later))
    assert not compiling._is_kept(one)
