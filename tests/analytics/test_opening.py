"""Files that are opened become a workspace of their own; workspaces are opened as they are."""

import pytest

from analytics.opening import workspaces_of
from indexes import jobs
from indexes.errors import NoInput
from indexes.workspace import Workspace, write_workspace


@pytest.fixture
def started(monkeypatch):
    """The jobs that would have been started."""
    found = []

    def start(root, command):
        found.append(command)
        jobs.write(root, jobs.Job("00001", tuple(command), jobs.DONE))

    monkeypatch.setattr(jobs, "start", start)
    return found


def files(folder):
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text('{"text": "a"}\n')
    return folder


def test_a_workspace_is_opened_as_it_is_and_files_are_taken_in_by_a_job(tmp_path, started):
    write_workspace(Workspace(tmp_path / "w", "w"))
    data = files(tmp_path / "data")
    home = tmp_path / "home"
    assert workspaces_of([tmp_path / "w", data], home) == [tmp_path / "w", home / "data"]
    assert started == [["ingest", str(data), "--to", str(home / "data"), "--measure", "--first-look"]]
    assert workspaces_of([data], home) == [home / "data"]


def test_another_folder_of_the_same_name_has_a_workspace_of_its_own(tmp_path, started):
    home = tmp_path / "home"
    one, two = files(tmp_path / "one" / "data"), files(tmp_path / "two" / "data")
    assert workspaces_of([one], home) == [home / "data"]
    assert workspaces_of([two], home) == [home / "data-2"]
    assert workspaces_of([one], home) == [home / "data"]
    write_workspace(Workspace(home / "data-3", "data-3", ingest={"arguments": ["x"], "complete": True}))
    assert workspaces_of([two], home) == [home / "data-2"]


def test_a_workspace_that_is_being_made_is_opened_and_not_taken_in(tmp_path, started):
    home = tmp_path / "home"
    workspaces_of([files(tmp_path / "data")], home)
    assert not (home / "data" / "corpus.toml").exists()
    assert workspaces_of([home / "data"], home) == [home / "data"]
    assert len(started) == 1


def test_a_damaged_workspace_of_the_same_name_is_another_one(tmp_path, started):
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "corpus.toml").write_text("[[")
    assert workspaces_of([files(tmp_path / "data")], home) == [home / "data-2"]


def test_a_path_that_is_not_there_is_said(tmp_path, started):
    with pytest.raises(NoInput, match="is not there"):
        workspaces_of([tmp_path / "nobody"], tmp_path / "home")
    assert started == []
