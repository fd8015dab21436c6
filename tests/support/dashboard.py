"""A dashboard for browser tests: its own server process, and when a page is drawn."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*")
ROOT = Path(__file__).parent.parent.parent

DRAWN = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const drawn = (figure) => figure.querySelector(".main-svg") !== null;
    return app?.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton], [data-stale=true]")
        && document.querySelector("[data-testid=stMainBlockContainer] h1")
        && [...document.querySelectorAll("[data-testid=stPlotlyChart]")].every(drawn);
}"""


@contextmanager
def serving(*words: str | Path, home: Path) -> Iterator[str]:
    """Run ``assay open`` with these words; gives the address, which ends in ``/``, once it answers."""
    program = [sys.executable, "-m", "cli", "open", *map(str, words), "--home", str(home), "--no-browser"]
    with tempfile.NamedTemporaryFile("w") as log:
        server = subprocess.Popen(program, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield _address(server, Path(log.name))
        finally:
            server.terminate()
            server.wait(timeout=30)


def drawn(page: Page) -> None:
    """Wait until the script has run, every figure is drawn and no skeleton is left."""
    page.wait_for_function(DRAWN, timeout=60_000)


def _address(server: subprocess.Popen, log: Path) -> str:
    for _ in range(600):
        said = log.read_text()
        if found := ADDRESS.search(said):
            return found[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"assay open said no address, but: {said}")
