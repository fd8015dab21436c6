"""What all tests share: the real data, a browser, and the count of tests of each kind.

Helper modules that tests import lie in ``tests/support`` (``from kinds import absent``).
"""

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from kinds import MUST, absent, kind_of
from workspaces import SAMPLE, built

# A deadline is a timed assert, and the first import of a large package trips it.
settings.register_profile("assay", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("assay")

# No page may reach out of the machine; these keep the browser itself from doing so.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

counted: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, help="keep a picture of each page in this folder")
    parser.addoption("--built", type=Path, help="build what is only read here, or read what is there")
    parser.addoption("--kinds", type=Path, help="add the number of tests of each kind to this JSON file")


@pytest.hookimpl(tryfirst=True)  # before the marks decide what is left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "/tests/browser/" in item.path.as_posix() or "browser" in names:
            item.add_marker("browser")
        if "assay_data" in names:
            item.add_marker("data")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    report.kind = kind_of(item)
    must = [kind for kind in ("browser", "data") if kind in MUST and item.get_closest_marker(kind)]
    if report.skipped and must and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"ASSAY_MUST names {must[0]}, but the test was skipped: {report.longrepr[2]}"
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and not report.skipped:
        counted[report.kind] += 1
    if report.failed:
        counted["failed"] += 1
    if report.skipped:
        counted["skipped"] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    file = session.config.getoption("--kinds")
    if file and not hasattr(
        session.config, "workerinput"
    ):  # with xdist, only the process that hears from all
        before = Counter(json.loads(file.read_text())) if file.exists() else Counter()
        file.write_text(json.dumps(before + counted))


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone's top folder."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def assay_data() -> Path:
    """The folder of real data, named by ASSAY_DATA; marks the test ``data``."""
    named = os.environ.get("ASSAY_DATA")
    if not named:
        absent("data", "ASSAY_DATA does not name the folder of real data")
    folder = Path(named)
    if not (folder / "corpus").is_dir():
        absent("data", f"ASSAY_DATA={named} holds no folder corpus/")
    return folder


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """AppTest leaves the page as ``__main__``, which a process that is spawned later would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share, and with ``--built`` those of later ones."""
    built = request.config.getoption("--built")
    if built is not None:
        built.mkdir(parents=True, exist_ok=True)
        return built.resolve()
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def sample_workspace(shared: Path) -> Path:
    """The sample corpus, measured, embedded and ranked by its targets. To be read; to write, copy it."""
    targets = {file.stem: file for file in sorted((SAMPLE / "targets").glob("*.jsonl"))}
    return built(shared / "home" / "sample", [SAMPLE / "corpus"], targets)


@pytest.fixture(scope="session")
def empty_workspace(shared: Path) -> Path:
    """A corpus without a document. To be read; to write, copy it."""
    nothing = shared / "nothing" / "nothing.jsonl"
    nothing.parent.mkdir(exist_ok=True)
    nothing.touch()
    return built(shared / "home" / "empty", [nothing], {})


@pytest.fixture(scope="session")
def real_workspace(shared: Path, assay_data: Path) -> Path:
    """The real corpus, measured, embedded and ranked by benchmarks. To be read; to write, copy it."""
    targets = {name: assay_data / "benchmarks" / f"{name}.jsonl" for name in ("gsm8k", "arc_easy", "piqa")}
    return built(shared / "home" / "real", [assay_data / "corpus"], targets)


@pytest.fixture(scope="session")
def browser() -> Iterator["playwright.sync_api.Browser"]:  # noqa: F821 - imported below, only where it is used
    """A Chromium, started once; marks the test ``browser``. Each test opens its own context in it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        absent("browser", "no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM))
        yield chromium
        chromium.close()
