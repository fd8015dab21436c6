"""Writes that die, and writers that do not know of each other."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from analytics.recipe import all_recipes
from indexes import files
from indexes.drop import drop, undo
from indexes.errors import AssayError, NoWorkspace
from indexes.lock import writer
from indexes.targets import add_target


def write(folder: Path, said: str) -> None:
    with files.writing(folder) as temporary:
        temporary.mkdir()
        (temporary / "said").write_text(said)


REPLACE = """
import os, signal, sys
from pathlib import Path
from indexes import files
count = 0
def die(path):
    global count
    count += 1
    if count == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
files.on_rename = die
with files.writing(Path(sys.argv[1])) as temporary:
    temporary.mkdir()
    (temporary / "said").write_text("new")
"""


@pytest.mark.parametrize(("rename", "held"), [(1, "old"), (2, "old"), (3, "new")])
def test_a_folder_that_is_replaced_is_there_whenever_its_writer_dies(tmp_path, root, rename, held):
    write(tmp_path / "targets/t", "old")
    subprocess.run(
        [sys.executable, "-c", REPLACE, tmp_path / "targets/t", str(rename)], cwd=root, check=False
    )
    with writer(tmp_path):
        assert (tmp_path / "targets/t/said").read_text() == held
    assert [path.name for path in (tmp_path / "targets").iterdir()] == ["t"]


def test_a_folder_that_cannot_be_replaced_stays(tmp_path, monkeypatch):
    write(tmp_path / "t", "old")
    renamed = []

    def full(path):
        renamed.append(path)
        if len(renamed) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "on_rename", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "t", "new")
    assert (tmp_path / "t/said").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_two_threads_write_one_file_and_neither_loses_its_own(tmp_path):
    both = Barrier(2)

    def one(said: str) -> None:
        with files.writing(tmp_path / "a") as temporary:
            temporary.write_text(said)
            both.wait()
            assert temporary.read_text() == said
            both.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, "xy"))
    assert (tmp_path / "a").read_text() in ("x", "y")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_only_what_the_dead_left_is_swept(tmp_path):
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    dead = tmp_path / f".tmp-{int(gone.stdout)}-1-a[1]"
    for path in (dead, tmp_path / f".tmp-{os.getpid()}-1-a[1]", tmp_path / ".tmp-theirs"):
        path.touch()
    with files.writing_outside(tmp_path / "a[1]") as temporary:
        temporary.touch()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f".tmp-{os.getpid()}-1-a[1]",
        ".tmp-theirs",
        "a[1]",
    ]


def test_a_recipe_that_is_being_written_is_no_recipe_yet(tmp_path):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/.tmp-1-1-half.toml").write_text("[[ru")
    assert ".tmp-1-1-half" not in all_recipes(tmp_path)


def test_no_command_makes_a_workspace_of_a_mistyped_name(tmp_path):
    for command in (
        lambda root: drop(root, "a test", source="x"),
        lambda root: undo(root, 1),
        lambda root: add_target(root, "t", tmp_path / "t.jsonl"),
    ):
        with pytest.raises(NoWorkspace):
            command(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_a_workspace_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AssayError, match="cannot be written"), writer(tmp_path / "file"):
        pass
