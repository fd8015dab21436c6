"""Jobs: a command in a process of its own, and a record that says what became of it."""

import json
import os
import signal
import time

import pytest
from corpora import literal_corpus

from analytics.signal import signal_families
from indexes import jobs
from indexes.lock import writer

DOCUMENTS = [{"id": f"d{i}", "text": f"some words of document {i}"} for i in range(40)]


def ended(root, job, seconds=60):
    """The job's record once it changes no more."""
    return until(root, job, lambda now: not now.live, seconds)


def log_of(root, job):
    """What a job has printed."""
    path = root / "jobs" / f"{job.id}.log"
    return path.read_text() if path.exists() else ""


def until(root, job, true, seconds=60):
    for _ in range(seconds * 20):
        if true(now := jobs.read(root / "jobs" / f"{job.id}.json")):
            return now
        time.sleep(0.05)
    raise AssertionError(f"{now} {log_of(root, now)}")


def slow_source(folder, lines=400_000):
    """A file that takes seconds to ingest."""
    folder.mkdir()
    line = json.dumps({"text": "a few words and a few more of them, again and again"})
    (folder / "slow.jsonl").write_text("\n".join([line] * lines))
    return folder


def test_a_job_runs_and_keeps_its_progress_and_its_answer(tmp_path):
    root = tmp_path / "a corpus"
    literal_corpus(root, DOCUMENTS, rows=10)
    job = jobs.start(root, ["measure", str(root), "--workers", "1"])
    assert job.live
    done = ended(root, job)
    assert (done.state, done.done, done.total, done.error) == (jobs.DONE, 40, 40, "")
    assert done.result["documents"] == 40
    assert "words" in done.result["columns"]
    assert done.ended >= done.started >= job.started
    assert [found.id for found in jobs.jobs(root)] == [job.id]


def test_a_failing_command_keeps_what_is_wrong_and_its_next_step(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, DOCUMENTS)
    done = ended(root, jobs.start(root, ["measure", str(root), "word"]))
    assert done.state == jobs.FAILED
    assert done.error.startswith("There is no family of signals word. Near matches: words")
    assert done.next_step == f"Choose from: {', '.join(signal_families())}."


def test_file_faults_fail_a_job_that_has_ingested_the_others(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.jsonl").write_text('{"text": "good"}\n')
    (tmp_path / "in" / "bad.jsonl.gz").write_bytes(b"no gzip")
    root = tmp_path / "c"
    done = ended(root, jobs.start(root, ["ingest", str(tmp_path / "in"), "--to", str(root), "--measure"]))
    assert (done.state, done.result["documents"], done.result["files_failed"]) == (jobs.FAILED, 1, 1)
    assert "bad.jsonl.gz is named .gz but holds no gzip" in done.error
    assert "assay ingest" in done.next_step


def test_wrong_words_end_a_job_that_says_so(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, DOCUMENTS)
    job = jobs.start(root, ["measure", str(root), "--nonsense"])
    assert "ended without a word" in ended(root, job).error
    assert "unrecognized arguments: --nonsense" in log_of(root, job)


def test_a_cancelled_job_stops_and_the_same_command_goes_on(tmp_path):
    source, root = slow_source(tmp_path / "in"), tmp_path / "c"
    words = ["ingest", str(source), "--to", str(root)]
    job = jobs.start(root, words)
    until(root, job, lambda now: now.done)
    jobs.cancel(root, job)
    stopped = ended(root, job)
    assert stopped.state == jobs.CANCELLED
    assert stopped.next_step == "Run the same command again: what was finished stays."
    done = ended(root, jobs.start(root, words))
    assert (done.state, done.result["total"]) == (jobs.DONE, 400_000)
    jobs.cancel(root, done)
    assert jobs.jobs(root)[0].state == jobs.DONE


def test_a_job_cancelled_before_it_begins_never_does(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, DOCUMENTS)
    job = jobs.start(root, ["measure", str(root)])
    jobs.cancel(root, job)
    assert ended(root, job).state == jobs.CANCELLED
    assert not (root / "columns").exists()


def test_a_job_behind_another_writer_waits_and_says_behind_whom(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, DOCUMENTS)
    with writer(root, "assay embed it"):
        job = jobs.start(root, ["measure", str(root), "--workers", "1"])
        waits = until(root, job, lambda now: now.note)
        assert waits.state == jobs.QUEUED
        assert "assay embed it" in waits.note
        assert f"process {os.getpid()}" in waits.note
    assert ended(root, job).state == jobs.DONE


def test_a_killed_worker_reads_as_failed_with_the_command_that_goes_on(tmp_path):
    source, root = slow_source(tmp_path / "in"), tmp_path / "my corpus"
    words = ["ingest", str(source), "--to", str(root)]
    job = jobs.start(root, words)
    os.kill(until(root, job, lambda now: now.done).pid, signal.SIGKILL)
    dead = ended(root, job)
    assert dead.state == jobs.FAILED
    assert "ended without a word" in dead.error
    assert dead.next_step.endswith(f"assay ingest {source} --to '{root}'")
    assert ended(root, jobs.start(root, words)).result["total"] == 400_000


def test_a_process_number_used_again_is_not_taken_for_the_worker(tmp_path):
    job = jobs.Job("00001", ("measure", "c"), jobs.RUNNING, pid=os.getpid(), started=time.time())
    jobs.write(tmp_path, job)
    if not os.path.exists("/proc"):
        pytest.skip("there is no /proc to tell processes apart by")
    assert jobs.jobs(tmp_path)[0].state == jobs.FAILED


def test_jobs_started_at_one_moment_have_records_of_their_own(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, DOCUMENTS)
    started = [jobs.start(root, ["status", str(root)]) for _ in range(3)]
    assert {job.id for job in started} == {"00001", "00002", "00003"}
    assert [ended(root, job).result["documents"] for job in started] == [40, 40, 40]


def test_a_damaged_record_does_not_hide_the_others(tmp_path):
    jobs.write(tmp_path, jobs.Job("00001", ("status", "c"), jobs.DONE))
    (tmp_path / "jobs" / "00002.json").write_text("{")
    assert [job.id for job in jobs.jobs(tmp_path)] == ["00001"]
