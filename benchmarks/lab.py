"""How long a person waits in the filter lab: on the server, in Chromium, and with 20 people at once.

The corpora are those of ``benchmarks.previews``; they are kept in ``--folder`` and built where they are not
there. On the server: the funnel of 200 random recipes on corpora of each size, resolving a ``top``, and pages
of the documents table. In Chromium: from the release of a cut line until its figure is redrawn, sampled and
exact, taken in the page at the frame after the change. 20 sessions: each a client that speaks Streamlit's
websocket protocol (``benchmarks.session``), all releasing at the same moment, each another limit.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Locator, Page, TimeoutError, WebSocket, sync_playwright

from analytics.preview import preview, sampled_preview
from analytics.recipe import Recipe, save_recipe
from benchmarks import made
from benchmarks.previews import build, by_hand, recipes, timed
from benchmarks.session import Session
from indexes.corpus import Corpus, open_corpus
from indexes.queries import listed
from indexes.queries.top import resolve
from indexes.rule import Rule, Share
from indexes.sample import sample_of

SIZES = (100_000, 1_000_000, 10_000_000)
RULES = (2, 5, 8)
"""How many rules the recipes have whose lines are moved."""
RELEASES, SESSIONS, ROUNDS = 36, 20, 2
PAGES = ("Overview", "Quality", "Filters", "Compare", "Documents")
SEED = 0

DRAWN = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    return app?.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton], [data-stale=true]")
        && [...document.querySelectorAll("[data-testid=stPlotlyChart]")]
            .every((figure) => figure.querySelector(".main-svg"));
}"""
WATCH = """() => {
    const look = () => requestAnimationFrame((at) => {
        const badge = document.querySelector(".ks .badge");
        const said = badge?.closest(".ks").innerText;
        if (!badge || said === window.said) return;
        window.said = said;
        const kind = badge.classList.contains("exact") ? "exact" : "sampled";
        window.seen[kind] ??= performance.now() - window.released;
    });
    window.seen = {};
    const released = () => { window.released = performance.now(); window.seen = {}; };
    window.addEventListener("pointerup", released, true);
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
DRAGGED = ("node", "node.ownerSVGElement")
TITLE = "(title) => document.querySelector('[data-testid=stMainBlockContainer] h1')?.textContent === title"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*")


def main() -> None:
    """Ask everything, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the corpora are kept")
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES, help="the last is the lab's")
    options = parser.parse_args()
    made.head("documents:", "what", "asked, ms:", "median, ms:", "95 %, ms:", "slowest, ms:", "times:")
    for documents in options.documents:
        root = options.folder / f"made-{documents}"
        if not root.exists():
            build(root, documents)
            open_corpus(root, attach=True)
        on_the_server(root, documents, whole=documents == options.documents[-1])
    in_the_lab(root, documents)


def line(documents: int, what: str, asked: object, took: Sequence[float]) -> None:
    """A row of the table; ``took`` in milliseconds."""
    said = (np.median(took), np.quantile(took, 0.95), max(took))
    made.row(f"{documents:,}", what, asked, *(f"{number:,.0f}" for number in said), len(took))


# ---------------------------------------------------------------------------------- on the server


def on_the_server(root: Path, documents: int, whole: bool) -> None:
    """The funnel of many recipes; of the largest corpus also what else is asked of it."""
    began = time.perf_counter()
    corpus = open_corpus(root, attach=True)
    line(documents, "open from built caches", "3,000", [1000 * (time.perf_counter() - began)])
    asked = recipes(corpus)
    sample = sample_of(corpus, root / "cache")
    if sample is not None:
        drawn = sample
        drawn.corpus.clause(drawn.corpus.ready())

        def first(rules: tuple[Rule, ...]) -> object:
            return sampled_preview(drawn, Recipe("made", "made", "", rules), rules, "tokens")

        first(asked[0])
        line(documents, f"sampled funnel ({sample.documents:,})", "100", timed(first, asked).tolist())
    exact = timed(lambda rules: preview(corpus, Recipe("made", "made", "", rules)), asked)
    line(documents, "exact funnel", "1,000", exact.tolist())
    few = asked[:40]
    hand = timed(lambda rules: by_hand(corpus, rules, False), few)
    line(documents, f"by hand over the caches, first {len(few)} recipes", "", hand.tolist())
    line(documents, f"exact funnel, first {len(few)} recipes", "", exact[: len(few)].tolist())
    if whole:
        rng = np.random.default_rng(SEED)
        for of, within in (("documents", None), ("tokens", None), ("tokens", "domain")):
            tops = [top(rng, of, within) for _ in range(3)]
            said = f"a new top limit, of {of}{f' within {within}' if within else ''}"
            line(documents, said, "3,000", timed(lambda rules: resolve(corpus, rules), tops).tolist())
        line(documents, "a page of the documents table", "300", pages_of(corpus, rng))


def top(rng: np.random.Generator, of: str, within: str | None) -> tuple[Rule, ...]:
    """A rule that keeps a share."""
    column = str(rng.choice(["score_10", "length_20", "share_31"]))
    return (Rule("best", column, "top", Share(round(float(rng.uniform(0.05, 0.95)), 3), of, within)),)


def pages_of(corpus: Corpus, rng: np.random.Generator) -> list[float]:
    """Milliseconds of pages that begin at a random document, in the order of several columns, either way."""
    took = []
    for column in ("doc_id", "score_10", "length_20", "share_31", "domain"):
        order = listed.Order(column, down=bool(rng.random() < 0.5))
        marks = (
            () if column == "doc_id" else listed.marks(corpus, order)
        )  # the app draws them once for an order
        for start in rng.integers(0, corpus.documents, 8):
            began = time.perf_counter()
            listed.page(corpus, order, int(start), back=bool(rng.random() < 0.5), marks=marks)
            took.append(1000 * (time.perf_counter() - began))
    return took


# ---------------------------------------------------------------------------------- in the lab


def in_the_lab(root: Path, documents: int) -> None:
    """The app on the largest corpus: one person in Chromium, then 20 at once; what its process takes."""
    corpus = open_corpus(root, attach=True)
    names = lab_recipes(corpus)
    with tempfile.TemporaryDirectory() as home, serving(root, Path(home)) as (address, server):
        largest = [0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.on("websocket", lambda socket: weigh(socket, largest))
            for again in (False, True):
                took = [visit(page, address, title) for title in PAGES]
                what = "switch to a page, seen before" if again else "switch to a page, the first time"
                line(documents, what, "", took)
            sampled, exact = released(page, address, names)
            browser.close()
        line(documents, "release to the sampled figure, Chromium", "300", sampled)
        line(documents, "release to the exact figure, Chromium", "1,300", exact)
        first, last = together(address, names, largest)
        line(documents, f"release to the sampled figure, {SESSIONS} sessions at once", "", first)
        line(documents, f"release to the exact figure, {SESSIONS} sessions at once", "2,000", last)
        memory = psutil.Process(server).memory_info().rss
    print(f"\nLargest websocket message: {largest[0] / 1e6:.2f} MB of 5 MB allowed.")
    print(f"Resident memory of the server after all: {memory / 1e9:.2f} GB of 4 GB allowed.")


def lab_recipes(corpus: Corpus) -> list[str]:
    """Save some of the random recipes into the workspace; their names."""
    found = {len(rules): rules for rules in reversed(recipes(corpus))}
    names = []
    for n in RULES:
        steps = tuple(replace(rule, limit=plain(rule.limit)) for rule in found[n])
        recipe = Recipe(f"lab_{n}", f"Lab {n}", "random rules", steps)
        save_recipe(recipe, corpus.workspace.root, replace=True)
        names.append(recipe.name)
    return names


def plain(limit: object) -> int | float:
    """A limit as a recipe's file has it."""
    value = float(limit)  # type: ignore[arg-type]
    return int(value) if value.is_integer() else value


@contextmanager
def serving(root: Path, home: Path) -> Iterator[tuple[str, int]]:
    """Run ``assay open``; gives its address and the number of its process."""
    command = made.assay("open", root, "--home", home, "--no-browser")
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not (found := ADDRESS.search((home / "log").read_text())):
                if server.poll() is not None:
                    raise SystemExit((home / "log").read_text())
                time.sleep(0.1)
            yield found[0], server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)


def weigh(socket: WebSocket, largest: list[int]) -> None:
    """Note the largest message that a page gets."""

    def got(message: str | bytes) -> None:
        largest[0] = max(largest[0], len(message))

    socket.on("framereceived", got)


def visit(page: Page, address: str, title: str) -> float:
    """Milliseconds from a click in the menu until all of a page is drawn."""
    if page.url == "about:blank":
        page.goto(address)
        page.wait_for_function(DRAWN, timeout=300_000)
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
    began = time.perf_counter()
    link.click()
    page.wait_for_function(TITLE, arg=title, timeout=60_000)
    page.wait_for_function(DRAWN, timeout=300_000)
    return 1000 * (time.perf_counter() - began)


def released(page: Page, address: str, names: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds from each release to the sampled figure, and to the exact one."""
    rng = np.random.default_rng(SEED)
    sampled: list[float] = []
    exact: list[float] = []
    for name in names:
        page.goto(f"{address}filters?recipe={name}")
        page.wait_for_function(DRAWN, timeout=300_000)
        page.wait_for_selector(".ks .badge.exact")
        page.wait_for_timeout(2_000 if sampled else 10_000)  # the sample is drawn in the background
        page.evaluate(WATCH)
        grips = page.locator("[role=slider] .grip")
        for i in range(RELEASES // len(names)):
            drag(page, grips.nth(i % grips.count()), float(rng.uniform(0.1, 0.9)))
            try:
                page.wait_for_function("() => window.seen.exact", timeout=30_000)
            except TimeoutError:  # the line went back to where it stood, or the figure says the same
                continue
            seen = page.evaluate("() => window.seen")
            sampled.append(seen.get("sampled", seen["exact"]))
            exact.append(seen["exact"])
            page.wait_for_function(DRAWN, timeout=60_000)
    return sampled, exact


def drag(page: Page, grip: Locator, to: float) -> None:
    """Move a line to a share of its width, and let go."""
    grip.evaluate(f"(node) => {DRAGGED[1]}.scrollIntoView({{block: 'center'}})")
    box, around = (grip.evaluate(f"(node) => {node}.getBoundingClientRect()") for node in DRAGGED)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(around["x"] + to * around["width"], y, steps=4)
    page.mouse.up()


def together(address: str, names: Sequence[str], largest: list[int]) -> tuple[list[float], list[float]]:
    """Milliseconds to the sampled figure and to the exact one, of sessions that release at one moment."""
    sessions = [Session(address, f"recipe={name}") for name in islice(cycle(names), SESSIONS)]
    for session in sessions:
        session.open()
    rng = np.random.default_rng(SEED + 1)
    took: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        start = threading.Barrier(SESSIONS)
        acts = [release(session, rng) for session in sessions]

        def go(act: Callable[[], tuple[float, float]], start: threading.Barrier = start) -> None:
            start.wait()
            took.append(act())

        threads = [threading.Thread(target=go, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for session in sessions:
        largest[0] = max(largest[0], session.largest)
        session.close()
    sampled, exact = zip(*took, strict=True)
    return [1000 * seconds for seconds in sampled], [1000 * seconds for seconds in exact]


def release(session: Session, rng: np.random.Generator) -> Callable[[], tuple[float, float]]:
    """What moves one of a session's lines to a limit where it has not stood."""
    name, data = list(session.lines.items())[int(rng.integers(len(session.lines)))]
    first, last = data["edges"][0], data["edges"][-1]
    at = float(first + (last - first) * rng.uniform(0.02, 0.98))
    limit = round(at) if data["whole"] else at
    low, high = (None if data[end] is None else limit for end in ("low", "high"))
    return lambda: session.release(name, low, high)


if __name__ == "__main__":
    main()
