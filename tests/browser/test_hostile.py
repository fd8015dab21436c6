"""Every value of a corpus is hostile: none reaches the screen as markup, and none makes the browser call out.

The corpus holds pictures, links, scripts and formulas in every column; every page is visited. A request that
leaves the server fails the test, and so does an anchor, picture, frame or script whose address is a value's.
"""

import json
import subprocess
import sys

import pytest
from dashboard import ROOT, drawn, serving

from pages.ui import menu

PAGES = [entry.name for group in menu.entries().values() for entry in group]
ELSEWHERE = "evil.example"

VALUES = [
    f"![picture](http://{ELSEWHERE}/a.png)",
    f"[link](http://{ELSEWHERE}/b)",
    f"<img src=http://{ELSEWHERE}/c.png onerror=\"window.hostile=1\">",
    f"<a href='http://{ELSEWHERE}/d'>anchor</a>",
    "<script>window.hostile=1</script>",
    f"<iframe src=http://{ELSEWHERE}/e></iframe>",
    f"<svg onload=window.hostile=1><image href=http://{ELSEWHERE}/f.png /></svg>",
    f"http://{ELSEWHERE}/g",
    f"www.{ELSEWHERE}",
    f"somebody@{ELSEWHERE}",
    "javascript:window.hostile=1",
    "$\\int_0^1 x^2$ and $$y$$",
    ":material/delete: :red[red] :smile: :streamlit:",
    "**bold** _italic_ `code` # head -> <- -- ~~gone~~",
    "{{7*7}} ${7*7} %s %(x)s {x}",
    "\u202egnp.egami\u202c \u2066inside\u2069 \u200bzero",
    "שלום ![x](http://evil.example/h.png)",
    "a\nb\r\nc\td",
    f"|a|b|\n|--|--|\n|![x](http://{ELSEWHERE}/i.png)|b|",
    f"[1]: http://{ELSEWHERE}/j \"t\"\n\n[1]",
    f"&lt;img src=http://{ELSEWHERE}/k.png&gt; &amp; &#60;b&#62;",
    f"\"><img src=http://{ELSEWHERE}/l.png>",
    f"'onmouseover='window.hostile=1' x='http://{ELSEWHERE}/m",
    "n" * 300,
]  # fmt: skip

FROM_DATA = """(elsewhere) => {
    const found = [], see = (root) => {
        for (const node of root.querySelectorAll("*")) {
            if (node.shadowRoot) see(node.shadowRoot);
            const at = node.getAttribute("href") ?? node.getAttribute("src") ?? node.getAttribute("xlink:href") ?? "";
            if (at.includes(elsewhere) || /^\\s*(javascript|mailto):/i.test(at)) found.push(node.outerHTML.slice(0, 200));
            if (node.matches("iframe, object, embed") && !node.src?.startsWith(location.origin)) found.push(node.outerHTML.slice(0, 200));
            if (node.matches(".katex")) found.push("a formula: " + node.textContent.slice(0, 100));
        }
    };
    see(document);
    return window.hostile ? [...found, "a script of the corpus ran"] : found;
}"""  # noqa: E501


def assay(*words):
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A workspace in which every column, the files, the target and the recipes are hostile."""
    home = tmp_path_factory.mktemp("hostile")
    folder = home / "files"
    folder.mkdir()
    name = f"![x](x) <img src=x> [a](b) :red[r] $x$ {ELSEWHERE}.jsonl"
    with (folder / name).open("w") as file:
        for i in range(120):
            value = VALUES[i % len(VALUES)]
            record = dict.fromkeys(("title", "domain", "source", "language", "license", "created"), value)
            record |= {
                "id": f"{value} {i}",
                "url": f"http://{ELSEWHERE}/{i}?{value}",
                "text": f"{value}\n\n" * 6,
            }
            record |= {f"{value[:40]}": value, "score": i / 120, "nested": {"a": value}}
            file.write(json.dumps(record) + "\n")
        file.write(f'{{"text": "![x](http://{ELSEWHERE}/n.png)" broken\n')
        file.write(json.dumps({"id": f"<img src=http://{ELSEWHERE}/o.png>", "text": None}) + "\n")
    workspace = home / "![x](x) <b>hostile<b>"
    assay("ingest", folder, "--to", workspace)
    assay("measure", workspace)
    recipes = workspace / "recipes"
    recipes.mkdir(exist_ok=True)
    said = json.dumps(VALUES[0] + VALUES[2])
    (recipes / "hostile.toml").write_text(
        f"label = {said}\nsource = {said}\nauthor = {said}\nnote = {said}\n\n"
        f'[[rule]]\nreason = "odd"\ncolumn = "domain"\nop = "!="\nlimit = {said}\n'
    )
    (recipes / "broken.toml").write_text(f"label = {said}\n[[rule]]\nreason = {said}\n")
    examples = home / "examples.jsonl"
    lines = [
        {"id": f"{value} {i}", "text": f"{value} how many apples are left"} for i, value in enumerate(VALUES)
    ]
    examples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assay("embed", workspace)
    assay("target", "add", workspace, "hostile", examples)
    assay("rank", workspace, "--method", "betr", "--target", "hostile")
    return workspace


@pytest.fixture(scope="module")
def dashboard(hostile):
    with serving(hostile, home=hostile.parent) as address:
        yield address


ADDRESSES = [
    *PAGES,
    *(f"documents?doc={i}&recipe=hostile" for i in (0, 2, 6, 15, 18)),
    f"documents?doc=<img src=http://{ELSEWHERE}/p.png>",
    *(f"quality?column={column}" for column in ("domain", "id", "url", "betr_hostile_example", "words")),
    f"quality?column=![x](http://{ELSEWHERE}/q.png)",
    f"filters?recipe=![x](http://{ELSEWHERE}/r.png)",
    "filters?recipe=hostile",
    "filters?recipe=hostile&part=Judge&ask=removed",
    "filters?recipe=gopher_words&how=borderline",
    f"overview?corpus=![x](http://{ELSEWHERE}/s.png)",
    "overview?unit=documents",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_value_becomes_markup_or_calls_out(address, dashboard, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{dashboard}{address}")
        drawn(page)
        page.wait_for_timeout(300)
        inside = (dashboard, dashboard.replace("http:", "ws:"), "data:", "blob:")
        assert not [url for url in asked if not url.startswith(inside)]
        assert not page.evaluate(FROM_DATA, ELSEWHERE)
    finally:
        context.close()
