"""What a ranking selects: how much, what its top is made of, who pulled it in, and the documents."""

import streamlit as st

from analytics.recipe import Recipe
from analytics.selection.betr import best_rank
from indexes.corpus import Corpus
from indexes.queries.beginnings import beginnings
from indexes.queries.falling import falling
from indexes.queries.ranked import composition_of_top, owners_of_top, ranked
from indexes.rule import Rule, Share
from indexes.targets import example_texts
from pages.ui import cache, figures, head, lists, needed, numbers, opening, recipes, state, titles
from pages.ui.head import Figure
from pages.ui.lists import Label
from pages.ui.pairs import Pair, pairs

AT = {"top": "top", "middle": "middle", "at the cut": "cut"}
"""What the switch says, and what it asks for."""
PAGE = 12
HEIGHT = 470


def strip(corpus: Corpus, score: str, share: float, unit: str) -> None:
    """How much is selected, by whom, and how sure the ranking is."""
    top = cache.cached(owners_of_top, corpus, score, share, unit)
    selected, whole = (int(top[name].sum()) for name in ("selected_documents", "documents"))
    column = corpus.columns[score]
    figures_shown = [
        Figure("Selected", numbers.whole(selected), f"of {numbers.count(whole, 'document')}"),
        *_amount(top, "tokens"),
        *_amount(top, "bytes"),
    ]
    owners = [(row["label"], row[f"selected_{unit}"]) for row in top.iter_rows(named=True) if row["label"]]
    total = sum(amount for _, amount in owners) or 1
    if len(owners) > 1:
        name, most = max(owners, key=lambda pair: pair[1])
        figures_shown.append(Figure("Owned most by", str(name), f"{numbers.percent(most / total)} of {unit}"))
    examples = sum(int(target["examples"]) for target in column.lineage.get("targets", ()))
    figures_shown.append(
        Figure(
            "Examples",
            numbers.whole(examples),
            numbers.count(len(column.lineage.get("targets", ())), "target"),
        )
    )
    figures_shown.append(
        Figure("Ranking", str(column.lineage.get("method", "")).upper(), "", needed.badge(corpus, [score]))
    )
    head.strip(figures_shown)


def composition(corpus: Corpus, score: str, share: float, unit: str) -> None:
    """The selection beside the whole, by domain or source."""
    label = next((name for name in ("domain", "source", "language") if name in corpus.ready()), None)
    if label is None:
        return
    frame = cache.cached(composition_of_top, corpus, score, label, share, unit)
    whole, part = frame[unit].sum() or 1, frame[f"selected_{unit}"].sum() or 1
    rows = sorted(
        (
            (
                "not stated" if row["label"] is None else row["label"],
                row[unit] / whole,
                row[f"selected_{unit}"] / part,
            )
            for row in frame.iter_rows(named=True)
        ),
        key=lambda row: -row[2],
    )[:21]
    names, ring, dot = zip(*rows, strict=True) if rows else ((), (), ())
    figures.draw(
        "lift",
        figures.dumbbell(names, ring, dot, ring_name="the whole", dot_name="the selection", ratio=True),
        figures.rows_height(len(rows)),
        title=titles.lift(rows),
        note=f"Share of {unit} by {label} · (ring) whole (dot) selected · × is selected over whole",
        alt=f"{titles.lift(rows)}. Share of {unit} by {label}, the selection beside the whole.",
        state=f"{score}_{share}_{unit}",
    )


def owners(corpus: Corpus, score: str, share: float, unit: str) -> None:
    """How much of the selection each target pulled in; nothing where there is one."""
    top = cache.cached(owners_of_top, corpus, score, share, unit)
    rows = [(row["label"], row[f"selected_{unit}"]) for row in top.iter_rows(named=True) if row["label"]]
    total = sum(amount for _, amount in rows) or 1
    if len(rows) < 2:
        return
    shares = [(str(name), amount / total) for name, amount in rows]
    note = f"Share of selected {unit} by owner"
    head.caption(titles.owners(shares), note)
    lists.ranked("owners", [Label(name, amount) for name, amount in shares], unit)


def similarity(corpus: Corpus, score: str, selected: int) -> None:
    """How similarity falls along the ranking, and where the cut lies."""
    if f"{score}_similarity" not in corpus.ready():
        return
    frame = cache.cached(falling, corpus, score)
    ranks = [(first * last) ** 0.5 for first, last in frame.select("first", "last").iter_rows()]
    values = frame["similarity"].to_list()
    hover = [
        f"rank {numbers.whole(first)} to {numbers.whole(last)}: {numbers.value(value)}"
        for (first, last), value in zip(frame.select("first", "last").iter_rows(), values, strict=True)
    ]
    if len(values) < 2:
        return
    title = f"Similarity falls from {values[0]:.2f} to {values[-1]:.2f}"
    figures.draw(
        "similarity",
        figures.line(ranks, values, hover=hover, log=True, mark=(max(1, selected), "the cut")),
        210,
        title=title,
        note="Median cosine similarity of document and example, by rank, log scale",
        state=f"{score}_{selected}",
    )


@st.fragment
def documents(corpus: Corpus, score: str, share: float, unit: str) -> None:
    """Ranked documents, each beside the example that pulled it in."""
    state.leave()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="lower_at"
    ):
        head.section(
            "Ranked documents, and what pulled each in", "words that both share are marked", line=False
        )
        st.segmented_control(
            "Where in the ranking",
            list(AT),
            default="top",
            required=True,
            label_visibility="collapsed",
            key="at",
            bind="query-params",
        )
    at = AT[st.session_state["at"] or "top"]
    frame = cache.cached(ranked, corpus, score, at, share, unit, PAGE)
    texts = cache.cached(beginnings, corpus, tuple(frame["doc_id"])) if frame.height else frame
    examples = cache.cached(_examples, corpus, tuple(frame["example"].drop_nulls().unique().sort()))
    rows = [
        Pair(
            id=f"{row['doc_id']} {row['key']}",
            rank=numbers.whole(row["rank"]),
            domain=row["domain"] or row["source"] or "",
            about=numbers.count(row["tokens"], "token") if row["tokens"] is not None else "",
            doc=str(row["doc_id"]),
            text=text or "",
            target=(row["example"] or "").partition(":")[0],
            why=_why(corpus, score, row),
            example=examples.get(row["example"] or "", ""),
        )
        for row, text in zip(frame.iter_rows(named=True), texts["text"] if frame.height else (), strict=True)
    ]
    pairs("ranked", rows, opening.opener(corpus))


def as_rule(score: str, share: float, unit: str) -> None:
    """Make a recipe that keeps the top of the score, and show it in Filters."""
    percent = f"{share * 100:g}"
    recipe = Recipe(
        name=f"top_{percent.replace('.', '_')}_{score}",
        label=f"Top {percent} % of {score}",
        source="made from Benchmarks",
        steps=(Rule(f"below_top_of_{score}", score, "top", Share(share, unit)),),
    )
    state.go("filters", recipe=recipes.keep(recipe))


def selected(corpus: Corpus, score: str, share: float, unit: str) -> int:
    """How many documents the top of a score holds."""
    return int(cache.cached(owners_of_top, corpus, score, share, unit)["selected_documents"].sum())


def _examples(corpus: Corpus, names: tuple[str, ...]) -> dict[str, str]:
    return example_texts(corpus.workspace.root, names)


def _why(corpus: Corpus, score: str, row: dict[str, object]) -> str:
    """``similarity 0.40, its rank 3``: their cosine, and the document's place among all for it."""
    said = [] if row["similarity"] is None else [f"similarity {row['similarity']:.2f}"]
    if corpus.columns[score].lineage.get("method") == "betr" and row["score"] is not None:
        said.append(f"its rank {numbers.whole(int(best_rank(row['score'])))}")  # type: ignore[arg-type]
    return ", ".join(said)


def _amount(top: object, unit: str) -> list[Figure]:
    whole, part = top[unit].sum(), top[f"selected_{unit}"].sum()  # type: ignore[index]
    if not whole:
        return []
    return [
        Figure(unit.capitalize(), numbers.amount(part, unit), f"{numbers.percent(part / whole)} of the whole")
    ]
