"""Workspaces made once a test run by the terminal's words, and shared by all of its processes."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "sample_data"


def assay(*words: str | Path) -> None:
    """Run a command of the terminal; its words if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"assay {words}: {done.stderr}{done.stdout}"


def built(workspace: Path, sources: Sequence[Path], targets: Mapping[str, Path]) -> Path:
    """A workspace measured, embedded and ranked by each target; made by the first process that asks."""
    workspace.parent.mkdir(parents=True, exist_ok=True)
    with workspace.with_name(f"{workspace.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = workspace.with_name(f"{workspace.name}.done")
        if not done.exists():
            shutil.rmtree(workspace, ignore_errors=True)
            assay("ingest", *sources, "--to", workspace)
            assay("measure", workspace)
            if targets:
                assay("embed", workspace)
            for name, file in targets.items():
                assay("target", "add", workspace, name, file)
                assay("rank", workspace, "--method", "betr", "--target", name, "--name", f"betr_{name}")
            done.touch()
    return workspace
